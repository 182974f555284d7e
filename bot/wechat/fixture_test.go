package wechat_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
)

const (
	keyOne = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	keyTwo = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
	// Another than wechattest's own "other key".
	keySafe = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	openID  = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"
)

// receiver is a bot.Receiver made of a function; what came late is kept.
type receiver struct {
	answer func(ctx context.Context, in bot.Inbound) (bot.Reply, error)
	late   chan bot.Reply

	mu   sync.Mutex
	seen []bot.Inbound
}

func (r *receiver) Receive(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
	r.mu.Lock()
	r.seen = append(r.seen, in)
	r.mu.Unlock()
	return r.answer(ctx, in)
}

func (r *receiver) Late(_ context.Context, reply bot.Reply) error {
	r.late <- reply
	return nil
}

func (r *receiver) inbounds() []bot.Inbound {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]bot.Inbound(nil), r.seen...)
}

func say(messages ...bot.Message) func(context.Context, bot.Inbound) (bot.Reply, error) {
	return func(_ context.Context, in bot.Inbound) (bot.Reply, error) {
		return bot.Reply{ContactID: in.ContactID(), Seq: 1, Inline: messages}, nil
	}
}

// fixture is a channel between a stand-in of WeChat and a receiver.
type fixture struct {
	t        *testing.T
	ctx      context.Context
	clock    *clockwork.FakeClock
	wechat   *wechattest.Server
	channel  *wechat.Channel
	receiver *receiver
	webhook  string
	options  wechat.Options
	log      *locked

	mu     sync.Mutex
	counts map[string]int
	alarms []string
}

type adjust func(*wechattest.Config, *wechat.Options)

func safe(c *wechattest.Config, o *wechat.Options) { c.AESKey, o.AESKey = keySafe, keySafe }

func newFixture(t *testing.T, adjusts ...adjust) *fixture {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	f := &fixture{t: t, ctx: ctx, counts: map[string]int{}, log: new(locked)}
	f.clock = clockwork.NewFakeClockAt(time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC))
	f.receiver = &receiver{answer: say(bot.Message{Text: "好的"}), late: make(chan bot.Reply, 16)}
	config := wechattest.Config{AppID: "wx0123456789abcdef", Secret: "s3cret-of-the-account", Token: "tokentoken", Clock: f.clock}
	options := wechat.Options{
		AppID: config.AppID, Secret: config.Secret, Token: config.Token, Clock: f.clock,
		Log: slog.New(slog.NewTextHandler(f.log, nil)),
		Count: func(name string) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.counts[name]++
		},
		Alarm: func(_ context.Context, code, _ string) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.alarms = append(f.alarms, code)
		},
	}
	for _, a := range adjusts {
		a(&config, &options)
	}
	var err error
	f.wechat, err = wechattest.New(config)
	require.NoError(t, err)
	t.Cleanup(f.wechat.Close)
	if options.APIBase == "" {
		options.APIBase = f.wechat.URL
	}
	f.options = options
	f.channel = f.replica()
	hook := httptest.NewServer(f.channel.Handler(f.receiver))
	t.Cleanup(hook.Close)
	f.webhook = hook.URL
	return f
}

// replica makes another channel of the same account.
func (f *fixture) replica() *wechat.Channel {
	f.t.Helper()
	o := f.options
	if o.HTTP == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		f.t.Cleanup(transport.CloseIdleConnections)
		o.HTTP = transport
	}
	c, err := wechat.New(o)
	require.NoError(f.t, err)
	return c
}

func (f *fixture) count(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts[name]
}

func (f *fixture) alarmed() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.alarms...)
}

func (f *fixture) person() *wechattest.Client {
	return f.wechat.Client(openID, f.webhook).Join()
}

// open gives a person whose 48-hour window is open.
func (f *fixture) open() *wechattest.Client {
	f.t.Helper()
	p := f.person()
	_, err := p.Text(f.ctx, "在吗")
	require.NoError(f.t, err)
	_, err = p.Next(f.ctx)
	require.NoError(f.t, err)
	return p
}

// locked is a log that many goroutines write.
type locked struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func newHook(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
