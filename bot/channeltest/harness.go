// Package channeltest is the one table of what every channel must do. An
// adapter passes it against the stand-in of its platform; what lies behind the
// seam, the bot.Receiver, is a script.
package channeltest

import (
	"context"
	"testing"
	"time"

	"zhenban/bot"
)

// Harness is a channel, the stand-in of its platform, and one person there who
// has already opened the chat. Its methods end the test when the stand-in
// breaks; those that return a bool say false where the platform has no such
// thing, and the row is skipped.
type Harness interface {
	// Channel is the adapter under test.
	Channel() bot.Channel
	// Address is the person's, as the channel writes it.
	Address() string

	// Say lets the person write. It may return before the channel received it.
	Say(text string)
	// Tap lets the person tap the option that is shown with this number.
	Tap(number int) bool
	// Give lets the person send an image, a voice message, a sticker, or the
	// place 31.23, 121.47.
	Give(kind bot.Kind) bool
	// Again delivers the person's last message n more times at once.
	Again(n int) bool

	// Seen waits until the person has seen n messages, and returns all.
	Seen(ctx context.Context, n int) ([]Seen, error)

	// Redeliver lets the time pass after which the platform delivers again
	// what was not acknowledged.
	Redeliver() bool
	// Block lets the person block or leave the account, without telling.
	Block() bool
	// Break makes the platform fail at the next message that is sent.
	Break(Failure) bool
	// Pass moves the platform's clock, for its rate limits.
	Pass(time.Duration)
	// Reopen lets the person write Reopening, where a platform takes only so
	// many messages for one of theirs.
	Reopen()
}

// Seen is one message as the person reads it, options included.
type Seen struct {
	Text  string
	Media bool
}

// Failure is a way in which the platform fails.
type Failure string

// The failures of the table.
const (
	ServerError Failure = "5xx"         // refused, not taken
	LostAnswer  Failure = "lost answer" // taken, but the answer never comes
)

// Reopening is what a person writes in Reopen; it is not answered.
const Reopening = "…"

// timeout ends a row that waits for something that never comes.
const timeout = 20 * time.Second

// Run runs the table. newHarness starts a channel whose messages go to r.
func Run(t *testing.T, newHarness func(t *testing.T, r bot.Receiver) Harness) {
	for _, row := range rows() {
		t.Run(row.name, func(t *testing.T) {
			s := newScript(t)
			b := &bench{T: t, script: s, Harness: newHarness(t, s)}
			s.attach(b.Harness)
			row.run(b)
		})
	}
}

type row struct {
	name string
	run  func(*bench)
}

func rows() []row {
	return []row{
		{"a text arrives whole, with a key that stays", textArrives},
		{"the same delivery four times at once is one message", fourAtOnce},
		{"a tap carries the option's reference", tapCarriesRef},
		{"options are numbered lines from 1", optionsNumbered},
		{"a line break in a label does not break the list", labelBreaks},
		{"options count on from First", optionsCountOn},
		{"a long answer is split at line ends, whole, in order, options last", longAnswer},
		{"a long line of emoji is cut between characters", emojiIntact},
		{"marks and tags arrive unharmed", marksUnharmed},
		{"many options are all there", manyOptions},
		{"a picture is delivered", pictureDelivered},
		{"fitting what is fitted changes nothing", fitTwice},
		{"nothing to say is no message", nothingToSay},
		{"an image is an image", kindArrives(bot.KindImage)},
		{"a voice message is one", kindArrives(bot.KindVoice)},
		{"a sticker is one", kindArrives(bot.KindSticker)},
		{"a place has its coordinates", kindArrives(bot.KindLocation)},
		{"what was not kept is delivered again", notKept},
		{"one person's messages keep their order", keepOrder},
		{"who blocked us is unreachable", blocked},
		{"a server's error is tried again", serverError},
		{"a lost answer is never repeated blindly", lostAnswer},
		{"an address of another channel is an error", foreignAddress},
	}
}
