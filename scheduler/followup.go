package scheduler

import (
	"context"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// followup asks after a visit how the patient is: in the chat, or by giving
// somebody the call to make. Who has no chat is called.
func followup(ctx context.Context, w *Work) error {
	var f outreach.Followup
	if err := w.Payload(&f); err != nil {
		return err
	}
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	step := stepOf(w.Clinic.Clinic, p.Slot.Service, f)
	switch {
	case p.Status != models.Fulfilled:
		w.Suppress("the visit is " + string(p.Status))
		return nil
	case step == nil:
		w.Suppress("the profile has no such step any more")
		return nil
	case step.By == config.ByForm && p.ContactID != "":
		return checkin(ctx, w, p, step)
	case step.By != config.ByMessage && step.By != config.ByForm:
		return w.OpenCase(followupCase(w, p, step, models.Role(step.By)))
	case p.ContactID == "":
		return w.OpenCase(followupCase(w, p, step, models.Nurse))
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	if data["Patient"], err = w.called(ctx, p.PatientID, p.PatientName); err != nil {
		return err
	}
	data["Ask"] = nil
	if len(step.Text) > 0 {
		data["Ask"] = step.Text
	}
	arg := " " + p.Number + " " + step.Name()
	return w.Push(ctx, Push{
		Kind: models.KindCare, Opens: "followup", Text: "followup.ask", Data: outreach.Same(data),
		Options: []outreach.Option{
			{Text: "followup.good", Command: "/followup ok" + arg},
			{Text: "followup.trouble", Command: "/followup trouble" + arg},
			{Text: "followup.stop", Command: "/followup stop" + arg},
		},
	})
}

func stepOf(c *config.Clinic, service string, f outreach.Followup) *config.FollowupStep {
	plan := c.FollowupOf(service)
	if plan == nil || plan.ID != f.Plan {
		return nil
	}
	for i := range plan.Steps {
		if plan.Steps[i].Name() == f.Step {
			return &plan.Steps[i]
		}
	}
	return nil
}

func followupCase(w *Work, p models.Appointment, step *config.FollowupStep, role models.Role) models.Case {
	c := outreach.VisitCase(w.Clinic.Clinic, p, outreach.CaseFollowup, w.Now)
	c.Key, c.Roles = w.Task.Key, []models.Role{role}
	if role == models.Doctor {
		c.For = p.Slot.Practitioner
	}
	outreach.Tell(c.Details, "Questions", step.Questions, w.Clinic.Language)
	c.DueAt = w.callBy(p.Slot.Branch, step)
	return c
}

// callBy is the limit of a call that a step asks for: nobody is asked to call
// at night.
func (w *Work) callBy(branch string, step *config.FollowupStep) time.Time {
	by := outreach.AwakeAfter(w.Clinic.Clinic, branch, w.Now, step.Within.After(w.Now).Sub(w.Now))
	if until := w.Clinic.Outreach.Quiet.Until(by.In(w.Clinic.Location(branch))); !until.IsZero() {
		return until.Add(time.Hour)
	}
	return by
}
