package wechattest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// hangUp is how long WeChat waits for an answer, and deliveries how often it
// tries in all.
const (
	hangUp     = 5 * time.Second
	deliveries = 3
)

// Client is one person with a phone.
type Client struct {
	OpenID  string
	server  *Server
	webhook string
}

// Client gives the person with this openid, whose messages are pushed to the
// webhook's address.
func (s *Server) Client(openID, webhook string) *Client {
	return &Client{OpenID: openID, server: s, webhook: webhook}
}

// Answer is what came back for one message, at once.
type Answer struct {
	Status     int       // HTTP status of the last delivery, 0 if there was none
	Deliveries int       // how often it was pushed
	Message    *Received // the passive reply; nil for success
}

// ErrOutOfService is what a person sees after three failed deliveries:
// 该公众号暂时无法提供服务.
var ErrOutOfService = errors.New("wechattest: the account is out of service")

// Push is one message on its way to the webhook.
type Push struct {
	ID     string // what makes it one
	Fields []Field
	window opening
}

// Field is one element of a push. Raw ones are written without CDATA.
type Field struct {
	Name, Value string
	Raw         bool
}

// opening says which reply window a push opens.
type opening int

const (
	noWindow opening = iota
	ofMessage
	ofEvent
)

// Message makes a message with a MsgId of its own.
func (c *Client) Message(kind string, fields ...Field) Push {
	s := c.server
	s.mu.Lock()
	s.serial++
	id := strconv.FormatInt(s.serial, 10)
	s.mu.Unlock()
	all := append(c.head(kind), fields...)
	return Push{ID: id, Fields: append(all, Field{"MsgId", id, true}), window: ofMessage}
}

// Event makes an event; events have no MsgId.
func (c *Client) Event(event, key string, fields ...Field) Push {
	all := append(c.head("event"), Field{"Event", event, false}, Field{"EventKey", key, false})
	p := Push{ID: event + ":" + key + ":" + all[2].Value, Fields: append(all, fields...)}
	switch event {
	case "subscribe", "SCAN", "CLICK":
		p.window = ofEvent
	}
	return p
}

func (c *Client) head(kind string) []Field {
	s := c.server
	return []Field{
		{"ToUserName", s.cfg.Account, false},
		{"FromUserName", c.OpenID, false},
		{"CreateTime", strconv.FormatInt(s.clock.Now().Unix(), 10), true},
		{"MsgType", kind, false},
	}
}

// Text says something.
func (c *Client) Text(ctx context.Context, words string) (Answer, error) {
	return c.Push(ctx, c.Message("text", Field{"Content", words, false}))
}

// Tap taps a line: the phone sends its content with the reference.
func (c *Client) Tap(ctx context.Context, o Option) (Answer, error) {
	if o.Content == "" {
		return Answer{}, errors.New("wechattest: that line opens a page")
	}
	return c.Push(ctx, c.Message("text", Field{"Content", o.Content, false}, Field{"bizmsgmenuid", o.Ref, true}))
}

// Follow follows the account, by scanning a code if there is a scene.
func (c *Client) Follow(ctx context.Context, scene string) (Answer, error) {
	c.setFollowing(true)
	if scene != "" {
		scene = "qrscene_" + scene
	}
	return c.Push(ctx, c.Event("subscribe", scene))
}

// Join makes the person a follower without a push, for tests that begin later.
func (c *Client) Join() *Client {
	c.setFollowing(true)
	return c
}

// Chatting makes the person a follower who wrote just now, without a push.
func (c *Client) Chatting() *Client {
	c.setFollowing(true)
	c.server.wrote(c.OpenID, false)
	return c
}

// Leave leaves the account; the push about it got lost.
func (c *Client) Leave() { c.setFollowing(false) }

// Wait waits until n messages have reached the person, and gives all.
func (c *Client) Wait(ctx context.Context, n int) ([]Received, error) {
	err := c.server.wait(ctx, func() bool { return len(c.server.contact(c.OpenID).inbox) >= n })
	return c.Inbox(), err
}

// Unfollow leaves the account.
func (c *Client) Unfollow(ctx context.Context) (Answer, error) {
	c.setFollowing(false)
	return c.Push(ctx, c.Event("unsubscribe", ""))
}

