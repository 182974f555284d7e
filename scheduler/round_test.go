package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates/outreach"
)

func TestOneTaskAtFaultHoldsUpNoOther(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		jobs := []Job{
			note("test"),
			{Kind: "fails", Run: func(context.Context, *Work) error { return errors.New("no") }},
			{Kind: "panics", Run: func(context.Context, *Work) error { panic("豆豆 is in here") }},
		}
		var list []models.Task
		for i := range 60 {
			list = append(list, models.Task{Key: fmt.Sprint("t", i), Kind: []string{"test", "fails", "panics", "test", "test", "test"}[i%6], DueAt: r.db.Clock.Now().Add(time.Duration(i) * time.Millisecond)})
		}
		r.db.Clock.Advance(time.Second)
		r.schedule(list...)
		s := r.copy(jobs)
		r.drain(s)
		require.Equal(t, 40, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'done'"))
		require.Equal(t, 40, r.number("SELECT COUNT(*) FROM outbox"))
		require.Equal(t, 20, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'due' AND attempts = 1"), "the others wait")
		for range 12 {
			r.db.Clock.Advance(lastRetry)
			r.drain(s)
		}
		require.Equal(t, 20, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'failed' AND attempts = ?", maxAttempts))
		require.Equal(t, 40, r.number("SELECT COUNT(*) FROM outbox"))
		require.Len(t, r.alarms(), 20)
		_, reason := r.state("t2")
		require.Equal(t, "panics: panic with a string", reason)
		require.NotContains(t, r.log.String(), "豆豆")
		require.Contains(t, r.log.String(), "round_test.go", "a panic is logged with its place")
	})
}

func TestTextThatLacksAField(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.contact("web:a")
		push := func(data map[string]any) func(ctx context.Context, w *Work) error {
			return func(ctx context.Context, w *Work) error {
				return w.Push(ctx, Push{Kind: models.KindVisit, Text: "remind.hours", Data: outreach.Same(data)})
			}
		}
		good := outreach.VisitData(r.clinic()().Clinic, models.Appointment{Number: "B1234567"}, r.db.Clock.Now())
		s := r.copy([]Job{{Kind: "good", Run: push(good)}, {Kind: "bad", Run: push(map[string]any{"Number": "B1234567"})}})
		r.schedule(
			models.Task{Key: "a", Kind: "good", ContactID: "web:a"}, models.Task{Key: "b", Kind: "bad", ContactID: "web:a"},
			models.Task{Key: "c", Kind: "good", ContactID: "web:a"}, models.Task{Key: "d", Kind: "good", ContactID: "web:gone"},
		)
		r.drain(s)
		require.Equal(t, 2, r.number("SELECT COUNT(*) FROM outbox"))
		state, reason := r.state("b")
		require.Equal(t, models.TaskDue, state)
		require.Contains(t, reason, "zh-Hans/remind.hours", "it says which text")
		require.Contains(t, reason, `"Start"`, "and which field")
		state, reason = r.state("d")
		require.Equal(t, models.TaskSuppressed, state)
		require.Contains(t, reason, "contact")
	})
}

func TestTaskOfANewerVersionWaitsForIt(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.schedule(models.Task{Key: "old"}, models.Task{Key: "new", Kind: "of-tomorrow"})
		s := r.copy([]Job{note("test")})
		for range 100 {
			r.drain(s)
			r.db.Clock.Advance(newerRetry)
		}
		state, reason := r.state("new")
		require.Equal(t, models.TaskDue, state)
		require.Contains(t, reason, "of-tomorrow")
		require.Equal(t, []string{"task_unknown"}, r.alarms(), "an operator hears of it once")
		r.db.Clock.Advance(newerRetry)
		r.drain(r.copy([]Job{note("test"), note("of-tomorrow")}))
		require.Equal(t, 2, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'done' AND attempts = 1"))
	})
}

// A copy that dies with what it claimed leaves it to the others, and a task
// that each copy dies of does not take them all down for ever.
func TestTasksOfACopyThatDied(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.schedule(models.Task{Key: "poor"}, models.Task{Key: "deadly", DueAt: r.db.Clock.Now().Add(time.Hour)})
		_, err := r.db.ClaimTasks(t.Context(), "dead", 10, taskLease)
		require.NoError(t, err)
		s := r.copy([]Job{note("test")})
		r.drain(s)
		state, _ := r.state("poor")
		require.Equal(t, models.TaskRunning, state, "the lease holds")
		r.db.Clock.Advance(taskLease + lapseEvery)
		r.drain(s)
		state, _ = r.state("poor")
		require.Equal(t, models.TaskDone, state)

		r.db.Clock.Advance(time.Hour)
		for range maxBegun {
			list, err := r.db.ClaimTasks(t.Context(), "dead", 10, taskLease)
			require.NoError(t, err)
			require.Len(t, list, 1)
			r.db.Clock.Advance(taskLease + time.Second)
			_, err = r.db.LapsedTasks(t.Context())
			require.NoError(t, err)
		}
		r.drain(s)
		state, _ = r.state("deadly")
		require.Equal(t, models.TaskFailed, state)
		require.Equal(t, []string{"task_failed"}, r.alarms())
	})
}

