package bot_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

// scripted is an engine whose database the test takes away.
type scripted struct {
	mu     sync.Mutex
	away   bool
	answer func(in bot.Inbound) (bot.Reply, error) // nil: all goes well
	took   []bot.Inbound
	late   []bot.Reply
}

func (e *scripted) Receive(_ context.Context, in bot.Inbound) (bot.Reply, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.away {
		return bot.Reply{}, &models.UnavailableError{Err: errors.New("gone")}
	}
	e.took = append(e.took, in)
	if e.answer != nil {
		return e.answer(in)
	}
	return bot.Reply{ContactID: in.ContactID(), Seq: int64(len(e.took))}, nil
}

func (e *scripted) Late(_ context.Context, r bot.Reply) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.away {
		return &models.UnavailableError{Err: errors.New("gone")}
	}
	e.late = append(e.late, r)
	return nil
}

func (e *scripted) ping(context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.away {
		return errors.New("gone")
	}
	return nil
}

func (e *scripted) set(away bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.away = away
}

func (e *scripted) texts() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := []string{}
	for _, in := range e.took {
		out = append(out, in.ContactID()+" "+in.Text)
	}
	return out
}

// desk is an intake under test.
type desk struct {
	*bot.Intake
	db     *storetest.DB
	engine *scripted
	spool  *bot.Spool
	path   string
	log    *logBook
	attach *bot.Attachments

	mu     sync.Mutex // several contacts are replayed at once
	alarms []string
}

func newDesk(t *testing.T, o bot.SpoolOptions) *desk {
	t.Helper()
	d := &desk{db: storetest.Open(t, storetest.SQLite(t)), engine: &scripted{}, log: &logBook{}, path: filepath.Join(t.TempDir(), "spool")}
	d.open(t, o)
	t.Cleanup(func() { _ = d.spool.Close() })
	return d
}

// open starts the intake, on the spool that is there.
func (d *desk) open(t *testing.T, o bot.SpoolOptions) {
	t.Helper()
	var err error
	o.Path = d.path
	if o.Cipher == nil {
		o.Cipher, err = models.ParseDataKey(storetest.DataKey)
		require.NoError(t, err)
	}
	d.spool, err = bot.OpenSpool(o)
	require.NoError(t, err)
	d.Intake = bot.NewIntake(bot.IntakeOptions{
		Engine: d.engine, Store: d.db.Store, Spool: d.spool, Clock: d.db.Clock, Log: d.log.logger(), Ping: d.engine.ping, Attachments: d.attach,
		Sorry: func(_ *bot.Inbound, key string, data map[string]any) bot.Message {
			return bot.Message{Text: key + " " + fmt.Sprint(data["ID"])}
		},
		Alarm: func(_ context.Context, code, _ string) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.alarms = append(d.alarms, code)
		},
	})
}

func said(contact string, n int) bot.Inbound {
	return bot.Inbound{Channel: "web", Address: contact, Key: fmt.Sprintf("%s.%d", contact, n), Kind: bot.KindText, Text: fmt.Sprint(n), Inline: -1}
}

func TestIntakeSpoolsWhileTheDatabaseIsAwayAndReplaysInOrder(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	ctx := patient(t)
	d.engine.set(true)
	for n := 1; n <= 3; n++ {
		for _, who := range []string{"a", "b"} {
			r, err := d.Receive(ctx, said(who, n))
			require.NoError(t, err, "what is on the disk is acknowledged")
			require.Len(t, r.Inline, 1)
			assert.Equal(t, "core.away <nil>", r.Inline[0].Text)
		}
	}
	r, err := d.Receive(ctx, said("a", 1))
	require.NoError(t, err)
	assert.True(t, r.Repeat)
	waiting, _ := d.spool.Depth()
	assert.Equal(t, 6, waiting, "a repeat is kept once")
	assert.False(t, d.Replay(ctx), "still away")

	d.engine.set(false)
	r, err = d.Receive(ctx, said("a", 4))
	require.NoError(t, err)
	assert.Len(t, r.Inline, 1, "who has messages waiting must wait in line")
	_, err = d.Receive(ctx, said("c", 1))
	require.NoError(t, err)
	assert.Equal(t, []string{"web:c 1"}, d.engine.texts(), "who has none is answered")
	assert.True(t, d.Replay(ctx))
	var a, b []string
	for _, text := range d.engine.texts() {
		switch {
		case strings.HasPrefix(text, "web:a"):
			a = append(a, text)
		case strings.HasPrefix(text, "web:b"):
			b = append(b, text)
		}
	}
	assert.Equal(t, []string{"web:a 1", "web:a 2", "web:a 3", "web:a 4"}, a)
	assert.Equal(t, []string{"web:b 1", "web:b 2", "web:b 3"}, b)
	for _, in := range d.engine.took[1:] {
		assert.Zero(t, in.Inline, "the answers go out through the outbox")
	}
	waiting, _ = d.spool.Depth()
	assert.Zero(t, waiting)
	assert.False(t, d.spool.Has("web:a"))
}

