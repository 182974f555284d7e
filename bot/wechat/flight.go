package wechat

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"zhenban/bot"
)

const (
	// answerWithin is how long the person's answer may take to go out as a
	// passive reply. WeChat hangs up after 5 s; one second is for the way.
	answerWithin = 4 * time.Second
	// workWithin bounds one attempt at a message, long after WeChat's answer.
	workWithin = 30 * time.Second
	// Once WeChat has been told success it never delivers again: what failed
	// after that is tried again here, with growing pauses.
	attempts  = 6
	firstWait = time.Second
)

// Keeper is a Receiver that can put a message by, safe from a crash, without
// working on it (the engine's spool). If the receiver is one, a message is put
// by before WeChat is told success; if that fails, WeChat is told to deliver
// again.
type Keeper interface {
	Keep(ctx context.Context, in bot.Inbound) error
}

// outcome is what the webhook has to tell WeChat.
type outcome int

const (
	answered     outcome = iota // in time: the text, or success when it is empty
	acknowledged                // not in time: success, the answer comes later
	failed                      // not kept: deliver again
	busy
	gone // WeChat hung up; nobody reads the answer
)

// flight holds the messages being worked on in this process. WeChat delivers up
// to three times, and the deliveries overlap: they share one call, so that the
// answer goes out either inline or late, not both.
type flight struct {
	mu    sync.Mutex
	calls map[string]*call
	turns map[string]*turn // of people whose message is being answered, by openid
}

// call is one message being worked on. Its fields are guarded by flight.mu until
// done is closed.
type call struct {
	done  chan struct{}
	acked bool // WeChat was told success: the answer must go out late
	over  bool
	text  string // the passive reply, rendered
	err   error
}

// deliver hands a message on and waits for its answer for as long as WeChat does.
func (h *webhook) deliver(ctx context.Context, in bot.Inbound) (string, outcome) {
	f := &h.flight
	f.mu.Lock()
	c, found := f.calls[in.Key]
	if !found {
		if len(f.calls) >= maxInFlight {
			f.mu.Unlock()
			return "", busy
		}
		c = &call{done: make(chan struct{})}
		f.calls[in.Key] = c
		h.late.Add(1)
		go h.work(context.WithoutCancel(ctx), c, in)
	}
	f.mu.Unlock()

	timer := h.opts.Clock.NewTimer(in.InlineUntil.Sub(h.opts.Clock.Now()))
	defer timer.Stop()
	select {
	case <-c.done:
	case <-timer.Chan():
		if !h.acknowledge(ctx, c, in) {
			return "", failed
		}
	case <-ctx.Done():
		// Unanswered, so WeChat delivers again, and that delivery carries the
		// answer: nothing is to be sent late.
		h.opts.Count("wechat_hung_up")
		return "", gone
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case c.acked:
		return "", acknowledged
	case c.err != nil:
		return "", failed
	}
	return c.text, answered
}

// acknowledge marks a call whose answer will come too late for this delivery.
// It is false when the message could not be put by.
func (h *webhook) acknowledge(ctx context.Context, c *call, in bot.Inbound) bool {
	if k, ok := h.receiver.(Keeper); ok {
		if err := k.Keep(ctx, in); err != nil {
			h.opts.Log.Error("wechat: a slow message could not be put by", "err", err)
			return false
		}
	}
	h.flight.mu.Lock()
	defer h.flight.mu.Unlock()
	if !c.over {
		c.acked = true
		h.opts.Count("wechat_late")
	}
	return true
}

// work runs one message to its end: the receiver, and what goes out late.
func (h *webhook) work(ctx context.Context, c *call, in bot.Inbound) {
	defer h.late.Done()
	wait := firstWait
	for attempt := 1; ; attempt++ {
		reply, err := h.receive(ctx, in)
		var text string
		var rest bot.Reply
		if err == nil {
			text, rest = inline(reply)
		}
		acked, again := h.settle(c, in.Key, text, err, attempt < attempts)
		switch {
		case again:
			<-h.opts.Clock.After(wait)
			wait *= 2
			continue
		case err != nil && acked:
			h.opts.Log.Error("wechat: an acknowledged message was not taken", "err", err)
			h.opts.Count("wechat_lost")
			h.opts.Alarm(ctx, "wechat_lost", "a message that WeChat was told we have could not be kept: "+err.Error())
		case err != nil:
			h.opts.Log.Error("wechat: a message was not taken; WeChat delivers it again", "err", err)
		case acked:
			h.sendLate(ctx, reply)
		default:
			h.sendLate(ctx, rest)
		}
		return
	}
}

// settle closes the call, unless a message that WeChat believes we have failed
// and may be tried again.
func (h *webhook) settle(c *call, key, text string, err error, more bool) (acked, again bool) {
	h.flight.mu.Lock()
	defer h.flight.mu.Unlock()
	if err != nil && c.acked && more {
		return true, true
	}
	c.over, c.text, c.err = true, text, err
	delete(h.flight.calls, key)
	close(c.done)
	return c.acked, false
}

// receive calls the receiver, bounded, and turns a panic into an error.
func (h *webhook) receive(ctx context.Context, in bot.Inbound) (reply bot.Reply, err error) {
	ctx, cancel := context.WithTimeout(ctx, workWithin)
	defer cancel()
	defer func() {
		if recover() != nil {
			h.opts.Count("wechat_panic")
			h.opts.Log.Error("wechat: panic in the receiver", "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	if reply, err = h.receiver.Receive(ctx, in); err != nil {
		return reply, fmt.Errorf("wechat: receive: %w", err)
	}
	return reply, nil
}

var errPanic = errors.New("wechat: receive: panic")

// inline parts an answer into the text of the passive reply (one message, and
// only text) and what must go out otherwise: pictures, and more than one
// message can hold.
func inline(r bot.Reply) (text string, rest bot.Reply) {
	rest = r
	rest.Inline = nil
	if len(r.Inline) == 0 {
		return "", rest
	}
	if r.Inline[0].Media != nil {
		return "", r // in order: nothing may overtake the picture
	}
	text = render(r.Inline[0])
	if len(text) > MaxText {
		parts := fit(r.Inline[0])
		text = render(parts[0])
		rest.Inline = parts[1:]
	}
	rest.Inline = append(rest.Inline, r.Inline[1:]...)
	return text, rest
}

// sendLate hands messages back that could not go inline.
func (h *webhook) sendLate(ctx context.Context, r bot.Reply) {
	if len(r.Inline) == 0 {
		return
	}
	wait := firstWait
	for attempt := 1; ; attempt++ {
		err := h.handBack(ctx, r)
		if err == nil {
			return
		}
		if attempt == attempts {
			h.opts.Log.Error("wechat: a late answer was not taken back", "contact", r.ContactID, "seq", r.Seq, "err", err)
			h.opts.Count("wechat_lost")
			h.opts.Alarm(ctx, "wechat_lost", "an answer that came too late for WeChat could not be queued: "+err.Error())
			return
		}
		<-h.opts.Clock.After(wait)
		wait *= 2
	}
}

func (h *webhook) handBack(ctx context.Context, r bot.Reply) (err error) {
	ctx, cancel := context.WithTimeout(ctx, workWithin)
	defer cancel()
	defer func() {
		if recover() != nil {
			h.opts.Count("wechat_panic")
			err = errPanic
		}
	}()
	return h.receiver.Late(ctx, r)
}
