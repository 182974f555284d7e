package scheduler

import (
	"context"
	"slices"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// visitDone keeps the books of recalls right after a visit: those it was for
// are done, those it is counted from begin.
func visitDone(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	if p.Status != models.Fulfilled || p.PatientID == "" {
		w.Suppress("nobody on record has been here")
		return nil
	}
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
