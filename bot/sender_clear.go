package bot

import (
	"context"

	"zhenban/models"
)

// cleared asks the policy at the moment of sending. nil: the row goes out.
func (l *lane) cleared(ctx context.Context, row models.Outgoing) *models.Outcome {
	now := l.s.o.Clock.Now()
	end, err := l.s.policy.Clear(ctx, row, now)
	if err != nil { // not begun: it waits for the database, or for somebody to look
		return &models.Outcome{State: models.OutboxPending, Reason: err.Error(), Again: now.Add(retryIn(row.Attempts))}
	}
	return end
}
