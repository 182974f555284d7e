package scheduler

import (
	"context"
	"strconv"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// markNoShow marks a visit that nobody came to, and tells the desk, which can
// take it back before the person is asked.
func markNoShow(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	switch {
	case p.Status != models.Booked:
		w.Suppress("the visit is " + string(p.Status))
		return nil
	case !p.LateAt.IsZero() && w.Now.Before(outreach.LateUntil(w.Clinic.Clinic, p)):
		w.Suppress("said to be late")
		return nil
	}
	was := p.Version
	p.Status, p.Version = models.NoShow, was+1
	if err := w.Tx.SetStatus(p.ID, was, models.NoShow, outreach.PlanVisit(w.Clinic.Clinic, p, w.Now)); err != nil {
		return err
	}
	return w.Speaker().Notify(w.Tx, outreach.Notice{
		Key: "noshow:" + p.ID + ":" + strconv.Itoa(p.Version), Branch: p.Slot.Branch, Roles: []models.Role{models.Desk}, Text: "noshow.marked",
		Data:    outreach.Same(outreach.VisitData(w.Clinic.Clinic, p, w.Now)),
		Options: []outreach.Option{{Text: "noshow.came_after_all", Command: "/arrived " + p.Number}},
	})
}

// askNoShow asks why nobody came and leads to a new booking. Whom it happens to
// again and again is a case for the desk.
func askNoShow(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	if p.Status != models.NoShow {
		w.Suppress("the visit is " + string(p.Status))
		return nil
	}
	if err := w.flagNoShow(ctx, p); err != nil {
		return err
	}
	to, err := w.reader(ctx, p)
	if err != nil || to == "" {
		return err
	}
	options := []outreach.Option{
		{Text: "noshow.forgot", Command: "/missed " + p.Number + " forgot"},
		{Text: "noshow.busy", Command: "/missed " + p.Number + " busy"},
		{Text: "noshow.settled", Command: "/missed " + p.Number + " settled"},
		{Text: "noshow.came", Command: "/missed " + p.Number + " came"},
	}
	if w.Clinic.Service(p.Slot.Service) != nil {
		options = append(options, outreach.Option{Text: "noshow.again", Command: "/book " + p.Slot.Service})
	}
	return w.Push(ctx, Push{
		ContactID: to, Kind: models.KindVisit, Opens: "missed", Text: "noshow.ask", Notice: outreach.VisitNotice(outreach.NoticeMissed, w.Clinic.Clinic, p),
		Data: outreach.Same(outreach.VisitData(w.Clinic.Clinic, p, w.Now)), Options: options,
	})
}

func (w *Work) flagNoShow(ctx context.Context, p models.Appointment) error {
	rules := w.Clinic.Visits.NoShow
	n, err := w.Tx.Read().NoShows(ctx, p, rules.Within.Before(w.Now))
	if err != nil || n < rules.Repeat {
		return err
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	return w.OpenCase(models.Case{
		Key: "noshow:" + p.ID, Kind: "noshow", Branch: p.Slot.Branch, Roles: []models.Role{models.Desk, models.Manager},
		Subject: models.AboutAppointment(p.ID), ContactID: p.ContactID,
		Details: map[string]string{
			"Count": strconv.Itoa(n), "Days": strconv.Itoa(int(w.Now.Sub(rules.Within.Before(w.Now)).Hours() / 24)), "Number": p.Number, "Patient": p.PatientName, "Phone": data["Phone"].(string),
		},
	})
}
