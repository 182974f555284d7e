package scheduler

import (
	"context"
	"time"
)

// How long what ended stays, for questions about it: used or lapsed one-time
// codes (who was bound when), tasks (what was due, what became of it).
const (
	codesKept = 90 * 24 * time.Hour
	tasksKept = 180 * 24 * time.Hour
)

// prune deletes turns older than the retention, each contact's newest excepted
// since it is the session, old one-time codes, and tasks and slots of long ago.
func prune(ctx context.Context, o Options) error {
	now := o.Clock.Now()
	for _, step := range []func() (int64, error){
		func() (int64, error) { return o.Store.PruneTurns(ctx, now.Add(-o.Retention), batch) },
		func() (int64, error) { return o.Store.PruneTasks(ctx, now.Add(-tasksKept), batch) },
	} {
		for {
			n, err := step()
			if err != nil {
				return err
			}
			if n < batch {
				break
			}
		}
	}
	if err := o.Store.PruneSlots(ctx, wall(now.Add(-tasksKept), o.Clinic().Location("")).Format(slotForm)); err != nil {
		return err
	}
	return o.Store.PruneCodes(ctx, now.Add(-codesKept))
}
