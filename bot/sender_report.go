package bot

import (
	"context"

	"zhenban/models"
)

// Reported takes a platform's word that something it had taken did not reach
// the person after all: it goes on as if it had been refused at once.
func (s *Sender) Reported(ctx context.Context, contactID, way, receipt, fault string) error {
	for _, l := range s.lanes {
		if contactID != l.c.Name()+":"+address(contactID) {
			continue
		}
		l.s.o.Metrics.Sent(l.c.Name(), models.OutboxFailed)
		err := s.o.Store.FailDelivered(ctx, contactID, way, receipt, func(row models.Outgoing) models.Outcome {
			end := models.Outcome{State: models.OutboxFailed, Way: way, Reason: "the platform did not deliver it: " + fault}
			if now := s.o.Clock.Now(); !row.UselessAfter.IsZero() && !now.Before(row.UselessAfter) {
				return end
			}
			return l.lost(row, end, whyFailed)
		})
		if err == nil {
			s.passed.Add(1)
			s.Wake()
		}
		return err
	}
	return nil
}