// A copy that is slower than its lease finds its tasks taken and does nothing.
func TestSlowerThanTheLease(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.schedule(models.Task{Key: "a"}, models.Task{Key: "b", DueAt: r.db.Clock.Now().Add(-time.Second)})
		s := r.copy([]Job{note("test")})
		mine, err := r.db.ClaimTasks(t.Context(), s.workers[0].owner, 10, taskLease)
		require.NoError(t, err)
		require.Len(t, mine, 2)
		r.db.Clock.Advance(taskLease + time.Second)
		_, err = r.db.LapsedTasks(t.Context())
		require.NoError(t, err)
		r.drain(r.copy([]Job{note("test")}))
		require.NoError(t, s.workers[0].run(t.Context(), t.Context(), mine))
		require.Equal(t, 2, r.number("SELECT COUNT(*) FROM outbox"))
		require.Equal(t, 2, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'done' AND attempts = 2"))
		require.Empty(t, r.alarms())
	})
}

// What is claimed and cannot be begun soon is given back: something more urgent
// may have become due.
func TestWhatWaitsLongIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var order []string
		var s *Scheduler
		job := Job{Kind: "test", Run: func(_ context.Context, w *Work) error {
			order = append(order, w.Task.Key)
			r.db.Clock.Advance(400 * time.Millisecond) // slow
			return nil
		}}
		s = r.copy([]Job{job})
		for i := range 6 {
			r.schedule(models.Task{Key: fmt.Sprint("bulk", i), Priority: models.PriorityBulk})
		}
		r.schedule(models.Task{Key: "urgent", Priority: models.PriorityAlert, DueAt: r.db.Clock.Now().Add(time.Second)})
		r.drain(s)
		require.Equal(t, []string{"bulk0", "bulk1", "bulk2", "urgent", "bulk3", "bulk4", "bulk5"}, order)
		require.Zero(t, r.number("SELECT COUNT(*) FROM tasks WHERE attempts <> 1"))
	})
}

// A day after which everything is due at once: what is of no use any more is
// recorded as such, the rest goes out, what is urgent first.
func TestTenThousandDueAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var list []models.Task
		for i := range 10_000 {
			task := models.Task{
				Key: fmt.Sprint(i), Kind: "test", Priority: models.Priority(i%4 + 1), DueAt: r.db.Clock.Now().Add(time.Duration(i) * time.Second),
			}
			if i%5 == 0 {
				task.UselessAfter = task.DueAt.Add(time.Hour)
			}
			list = append(list, task)
		}
		r.schedule(list...)
		r.db.Clock.Advance(24 * time.Hour)
		var order []models.Priority
		s := r.copy([]Job{{Kind: "test", Run: func(ctx context.Context, w *Work) error {
			order = append(order, w.Task.Priority)
			return note("test").Run(ctx, w)
		}}})
		r.drain(s)
		assert.Equal(t, 2000, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'expired'"))
		assert.Equal(t, 8000, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'done'"))
		assert.Equal(t, 8000, r.number("SELECT COUNT(*) FROM outbox"))
		assert.IsNonDecreasing(t, order)
	})
}

func TestDatabaseKilledInTheMiddleOfABatch(t *testing.T) {
	server := storetest.StartServer(t)
	r := newRig(t, storetest.Open(t, storetest.CreateDatabase(t, server.DSN())))
	for i := range 50 {
		r.schedule(models.Task{Key: fmt.Sprint(i)})
	}
	killed := false
	s := r.copy([]Job{{Kind: "test", Run: func(ctx context.Context, w *Work) error {
		if w.Task.Key == "25" && !killed {
			killed = true
			server.Kill()
		}
		return w.Tx.Enqueue(models.Outgoing{Key: w.Task.Key + ":" + w.Tx.NewID(), ContactID: "web:a", Priority: models.PriorityPush})
	}}})
	require.True(t, models.IsUnavailable(s.Drain(t.Context())), "the database is away")
	require.True(t, models.IsUnavailable(s.Drain(t.Context())))
	require.NoError(t, server.Start())
	r.drain(s)
	require.Equal(t, 50, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'done' AND attempts = 1"), "at once, without waiting for the lease")
	require.Equal(t, 50, r.number("SELECT COUNT(*) FROM outbox"))
}

func TestStopsInTheMiddleOfABatch(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx, stop := context.WithCancel(t.Context())
		var list []models.Task
		for i := range 20 {
			list = append(list, models.Task{Key: fmt.Sprint(i), DueAt: r.db.Clock.Now(), Kind: "test"})
		}
		r.schedule(list...)
		s := r.copy([]Job{{Kind: "test", Run: func(ctx context.Context, w *Work) error {
			if w.Task.Key == "5" {
				stop()
				r.db.Clock.Advance(partTime) // the transaction takes on no more
			}
			return note("test").Run(ctx, w)
		}}})
		require.NoError(t, s.Run(ctx))
		done := r.number("SELECT COUNT(*) FROM tasks WHERE state = 'done'")
		require.Positive(t, done, "what was begun is finished")
		require.Equal(t, 20, done+r.number("SELECT COUNT(*) FROM tasks WHERE state = 'due' AND attempts = 0"), "the rest is given back, and waits for no lease")
	})
}
