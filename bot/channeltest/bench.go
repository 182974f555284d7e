package channeltest

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
)

// bench is what a row works with.
type bench struct {
	*testing.T
	*script
	Harness
}

// seen waits for n messages on the person's screen.
func (b *bench) seen(n int) []Seen {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), timeout)
	defer cancel()
	all, err := b.Seen(ctx, n)
	require.NoError(b, err)
	return all
}

// settled lets one more message pass through everything, so that whatever was
// before it has arrived; it returns what was seen before its answer.
func (b *bench) settled() []Seen {
	b.Helper()
	b.script.answer(bot.Message{Text: last})
	b.Say("and now the last one")
	ctx, cancel := context.WithTimeout(b.Context(), timeout)
	defer cancel()
	for n := 1; ; n++ {
		all, err := b.Seen(ctx, n)
		require.NoError(b, err)
		for i, m := range all {
			if m.Text == last {
				return all[:i]
			}
		}
		n = max(n, len(all))
	}
}

const last = "这是最后一条"

// send delivers one message past the script and returns the decision.
func (b *bench) send(m bot.Message) *bot.SendError {
	b.Helper()
	return b.sendTo(b.Address(), m)
}

func (b *bench) sendTo(address string, m bot.Message) *bot.SendError {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), timeout)
	defer cancel()
	_, err := b.Channel().Send(ctx, address, m, "key")
	if err == nil {
		return nil
	}
	var e *bot.SendError
	require.ErrorAs(b, err, &e)
	return e
}

// need skips the row where the platform has no such thing.
func (b *bench) need(has bool) {
	b.Helper()
	if !has {
		b.Skip("not on this platform")
	}
}

// lines are all lines that are not empty, of all messages.
func lines(all []Seen) []string {
	var out []string
	for _, m := range all {
		for l := range strings.Lines(m.Text) {
			if l = strings.TrimSpace(l); l != "" {
				out = append(out, l)
			}
		}
	}
	return out
}

func options(labels ...string) []bot.Option {
	var all []bot.Option
	for _, l := range labels {
		all = append(all, bot.Option{Label: l, Value: "value of " + l})
	}
	return all
}

// picture is a small PNG.
func picture() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)))
	return b.Bytes()
}
