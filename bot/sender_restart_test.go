package bot_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

// A database that is killed while posts are under way on two channels, and
// comes back: nothing is lost, nothing is posted twice but under a key that the
// platform knows again, and what cannot be told is listed as unknown.
func TestSenderOverARestartOfTheDatabase(t *testing.T) {
	const rows = 200 // of each channel
	server := storetest.StartServer(t)
	db := storetest.Open(t, storetest.CreateDatabase(t, server.DSN()))
	s := &restart{at: rows / 2, kill: server.Kill, killed: make(chan struct{}), got: map[string]int{}}
	plain, keyed := &standIn{name: "plain", answer: s.answer}, &standIn{name: "keyed", answer: s.answer, idempotent: true}
	limits := bot.NewSharedBuckets(db.Store, func(string) bot.Limit { return bot.Limit{PerSecond: 1000, Burst: 1000} }) // asks the database
	p := newPostOn(t, db, bot.SenderOptions{Budget: limits}, plain, keyed)
	require.NoError(t, db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
		for i := range rows {
			for _, c := range []string{"plain", "keyed"} {
				o := models.Outgoing{Key: fmt.Sprint(c, i), ContactID: fmt.Sprint(c, ":", i/2), Priority: models.PriorityPush, Kind: models.KindVisit}
				if err := tx.Push(o, models.Message{Text: o.Key}); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	p.start(t)
	ctx := patient(t)
	select {
	case <-s.killed:
	case <-ctx.Done():
		t.Fatal("never came to the middle")
	}
	require.NoError(t, server.Start())
	p.restless(t, 250*time.Millisecond, func() bool {
		n, err := db.OutboxCount(ctx)
		return err == nil && n[models.OutboxPending]+n[models.OutboxSending] == 0
	})
	p.stop()

	s.mu.Lock()
	defer s.mu.Unlock()
	require.Greater(t, s.underway, 4, "posts were under way")
	unknown := 0
	for i := range rows {
		o := row(t, db, fmt.Sprint("plain", i))
		if o.State == models.OutboxUnknown {
			unknown++
			assert.LessOrEqual(t, s.got[o.Key], 1, o.Key)
		} else {
			assert.Equal(t, models.OutboxSent, o.State, o.Key)
			assert.Equal(t, 1, s.got[o.Key], o.Key)
		}
		o = row(t, db, fmt.Sprint("keyed", i))
		assert.Equal(t, models.OutboxSent, o.State, o.Key)
		assert.Positive(t, s.got[o.Key], o.Key)
	}
	assert.LessOrEqual(t, unknown, 32, "no more than a lane holds")
}

// restless lets time pass step by step, with room for the database to answer, until done.
func (p *post) restless(t *testing.T, step time.Duration, done func() bool) {
	t.Helper()
	ctx := patient(t)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
			p.db.Clock.Advance(step)
		case <-ctx.Done():
			t.Fatal("never came about")
		}
	}
}

// restart is two platforms at whose post number `at` the database is killed;
// those that began before end after that.
type restart struct {
	at     int
	kill   func()
	killed chan struct{}

	mu       sync.Mutex
	posts    int
	underway int
	got      map[string]int // by key
}

func (s *restart) answer(m sent) (string, error) {
	s.mu.Lock()
	s.posts++
	n := s.posts
	s.got[m.key]++
	if n >= s.at-8 {
		select {
		case <-s.killed:
		default:
			s.underway++
		}
	}
	s.mu.Unlock()
	switch {
	case n == s.at:
		s.kill()
		close(s.killed)
	case n >= s.at-8:
		<-s.killed
	}
	return "receipt", nil
}
