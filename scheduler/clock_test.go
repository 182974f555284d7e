package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// Somebody puts the clock back, or forward, by an hour in the middle of a
// batch: each task takes effect once, what becomes due afterwards is done at
// once, and what waits by the old time waits no longer than the jump.
func TestClockSetInTheMiddleOfABatch(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "mysql": storetest.MySQL} {
		for _, jump := range []time.Duration{-time.Hour, time.Hour} {
			t.Run(fmt.Sprint(name, jump), func(t *testing.T) {
				db, wall := storetest.OpenSet(t, dsn(t))
				r := newRig(t, db)
				r.schedule(models.Task{Key: "theirs", DueAt: wall.Now().Add(-time.Second)})
				_, err := db.ClaimTasks(t.Context(), "dead", 1, taskLease)
				require.NoError(t, err)
				for i := range 150 { // the second half is claimed after the jump
					r.schedule(models.Task{Key: fmt.Sprint(i), DueAt: wall.Now()})
				}
				set := false
				s := r.copyOn(db.Store, wall, []Job{{Kind: "test", Run: func(_ context.Context, w *Work) error {
					switch {
					case w.Task.Key == "20" && w.Task.Attempts == 1:
						return errors.New("not yet")
					case w.Task.Key == "50" && !set:
						set = true
						wall.Set(jump)
					}
					return w.Tx.Enqueue(models.Outgoing{Key: w.Task.Key + ":" + w.Tx.NewID(), ContactID: "web:a", Batch: w.Task.Key, Priority: models.PriorityPush})
				}}})
				r.drain(s)
				r.schedule(models.Task{Key: "new", DueAt: wall.Now()})
				r.drain(s)
				state, _ := r.state("new")
				require.Equal(t, models.TaskDone, state)
				for range 7 {
					wall.Advance(9 * time.Minute)
					r.drain(s)
				}
				require.Equal(t, 152, r.number("SELECT COUNT(*) FROM tasks WHERE state = 'done'"))
				require.Equal(t, 152, r.number("SELECT COUNT(*) FROM outbox"))
				require.Equal(t, 152, r.number("SELECT COUNT(DISTINCT batch) FROM outbox"))
				require.Empty(t, r.alarms())
			})
		}
	}
}
