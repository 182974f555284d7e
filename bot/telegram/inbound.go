package telegram

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
)

const private = "private"

// decode turns an update into a neutral message; false when it is not for the
// assistant: groups, channels, other bots, edits, service messages.
func decode(u *update, now time.Time) (bot.Inbound, bool) {
	in := bot.Inbound{Channel: Name, Key: u.key(), At: now}
	switch {
	case u.Message != nil:
		return in, decodeMessage(u.Message, &in)
	case u.Callback != nil:
		return in, decodeCallback(u.Callback, &in)
	case u.Member != nil:
		return in, decodeMembership(u.Member, &in)
	}
	return in, false
}

func decodeCallback(q *callback, in *bot.Inbound) bool {
	if q.Data == "" || !identify(q.From, in) {
		return false
	}
	in.Kind, in.Choice = bot.KindChoice, q.Data
	if q.Message != nil {
		if q.Message.Chat.Type != "" && q.Message.Chat.Type != private {
			return false
		}
		in.Address = strconv.FormatInt(q.Message.Chat.ID, 10)
	}
	return true
}

// decodeMembership: in a private chat Telegram tells only of blocking (kicked)
// and unblocking (member).
func decodeMembership(m *membership, in *bot.Inbound) bool {
	if m.Chat.Type != private || !identify(m.From, in) {
		return false
	}
	in.Kind, in.Address = bot.KindEvent, strconv.FormatInt(m.Chat.ID, 10)
	sent(m.Date, in)
	switch m.New.Status {
	case "kicked":
		in.Event = bot.EventBlock
	case "member":
		in.Event = bot.EventUnblock
	default:
		return false
	}
	return true
}

func decodeMessage(m *message, in *bot.Inbound) bool {
	if m.Chat.Type != private || !identify(m.From, in) {
		return false
	}
	in.Address = strconv.FormatInt(m.Chat.ID, 10)
	sent(m.Date, in)
	in.Text = m.Caption
	switch {
	case m.Text != "":
		decodeText(m.Text, in)
	case m.Contact != nil:
		in.Kind = bot.KindPhone
		// Any contact of the address book can be shared: only the sender's own
		// proves a number. Someone else's is a phone message without a phone.
		if m.Contact.UserID == m.From.ID {
			in.Text = international(m.Contact.Phone)
		}
	case m.Animation != nil: // also carries a document: must stand before it
		in.Kind = bot.KindSticker
	case len(m.Photo) > 0:
		largest := slices.MaxFunc(m.Photo, func(a, b file) int { return a.Width*a.Height - b.Width*b.Height })
		largest.MimeType = "image/jpeg" // Telegram converts every photo to JPEG
		in.Kind, in.Media = bot.KindImage, largest.media()
	case m.Document != nil:
		in.Kind, in.Media = bot.KindFile, m.Document.media()
		if strings.HasPrefix(m.Document.MimeType, "image/") { // a photo sent uncompressed
			in.Kind = bot.KindImage
		}
	case m.Voice != nil:
		in.Kind, in.Media = bot.KindVoice, m.Voice.media()
	case m.Audio != nil:
		in.Kind, in.Media = bot.KindFile, m.Audio.media()
	case m.Video != nil:
		in.Kind, in.Media = bot.KindFile, m.Video.media()
	case m.Location != nil:
		in.Kind = bot.KindLocation
		in.Media = &bot.Media{Latitude: m.Location.Latitude, Longitude: m.Location.Longitude}
	case m.Sticker != nil, m.VideoNote != nil, m.Dice != nil, m.Poll != nil, m.Game != nil,
		m.Story != nil, m.Checklist != nil, m.PaidMedia != nil:
		in.Kind = bot.KindSticker
	default:
		return false
	}
	return true
}

// decodeText takes commands apart: /start opens the chat and may carry the
// payload of a deep link, any other command is its words.
func decodeText(text string, in *bot.Inbound) {
	in.Kind, in.Text = bot.KindText, text
	if !strings.HasPrefix(text, "/") {
		return
	}
	command, rest, _ := strings.Cut(text[1:], " ")
	command, _, _ = strings.Cut(command, "@") // /menu@our_bot
	rest = strings.TrimSpace(rest)
	if command == "start" {
		in.Kind, in.Event, in.Scene, in.Text = bot.KindEvent, bot.EventFollow, rest, ""
		return
	}
	// Commands have no spaces: /my_bookings means "my bookings".
	if words := strings.TrimSpace(strings.ReplaceAll(command, "_", " ") + " " + rest); words != "" {
		in.Text = words
	}
}

func identify(from *user, in *bot.Inbound) bool {
	if from == nil || from.IsBot {
		return false
	}
	in.Address = strconv.FormatInt(from.ID, 10)
	in.Locale, in.Name = from.Language, from.Name
	return true
}

// sent takes Telegram's time of the message, unless its clock is ahead of ours.
func sent(date int64, in *bot.Inbound) {
	if at := time.Unix(date, 0); date > 0 && at.Before(in.At) {
		in.At = at.In(in.At.Location())
	}
}

// international puts the plus back that Telegram drops from phone numbers.
func international(phone string) string {
	if phone == "" || strings.HasPrefix(phone, "+") {
		return phone
	}
	return "+" + phone
}

func (f *file) media() *bot.Media {
	return &bot.Media{ID: f.ID, Name: f.Name, ContentType: f.MimeType, Size: int(f.Size)}
}
