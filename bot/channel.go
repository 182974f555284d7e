package bot

import (
	"context"
	"fmt"
	"time"
)

// Channel is one way to reach people.
type Channel interface {
	// Name is the channel's part of a contact's identity: wechat, telegram, web …
	Name() string
	// Fit cuts a message into what the platform carries at once, at line ends,
	// options with the last part. The engine calls it before it keeps an answer.
	Fit(Message) []Message
	// Send delivers one fitted message and returns the platform's receipt, if
	// it has one. Failures are *SendError. A key that the platform can use
	// against doubles is given as key.
	Send(ctx context.Context, address string, m Message, key string) (receipt string, err error)
}

// Fileless is a Channel that cannot carry files, other than pictures; links
// take their place.
type Fileless interface{ Fileless() }

// Receiver takes what a channel decoded. It answers once per Inbound.Key; a
// returned error means that the message was not kept and the platform should
// deliver it again.
type Receiver interface {
	Receive(ctx context.Context, in Inbound) (Reply, error)
	// Late hands back inline messages that could not be delivered inline any
	// more; they go out through the sender, once.
	Late(ctx context.Context, r Reply) error
}

// Reaction is what a failed delivery asks for.
type Reaction string

// The reactions; exactly one place, the sender, acts on them.
const (
	RetryLater  Reaction = "retry"       // back off and repeat, after RetryAfter if given
	GiveUp      Reaction = "give_up"     // this message can never go out
	Unreachable Reaction = "unreachable" // this contact cannot be reached on this channel (left, unknown, blocked)
	NoWindow    Reaction = "no_window"   // reachable, but not this way now: try the next way
	SwitchOff   Reaction = "switch_off"  // the channel may not do this at all: alarm, stop trying
	Unknown     Reaction = "unknown"     // it may have been delivered; never repeated without an idempotency key
)

// SendError is a failed delivery with the decision in it.
type SendError struct {
	Code       string // the platform's own code: 45015, 429 …
	Reaction   Reaction
	RetryAfter time.Duration
	Blocked    bool // with Unreachable: the person refused, rather than left
	OneWay     bool // with SwitchOff: it is this way only, not the channel
	Alarm      bool // an operator must look
	Err        error
}

// Error names the code and the reaction, and never the message's text.
func (e *SendError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("send: %s (%s): %v", e.Code, e.Reaction, e.Err)
	}
	return fmt.Sprintf("send: %s (%s)", e.Code, e.Reaction)
}

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.Err }
