// Package bot is how the assistant talks: messages that no platform owns, the
// engine that turns an inbound message into an answer, the sender that
// delivers what is in the outbox, and the HTTP server the channels share.
package bot

import (
	"strconv"
	"strings"
	"time"
)

// Kind says what an inbound message is.
type Kind string

// The kinds of inbound message. A channel maps what its platform has onto them.
const (
	KindText     Kind = "text"
	KindChoice   Kind = "choice" // a button or link was tapped; Choice holds its reference
	KindImage    Kind = "image"
	KindVoice    Kind = "voice" // Text holds the platform's recognition, if any
	KindFile     Kind = "file"
	KindLocation Kind = "location"
	KindPhone    Kind = "phone"   // the sender shared their own number; Text holds it
	KindSticker  Kind = "sticker" // sticker, emoji package, video note: nothing to read
	KindEvent    Kind = "event"
)

// Event is what happened when Kind is KindEvent.
type Event string

// Events that change how a contact can be reached or that start a conversation.
const (
	EventFollow   Event = "follow"   // subscribed, /start, opened the web chat for the first time
	EventUnfollow Event = "unfollow" // left: cannot be reached any more
	EventBlock    Event = "block"
	EventUnblock  Event = "unblock"
	EventScan     Event = "scan" // scanned a QR code of ours; Scene holds its scene
	EventView     Event = "view" // followed a link of the menu: needs no answer
)

// Inbound is one message from a person, as a channel decoded it.
type Inbound struct {
	Channel string    `json:"channel"` // name of the channel: wechat, telegram, web, terminal
	Address string    `json:"address"` // who, on that channel: openid, chat id, browser id
	Key     string    `json:"key"`     // what makes the message one; same message delivered again, same key
	At      time.Time `json:"at"`
	Kind    Kind      `json:"kind"`
	Text    string    `json:"text,omitempty"`
	Choice  string    `json:"choice,omitempty"` // Option.Ref of the option tapped
	Event   Event     `json:"event,omitempty"`
	Scene   string    `json:"scene,omitempty"` // of a scanned QR code, a /start payload or a page's ?scene=
	Media   *Media    `json:"media,omitempty"`
	Locale  string    `json:"locale,omitempty"` // language tag the platform reports, if any
	Name    string    `json:"name,omitempty"`   // display name the platform reports, if any

	// Inline is how many messages of the answer the channel can carry in its
	// own reply to this very request: 0 none, -1 all. Not after InlineUntil.
	Inline      int       `json:"inline,omitempty"`
	InlineUntil time.Time `json:"inline_until,omitzero"`
}

// ContactID names the sender over all channels.
func (in *Inbound) ContactID() string { return in.Channel + ":" + in.Address }

// Media points at bytes that the channel can fetch, or holds them.
type Media struct {
	ID          string  `json:"id,omitempty"`  // the platform's file id
	URL         string  `json:"url,omitempty"` // never logged: may contain a token
	Name        string  `json:"name,omitempty"`
	ContentType string  `json:"content_type,omitempty"`
	Data        []byte  `json:"data,omitempty"`
	Latitude    float64 `json:"lat,omitempty"`
	Longitude   float64 `json:"lon,omitempty"`
}

// Message is one message to a person, before a channel gives it its shape.
type Message struct {
	Text    string   `json:"text,omitempty"`
	Options []Option `json:"options,omitempty"` // numbered from First
	First   int      `json:"first,omitempty"`   // number of the first option; 0 means 1
	Media   *Media   `json:"media,omitempty"`   // picture or file to send, with Data
	Phone   string   `json:"phone,omitempty"`   // label of a button that shares the person's own number, where the platform has one
}

// Option is something a person can pick by its number, its words or its button.
type Option struct {
	Label string `json:"label"`
	// Value is what picking it means. One that starts with "/" is a command
	// and works for ever; any other belongs to the question it stood under.
	Value string `json:"value"`
	URL   string `json:"url,omitempty"` // opens a page instead of being sent
	Ref   string `json:"ref,omitempty"` // what a button carries back, ≤ 64 bytes; set by the engine
}

// Number is the number option i is shown with.
func (m *Message) Number(i int) int {
	if m.First > 0 {
		return m.First + i
	}
	return 1 + i
}

// refer fills the options' references: commands carry themselves, answers to a
// question carry the turn and the number, so that a stale one is noticed.
func refer(messages []Message, seq int64) {
	n := 1
	for i := range messages {
		m := &messages[i]
		if len(m.Options) == 0 {
			continue
		}
		if n > 1 {
			m.First = n
		}
		for j := range m.Options {
			o := &m.Options[j]
			if strings.HasPrefix(o.Value, "/") && len(o.Value) <= 64 {
				o.Ref = o.Value
			} else {
				o.Ref = strconv.FormatInt(seq, 10) + "." + strconv.Itoa(n)
			}
			n++
		}
	}
}

// Reply is the answer to one inbound message.
type Reply struct {
	ContactID string
	Seq       int64
	// Inline holds the messages the channel must deliver itself, now; the rest
	// of the answer is in the outbox. Empty when there is nothing to say.
	Inline []Message
	// Repeat is set when the message had been answered before.
	Repeat bool
}
