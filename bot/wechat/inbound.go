package wechat

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"zhenban/bot"
	"zhenban/models"
)

// qrScene stands before the scene when an unknown person follows by scanning.
const qrScene = "qrscene_"

// inbound maps a push onto a neutral message. heed is false for what needs no
// answer and no record: the answer is success at once. ok is false for a push
// without the parts that make it one.
func (p *push) inbound(now time.Time) (in bot.Inbound, heed, ok bool) {
	seconds, err := strconv.ParseInt(p.created, 10, 64)
	if err != nil || !openID(p.from) || p.kind == "" {
		return in, false, false
	}
	in = bot.Inbound{Channel: "wechat", Address: p.from, At: time.Unix(seconds, 0)}
	// CreateTime is WeChat's clock. One that is far off says nothing about when
	// the message was written, and the reply window counts from At.
	if d := now.Sub(in.At); d > staleAfter || d < -staleAfter {
		in.At = now
	}
	if message.MsgType(p.kind) == message.MsgTypeEvent {
		if p.event == "" {
			return in, false, false
		}
		in.Key = p.eventIdentity()
		return in, p.eventInto(&in), true
	}
	// MsgId alone collided between users (WxJava #333).
	if !digits(p.msgID) {
		return in, false, false
	}
	in.Key = "wechat:" + p.from + ":" + p.msgID
	p.messageInto(&in)
	return in, true, true
}

// eventIdentity makes an event one: events have no MsgId, and CreateTime is in
// seconds. A long EventKey (VIEW's is a whole address) is hashed, so that keys
// stay short enough for a column.
func (p *push) eventIdentity() string {
	key := p.eventKey
	if p.lists != "" { // two templates answered in one second are two
		key += p.lists
	}
	if len(key) > 64 {
		sum := sha256.Sum256([]byte(key))
		key = hex.EncodeToString(sum[:16])
	}
	return "wechat:" + p.from + ":" + p.created + ":" + p.event + ":" + key
}

// eventInto maps events; false for those that need nothing.
func (p *push) eventInto(in *bot.Inbound) bool {
	in.Kind = bot.KindEvent
	switch message.EventType(p.event) {
	case message.EventSubscribe:
		in.Event = bot.EventFollow
		in.Scene = strings.TrimPrefix(p.eventKey, qrScene)
	case message.EventUnsubscribe:
		in.Event = bot.EventUnfollow
	case message.EventScan:
		in.Event = bot.EventScan
		in.Scene = p.eventKey
	case message.EventClick:
		// A menu button's key is a command word (CreateMenu).
		in.Kind, in.Text = bot.KindText, p.eventKey
	case message.EventView, message.EventViewMiniprogram:
		in.Event = bot.EventView
	case eventPopup, eventChange, eventSent:
		in.Event = bot.EventConsent
		in.Consents = p.consents()
		return len(in.Consents) > 0
	default:
		// LOCATION (a position report), receipts that nobody wants, and whatever
		// WeChat invents next.
		return false
	}
	return true
}

// What a person answered to being asked for subscription notices, what they
// changed in the account's settings, and what became of a notice.
const (
	eventPopup  = "subscribe_msg_popup_event"
	eventChange = "subscribe_msg_change_event"
	eventSent   = "subscribe_msg_sent_event"
)

// consents reads the nested lists of these events.
func (p *push) consents() []bot.ConsentEvent {
	var out []bot.ConsentEvent
	for line := range strings.SplitSeq(p.lists, "\n") {
		values := map[string]string{}
		for pair := range strings.FieldsSeq(line) {
			name, value, _ := strings.Cut(pair, "=")
			values[name] = value
		}
		c := bot.ConsentEvent{Template: values["TemplateId"]}
		status := values["SubscribeStatusString"]
		switch {
		case c.Template == "":
			continue
		case p.event == eventSent && values["ErrorCode"] != "" && values["ErrorCode"] != "0":
			c.Spent = true // there was no consent, whatever we thought
		case p.event == eventPopup && status == "accept":
			c.Given = 1
		case status == "reject":
			c.Refused = true
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

// ours keeps the consents for templates that are mapped; one for good counts
// without end.
func (c *Channel) ours(list []bot.ConsentEvent) []bot.ConsentEvent {
	var out []bot.ConsentEvent
	for _, e := range list {
		for _, m := range c.opts.Subscriptions {
			if m.Template != e.Template {
				continue
			}
			if m.Lasting && e.Given > 0 {
				e.Given = models.LastingConsent
			}
			out = append(out, e)
			break
		}
	}
	return out
}

// messageInto maps messages. Kinds we do not know are stickers: there is nothing
// to read, and the person gets a polite answer.
func (p *push) messageInto(in *bot.Inbound) {
	switch message.MsgType(p.kind) {
	case message.MsgTypeText:
		in.Kind, in.Text = bot.KindText, p.content
		if unsupported(p.content) {
			in.Kind, in.Text = bot.KindSticker, ""
		} else if ref, ok := ourRef(p.menuID); ok {
			in.Kind, in.Choice = bot.KindChoice, ref
		}
	case message.MsgTypeImage:
		in.Kind = bot.KindImage
		in.Media = &bot.Media{ID: p.mediaID, URL: p.picURL}
	case message.MsgTypeVoice:
		in.Kind, in.Text = bot.KindVoice, p.recognition
		in.Media = &bot.Media{ID: p.mediaID, ContentType: voiceType(p.format)}
	case message.MsgTypeVideo, message.MsgTypeShortVideo:
		in.Kind = bot.KindFile
		in.Media = &bot.Media{ID: p.mediaID, ContentType: "video/mp4"}
	case message.MsgTypeLocation:
		lat, latErr := strconv.ParseFloat(p.lat, 64)
		lon, lonErr := strconv.ParseFloat(p.lon, 64)
		if latErr != nil || lonErr != nil || !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) {
			in.Kind = bot.KindSticker
			return
		}
		in.Kind, in.Text = bot.KindLocation, p.label
		in.Media = &bot.Media{Latitude: lat, Longitude: lon}
	case message.MsgTypeLink:
		in.Kind = bot.KindText
		in.Text = strings.TrimSpace(p.title + "\n" + p.url)
	default:
		in.Kind = bot.KindSticker
	}
}

// unsupported recognises what WeChat puts in place of a sticker from its shop:
// a text that says so, with either kind of bracket.
func unsupported(content string) bool {
	inner := strings.Trim(content, "[]【】")
	return inner != content && strings.HasPrefix(inner, "收到不支持的消息类型")
}

// ourRef recognises a bizmsgmenuid of ours: a command ("/book") or turn and
// number ("12.3"). Others are a menu message that staff wrote in WeChat's
// console, or lines without a reference: those count by their words.
func ourRef(id string) (string, bool) {
	if strings.Contains(id, "%") {
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
	}
	if id == "" || len(id) > 64 {
		return "", false
	}
	if id[0] == '/' {
		return id, true
	}
	turn, number, found := strings.Cut(id, ".")
	return id, found && digits(turn) && digits(number)
}

func voiceType(format string) string {
	switch strings.ToLower(format) {
	case "":
		return ""
	case "speex":
		return "audio/speex"
	case "mp3":
		return "audio/mpeg"
	default:
		return "audio/" + strings.ToLower(format)
	}
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}

// openID says whether s can be an openid; it becomes part of keys and of JSON.
func openID(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9', b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_', b == '-':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}
