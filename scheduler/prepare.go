package scheduler

import (
	"context"
	"slices"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// prepare tells what to do before a procedure, and asks whether it is done.
func prepare(ctx context.Context, w *Work) error {
	p, open, err := w.unprepared(ctx)
	if err != nil || len(open) == 0 {
		return err
	}
	to, err := w.reader(ctx, p)
	if err != nil || to == "" {
		return err
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	data["Items"] = open
	if data["Patient"], err = w.called(ctx, p.PatientID, p.PatientName); err != nil {
		return err
	}
	ids := make([]string, len(open))
	for i, o := range open {
		ids[i] = o.ID
	}
	arg := " " + p.Number + " " + strings.Join(ids, ",")
	return w.Push(ctx, Push{
		ContactID: to, Kind: models.KindVisit, Opens: "prepare", Text: "prepare.ask", Data: outreach.Same(data),
		Options: []outreach.Option{
			{Text: "prepare.done", Command: "/prepare done" + arg},
			{Text: "prepare.not", Command: "/prepare not" + arg},
			{Text: "prepare.all", Command: "/prepare " + p.Number},
		},
	})
}

// prepareOpen gives staff what nobody confirmed, with time left to act.
func prepareOpen(ctx context.Context, w *Work) error {
	p, open, err := w.unprepared(ctx)
	if err != nil || len(open) == 0 {
		return err
	}
	clinic := w.Clinic.Clinic
	c := outreach.VisitCase(clinic, p, outreach.CasePrepare, w.Now)
	c.Key, c.Roles = w.Task.Key, []models.Role{models.Nurse}
	start := p.Slot.Start.In(clinic.Location(p.Slot.Branch))
	c.Details["Start"] = start.Format("01-02 15:04")
	items := config.Text{}
	for _, l := range config.Languages() {
		var names []string
		for _, o := range open {
			name := o.Name.In(l)
			if o.Not {
				said, err := w.Speaker().Message(l, "prepare.said_not", nil)
				if err != nil {
					return err
				}
				name += said.Text
			}
			names = append(names, name)
		}
		items[l] = strings.Join(names, map[bool]string{true: ", ", false: "、"}[l == config.English])
	}
	outreach.Tell(c.Details, "Items", items, clinic.Language)
	c.DueAt = outreach.AwakeAfter(clinic, p.Slot.Branch, w.Now, prepareCall)
	if latest := start.Add(-time.Hour); c.DueAt.After(latest) {
		c.DueAt = latest
	}
	return w.OpenCase(c)
}

// prepareCall is how soon somebody calls about what is not prepared.
const prepareCall = 3 * time.Hour

// unprepared is the visit and what of the task's items is not confirmed; with
// nothing left the task is suppressed.
func (w *Work) unprepared(ctx context.Context) (models.Appointment, []outreach.PrepareLine, error) {
	var t outreach.Prepare
	if err := w.Payload(&t); err != nil {
		return models.Appointment{}, nil, err
	}
	p, err := w.Appointment(ctx)
	if err != nil {
		return p, nil, err
	}
	if p.Status != models.Booked {
		w.Suppress("the visit is " + string(p.Status))
		return p, nil, nil
	}
	answers, err := w.Tx.Read().Answers(ctx, models.AboutAppointment(p.ID))
	if err != nil {
		return p, nil, err
	}
	decided, err := w.Tx.Read().Approvals(ctx, outreach.CourseNotes)
	if err != nil {
		return p, nil, err
	}
	open := slices.DeleteFunc(outreach.PrepareLines(w.Clinic.Clinic, p, answers, decided, t.Items...), func(l outreach.PrepareLine) bool { return l.Done })
	if len(open) == 0 {
		w.Suppress("everything is confirmed")
	}
	return p, open, nil
}
