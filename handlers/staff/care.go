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
	data["Steps"] = 0
	start := "/course " + p.ID
	if booked {
		if data["Steps"], err = stepsLeft(ctx, t, v); err != nil {
			return err
		}
		start = "/course " + v.Number
		if data["Steps"] != 0 {
			options = append(options, t.Option("care.stop_followup", nil, "/stopcare "+v.Number))
		}
	}
	if p.DeceasedAt.IsZero() {
		options = append([]bot.Option{t.Option("care.course", nil, start)}, options...)
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
	steps, err := stepsLeft(ctx, t, v)
	if err != nil {
		return err
	}
	options := []bot.Option{t.Option("care.course", nil, "/course "+v.Number)}
	if steps > 0 {
		options = append(options, t.Option("care.stop_followup", nil, "/stopcare "+v.Number))
	}
	t.Hub()
	t.Say("care.one", map[string]any{
		"Patient": v.PatientName, "Owner": "", "Died": false, "Visits": nil, "Recalls": nil, "Courses": nil, "Steps": steps,
	}, append(options, t.Option("menu.today", nil, "/today"))...)
	return nil
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

// stepsLeft is how many steps of a visit's follow-up are to come.
func stepsLeft(ctx context.Context, t *bot.Turn, v models.Appointment) (int, error) {
	tasks, err := t.Store.TasksAbout(ctx, models.AboutAppointment(v.ID))
	n := 0
	for _, x := range tasks {
		if x.Kind == outreach.TaskFollowup && x.State == models.TaskDue {
			n++
		}
	}
	return n, err
}

// StopCare ends the follow-up of a visit. Arg of /stopcare: its number.
type StopCare struct{}

// Name implements bot.Flow.
func (StopCare) Name() string { return "stopcare" }

// Step implements bot.Flow.
func (StopCare) Step(ctx context.Context, t *bot.Turn) error {
	p, ok, err := visit(ctx, t)
	if err != nil || !ok {
		return err
	}
	subject, by := models.AboutAppointment(p.ID), "stopped by "+t.Staff.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.DropOf(subject, outreach.TaskFollowup, models.KindCare, by)
	})
	t.Hub()
	t.Say("care.stopped", forRole(t, p), t.Option("menu.today", nil, "/today"))
	return nil
}
