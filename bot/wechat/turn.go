package wechat

import (
	"context"
	"time"
)

// turn is the time between a person's message and the passive answer to it. The
// rest of the answer waits in the outbox, and the sender may be quicker than
// the answer's first part: what is sent meanwhile waits for the turn's end.
type turn struct {
	open int // deliveries not yet answered
	done chan struct{}
}

// begin opens a person's turn; the returned function ends it.
func (f *flight) begin(openID string) func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.turns[openID]
	if t == nil {
		t = &turn{done: make(chan struct{})}
		f.turns[openID] = t
	}
	t.open++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if t.open--; t.open == 0 {
			delete(f.turns, openID)
			close(t.done)
		}
	}
}

// afterTurn waits for the end of a person's turn, at most as long as WeChat
// waits for the answer. Copies of the program do not know of each other's turns;
// there the outbox is a database and a TLS connection slower than the answer.
func (c *Channel) afterTurn(ctx context.Context, openID string) {
	c.flight.mu.Lock()
	t := c.flight.turns[openID]
	c.flight.mu.Unlock()
	if t == nil {
		return
	}
	timer := c.opts.Clock.NewTimer(answerWithin + time.Second)
	defer timer.Stop()
	select {
	case <-t.done:
	case <-timer.Chan():
	case <-ctx.Done():
	}
}
