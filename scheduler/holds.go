package scheduler

import (
	"context"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// batch is how many rows one transaction of a job touches.
const batch = 500

// sweepHolds deletes holds that ran out. Who wants such a time takes it from
// the hold; this keeps the table small, and offers the time to the wait list.
func sweepHolds(ctx context.Context, o Options) error {
	for {
		gone, err := o.Store.SweepHolds(ctx, batch, func(h models.Hold) models.Task {
			return outreach.FreedTask(h.Slot, "hold:"+h.ID, o.Clock.Now())
		})
		if err != nil || len(gone) < batch {
			return err
		}
	}
}
