package scheduler

import (
	"context"
	"errors"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// askIntake asks what the doctor should know before the visit. Who answered
// not long ago is only asked whether it still holds.
func askIntake(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	if p.Status != models.Booked || !p.IntakeAt.IsZero() {
		w.Suppress("answered, or the visit is " + string(p.Status))
		return nil
	}
	to, err := w.reader(ctx, p)
	if err != nil || to == "" {
		return err
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	push := Push{
		Key:       "intake:" + p.ID, // once, whatever moves the visit
		ContactID: to, Kind: models.KindVisit, Opens: "intake", Text: "intake.push", Data: outreach.Same(data),
		Notice:  outreach.VisitNotice(outreach.NoticeForm, w.Clinic.Clinic, p),
		Options: []outreach.Option{{Text: "intake.start", Command: "/intake " + p.Number}, {Text: "intake.later", Command: "/intake " + p.Number + " later"}},
	}
	last, err := w.Tx.Read().LastIntake(ctx, p.PatientID, p.ID, w.Clinic.Visits.Intake.Fresh.Before(w.Now))
	switch {
	case err == nil && last.Author == to:
		a, err := outreach.ReadIntake(last)
		if err != nil {
			return err
		}
		push.Text, push.Data = "intake.push_again", a.Fill(w.Speaker(), data)
		push.Options[0] = outreach.Option{Text: "intake.changed", Command: "/intake " + p.Number}
		push.Options = append([]outreach.Option{{Text: "intake.same", Command: "/intake " + p.Number + " same"}}, push.Options...)
	case err != nil && !errors.Is(err, models.ErrNotFound):
		return err
	}
	return w.Push(ctx, push)
}

// brief shows the doctor of a visit what was answered, once.
func brief(ctx context.Context, w *Work) error {
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	n, err := w.Tx.Read().VisitNote(ctx, p.ID, models.NoteIntake)
	if errors.Is(err, models.ErrNotFound) {
		w.Suppress("nothing was answered")
		return nil
	}
	if err != nil {
		return err
	}
	a, err := outreach.ReadIntake(n)
	if err != nil {
		return err
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	data["Species"] = config.Text(nil)
	if s := w.Clinic.SpeciesByID(p.Species); s != nil {
		data["Species"] = s.Name
	}
	return w.Speaker().Notify(w.Tx, outreach.Notice{
		Key: "brief:" + p.ID, For: p.Slot.Practitioner, Branch: p.Slot.Branch, Roles: []models.Role{models.Nurse}, Text: "intake.brief", Data: a.Fill(w.Speaker(), data),
		Options: []outreach.Option{{Text: "intake.open", Command: "/visit " + p.Number}},
	})
}
