package bot

import (
	"context"

	"zhenban/models"
)

// cleared asks the policy at the moment of sending. end nil: the row goes out.
func (l *lane) cleared(ctx context.Context, row models.Outgoing) (look models.Look, end *models.Outcome) {
	if !needsLook(row) {
		return look, nil
	}
	look, err := l.looker.look(row)
	now := l.s.o.Clock.Now()
	if err == nil {
		end, err = l.s.policy.judge(ctx, row, look, now)
	}
	if err != nil { // not begun: it waits for the database, or for somebody to look
		return look, &models.Outcome{State: models.OutboxPending, Reason: err.Error(), Again: now.Add(retryIn(row.Attempts)), Unsure: !row.BegunAt.IsZero()}
	}
	return look, end
}

// doubted: a row that may have arrived is not said to have been held back, and
// nobody else gets it instead, whatever is against sending it again.
func doubted(row models.Outgoing, end models.Outcome) models.Outcome {
	if row.BegunAt.IsZero() {
		return end
	}
	switch end.State {
	case models.OutboxSuppressed, models.OutboxExpired, models.OutboxFailed:
		return models.Outcome{State: models.OutboxUnknown, Way: row.Way, Reason: end.Reason}
	}
	return end
}