func TestIntakeSpoolSurvivesARestartAndIsNotReadable(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	ctx := patient(t)
	d.engine.set(true)
	in := said("a", 1)
	in.Text = "豆豆一直吐"
	_, err := d.Receive(ctx, in)
	require.NoError(t, err)
	require.NoError(t, d.spool.Close())
	raw, err := os.ReadFile(d.path)
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "豆豆")
	info, err := os.Stat(d.path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	other, err := models.ParseDataKey("another passphrase altogether")
	require.NoError(t, err)
	_, err = bot.OpenSpool(bot.SpoolOptions{Path: d.path, Cipher: other})
	require.ErrorContains(t, err, "another data key")

	d.open(t, bot.SpoolOptions{})
	d.engine.set(false)
	assert.True(t, d.spool.Has("web:a"))
	stop := running(t, d.Run)
	require.Eventually(t, func() bool { return !d.spool.Has("web:a") }, patience, time.Millisecond)
	stop()
	assert.Equal(t, []string{"web:a 豆豆一直吐"}, d.engine.texts())
}

func TestIntakeRunWaitsForTheDatabase(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	ctx := patient(t)
	running(t, d.Run)
	d.engine.set(true)
	_, err := d.Receive(ctx, said("a", 1))
	require.NoError(t, err)
	require.NoError(t, d.Late(ctx, bot.Reply{ContactID: "web:b", Seq: 7, Inline: []bot.Message{{Text: "late"}}}))
	for range 3 {
		require.NoError(t, d.db.Clock.BlockUntilContext(ctx, 1))
		d.db.Clock.Advance(10 * time.Second)
	}
	assert.Empty(t, d.engine.texts())
	require.NoError(t, d.db.Clock.BlockUntilContext(ctx, 1))
	d.engine.set(false)
	d.db.Clock.Advance(14 * time.Second)
	require.Eventually(t, func() bool { return !d.spool.Has("web:a") }, patience, time.Millisecond)
	assert.Equal(t, []bot.Reply{{ContactID: "web:b", Seq: 7, Inline: []bot.Message{{Text: "late"}}}}, d.engine.late)
}

func TestIntakeFullSpoolIsAnError(t *testing.T) {
	for name, o := range map[string]bot.SpoolOptions{"count": {MaxCount: 2}, "bytes": {MaxBytes: 500}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, o)
			d.engine.set(true)
			n, err := 1, error(nil)
			for ; err == nil && n < 10; n++ {
				_, err = d.Receive(patient(t), said("a", n))
			}
			assert.ErrorIs(t, err, bot.ErrFull, "the platform is to deliver again")
			waiting, _ := d.spool.Depth()
			assert.Equal(t, n-2, waiting)
			_, err = d.Receive(patient(t), said("a", 1))
			assert.NoError(t, err, "what is in it stays in it")
		})
	}
}

func TestIntakeLaysAsideWhatFailsAgainAndAgain(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	ctx := patient(t)
	d.engine.set(true)
	for _, in := range []bot.Inbound{said("a", 1), said("a", 2), said("b", 1)} {
		_, err := d.Receive(ctx, in)
		require.NoError(t, err)
	}
	d.engine.set(false)
	d.engine.answer = func(in bot.Inbound) (bot.Reply, error) {
		if in.Key == "a.1" {
			return bot.Reply{}, errors.New("a step is broken")
		}
		return bot.Reply{ContactID: in.ContactID(), Seq: 1}, nil
	}
	assert.True(t, d.Replay(ctx), "b got on")
	assert.True(t, d.spool.Has("web:a"))
	for range 3 {
		assert.False(t, d.Replay(ctx))
	}
	require.NoError(t, d.spool.Close()) // tries are counted over restarts
	d.open(t, bot.SpoolOptions{})
	assert.True(t, d.Replay(ctx))
	_, dead := d.spool.Depth()
	assert.Equal(t, 1, dead)
	assert.False(t, d.spool.Has("web:a"))
	assert.Equal(t, []string{"spool_dead"}, d.alarms)
	assert.Equal(t, "web:a 2", d.engine.texts()[len(d.engine.texts())-1], "the one behind it is handled")
	assert.Contains(t, string(row(t, d.db, "sorry:a.1").Body), "core.sorry", "and the person is told")
	require.NoError(t, d.spool.Close())
	d.open(t, bot.SpoolOptions{})
	_, dead = d.spool.Depth()
	assert.Equal(t, 1, dead, "nothing is lost silently")
}

