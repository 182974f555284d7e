package scheduler

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
	"zhenban/templates"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// rig is a clinic on a database, with any number of copies of the scheduler.
type rig struct {
	t     *testing.T
	db    *storetest.DB
	book  *templates.Book
	mu    sync.Mutex
	zone  string
	rings []string // alarms
	log   *logbook
	raw   *sql.DB
}

// each runs f on every kind of database.
func each(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) { f(t, newRig(t, db)) })
}

func newRig(t *testing.T, db *storetest.DB) *rig {
	t.Helper()
	book, err := templates.Load()
	require.NoError(t, err)
	return &rig{t: t, db: db, book: book, zone: "Asia/Shanghai", log: &logbook{}, raw: storetest.Raw(t, db.DSN)}
}

// clinic is the vet preset without quiet hours, in the rig's zone.
func (r *rig) clinic() func() Clinic {
	profile, _, err := config.LoadProfile("vet")
	require.NoError(r.t, err)
	profile.Outreach.Quiet = config.Quiet{From: 1, To: 1}
	compiled := map[string]Clinic{}
	return func() Clinic {
		r.mu.Lock()
		defer r.mu.Unlock()
		c, ok := compiled[r.zone]
		if !ok {
			p := *profile
			p.Zone = r.zone
			p.Branches = append([]config.Branch{}, p.Branches...)
			for i := range p.Branches {
				p.Branches[i].Zone = r.zone
			}
			clinic, err := config.NewClinic(&p)
			if err != nil {
				panic(err)
			}
			c = Clinic{Clinic: clinic, Slots: slots.NewIndex(clinic)}
			compiled[r.zone] = c
		}
		return c
	}
}

// copy is one more copy of the scheduler on the rig's database.
func (r *rig) copy(jobs []Job, calendar ...CalendarJob) *Scheduler {
	return r.copyOn(r.db.Store, r.db.Clock, jobs, calendar...)
}

func (r *rig) copyOn(store *models.Store, clock clockwork.Clock, jobs []Job, calendar ...CalendarJob) *Scheduler {
	if calendar == nil {
		calendar = []CalendarJob{}
	}
	return New(Options{
		Store: store, Clock: clock, Log: slog.New(slog.NewTextHandler(r.log, nil)), Book: r.book, Clinic: r.clinic(), Retention: time.Hour,
		Tasks: jobs, Calendar: calendar,
		Alarm: func(_ context.Context, code, _ string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.rings = append(r.rings, code)
		},
	})
}

func (r *rig) alarms() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.rings...)
}

func (r *rig) drain(s *Scheduler) {
	r.t.Helper()
	require.NoError(r.t, s.Drain(r.t.Context()))
}

// schedule keeps tasks; what is not said is filled in.
func (r *rig) schedule(tasks ...models.Task) {
	r.t.Helper()
	for i := range tasks {
		if tasks[i].DueAt.IsZero() {
			tasks[i].DueAt = r.db.Clock.Now()
		}
		if tasks[i].Kind == "" {
			tasks[i].Kind = "test"
		}
	}
	require.NoError(r.t, r.db.Do(r.t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.Schedule(tasks...) }))
}

func (r *rig) contact(id string) {
	r.t.Helper()
	c := models.Contact{ID: id, Channel: "web", Address: id[len("web:"):], Reach: models.ReachOpen, CreatedAt: r.db.Clock.Now()}
	require.NoError(r.t, r.db.Do(r.t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.SaveContact(c) }))
}

// state is a task's state and the reason of it.
func (r *rig) state(key string) (state, reason string) {
	r.t.Helper()
	err := r.raw.QueryRow("SELECT state, reason FROM tasks WHERE task_key = ?", key).Scan(&state, &reason)
	require.NoError(r.t, err)
	return state, reason
}

// number counts by a statement of the test's own.
func (r *rig) number(query string, args ...any) (n int) {
	r.t.Helper()
	require.NoError(r.t, r.raw.QueryRow(query, args...).Scan(&n))
	return n
}

// note is a job that leaves a mark in its transaction: a push, or nothing when
// the task has none to go to.
func note(kind string) Job {
	return Job{Kind: kind, Run: func(_ context.Context, w *Work) error {
		return w.Tx.Push(models.Outgoing{Key: w.Task.Key, ContactID: "web:a", Priority: models.PriorityPush, UselessAfter: w.Task.UselessAfter}, models.Message{Text: w.Task.Key})
	}}
}

// logbook keeps what was logged.
type logbook struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}
