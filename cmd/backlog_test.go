package cmd

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/telegram"
	"zhenban/bot/telegram/telegramtest"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
	"zhenban/scheduler"
	"zhenban/templates"
)

const (
	backlogTasks = 10_000
	// backlogEach is how many of the tasks have one that pushes among them: each
	// push is a request to the stand-in, and eight hundred are enough to keep its
	// thirty a second busy for longer than some of them are of use.
	backlogEach = 10
)

// A day after which ten thousand tasks are due at once: what is of no use any
// more ends without being sent, whether that shows when the task is run or only
// when its turn to be sent comes; the rest goes out at the platform's pace and
// never faster, what is urgent before what is not.
func TestTenThousandDueAfterADayAway(t *testing.T) {
	db := storetest.Open(t, storetest.MySQL(t)) // where copies share the platform's pace
	platform := telegramtest.New(telegramtest.Config{Clock: db.Clock})
	base, err := platform.Start()
	require.NoError(t, err)
	t.Cleanup(platform.Close)
	channel, err := telegram.New(telegram.Options{Token: telegramtest.Token, APIBase: base, Clock: db.Clock})
	require.NoError(t, err)
	since, back := db.Clock.Now(), db.Clock.Now().Add(24*time.Hour)
	require.NoError(t, db.PutContacts(t.Context(), backlogTasks/backlogEach, backlogContact))
	require.NoError(t, db.PutTasks(t.Context(), backlogTasks, func(i int) models.Task { return backlogTask(i, since, back) }))
	for i := range backlogTasks / backlogEach {
		platform.Person(int64(i + 1)).Start("")
	}
	db.Clock.Advance(24 * time.Hour)
	b := &backlog{Channel: channel, Budget: budget(db.Store), clock: db.Clock, start: back, raw: storetest.Raw(t, db.DSN), waiting: map[string]bool{}}

	require.NoError(t, backlogScheduler(t, db).Drain(t.Context()))
	require.Equal(t, backlogTasks/5, b.number(t, "SELECT COUNT(*) FROM tasks WHERE state = 'expired'"))
	require.Equal(t, backlogTasks*4/5, b.number(t, "SELECT COUNT(*) FROM tasks WHERE state = 'done'"))
	pushes := b.number(t, "SELECT COUNT(*) FROM outbox WHERE state = 'pending'")
	require.Equal(t, backlogTasks*4/5/backlogEach, pushes)
	urgent := b.number(t, "SELECT COUNT(*) FROM outbox WHERE priority = 2")

	sender := bot.NewSender(bot.SenderOptions{Store: db.Store, Channels: []bot.Channel{b}, Clock: db.Clock, Budget: b})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sender.Run(ctx) }()
	patient, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = sender.Drain(patient)
	stop()
	require.NoError(t, errors.Join(err, <-done))

	require.Less(t, db.Clock.Since(b.start), time.Duration(pushes/30+1)*time.Second, "at the permitted rate")
	require.Equal(t, len(b.sent), platform.Calls("sendMessage"))
	require.Equal(t, len(b.sent), b.number(t, "SELECT COUNT(*) FROM outbox WHERE state = 'sent'"))
	require.Equal(t, pushes-len(b.sent), b.number(t, "SELECT COUNT(*) FROM outbox WHERE state = 'expired'"))
	count, first, last := map[models.Priority]int{}, map[models.Priority]time.Duration{}, map[models.Priority]time.Duration{}
	seen := map[string]bool{}
	for i, s := range b.sent {
		require.NoError(t, s.err, "never faster than the platform permits")
		require.LessOrEqual(t, i+1, 31+int(30*s.at.Seconds()))
		require.False(t, seen[s.key], "%s is sent twice", s.key)
		seen[s.key] = true
		n, err := strconv.Atoi(s.key)
		require.NoError(t, err)
		task := backlogTask(n, since, back)
		require.True(t, task.UselessAfter.IsZero() || back.Add(s.at).Before(task.UselessAfter), "%s is of no use after %s", s.key, s.at)
		if count[task.Priority]++; count[task.Priority] == 1 {
			first[task.Priority] = s.at
		}
		last[task.Priority] = s.at
	}
	require.Equal(t, urgent, count[models.PriorityAlert], "in time, since they are first")
	require.Less(t, count[models.PriorityBulk], b.number(t, "SELECT COUNT(*) FROM outbox WHERE priority = 4"), "some of the rest is not")
	require.LessOrEqual(t, last[models.PriorityAlert], first[models.PriorityPush])
	require.LessOrEqual(t, last[models.PriorityPush], first[models.PriorityBulk])
}

