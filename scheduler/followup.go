package scheduler

import (
	"context"
	"errors"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// followup asks after a procedure how the patient is: in the chat, or by giving
// somebody the call to make. Who has no chat is called.
func followup(ctx context.Context, w *Work) error {
	var f outreach.Followup
	if err := w.Payload(&f); err != nil {
		return err
	}
	p, step, err := w.planStep(ctx, f.Step)
	switch {
	case err != nil || step == nil:
		return err
	case step.By == config.ByForm && p.ContactID != "":
		return checkin(ctx, w, p, step)
	case step.By != config.ByMessage && step.By != config.ByForm:
		return w.openCall(ctx, p, step, models.Role(step.By))
	case p.ContactID == "":
		return w.openCall(ctx, p, step, models.Nurse)
	}
	data, err := w.planData(ctx, p)
	if err != nil {
		return err
	}
	patient, _ := data["Patient"].(string)
	data["Ask"] = nil
	if len(step.Text) > 0 {
		data["Ask"] = step.Text
	}
	arg := " " + p.ID + " " + step.Name()
	return w.Push(ctx, Push{
		Kind: models.KindCare, Opens: "followup", Text: "followup.ask", Data: outreach.Same(data),
		Notice: outreach.PlanNotice(outreach.NoticeFollowup, w.Clinic.Clinic, p, patient, w.Now),
		Options: []outreach.Option{
			{Text: "followup.good", Command: "/followup ok" + arg},
			{Text: "followup.trouble", Command: "/followup trouble" + arg},
			{Text: "followup.stop", Command: "/followup stop" + arg},
		},
	})
}

// planStep is the plan the task is about and a step of it; no step: the
// profile dropped it, and the task is suppressed.
func (w *Work) planStep(ctx context.Context, name string) (models.CarePlan, *config.PlanStep, error) {
	p, err := w.Tx.Read().CarePlanByID(ctx, models.SubjectID(models.KindCarePlan, w.Task.Subject))
	if err != nil {
		return p, nil, err
	}
	var step *config.PlanStep
	if plan := w.Clinic.PlanByID(p.Plan); plan != nil {
		step = plan.StepByName(name)
	}
	if step == nil {
		w.Suppress("the profile has no such step any more")
	}
	return p, step, nil
}

// planData is what texts say about a plan to the people of its patient.
func (w *Work) planData(ctx context.Context, p models.CarePlan) (map[string]any, error) {
	data := outreach.PlanData(w.Clinic.Clinic, p, w.Now)
	var err error
	data["Patient"], err = w.called(ctx, p.PatientID, p.PatientName)
	return data, err
}

// planCase is a case about a plan, with the phone to call.
func (w *Work) planCase(ctx context.Context, p models.CarePlan, kind string) (models.Case, error) {
	var visit models.Appointment
	var err error
	switch {
	case p.AppointmentID != "":
		visit, err = w.Tx.Read().AppointmentByID(ctx, p.AppointmentID)
	case p.ClientID != "":
		var client models.Client
		client, err = w.Tx.Read().ClientByID(ctx, p.ClientID)
		visit.Phone = client.Phone
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return models.Case{}, err
	}
	c := outreach.PlanCase(w.Clinic.Clinic, p, visit, kind, w.Now)
	c.Key = w.Task.Key
	return c, nil
}

func (w *Work) openCall(ctx context.Context, p models.CarePlan, step *config.PlanStep, role models.Role) error {
	c, err := w.planCase(ctx, p, outreach.CaseFollowup)
	if err != nil {
		return err
	}
	c.Roles = []models.Role{role}
	if role == models.Doctor {
		c.For = p.Practitioner
	}
	outreach.Tell(c.Details, "Questions", step.Questions, w.Clinic.Language)
	c.DueAt = w.callBy(p.Branch, step)
	return w.OpenCase(c)
}

// callBy is the limit of a call that a step asks for: nobody is asked to call
// at night.
func (w *Work) callBy(branch string, step *config.PlanStep) time.Time {
	by := outreach.AwakeAfter(w.Clinic.Clinic, branch, w.Now, step.Within.After(w.Now).Sub(w.Now))
	if until := w.Clinic.Outreach.Quiet.Until(by.In(w.Clinic.Location(branch))); !until.IsZero() {
		return until.Add(time.Hour)
	}
	return by
}

// planEnd closes a plan whose steps are over.
func planEnd(ctx context.Context, w *Work) error {
	p, err := w.Tx.Read().CarePlanByID(ctx, models.SubjectID(models.KindCarePlan, w.Task.Subject))
	if err != nil {
		return err
	}
	return w.Tx.SetCarePlan(p.ID, p.Version, models.PlanDone, nil)
}
