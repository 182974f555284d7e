package scheduler

import (
	"context"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// remind reminds of a visit: days before with what to bring and to prepare,
// hours before with the way there.
func remind(ctx context.Context, w *Work) error {
	var r outreach.Remind
	if err := w.Payload(&r); err != nil {
		return err
	}
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
	text := "remind.hours"
	if r.Lead.Days > 0 {
		text = "remind.days"
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	return w.Push(ctx, Push{
		ContactID: to, Kind: models.KindVisit, Opens: "remind", Text: text, Data: outreach.Same(data),
		Notice: outreach.VisitNotice(outreach.NoticeReminder, w.Clinic.Clinic, p),
		Options: []outreach.Option{
			{Text: "remind.yes", Command: "/confirm " + p.Number},
			{Text: "remind.move", Command: "/move " + p.Number},
			{Text: "remind.no", Command: "/cancelbooking " + p.Number},
		},
	})
}