func TestWhatWasLaidAsideIsTriedAgainOrDropped(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	ctx := patient(t)
	d.engine.set(true)
	for _, in := range []bot.Inbound{said("a", 1), said("b", 1)} {
		_, err := d.Receive(ctx, in)
		require.NoError(t, err)
	}
	d.engine.set(false)
	d.engine.answer = func(bot.Inbound) (bot.Reply, error) { return bot.Reply{}, errors.New("a step is broken") }
	for _, dead := d.spool.Depth(); dead < 2; _, dead = d.spool.Depth() {
		d.Replay(ctx)
	}
	list, err := d.spool.Dead()
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, "web:a", list[0].ContactID)
	assert.Equal(t, 5, list[0].Tries)
	require.ErrorIs(t, d.spool.Revive(99), models.ErrNotFound)
	require.ErrorIs(t, d.spool.Discard(99), models.ErrNotFound)
	require.NoError(t, d.spool.Revive(list[0].Number))
	require.NoError(t, d.spool.Discard(list[1].Number))
	waiting, dead := d.spool.Depth()
	assert.Equal(t, []int{1, 0}, []int{waiting, dead})
	assert.True(t, d.spool.Has("web:a"))

	require.NoError(t, d.spool.Close())
	d.open(t, bot.SpoolOptions{})
	d.engine.answer = func(in bot.Inbound) (bot.Reply, error) { return bot.Reply{ContactID: in.ContactID(), Seq: 1}, nil }
	assert.True(t, d.Replay(ctx))
	waiting, dead = d.spool.Depth()
	assert.Zero(t, waiting+dead)
	assert.Equal(t, "web:a 1", d.engine.texts()[len(d.engine.texts())-1])
}

func TestIntakeApologisesOnceAndStoresNoTurn(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("nil service") },
		"panic": func() error { panic("豆豆") },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, bot.SpoolOptions{})
			ctx := patient(t)
			d.engine.answer = func(bot.Inbound) (bot.Reply, error) { return bot.Reply{}, fail() }
			r, err := d.Receive(ctx, said("a", 1))
			require.NoError(t, err, "decided: the platform must not repeat for ever")
			require.Len(t, r.Inline, 1)
			id := strings.TrimPrefix(r.Inline[0].Text, "core.sorry ")
			assert.Len(t, id, 8)
			assert.Equal(t, 1, strings.Count(d.log.String(), "level=ERROR"), d.log.String())
			assert.Contains(t, d.log.String(), id)
			assert.NotContains(t, d.log.String(), "豆豆")
			assert.Zero(t, r.Seq)

			in := said("a", 2)
			in.Inline = 0
			r, err = d.Receive(ctx, in)
			require.NoError(t, err)
			assert.Empty(t, r.Inline)
			assert.Contains(t, string(row(t, d.db, "sorry:a.2").Body), "core.sorry")
			_, err = d.db.LastTurn(ctx, "web:a")
			assert.ErrorIs(t, err, models.ErrNotFound)

			in = said("a", 3)
			in.Kind, in.Event = bot.KindEvent, bot.EventUnfollow
			r, err = d.Receive(ctx, in)
			require.NoError(t, err)
			assert.Empty(t, r.Inline, "who leaves wants no apology")
		})
	}
}

func TestIntakeAfterTheInlineDeadlineApologisesThroughTheOutbox(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	d.engine.answer = func(bot.Inbound) (bot.Reply, error) { return bot.Reply{}, errors.New("slow and broken") }
	in := said("a", 1)
	in.InlineUntil = d.db.Clock.Now()
	r, err := d.Receive(patient(t), in)
	require.NoError(t, err)
	assert.Empty(t, r.Inline)
	assert.Equal(t, models.OutboxPending, row(t, d.db, "sorry:a.1").State)
}

func TestIntakeCutsLongTextsAndIgnoresHangups(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	in := said("a", 1)
	in.Text = strings.Repeat("豆", 10_001)
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // the platform hung up; the turn goes on
	_, err := d.Receive(ctx, in)
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("豆", 10_000), d.engine.took[0].Text)
}

func TestIntakeLateApologiesAndAnswers(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	ctx := patient(t)
	require.NoError(t, d.Late(ctx, bot.Reply{ContactID: "web:a", Inline: []bot.Message{{Text: "sorry"}}}))
	require.NoError(t, d.Late(ctx, bot.Reply{ContactID: "web:a", Inline: []bot.Message{{Text: "sorry"}}}))
	counts, err := d.db.OutboxCount(ctx)
	require.NoError(t, err)
	assert.EqualValues(t, 2, counts[models.OutboxPending])
	require.NoError(t, d.Late(ctx, bot.Reply{ContactID: "web:a", Seq: 1, Inline: []bot.Message{{Text: "x"}}}))
	assert.Len(t, d.engine.late, 1)
}

// Two hundred people write while the database is away: their messages share
// the disk's flushes.
func BenchmarkSpoolPut(b *testing.B) {
	cipher, err := models.ParseDataKey(storetest.DataKey)
	require.NoError(b, err)
	s, err := bot.OpenSpool(bot.SpoolOptions{Path: filepath.Join(b.TempDir(), "spool"), Cipher: cipher, MaxCount: 10_000_000, MaxBytes: 1 << 40})
	require.NoError(b, err)
	defer s.Close()
	var n int64
	var mu sync.Mutex
	b.SetParallelism(100)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.Lock()
			n++
			in := said("a", int(n))
			mu.Unlock()
			if _, err := s.Put(in, time.Time{}); err != nil {
				b.Error(err)
			}
		}
	})
}