func (c *Client) setFollowing(following bool) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.server.contact(c.OpenID).following = following
}

// Scan scans a code of the account as a follower.
func (c *Client) Scan(ctx context.Context, scene string) (Answer, error) {
	return c.Push(ctx, c.Event("SCAN", scene, Field{"Ticket", "gQ", false}))
}

// Click taps a button of the menu.
func (c *Client) Click(ctx context.Context, key string) (Answer, error) {
	return c.Push(ctx, c.Event("CLICK", key))
}

// View follows a link of the menu.
func (c *Client) View(ctx context.Context, address string) (Answer, error) {
	return c.Push(ctx, c.Event("VIEW", address))
}

// Image sends a picture.
func (c *Client) Image(ctx context.Context, kind string, data []byte) (Answer, error) {
	id := c.server.PutMedia(kind, data)
	return c.Push(ctx, c.Message("image", Field{"PicUrl", "http://mmbiz.qpic.cn/" + id, false}, Field{"MediaId", id, false}))
}

// Voice speaks; recognition is what WeChat understood, if anything.
func (c *Client) Voice(ctx context.Context, recognition string) (Answer, error) {
	id := c.server.PutMedia("audio/amr", []byte("#!AMR\n"))
	return c.Push(ctx, c.Message("voice", Field{"MediaId", id, false}, Field{"Format", "amr", false}, Field{"Recognition", recognition, false}))
}

// Location sends a place.
func (c *Client) Location(ctx context.Context, lat, lon float64, label string) (Answer, error) {
	return c.Push(ctx, c.Message("location",
		Field{"Location_X", strconv.FormatFloat(lat, 'f', 6, 64), true}, Field{"Location_Y", strconv.FormatFloat(lon, 'f', 6, 64), true},
		Field{"Scale", "20", true}, Field{"Label", label, false}))
}

// Push delivers a message as WeChat does: without an answer in 5 s, again, three
// times in all, each signed anew. A fault of the answer's form is an error.
func (c *Client) Push(ctx context.Context, p Push) (Answer, error) {
	var a Answer
	var err error
	c.opens(p)
	for a.Deliveries = 1; ; a.Deliveries++ {
		a.Status, a.Message, err = c.deliver(ctx, p)
		if err == nil || errors.Is(err, errAnswer) || ctx.Err() != nil {
			return a, err
		}
		if a.Deliveries == deliveries {
			return a, fmt.Errorf("%w: %w", ErrOutOfService, err)
		}
	}
}

// Deliver pushes a message once.
func (c *Client) Deliver(ctx context.Context, p Push) (Answer, error) {
	c.opens(p)
	status, message, err := c.deliver(ctx, p)
	return Answer{Status: status, Deliveries: 1, Message: message}, err
}

func (c *Client) opens(p Push) {
	if p.window != noWindow {
		c.server.wrote(c.OpenID, p.window == ofEvent)
	}
}

// Inbox is everything that reached the person, in order.
func (c *Client) Inbox() []Received {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	return append([]Received(nil), c.server.contact(c.OpenID).inbox...)
}

// Next waits for the next message that was not yet asked for, passive replies
// included.
func (c *Client) Next(ctx context.Context) (Received, error) {
	var got Received
	err := c.server.wait(ctx, func() bool {
		box := c.server.contact(c.OpenID)
		if box.read >= len(box.inbox) {
			return false
		}
		got = box.inbox[box.read]
		box.read++
		return true
	})
	return got, err
}

// xml writes a push.
func (p *Push) xml() string {
	var b strings.Builder
	b.WriteString("<xml>\n")
	for _, f := range p.Fields {
		if f.Raw {
			fmt.Fprintf(&b, "<%s>%s</%s>\n", f.Name, f.Value, f.Name)
		} else {
			fmt.Fprintf(&b, "<%s><![CDATA[%s]]></%s>\n", f.Name, strings.ReplaceAll(f.Value, "]]>", "]]]]><![CDATA[>"), f.Name)
		}
	}
	b.WriteString("</xml>")
	return b.String()
}
