package bot

import (
	"context"

	"zhenban/models"
)

// cleared asks the policy at the moment of sending. nil: the row goes out.
func (l *lane) cleared(ctx context.Context, row models.Outgoing, to *models.Recipient) *models.Outcome {
	now := l.s.o.Clock.Now()
	end, err := l.s.policy.clear(ctx, row, to, now)
	if err != nil { // not begun: it waits for the database, or for somebody to look
		return &models.Outcome{State: models.OutboxPending, Reason: err.Error(), Again: now.Add(retryIn(row.Attempts)), Unsure: !row.BegunAt.IsZero()}
	}
	return end
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

// recipients reads the contacts of claimed pushes, all in one statement, right
// before they go out. A row that has to wait is looked at anew.
func (l *lane) recipients(ctx context.Context, rows []models.Outgoing) map[string]models.Recipient {
	var ids []string
	for _, row := range rows {
		if row.Kind != "" && row.Kind != models.KindStaff {
			ids = append(ids, row.ContactID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	out, err := l.s.o.Store.Recipients(ctx, ids)
	if err != nil {
		return nil // each is looked at by itself
	}
	return out
}