func backlogContact(i int) string { return telegram.Name + ":" + strconv.Itoa(i+1) }

// backlogTask is one of those that came due while the program was away. A fifth
// was of use for an hour; some of the rest are for some seconds more, which is
// too short for what is bulk.
func backlogTask(i int, since, back time.Time) models.Task {
	task := models.Task{
		Key: strconv.Itoa(i), Kind: "quiet", Priority: models.PriorityAlert + models.Priority(i/backlogEach/5%3),
		DueAt: since.Add(time.Duration(i) * 8 * time.Second),
	}
	switch i / backlogEach % 5 {
	case 0:
		task.UselessAfter = task.DueAt.Add(time.Hour)
	case 1:
		task.UselessAfter = back.Add(10 * time.Second)
	}
	if i%backlogEach == 0 {
		task.Kind, task.ContactID = "push", backlogContact(i/backlogEach)
	}
	return task
}

func backlogScheduler(t *testing.T, db *storetest.DB) *scheduler.Scheduler {
	t.Helper()
	profile, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	clinic, err := config.NewClinic(profile)
	require.NoError(t, err)
	book, err := templates.Load()
	require.NoError(t, err)
	c := scheduler.Clinic{Clinic: clinic, Slots: slots.NewIndex(clinic)}
	return scheduler.New(scheduler.Options{
		Store: db.Store, Clock: db.Clock, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Book: book,
		Clinic: func() scheduler.Clinic { return c }, Retention: time.Hour, Calendar: []scheduler.CalendarJob{},
		Tasks: []scheduler.Job{
			{Kind: "quiet", Run: func(context.Context, *scheduler.Work) error { return nil }},
			{Kind: "push", Run: func(_ context.Context, w *scheduler.Work) error {
				o := models.Outgoing{Key: w.Task.Key, ContactID: w.Task.ContactID, Priority: w.Task.Priority, Kind: models.KindCare, UselessAfter: w.Task.UselessAfter}
				return w.Tx.Push(o, models.Message{Text: benchWords})
			}},
		},
	})
}

// backlog is the channel and its budget under a clock that moves whenever the
// sender has nothing under way and may send nothing now.
type backlog struct {
	bot.Channel
	bot.Budget
	clock *clockwork.FakeClock
	raw   *sql.DB
	start time.Time
	full  bool // what cannot wait found no room at this look

	mu      sync.Mutex
	waiting map[string]bool // chats whose next message waits for the budget
	sent    []backlogSent   // in the order in which they arrived
}

type backlogSent struct {
	key string
	at  time.Duration
	err error
}

func (b *backlog) Room(channel string, bulk bool, now time.Time) (int, time.Duration) {
	n, wait := b.Budget.Room(channel, bulk, now)
	if bulk && b.full { // the next look begins with what cannot wait
		return n, wait
	}
	if n == 0 && b.idle() {
		b.clock.Advance(max(wait, 700*time.Millisecond)) // less than the bucket holds, so that nothing of the rate is lost
		n, wait = b.Budget.Room(channel, bulk, b.clock.Now())
	}
	b.full = n == 0
	return n, wait
}

// idle reports that whatever was claimed is recorded, or waits for its chat.
func (b *backlog) idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	var n int
	err := b.raw.QueryRow("SELECT COUNT(*) FROM outbox WHERE state = 'sending'").Scan(&n)
	return err == nil && n == len(b.waiting)
}

func (b *backlog) Take(channel, address string, bulk bool, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := b.Budget.Take(channel, address, bulk, now)
	if delete(b.waiting, address); wait > 0 {
		b.waiting[address] = true
	}
	return wait
}

func (b *backlog) Send(ctx context.Context, address string, m bot.Message, key string) (string, error) {
	receipt, err := b.Channel.Send(ctx, address, m, key)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, backlogSent{key, b.clock.Since(b.start), err})
	return receipt, err
}

func (b *backlog) number(t *testing.T, query string) (n int) {
	t.Helper()
	require.NoError(t, b.raw.QueryRow(query).Scan(&n))
	return n
}
