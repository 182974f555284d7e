// Package bot is how the assistant talks: messages that no platform owns, the
// engine that turns an inbound message into an answer, the sender that
// delivers what is in the outbox, and the HTTP server the channels share.
package bot

import (
	"time"

	"zhenban/models"
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
	EventScan     Event = "scan"    // scanned a QR code of ours; Scene holds its scene
	EventView     Event = "view"    // followed a link of the menu: needs no answer
	EventConsent  Event = "consent" // agreed to notices or refused them: Consents
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

	Consents []ConsentEvent `json:"consents,omitempty"`

	Locale string `json:"locale,omitempty"` // language tag the platform reports, if any
	Name   string `json:"name,omitempty"`   // display name the platform reports, if any

	// Inline is how many messages of the answer the channel can carry in its
	// own reply to this very request: 0 none, -1 all. Not after InlineUntil.
	Inline      int       `json:"inline,omitempty"`
	InlineUntil time.Time `json:"inline_until,omitzero"`
}

// ConsentEvent is a person's answer about one template of notices.
type ConsentEvent struct {
	Template string `json:"template"`
	Given    int    `json:"given,omitempty"` // notices agreed to
	Refused  bool   `json:"refused,omitempty"`
	Spent    bool   `json:"spent,omitempty"` // the platform says that none was left
}

// ContactID names the sender over all channels.
func (in *Inbound) ContactID() string { return in.Channel + ":" + in.Address }

// What is said is kept in the outbox, so its shape belongs to models.
type (
	// Message is one message to a person, before a channel gives it its shape.
	Message = models.Message
	// Option is something a person can pick by its number, its words or its button.
	Option = models.Option
	// Media points at bytes that the channel can fetch, or holds them.
	Media = models.Media
)

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
