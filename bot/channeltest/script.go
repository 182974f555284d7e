package channeltest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
)

// script is the bot.Receiver behind the channel: it answers each key once as
// the row says, and sends what does not go inline as the outbox would.
type script struct {
	t       *testing.T
	h       Harness
	ready   chan struct{} // closed when h is there
	outbox  chan bot.Message
	mu      sync.Mutex
	answers func(in bot.Inbound) []bot.Message
	got     []bot.Inbound
	replies map[string]bot.Reply
	faults  int // how many calls are still to fail
	failed  []string
	seq     int64
	changed chan struct{}
}

var errNotKept = errors.New("the script does not keep it")

func newScript(t *testing.T) *script {
	s := &script{
		t: t, ready: make(chan struct{}), outbox: make(chan bot.Message, 1000),
		answers: func(bot.Inbound) []bot.Message { return nil },
		replies: map[string]bot.Reply{}, changed: make(chan struct{}),
	}
	return s
}

// attach starts the sender. It stops before the harness takes the platform
// away: a message is seen before its call has returned.
func (s *script) attach(h Harness) {
	s.h = h
	close(s.ready)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { s.send(ctx) })
	s.t.Cleanup(func() {
		cancel()
		wg.Wait()
	})
}

// answer sets what every new message is answered with.
func (s *script) answer(messages ...bot.Message) {
	s.reply(func(bot.Inbound) []bot.Message { return messages })
}

func (s *script) reply(f func(in bot.Inbound) []bot.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = f
}

// fail lets the next n calls of Receive fail.
func (s *script) fail(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = n
}

// Receive implements bot.Receiver.
func (s *script) Receive(_ context.Context, in bot.Inbound) (bot.Reply, error) {
	<-s.ready
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Text == Reopening || in.Kind == bot.KindEvent {
		return bot.Reply{ContactID: in.ContactID()}, nil
	}
	defer s.change()
	if s.faults > 0 {
		s.faults--
		s.failed = append(s.failed, in.Key)
		return bot.Reply{}, errNotKept
	}
	s.got = append(s.got, in)
	if r, ok := s.replies[in.Key]; ok {
		r.Repeat = true
		return r, nil
	}
	s.seq++
	all := s.fit(s.answers(in))
	inline := len(all)
	if in.Inline >= 0 {
		inline = min(in.Inline, len(all))
	}
	r := bot.Reply{ContactID: in.ContactID(), Seq: s.seq, Inline: all[:inline:inline]}
	for _, m := range all[inline:] {
		s.outbox <- m
	}
	s.replies[in.Key] = r
	return r, nil
}

// Late implements bot.Receiver.
func (s *script) Late(_ context.Context, r bot.Reply) error {
	for _, m := range r.Inline {
		s.outbox <- m
	}
	return nil
}

// fit cuts an answer for the channel and numbers its options, as the engine
// does before it keeps an answer.
func (s *script) fit(messages []bot.Message) []bot.Message {
	var all []bot.Message
	for _, m := range messages {
		all = append(all, s.h.Channel().Fit(m)...)
	}
	n := 1
	for i := range all {
		m := &all[i]
		if len(m.Options) == 0 {
			continue
		}
		if m.First > n { // the row chose where to begin
			n = m.First
		}
		m.First = n
		m.Options = append([]bot.Option(nil), m.Options...)
		for j := range m.Options {
			m.Options[j].Ref = ref(s.seq, n)
			n++
		}
	}
	return all
}

func ref(seq int64, number int) string {
	return strconv.FormatInt(seq, 10) + "." + strconv.Itoa(number)
}

// send is the outgoing sender: in order, patient with limits.
func (s *script) send(ctx context.Context) {
	for {
		var m bot.Message
		select {
		case m = <-s.outbox:
		case <-ctx.Done():
			return
		}
		for ctx.Err() == nil {
			_, err := s.h.Channel().Send(ctx, s.h.Address(), m, "key")
			var e *bot.SendError
			if err == nil || ctx.Err() != nil {
				break
			}
			if !errors.As(err, &e) {
				s.t.Errorf("Send returned %T, not *bot.SendError: %v", err, err)
				break
			}
			if e.Reaction == bot.RetryLater {
				s.h.Pass(max(e.RetryAfter, time.Second))
				continue
			}
			if e.Reaction == bot.NoWindow {
				s.h.Reopen()
				continue
			}
			s.t.Errorf("a message of %d bytes and %d options was not delivered: %v", len(m.Text), len(m.Options), err)
			break
		}
	}
}

func (s *script) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// received waits until n messages were received, doubles included.
func (s *script) received(n int) []bot.Inbound {
	s.t.Helper()
	return s.until(func() bool { return len(s.got) >= n })
}

// refused waits until Receive has failed n times and returns the keys.
func (s *script) refused(n int) []string {
	s.t.Helper()
	s.until(func() bool { return len(s.failed) >= n })
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.failed...)
}

func (s *script) until(done func() bool) []bot.Inbound {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), timeout)
	defer cancel()
	for {
		s.mu.Lock()
		ok, changed, got := done(), s.changed, append([]bot.Inbound(nil), s.got...)
		s.mu.Unlock()
		if ok {
			return got
		}
		select {
		case <-changed:
		case <-ctx.Done():
			require.FailNow(s.t, "the receiver waits in vain", "received so far: %d", len(got))
		}
	}
}

// turn is the number of the last turn.
func (s *script) turn() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seq
}
