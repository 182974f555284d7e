package scheduler

import (
	"context"
	"time"
)

// codesKept is how long a used or lapsed one-time code stays, for questions
// about who was bound when.
const codesKept = 90 * 24 * time.Hour

// prune deletes turns older than the retention, each contact's newest excepted
// since it is the session, and old one-time codes.
func prune(ctx context.Context, o Options) error {
	for {
		n, err := o.Store.PruneTurns(ctx, o.Now().Add(-o.Retention), batch)
		if err != nil {
			return err
		}
		if n < batch {
			break
		}
	}
	return o.Store.PruneCodes(ctx, o.Now().Add(-codesKept))
}
