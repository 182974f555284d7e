package webchat_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"zhenban/bot"
	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var _ bot.Channel = (*webchat.Channel)(nil)

// bench is a channel behind a real server, with a scripted receiver.
type bench struct {
	t      *testing.T
	ctx    context.Context
	ch     *webchat.Channel
	memory *webchattest.Memory
	clock  *clockwork.FakeClock
	url    string
	client *http.Client
	mu     sync.Mutex
	counts map[string]int
}

func echo(in bot.Inbound) ([]bot.Message, error) {
	if in.Kind == bot.KindEvent {
		return []bot.Message{{Text: "你好", Options: []bot.Option{{Label: "预约", Value: "/book", Ref: "/book"}, {Label: "报告", Value: "r"}}}}, nil
	}
	return []bot.Message{{Text: "你说：" + in.Text}}, nil
}

func start(t *testing.T, change func(*webchat.Options)) *bench {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	b := &bench{
		t: t, ctx: ctx, memory: webchattest.NewMemory(echo), counts: map[string]int{},
		clock: clockwork.NewFakeClockAt(time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC)),
	}
	o := webchat.Options{
		Clock: b.clock, Journal: b.memory, Log: slog.New(slog.DiscardHandler), Origins: []string{"https://clinic.example", "nonsense; script-src *"},
		Name: func(lang string) string {
			return map[string]string{"zh-Hans": "安心诊所", "zh-Hant": "安心診所", "en": "Anxin <Clinic>"}[lang]
		},
		Count: func(name string) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.counts[name]++
		},
	}
	if change != nil {
		change(&o)
	}
	b.ch = webchat.New(o)
	mux := http.NewServeMux()
	b.ch.Register(mux, b.memory)
	s := httptest.NewServer(mux)
	b.url, b.client = s.URL, s.Client()
	t.Cleanup(func() {
		b.ch.Close()
		s.Close()
		b.client.CloseIdleConnections()
	})
	return b
}

func (b *bench) hello(token string) webchattest.Hello {
	return webchattest.Hello{Token: token, Client: b.client, Lang: "zh-Hans"}
}

// dial connects and, on a first visit, takes the greeting.
func (b *bench) dial(token string) (*webchattest.Client, []webchat.Item) {
	b.t.Helper()
	c, items, err := webchattest.DialHello(b.ctx, b.url, b.hello(token))
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = c.Close() })
	if len(items) == 0 {
		e, err := c.Push(b.ctx)
		require.NoError(b.t, err)
		require.Equal(b.t, "你好", e.Messages[0].Text)
		f, err := c.Next(b.ctx)
		require.NoError(b.t, err)
		require.Equal(b.t, "ack", f.T)
	}
	return c, items
}

func (b *bench) count(name string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[name]
}

func texts(said []webchat.Said) []string {
	var out []string
	for _, s := range said {
		out = append(out, s.Text)
	}
	return out
}

var errDown = errors.New("database away")
