package scheduler

import (
	"context"
	"errors"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// caseOf reads the case and the rung that a task is about. A closed case does
// not come so far: its subject does not stand.
func caseOf(ctx context.Context, w *Work) (c models.Case, rung int, err error) {
	var p outreach.CaseRung
	if err := w.Payload(&p); err != nil {
		return c, 0, err
	}
	c, err = w.Tx.Read().CaseByID(ctx, models.SubjectID("Case", w.Task.Subject))
	return c, p.Rung, err
}

// caseLate reminds of a case that has passed its limit. Of an urgent one that
// nobody has taken its ladder tells.
func caseLate(ctx context.Context, w *Work) error {
	c, rung, err := caseOf(ctx, w)
	if err != nil {
		return err
	}
	if c.Urgent && c.State == models.CaseOpen {
		w.Suppress("nobody has taken it: its ladder tells")
		return nil
	}
	owner := ""
	if c.Owner != "" {
		m, err := w.Tx.Read().StaffByID(ctx, c.Owner)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		owner = m.Name
	}
	return w.Speaker().CaseLate(w.Tx, c, owner, rung)
}

// caseClimb tells the next of an urgent case that nobody has taken.
func caseClimb(ctx context.Context, w *Work) error {
	c, rung, err := caseOf(ctx, w)
	if err != nil {
		return err
	}
	if c.State != models.CaseOpen {
		w.Suppress("somebody has taken it")
		return nil
	}
	return w.Speaker().CaseClimb(w.Tx, c, rung)
}

// caseSnooze tells somebody again who wanted to be told later.
func caseSnooze(ctx context.Context, w *Work) error {
	c, err := w.Tx.Read().CaseByID(ctx, models.SubjectID("Case", w.Task.Subject))
	if err != nil {
		return err
	}
	if c.State == models.CaseTaken {
		m, err := w.Tx.Read().StaffOf(ctx, w.Task.ContactID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		if m.ID != c.Owner {
			w.Suppress("somebody else has it")
			return nil
		}
	}
	return w.Speaker().CaseSnoozed(w.Tx, c, w.Task)
}
