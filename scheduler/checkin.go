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
func checkin(ctx context.Context, w *Work, p models.CarePlan, step *config.PlanStep) error {
	if done, err := w.checkedIn(ctx, p, step.Name()); err != nil || done {
		return err
	}
	if err := w.askCheckin(ctx, p, step, "checkin.ask", time.Time{}); err != nil || w.suppressed != "" {
		return err
	}
	return w.Tx.Schedule(outreach.PlanCheckinMissed(w.Clinic.Clinic, p, step.Name(), w.Now)...)
}

func (w *Work) askCheckin(ctx context.Context, p models.CarePlan, step *config.PlanStep, text string, useless time.Time) error {
	data, err := w.planData(ctx, p)
	if err != nil {
		return err
	}
	patient, _ := data["Patient"].(string)
	return w.Push(ctx, Push{
		Kind: models.KindCare, Text: text, Data: outreach.Same(data), UselessAfter: useless,
		Notice: outreach.PlanNotice(outreach.NoticeCheckin, w.Clinic.Clinic, p, patient, w.Now),
		Options: []outreach.Option{
			{Text: "checkin.fill", Command: "/checkin " + p.ID + " " + step.Name()},
			{Text: "followup.stop", Command: "/followup stop " + p.ID + " " + step.Name()},
		},
	})
}

// checkinMissed nudges once; after that somebody calls.
func checkinMissed(ctx context.Context, w *Work) error {
	var m outreach.CheckinMissed
	if err := w.Payload(&m); err != nil {
		return err
	}
	p, step, err := w.planStep(ctx, m.Step)
	if err != nil || step == nil {
		return err
	}
	if done, err := w.checkedIn(ctx, p, m.Step); err != nil || done {
		return err
	}
	if done, err := w.checkedInSince(ctx, p); err != nil || done {
		return err
	}
	if !m.Call {
		return w.askCheckin(ctx, p, step, "checkin.nudge", w.Now.Add(nudgeOf))
	}
	c, err := w.planCase(ctx, p, outreach.CaseCheckin)
	if err != nil {
		return err
	}
	c.Roles, c.DueAt = []models.Role{models.Nurse}, w.callBy(p.Branch, step)
	return w.OpenCase(c)
}

// checkedIn ends the task when the check-in it is about was filled in.
func (w *Work) checkedIn(ctx context.Context, p models.CarePlan, step string) (bool, error) {
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

// checkedInSince ends the task when another check-in of the plan was filled in
// since this one was asked for: how it goes is known.
func (w *Work) checkedInSince(ctx context.Context, p models.CarePlan) (bool, error) {
	list, err := w.Tx.Read().ResponsesAbout(ctx, models.AboutCarePlan(p.ID))
	for _, r := range list {
		if r.Status == models.ResponseCompleted && !r.AuthoredAt.Before(w.Task.CreatedAt) {
			w.Suppress("another check-in was filled in since")
			return true, err
		}
	}
	return false, err
}
