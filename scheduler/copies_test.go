package scheduler

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"zhenban/models"
	"zhenban/models/storetest"
)

// Whatever happens to tasks and copies, each task takes effect once: the rows
// it leaves have keys of their own, so that a second time would show.
func TestTasksTakeEffectOnce(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "mysql": storetest.MySQL} {
		t.Run(name, func(t *testing.T) {
			w := &world{r: newRig(t, storetest.Open(t, dsn(t)))}
			job := Job{Kind: "test", Run: w.job}
			for range 4 {
				w.copies = append(w.copies, w.r.copyOn(storetest.OpenAt(t, w.r.db.DSN, w.r.db.Clock), w.r.db.Clock, []Job{job}))
			}
			rapid.Check(t, w.once)
		})
	}
}

// world is copies beside each other, and what is to become of their tasks.
type world struct {
	r      *rig
	copies []*Scheduler
	round  int
	fate   map[string]string
	tries  sync.Map
}

func (w *world) job(_ context.Context, work *Work) error {
	key := work.Task.Key
	n, _ := w.tries.LoadOrStore(key, new(atomic.Int32))
	if err := work.Tx.Enqueue(models.Outgoing{Key: key + ":" + work.Tx.NewID(), ContactID: "web:a", Batch: key, Priority: models.PriorityPush}); err != nil {
		return err
	}
	switch first := n.(*atomic.Int32).Add(1) == 1; {
	case w.fate[key] == "fails once" && first:
		return errors.New("not yet")
	case w.fate[key] == "panics once" && first:
		panic("not yet")
	}
	return nil
}

func (w *world) once(t *rapid.T) {
	r := w.r
	w.round++
	w.fate = map[string]string{}
	var list []models.Task
	for i := range rapid.IntRange(1, 30).Draw(t, "tasks") {
		key := fmt.Sprint(w.round, "-", i)
		w.fate[key] = rapid.SampledFrom([]string{"runs", "runs", "runs", "fails once", "panics once", "dropped", "expires"}).Draw(t, "fate")
		task := models.Task{Key: key, Priority: models.Priority(rapid.IntRange(1, 4).Draw(t, "priority")), DueAt: r.db.Clock.Now()}
		switch w.fate[key] {
		case "dropped":
			task.Subject = models.AboutAppointment("of nobody")
		case "expires":
			task.UselessAfter = r.db.Clock.Now()
		}
		list = append(list, task)
	}
	r.schedule(list...)
	if died := rapid.IntRange(0, 15).Draw(t, "claimed by one that died"); died > 0 {
		_, err := r.db.ClaimTasks(context.Background(), "dead", died, taskLease)
		require.NoError(t, err)
	}
	copies := w.copies[:rapid.IntRange(1, len(w.copies)).Draw(t, "copies")]
	for open := 1; open > 0; open = r.number("SELECT COUNT(*) FROM tasks WHERE state IN ('due', 'running')") {
		var all sync.WaitGroup
		errs := make([]error, len(copies))
		for i, s := range copies {
			all.Go(func() { errs[i] = s.Drain(context.Background()) })
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...))
		r.db.Clock.Advance(lastRetry)
	}
	for key, what := range w.fate {
		want := map[string]string{"dropped": models.TaskSuppressed, "expires": models.TaskExpired}[what]
		effects := 0
		if want == "" {
			want, effects = models.TaskDone, 1
		}
		state, _ := r.state(key)
		require.Equal(t, want, state, "%s, which %s", key, what)
		require.Equal(t, effects, r.number("SELECT COUNT(*) FROM outbox WHERE batch = ?", key), "%s, which %s", key, what)
	}
}

// Copies beside each other take different batches: one that finds the first
// batch taken does not stand idle.
func TestCopiesShareWhatIsDue(t *testing.T) {
	r := newRig(t, storetest.Open(t, storetest.MySQL(t)))
	var list []models.Task
	for i := range 4 * taskBatch {
		list = append(list, models.Task{Key: fmt.Sprint(i), Kind: "test", DueAt: r.db.Clock.Now()})
	}
	r.schedule(list...)
	// One copy has a batch locked, and not yet committed.
	held, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	db := storetest.Raw(t, r.db.DSN)
	all.Go(func() {
		tx, err := db.BeginTx(context.Background(), nil)
		if err != nil {
			t.Error(err)
		} else {
			defer tx.Rollback()
			_, err = tx.Exec("SELECT id FROM tasks ORDER BY id LIMIT 100 FOR UPDATE")
			if err != nil {
				t.Error(err)
			}
		}
		close(held)
		<-release
	})
	<-held
	got, err := r.db.ClaimTasks(t.Context(), "me", taskBatch, time.Minute)
	close(release)
	all.Wait()
	require.NoError(t, err)
	require.Len(t, got, taskBatch)
	require.GreaterOrEqual(t, got[0].ID, list[0].ID)
}
