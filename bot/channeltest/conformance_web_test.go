package channeltest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/channeltest"
	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
)

func TestWeb(t *testing.T) { channeltest.Run(t, newWeb) }

// webHarness is the web chat with one open window. Its journal is a memory
// before the table's receiver, as the turns and the outbox are in front of it
// in the program.
type webHarness struct {
	t       *testing.T
	ctx     context.Context
	ch      *webchat.Channel
	memory  *webchattest.Memory
	clock   *clockwork.FakeClock
	client  *webchattest.Client
	address string

	mu      sync.Mutex
	picks   map[int]webchat.Pick
	seen    []channeltest.Seen
	refused map[string]bool
	last    webchat.Request
	changed chan struct{}
}

func newWeb(t *testing.T, r bot.Receiver) channeltest.Harness {
	ctx, cancel := context.WithCancel(context.Background())
	h := &webHarness{
		t: t, ctx: ctx, clock: clockwork.NewFakeClockAt(time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC)),
		picks: map[int]webchat.Pick{}, refused: map[string]bool{}, changed: make(chan struct{}),
	}
	ready := make(chan struct{}) // the first visit comes before the table is there
	h.memory = webchattest.NewMemory(func(in bot.Inbound) ([]bot.Message, error) {
		if in.Kind == bot.KindEvent {
			defer close(ready)
			return nil, nil
		}
		reply, err := r.Receive(ctx, in)
		return reply.Inline, err
	})
	h.ch = webchat.New(webchat.Options{
		Clock: h.clock, Journal: h.memory, Log: slog.New(slog.DiscardHandler), Name: func(string) string { return "诊所" },
	})
	mux := http.NewServeMux()
	h.ch.Register(mux, h.memory)
	server := httptest.NewServer(mux)
	token := webchattest.Token()
	h.address = webchat.Address(token)
	var err error
	h.client, _, err = webchattest.DialHello(ctx, server.URL, webchattest.Hello{Token: token, Client: server.Client(), Lang: "zh-Hans"})
	require.NoError(t, err)
	var reading sync.WaitGroup
	reading.Go(h.read)
	<-ready
	t.Cleanup(func() {
		cancel()
		h.client.Cut()
		reading.Wait()
		h.ch.Close()
		server.Close()
		server.Client().CloseIdleConnections()
	})
	return h
}

// read is the page: it shows what comes.
func (h *webHarness) read() {
	for {
		f, err := h.client.Next(h.ctx)
		if err != nil {
			return
		}
		h.mu.Lock()
		for _, e := range f.Entries {
			h.show(e.Messages)
		}
		switch f.T {
		case "ack":
			h.show(f.Messages)
		case "error":
			h.refused[f.Key] = f.RetryMS > 0
		}
		close(h.changed)
		h.changed = make(chan struct{})
		h.mu.Unlock()
	}
}

func (h *webHarness) show(said []webchat.Said) {
	for _, s := range said {
		m := channeltest.Seen{Text: s.Text, Media: s.Media != nil}
		for _, p := range s.Choices {
			h.picks[p.N] = p
			// A button of its own, in which the browser folds white space.
			m.Text += "\n" + strconv.Itoa(p.N) + ". " + strings.Join(strings.Fields(p.Label), " ")
		}
		h.seen = append(h.seen, m)
	}
}

func (h *webHarness) Channel() bot.Channel { return recorded{h.ch, h} }
func (h *webHarness) Address() string      { return h.address }
func (h *webHarness) Pass(d time.Duration) { h.clock.Advance(d) }
func (h *webHarness) Reopen()              {}

func (h *webHarness) write(q webchat.Request) {
	h.mu.Lock()
	h.last = q
	h.mu.Unlock()
	require.NoError(h.t, h.client.Write(h.ctx, q))
}

func (h *webHarness) Say(text string) {
	h.write(webchat.Request{T: "say", Key: webchattest.Key(), Text: text})
}

func (h *webHarness) Tap(number int) bool {
	h.mu.Lock()
	p, ok := h.picks[number]
	h.mu.Unlock()
	require.True(h.t, ok, "option %d", number)
	h.write(webchat.Request{T: "tap", Key: webchattest.Key(), Ref: p.Ref, Label: p.Label})
	return true
}

func (h *webHarness) Give(kind bot.Kind) bool {
	if kind != bot.KindImage {
		return false
	}
	_, err := h.client.Upload(h.ctx, "photo.png", smallPNG())
	require.NoError(h.t, err)
	return true
}

func (h *webHarness) Again(n int) bool {
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if err := h.client.Write(h.ctx, h.last); err != nil {
				h.t.Error(err)
			}
		})
	}
	all.Wait()
	return true
}

func (h *webHarness) Seen(ctx context.Context, n int) (all []channeltest.Seen, err error) {
	err = h.wait(ctx, func() bool {
		all = append([]channeltest.Seen(nil), h.seen...)
		return len(all) >= n
	})
	return all, err
}

// Redeliver is the page, which keeps what was not acknowledged.
func (h *webHarness) Redeliver() bool {
	ctx, cancel := context.WithTimeout(h.ctx, 10*time.Second)
	defer cancel()
	require.NoError(h.t, h.wait(ctx, func() bool { return h.refused[h.last.Key] }), "refused, with a time to repeat")
	require.NoError(h.t, h.client.Write(h.ctx, h.last))
	return true
}

func (h *webHarness) Block() bool                    { return false }
func (h *webHarness) Break(channeltest.Failure) bool { return false }

func (h *webHarness) wait(ctx context.Context, done func() bool) error {
	for {
		h.mu.Lock()
		ok, changed, shown := done(), h.changed, len(h.seen)
		h.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("the page shows %d messages: %w", shown, ctx.Err())
		}
	}
}

// recorded puts what is sent into the journal first, as the sender does.
type recorded struct {
	*webchat.Channel
	h *webHarness
}

func (c recorded) Send(ctx context.Context, address string, m bot.Message, key string) (string, error) {
	c.h.memory.Push(webchat.ChannelName+":"+address, c.h.clock.Now(), m)
	return c.Channel.Send(ctx, address, m, key)
}
