package scheduler

import (
	"context"
	"errors"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// nudgeOf is how long a nudge is of use.
const nudgeOf = 12 * time.Hour

// checkin asks for a check-in, and makes sure that one that is not filled in
// is noticed.
func checkin(ctx context.Context, w *Work, p models.Appointment, step *config.FollowupStep) error {
	if done, err := w.checkedIn(ctx, p, step.Name()); err != nil || done {
		return err
	}
	if err := w.askCheckin(ctx, p, step, "checkin.ask", w.Task.Key, time.Time{}); err != nil || w.suppressed != "" {
		return err
	}
	return w.Tx.Schedule(outreach.PlanCheckinMissed(w.Clinic.Clinic, p, step.Name(), w.Now)...)
}

func (w *Work) askCheckin(ctx context.Context, p models.Appointment, step *config.FollowupStep, text, key string, useless time.Time) error {
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	var err error
	if data["Patient"], err = w.called(ctx, p.PatientID, p.PatientName); err != nil {
		return err
	}
	data["Day"] = outreach.DaysSince(w.Clinic.Clinic, p, w.Now)
	return w.Push(ctx, Push{
		Key: key, Kind: models.KindCare, Text: text, Data: outreach.Same(data), UselessAfter: useless,
		Options: []outreach.Option{
			{Text: "checkin.fill", Command: "/checkin " + p.Number + " " + step.Name()},
			{Text: "followup.stop", Command: "/followup stop " + p.Number + " " + step.Name()},
		},
	})
}

// checkinMissed nudges once; after that somebody calls.
func checkinMissed(ctx context.Context, w *Work) error {
	var m outreach.CheckinMissed
	if err := w.Payload(&m); err != nil {
		return err
	}
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	if done, err := w.checkedIn(ctx, p, m.Step); err != nil || done {
		return err
	}
	plan := w.Clinic.FollowupOf(p.Slot.Service)
	if plan == nil || plan.StepByName(m.Step) == nil {
		w.Suppress("the profile has no such step any more")
		return nil
	}
	step := plan.StepByName(m.Step)
	if !m.Call {
		return w.askCheckin(ctx, p, step, "checkin.nudge", w.Task.Key, w.Now.Add(nudgeOf))
	}
	c := outreach.VisitCase(w.Clinic.Clinic, p, outreach.CaseCheckin, w.Now)
	c.Key, c.Roles = w.Task.Key, []models.Role{models.Nurse}
	c.DueAt = w.callBy(p.Slot.Branch, step)
	return w.OpenCase(c)
}

// checkedIn ends the task when the check-in it is about was filled in.
func (w *Work) checkedIn(ctx context.Context, p models.Appointment, step string) (bool, error) {
	r, err := w.Tx.Read().ResponseByKey(ctx, outreach.CheckinKey(p.ID, step))
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return false, err
	}
	if r.Status != models.ResponseCompleted {
		return false, nil
	}
	w.Suppress("it was filled in")
	return true, nil
}
