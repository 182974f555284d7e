package scheduler

import "context"

// batch is how many rows one transaction of a job touches.
const batch = 500

// sweepHolds deletes holds that ran out. Nobody waits for it: who wants such a
// time takes it from the hold; this keeps the table small.
func sweepHolds(ctx context.Context, o Options) error {
	for {
		gone, err := o.Store.SweepHolds(ctx, batch)
		if err != nil || len(gone) < batch {
			return err
		}
	}
}
