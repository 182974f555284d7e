package scheduler

import (
	"context"
	"errors"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// summary sends what was done at a visit, what to mind now, and what comes
// next. Advice that the clinic has not approved is left out.
func summary(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	if p.Status != models.Fulfilled {
		w.Suppress("the visit is " + string(p.Status))
		return nil
	}
	to, err := w.reader(ctx, p)
	if err != nil || to == "" {
		return err
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	data["Done"], data["Advice"], data["Next"] = "", config.Text(nil), map[string]any(nil)
	if a := w.Clinic.Visits.AftercareOf(p.Slot.Service); a != nil {
		decided, err := w.Tx.Read().Approvals(ctx, outreach.Aftercare)
		if err != nil {
			return err
		}
		if decided.Allow(a.ID, a.Hash(), a.Approved) {
			data["Advice"] = a.Text
		}
	}
	n, err := w.Tx.Read().VisitNote(ctx, p.ID, models.NoteDone)
	if err == nil {
		data["Done"] = n.Body
	} else if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	next, err := w.next(ctx, to, p)
	if err != nil {
		return err
	}
	options := []outreach.Option{{Text: "summary.ask", Command: "/agent"}}
	if next != nil {
		data["Next"] = outreach.VisitData(w.Clinic.Clinic, *next, w.Now)
		options = append(options, outreach.Option{Text: "summary.bookings", Command: "/bookings"})
	} else {
		options = append(options, outreach.Option{Text: "summary.book", Command: "/book"})
	}
	return w.Push(ctx, Push{
		ContactID: to, Kind: models.KindVisit, Text: "summary.text", Data: outreach.Same(data), Options: options,
		Notice: outreach.VisitNotice(outreach.NoticeSummary, w.Clinic.Clinic, p),
	})
}

// next is the visit of the same patient, or person, that comes next.
func (w *Work) next(ctx context.Context, contactID string, p models.Appointment) (*models.Appointment, error) {
	var a models.Access
	if p.PatientID != "" {
		a.Patients = []string{p.PatientID}
		contactID = "-"
	}
	list, err := w.Tx.Read().Upcoming(ctx, contactID, a, w.Now)
	for i := range list {
		if list[i].Status == models.Booked {
			return &list[i], err
		}
	}
	return nil, err
}
