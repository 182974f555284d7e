package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"zhenban/bot"
)

const (
	maxLine     = 1 << 20 // bytes of a line; the rest is dropped
	receiveTime = 60 * time.Second
)

// Run takes lines until the input ends, the context is done or, on a pipe, a
// message could not be kept; each line is answered before the next is read.
// A reader that never returns (a tty) is left behind when ctx ends first.
func (c *Channel) Run(ctx context.Context, r bot.Receiver) error {
	n := 0
	if c.o.Greet {
		in := c.inbound(n, c.o.Clock.Now())
		in.Kind, in.Event = bot.KindEvent, bot.EventFollow
		if err := c.answer(ctx, r, in); err != nil {
			return err
		}
	}
	asks, lines := make(chan struct{}), make(chan line)
	done := make(chan struct{})
	defer close(done)
	go read(c.o.In, asks, lines, done)
	for {
		if err := c.prompt(); err != nil {
			return err
		}
		select {
		case asks <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		var l line
		select {
		case l = <-lines:
		case <-ctx.Done():
			return nil
		}
		if err := c.took(l.text, l.err == nil || l.text != ""); err != nil {
			return err
		}
		if text := strings.TrimSpace(l.text); text != "" {
			n++
			in := c.inbound(n, c.o.Clock.Now())
			in.Text = text
			if err := c.answer(ctx, r, in); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(l.err, io.EOF):
			return nil
		case l.err != nil:
			return fmt.Errorf("read the terminal: %w", l.err)
		}
	}
}

// answer hands one message over and prints what comes back.
func (c *Channel) answer(ctx context.Context, r bot.Receiver, in bot.Inbound) error {
	rctx, cancel := context.WithTimeout(ctx, receiveTime)
	defer cancel()
	reply, err := r.Receive(rctx, in)
	if err != nil {
		if !c.o.Interactive || ctx.Err() != nil {
			return fmt.Errorf("hand over line: %w", err)
		}
		return c.say(bot.Message{Text: c.o.Trouble})
	}
	for _, m := range reply.Inline {
		if err := c.say(m); err != nil {
			return err
		}
	}
	return nil
}

type line struct {
	text string
	err  error
}

// read reads one line each time it is asked, so that nothing is taken from the
// input that will not be answered.
func read(in io.Reader, asks <-chan struct{}, lines chan<- line, done <-chan struct{}) {
	b := bufio.NewReaderSize(in, 64<<10)
	for {
		select {
		case <-asks:
		case <-done:
			return
		}
		text, err := readLine(b)
		select {
		case lines <- line{text, err}:
		case <-done:
			return
		}
		if err != nil {
			return
		}
	}
}

// readLine reads to the line's end, keeps its first maxLine bytes and makes
// valid UTF-8 of them.
func readLine(b *bufio.Reader) (string, error) {
	var buf []byte
	for {
		part, err := b.ReadSlice('\n')
		if room := maxLine - len(buf); room > 0 {
			buf = append(buf, part[:min(room, len(part))]...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		text := strings.TrimRight(string(buf), "\r\n")
		return strings.ToValidUTF8(text, "\uFFFD"), err
	}
}
