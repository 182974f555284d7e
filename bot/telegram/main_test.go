package telegram

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
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
	"zhenban/bot/telegram/telegramtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC)

// world is a channel between a stand-in of Telegram and a recording receiver.
type world struct {
	*testing.T
	ch     *Channel
	api    *telegramtest.Server
	inbox  *inbox
	ours   *clockwork.FakeClock
	theirs *clockwork.FakeClock
	web    *httptest.Server
	log    *bytes.Buffer

	mu     sync.Mutex
	alarms []string
	counts map[string]int
}

func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	w := &world{
		T: t, inbox: newInbox(), log: &bytes.Buffer{}, counts: map[string]int{},
		ours: clockwork.NewFakeClockAt(start), theirs: clockwork.NewFakeClockAt(start),
	}
	w.api = telegramtest.New(telegramtest.Config{Clock: w.theirs})
	base, err := w.api.Start()
	require.NoError(t, err)
	var handler http.Handler
	w.web = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	transport := &http.Transport{}
	o := Options{
		Token: telegramtest.Token, APIBase: base, Clock: w.ours, HTTP: &http.Client{Transport: transport},
		WebhookSecret: "secret_1-A", WebhookURL: w.web.URL + "/telegram",
		Log: slog.New(slog.NewTextHandler(&lockedWriter{w: w.log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Count: func(name string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.counts[name]++
		},
		Alarm: func(_ context.Context, code, text string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.alarms = append(w.alarms, code+"|"+text)
		},
	}
	if change != nil {
		change(&o)
	}
	w.ch, err = New(o)
	require.NoError(t, err)
	handler = w.ch.Handler(w.inbox)
	t.Cleanup(func() {
		w.api.Close()
		w.web.Close()
		transport.CloseIdleConnections()
	})
	return w
}

func webhookMode(o *Options) { o.Mode = ModeWebhook }

// run starts Run; the returned function stops it and waits.
func (w *world) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.ch.Run(ctx, w.inbox) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			require.NoError(w, <-done)
		})
	}
	w.Cleanup(stop)
	return stop
}

// back waits until the channel pauses after a failure and lets the pause end.
func (w *world) back(d time.Duration) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	defer cancel()
	require.NoError(w, w.ours.BlockUntilContext(ctx, 1))
	w.ours.Advance(d)
}

func (w *world) alarmed() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.alarms...)
}

func (w *world) count(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[name]
}

func (w *world) send(p *telegramtest.Person, m bot.Message) *bot.SendError {
	w.Helper()
	return decision(w.T, func() error {
		_, err := w.ch.Send(w.Context(), p.Address(), m, "")
		return err
	})
}

func decision(t *testing.T, f func() error) *bot.SendError {
	t.Helper()
	err := f()
	if err == nil {
		return nil
	}
	var e *bot.SendError
	require.ErrorAs(t, err, &e)
	require.NotContains(t, err.Error(), telegramtest.Token)
	return e
}

type lockedWriter struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// inbox is a receiver that records, and fails when told to.
type inbox struct {
	mu      sync.Mutex
	got     []bot.Inbound
	late    []bot.Reply
	tries   int
	refuse  func(in bot.Inbound) error
	reply   bot.Reply
	changed chan struct{}
}

var errAway = errors.New("the database is away")

func newInbox() *inbox { return &inbox{changed: make(chan struct{})} }

func (b *inbox) Receive(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
	b.mu.Lock()
	refuse := b.refuse
	b.mu.Unlock()
	var err error
	if refuse != nil {
		err = refuse(in) // may block, so without the lock
	}
	if err == nil {
		err = ctx.Err() // as a database would
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tries++
	if err == nil {
		b.got = append(b.got, in)
	}
	close(b.changed)
	b.changed = make(chan struct{})
	return b.reply, err
}

func (b *inbox) Late(_ context.Context, r bot.Reply) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.late = append(b.late, r)
	return nil
}

func (b *inbox) refuseWith(f func(in bot.Inbound) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = f
}

func (b *inbox) wait(t *testing.T, done func() bool) []bot.Inbound {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		b.mu.Lock()
		ok, changed, got := done(), b.changed, append([]bot.Inbound(nil), b.got...)
		b.mu.Unlock()
		if ok {
			return got
		}
		select {
		case <-changed:
		case <-ctx.Done():
			require.FailNow(t, "nothing more was received", "so far: %d", len(got))
		}
	}
}

func (b *inbox) count(t *testing.T, n int) []bot.Inbound {
	t.Helper()
	return b.wait(t, func() bool { return len(b.got) >= n })
}

func pngOf(width, height int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)))
	return b.Bytes()
}
