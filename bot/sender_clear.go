package bot

import (
	"context"

	"zhenban/models"
)

// cleared looks once more, at the moment of sending, whether a push may go
// out: what it is about stands as it did, and the person has not refused its
// kind. nil: it may. Answers need no clearing.
func (l *lane) cleared(ctx context.Context, row models.Outgoing) *models.Outcome {
	if row.Kind == "" && row.Subject == "" {
		return nil
	}
	reason, err := l.s.o.Store.Stands(ctx, row.Subject, row.Version)
	if err == nil && reason == "" {
		var wants bool
		if wants, err = l.s.o.Store.Wants(ctx, row.ContactID, row.Kind); err == nil && !wants {
			reason = "refused: " + string(row.Kind)
		}
	}
	switch {
	case err != nil: // not begun: it waits for the database, or for somebody to look
		return &models.Outcome{State: models.OutboxPending, Reason: err.Error(), Again: l.s.o.Clock.Now().Add(retryIn(row.Attempts))}
	case reason != "":
		return &models.Outcome{State: models.OutboxSuppressed, Reason: reason}
	}
	return nil
}
