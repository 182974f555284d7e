package scheduler

import (
	"context"
	"slices"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// visitDone starts what comes after a visit: its plan, and the recalls that are
// counted from it; those it was for are done.
func visitDone(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	if p.Status != models.Fulfilled {
		w.Suppress("the visit is " + string(p.Status))
		return nil
	}
	if plan, of := outreach.VisitPlan(w.Clinic.Clinic, p, w.Task.DueAt); of != nil {
		plan.ID = w.Tx.NewID()
		if err := outreach.StartPlan(ctx, w.Tx, w.Clinic.Clinic, plan, w.Task.DueAt); err != nil {
			return err
		}
	}
	if p.PatientID == "" { // nobody on record
		return nil
	}
	return w.countRecalls(ctx, p)
}

// countRecalls keeps the books of recalls after a visit.
func (w *Work) countRecalls(ctx context.Context, p models.Appointment) error {
	patient, err := w.Tx.Read().PatientByID(ctx, p.PatientID)
	if err != nil {
		return err
	}
	known, err := w.Tx.Read().RecallsOf(ctx, patient.ID)
	if err != nil {
		return err
	}
	on := config.DateOf(p.Slot.Start.In(w.Clinic.Location(p.Slot.Branch)))
	for i := range w.Clinic.Recalls {
		kind := &w.Clinic.Recalls[i]
		r := models.Recall{PatientID: patient.ID, Recall: kind.ID}
		if j := slices.IndexFunc(known, func(k models.Recall) bool { return k.Recall == kind.ID }); j >= 0 {
			r = known[j]
		}
		switch {
		case r.LastOn > on.String(): // a later time is on record already
			continue
		case kind.StartedBy(p.Slot.Service) && kind.For(patient.Species):
			r = outreach.Started(kind, r, on)
		case slices.Contains(kind.Services, p.Slot.Service) && r.Version > 0:
			r = outreach.Completed(kind, r, on)
		default:
			continue
		}
		r.ContactID = p.ContactID
		if err := outreach.SaveRecall(w.Tx, w.Clinic.Clinic, r, w.Now); err != nil {
			return err
		}
	}
	return nil
}
