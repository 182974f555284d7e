package scheduler

import (
	"context"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// made tells a person of a visit that was booked for them elsewhere: at the
// desk, by phone, in the clinic's own system.
func made(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	if p.Status != models.Booked {
		w.Suppress("the visit is " + string(p.Status))
		return nil
	}
	to, err := w.reader(ctx, p)
	if err != nil || to == "" {
		return err
	}
	return w.Push(ctx, Push{
		ContactID: to, Kind: models.KindVisit, Opens: "remind", Text: "remind.made",
		Notice: outreach.VisitNotice(outreach.NoticeBooked, w.Clinic.Clinic, p),
		Data:   outreach.Same(outreach.VisitData(w.Clinic.Clinic, p, w.Now)),
		Options: []outreach.Option{
			{Text: "remind.yes", Command: "/confirm " + p.Number},
			{Text: "remind.move", Command: "/move " + p.Number},
			{Text: "remind.no", Command: "/cancelbooking " + p.Number},
			{Text: "remind.not_me", Command: "/notme " + p.Number},
		},
	})
}
