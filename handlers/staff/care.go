package staff

import (
	"context"
	"errors"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Care shows what is under way about a patient: what they are to come back
// for, medicines, follow-up; with what can be started and stopped. Arg of
// /care: a booking number, a record number or a patient.
type Care struct{}

// Name implements bot.Flow.
func (Care) Name() string { return "care" }

// Step implements bot.Flow.
func (Care) Step(ctx context.Context, t *bot.Turn) error {
	v, err := t.Store.AppointmentByNumber(ctx, t.Arg)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	booked := err == nil && (t.Staff.Branch == "" || t.Staff.Branch == v.Slot.Branch)
	if booked && v.PatientID == "" {
		return careOfVisit(ctx, t, v)
	}
	p, ok, err := findPatient(ctx, t, t.Arg)
	if err != nil || !ok {
		return err
	}
	t.Hub()
	data, options, err := careOf(ctx, t, p)
	if err != nil {
		return err
	}
	who := p.ID
	if booked {
		who = v.Number
	}
	plans, err := t.Store.CarePlansOf(ctx, p.ID)
	if err != nil {
		return err
	}
	var more []bot.Option
	data["Plans"], more = runningPlans(t, plans)
	options = append(options, more...)
	if p.DeceasedAt.IsZero() {
		options = append([]bot.Option{t.Option("care.course", nil, "/course "+who)}, options...)
		options = append(options, t.Option("care.plan", nil, "/plan "+who))
		options = append(options, t.Option("care.deceased", nil, "/deceased "+p.ID))
	} else {
		options = []bot.Option{t.Option("deceased.undo", nil, "/deceased undo "+p.ID)}
		if len(data["Visits"].([]map[string]any)) > 0 {
			options = append([]bot.Option{t.Option("care.cancel_visits", nil, "/deceased "+p.ID)}, options...)
		}
	}
	t.Say("care.one", data, append(options, t.Option("health.open", nil, "/health "+p.ID), t.Option("menu.today", nil, "/today"))...)
	return nil
}

// careOfVisit is Care while the patient is not on record.
func careOfVisit(ctx context.Context, t *bot.Turn, v models.Appointment) error {
	var list []models.CarePlan
	p, err := t.Store.CarePlanByKey(ctx, models.AboutAppointment(v.ID))
	if err == nil {
		list = append(list, p)
	} else if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	plans, more := runningPlans(t, list)
	options := append([]bot.Option{t.Option("care.course", nil, "/course "+v.Number)}, more...)
	t.Hub()
	t.Say("care.one", map[string]any{
		"Patient": v.PatientName, "Owner": "", "Died": false, "Visits": nil, "Recalls": nil, "Courses": nil, "Plans": plans,
	}, append(options, t.Option("care.plan", nil, "/plan "+v.Number), t.Option("menu.today", nil, "/today"))...)
	return nil
}

// runningPlans are the plans that run, each with the option that opens it.
func runningPlans(t *bot.Turn, list []models.CarePlan) (lines []map[string]any, options []bot.Option) {
	for _, p := range list {
		if !p.Running() {
			continue
		}
		data := planData(t, p)
		lines = append(lines, data)
		options = append(options, t.Option("care.plan_one", data, "/plan show "+p.ID))
	}
	return lines, options
}

func careOf(ctx context.Context, t *bot.Turn, p models.Patient) (map[string]any, []bot.Option, error) {
	data, _, err := deceasedData(ctx, t, p)
	if err != nil {
		return nil, nil, err
	}
	data["Died"] = !p.DeceasedAt.IsZero()
	recalls, err := t.Store.RecallsOf(ctx, p.ID)
	if err != nil {
		return nil, nil, err
	}
	var lines []map[string]any
	for _, r := range recalls {
		kind := t.Clinic.RecallByID(r.Recall)
		due, err := config.ParseDate(r.DueOn)
		if kind == nil || err != nil || r.State == models.RecallDone {
			continue
		}
		lines = append(lines, map[string]any{"Name": kind.Name, "Due": due.Time(t.Clinic.Location(""), 0), "Stopped": r.State == models.RecallStopped})
	}
	data["Recalls"] = lines
	courses, err := t.Store.CoursesOf(ctx, p.ID)
	if err != nil {
		return nil, nil, err
	}
	var options []bot.Option
	var medicines []map[string]any
	for _, c := range courses {
		one := outreach.CourseData(t.Clinic.Clinic, c)
		medicines = append(medicines, one)
		options = append(options, t.Option("care.course_one", one, "/course show "+c.ID))
	}
	data["Courses"] = medicines
	return data, options, nil
}
