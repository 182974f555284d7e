package client

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Checkin opens the check-in that is due after a procedure, with what is usual
// on that day. Arg of /checkin: a plan and its step; without them the one that is due is found.
type Checkin struct{}

// Name implements bot.Flow.
func (Checkin) Name() string { return "checkin" }

// Step implements bot.Flow.
func (Checkin) Step(ctx context.Context, t *bot.Turn) error {
	id, name, _ := strings.Cut(t.Arg, " ")
	if id == "" {
		return checkinDue(ctx, t)
	}
	p, err := findPlan(ctx, t, id)
	if errors.Is(err, models.ErrNotFound) {
		return noCheckin(t)
	}
	if err != nil {
		return err
	}
	plan := t.Clinic.PlanByID(p.Plan)
	if plan == nil {
		return noCheckin(t)
	}
	if name == checkinAgain {
		step := lastForm(plan, outreach.PlanDay(t.Clinic.Clinic, p, t.Now))
		if step == nil {
			return noCheckin(t)
		}
		return openCheckin(ctx, t, p, plan, step, checkinAgain+"-"+t.In.Key)
	}
	step := plan.StepByName(name)
	if step == nil {
		return noCheckin(t)
	}
	return openCheckin(ctx, t, p, plan, step, step.Name())
}

// checkinAgain is a check-in that nobody asked for: something changed.
const checkinAgain = "again"

// lastForm is the check-in whose day came last, else the first one.
func lastForm(plan *config.CarePlan, day int) (out *config.PlanStep) {
	for i := range plan.Steps {
		if s := &plan.Steps[i]; s.By == config.ByForm && (out == nil || s.After.Days <= day) {
			out = s
		}
	}
	return out
}

// checkinDue finds the newest check-in whose day has come and which was not
// filled in; else it says when the next one comes.
func checkinDue(ctx context.Context, t *bot.Turn) error {
	plans, err := plansOf(ctx, t)
	if err != nil {
		return err
	}
	var next time.Time
	again := "" // the plan whose check-in was filled in
	for _, p := range plans {
		plan := t.Clinic.PlanByID(p.Plan)
		if plan == nil || p.State == models.PlanRevoked {
			continue
		}
		day := outreach.PlanDay(t.Clinic.Clinic, p, t.Now)
		var due *config.PlanStep
		for i := range plan.Steps {
			s := &plan.Steps[i]
			switch {
			case s.By != config.ByForm:
			case s.After.Days <= day:
				due = s
			case next.IsZero():
				next = p.Start.In(t.Clinic.Location(p.Branch)).AddDate(0, 0, s.After.Days)
			}
		}
		if due == nil {
			continue
		}
		r, err := t.Store.ResponseByKey(ctx, outreach.CheckinKey(p.ID, due.Name()))
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		if r.Status != models.ResponseCompleted {
			return openCheckin(ctx, t, p, plan, due, due.Name())
		}
		if again == "" {
			again = p.ID
		}
	}
	if again != "" || !next.IsZero() {
		var options []bot.Option
		if again != "" {
			options = append(options, t.Option("checkin.again", nil, "/checkin "+again+" "+checkinAgain))
		}
		t.Hub()
		t.Say("checkin.none_today", map[string]any{"Next": next, "HasNext": !next.IsZero(), "Filled": again != ""}, append(options, t.Option("menu.agent", nil, "/agent"))...)
		return nil
	}
	return noCheckin(t)
}

func noCheckin(t *bot.Turn) error {
	t.Hub()
	t.Say("checkin.none", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
	return nil
}

func openCheckin(ctx context.Context, t *bot.Turn, p models.CarePlan, plan *config.CarePlan, s *config.PlanStep, name string) error {
	day := outreach.PlanDay(t.Clinic.Clinic, p, t.Now)
	note := plan.CourseOn(day)
	if note != nil {
		approved, err := t.Store.Approvals(ctx, outreach.CourseNotes)
		if err != nil {
			return err
		}
		if approved.Allow(plan.CourseID(note), note.Hash(), note.Approved) {
			t.Say("checkin.course", map[string]any{"Day": day, "Text": note.Text.In(t.Lang)})
		}
	}
	command := "/form " + s.Form + " key=" + outreach.CheckinKey(p.ID, name) + " about=" + models.AboutCarePlan(p.ID) + " day=" + strconv.Itoa(day)
	if p.PatientID != "" {
		command += " patient=" + p.PatientID
	}
	t.Then(command)
	return nil
}
