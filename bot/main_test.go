package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// patience bounds what a test waits for; nothing takes that long unless it fails.
const patience = 30 * time.Second

func patient(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// running runs a part in the background until the test, or stop, ends it.
func running(t testing.TB, run func(ctx context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				require.NoError(t, err)
			case <-time.After(patience):
				t.Error("did not stop")
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

// logBook is a log that a test can read.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logBook) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// sent is one delivery that a stand-in channel saw.
type sent struct{ address, text, key string }

// standIn is a channel whose platform is the test.
type standIn struct {
	name       string
	idempotent bool
	answer     func(s sent) (string, error) // nil: all goes well
	fit        func(bot.Message) []bot.Message

	mu   sync.Mutex
	list []sent
}

func (c *standIn) Name() string     { return c.name }
func (c *standIn) Idempotent() bool { return c.idempotent }

func (c *standIn) Fit(m bot.Message) []bot.Message {
	if c.fit != nil {
		return c.fit(m)
	}
	return []bot.Message{m}
}

func (c *standIn) Send(_ context.Context, address string, m bot.Message, key string) (string, error) {
	s := sent{address, m.Text, key}
	receipt, err := "receipt of "+m.Text, error(nil)
	if c.answer != nil {
		receipt, err = c.answer(s)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, s)
	return receipt, err
}

func (c *standIn) texts() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := []string{}
	for _, s := range c.list {
		out = append(out, s.text)
	}
	return out
}

// put puts texts into the outbox for one contact.
func put(t testing.TB, db *storetest.DB, contact string, priority models.Priority, texts ...string) {
	t.Helper()
	for _, text := range texts {
		putRow(t, db, models.Outgoing{Key: contact + "/" + text, ContactID: contact, Priority: priority}, text)
	}
}

func putRow(t testing.TB, db *storetest.DB, o models.Outgoing, text string) {
	t.Helper()
	body, err := json.Marshal(bot.Message{Text: text})
	require.NoError(t, err)
	o.Body = body
	if o.Key == "" {
		o.Key = o.ContactID + "/" + text
	}
	require.NoError(t, db.Do(context.Background(), func(_ context.Context, tx *models.Tx) error { return tx.Enqueue(o) }))
}

func row(t testing.TB, db *storetest.DB, key string) models.Outgoing {
	t.Helper()
	o, err := db.OutboxByKey(context.Background(), key)
	require.NoError(t, err)
	return o
}

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%d", prefix, i+1)
	}
	return out
}
