// Package terminal is the chat in a terminal or over a pipe: the same
// conversation with nothing to install, and transcripts that read well.
package terminal

import (
	"context"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/bot"
)

// ChannelName is the channel's part of a contact's identity.
const ChannelName = "terminal"

// Options is what the channel needs. In, Out and Clock must be given.
type Options struct {
	In      io.Reader
	Out     io.Writer
	Address string // who is typing; "" is "me"
	RunID   string // makes this run's keys its own; "" takes the start's time
	Clock   clockwork.Clock
	Lang    string // language tag told to the receiver, if any
	// Interactive shows a prompt; otherwise each line read is echoed as "> line".
	Interactive bool
	Color       bool // dims what is not the answer itself
	Greet       bool // opens with EventFollow, as a new person would
	// Trouble is what a person reads when a message could not be kept.
	Trouble string
}

// Channel is the terminal chat; it is one person's.
type Channel struct {
	o       Options
	runID   string
	mu      sync.Mutex // guards Out and waiting
	waiting bool       // the prompt stands there and the person may be typing
}

// New makes the channel; Run starts it.
func New(o Options) *Channel {
	if o.Address == "" {
		o.Address = "me"
	}
	if o.Trouble == "" {
		o.Trouble = "(!)"
	}
	id := o.RunID
	if id == "" {
		id = strconv.FormatInt(o.Clock.Now().UnixNano(), 36)
	}
	return &Channel{o: o, runID: id}
}

// Name is "terminal".
func (c *Channel) Name() string { return ChannelName }

// Fit lets every message through: a terminal has no limit.
func (c *Channel) Fit(m bot.Message) []bot.Message { return []bot.Message{m} }

// Send prints a push when it comes, between answers.
func (c *Channel) Send(_ context.Context, address string, m bot.Message, _ string) (string, error) {
	if address != c.o.Address {
		return "", &bot.SendError{Code: "address", Reaction: bot.Unreachable}
	}
	if err := c.say(m); err != nil {
		return "", &bot.SendError{Code: "write", Reaction: bot.GiveUp, Err: err}
	}
	return "", nil
}

// key makes each line of each run one message.
func (c *Channel) key(n int) string {
	return ChannelName + ":" + c.o.Address + ":" + c.runID + ":" + strconv.Itoa(n)
}

func (c *Channel) inbound(n int, now time.Time) bot.Inbound {
	return bot.Inbound{
		Channel: ChannelName, Address: c.o.Address, Key: c.key(n), At: now.UTC(),
		Kind: bot.KindText, Locale: c.o.Lang, Inline: -1,
	}
}

// Fileless implements bot.Fileless: a terminal shows text.
func (c *Channel) Fileless() {}
