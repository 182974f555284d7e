package webchat

import (
	"context"
	"slices"
	"time"

	"github.com/coder/websocket"

	"zhenban/bot"
)

// quickLooks are the waits after a nudge that found nothing: the sender marks
// a push as delivered only after Send has returned.
var quickLooks = [...]time.Duration{50 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}

// retryAfter is when a browser repeats what could not be kept.
const retryAfter = 2 * time.Second

// run is the life of a socket after hello. It returns how to close it.
func (s *socket) run(ctx context.Context) (websocket.StatusCode, string) {
	poll := s.c.o.Clock.NewTicker(s.c.o.Poll)
	defer poll.Stop()
	quick := s.c.o.Clock.NewTimer(time.Hour)
	defer quick.Stop()
	quick.Stop()
	looks := len(quickLooks)

	err := s.look(ctx)
	for err == nil {
		found := false
		select {
		case <-ctx.Done():
			return websocket.StatusNormalClosure, ""
		case <-s.c.stop.Done():
			return websocket.StatusGoingAway, "restarting"
		case <-s.evicted:
			return CloseWindows, "too many windows"
		case q := <-s.asked:
			err = s.ask(ctx, q)
			continue
		case <-s.nudged:
			looks = 0
		case <-poll.Chan():
		case <-quick.Chan():
		}
		before := s.cursor
		err = s.look(ctx)
		found = s.cursor != before
		if found {
			looks = len(quickLooks)
		}
		if looks < len(quickLooks) {
			quick.Reset(quickLooks[looks])
			looks++
		}
	}
	return websocket.StatusInternalError, ""
}

// look sends what the journal has of late and, once it could be read, tells
// the receiver about a first visit. Only a broken socket is an error.
func (s *socket) look(ctx context.Context) error {
	if _, err := s.catchUp(ctx); err != nil {
		return err
	}
	now := s.c.o.Clock.Now()
	if s.greet == "" || !s.opened || now.Before(s.greetAt) {
		return nil
	}
	s.greetAt = now.Add(retryAfter)
	in := s.inbound(s.greet)
	in.Kind, in.Event, in.Scene = bot.KindEvent, s.event, s.scene
	ok, err := s.receive(ctx, in, true)
	if ok {
		s.greet = ""
	}
	return err
}

// ask takes one message from the browser.
func (s *socket) ask(ctx context.Context, q Request) error {
	if !keyForm.MatchString(q.Key) {
		return s.fail(ctx, "", CodeBad, 0)
	}
	in := s.inbound(q.Key)
	text, cut := q.Text, false
	switch q.T {
	case "say":
		in.Kind = bot.KindText
		in.Text, cut = clean(text, MaxText)
	case "tap":
		in.Kind = bot.KindChoice
		in.Text, _ = clean(q.Label, 200)
		in.Choice = q.Ref
		if q.Ref == "" || len(q.Ref) > 64 {
			return s.fail(ctx, q.Key, CodeBad, 0)
		}
	default:
		return s.fail(ctx, q.Key, CodeBad, 0)
	}
	if in.Kind == bot.KindText && in.Text == "" {
		return s.fail(ctx, q.Key, CodeEmpty, 0)
	}
	if cut {
		s.c.o.Count("web_cut")
		// Not an error of this key: the message is taken, so it gets an ack too.
		if err := s.write(ctx, Frame{T: "error", Code: CodeTooLong}); err != nil {
			return err
		}
	}
	s.c.o.Count("web_message")
	_, err := s.receive(ctx, in, false)
	return err
}

func (s *socket) inbound(key string) bot.Inbound {
	return bot.Inbound{
		Channel: ChannelName, Address: s.address, Key: fullKey(s.address, key),
		At: s.c.o.Clock.Now().UTC(), Locale: s.lang, Inline: -1,
	}
}

// receive hands a message over, shows what the journal got of it, and then
// acknowledges it. ok says that it was kept.
func (s *socket) receive(ctx context.Context, in bot.Inbound, first bool) (ok bool, err error) {
	key := ownKey(in.Key, s.address)
	// A browser that leaves does not undo what it said.
	rctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), receiveTime)
	reply, err := s.r.Receive(rctx, in)
	cancel()
	if err != nil {
		s.c.o.Count("web_unkept")
		s.c.o.Log.Warn("web chat: message not kept", "contact", in.ContactID(), "err", err)
		if first { // tried again at the next look
			return false, nil
		}
		return false, s.fail(ctx, key, CodeUnavailable, retryAfter)
	}
	s.c.hub.nudge(s.address, s)
	fresh, err := s.catchUp(ctx)
	if err != nil {
		return true, err
	}
	ack := Frame{T: "ack", Key: key, Kept: reply.Repeat && !first}
	kept := slices.ContainsFunc(fresh, func(e Entry) bool {
		return e.Key == in.Key || e.Key == "" && (e.Mine || first)
	})
	ack.Kept = ack.Kept || kept
	if !kept && (first || !reply.Repeat) {
		for _, m := range reply.Inline {
			ack.Messages = append(ack.Messages, said(m, ""))
		}
	}
	return true, s.write(ctx, ack)
}
