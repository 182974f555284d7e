package scheduler

import (
	"context"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// caseLate reminds of a case that has passed its limit. A closed one does not
// come so far: its subject does not stand.
func caseLate(ctx context.Context, w *Work) error {
	var late outreach.CaseLate
	if err := w.Payload(&late); err != nil {
		return err
	}
	c, err := w.Tx.Read().CaseByID(ctx, models.SubjectID("Case", w.Task.Subject))
	if err != nil {
		return err
	}
	owner := ""
	if c.Owner != "" {
		m, err := w.Tx.Read().StaffByID(ctx, c.Owner)
		if err != nil {
			return err
		}
		owner = m.Name
	}
	return w.Speaker().CaseLate(w.Tx, c, owner, late.Climb)
}
