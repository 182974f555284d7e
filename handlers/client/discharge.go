package client

import (
	"context"
	"errors"
	"regexp"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Discharge shows the sheet of the last procedure again, as it stands now. Arg
// of /discharge: a plan, "" for the newest.
type Discharge struct{}

// maxSheets is how many sheets of one person are offered.
const maxSheets = 4

// Name implements bot.Flow.
func (Discharge) Name() string { return "discharge" }

// Step implements bot.Flow.
func (Discharge) Step(ctx context.Context, t *bot.Turn) error {
	t.Hub()
	list, err := plansOf(ctx, t)
	if err != nil {
		return err
	}
	var with []models.CarePlan
	for _, p := range list {
		if of := t.Clinic.PlanByID(p.Plan); of != nil && of.HasDischarge() && (t.Arg == "" || t.Arg == p.ID) {
			with = append(with, p)
		}
	}
	if len(with) == 0 {
		t.Say("discharge.none", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	var others []bot.Option
	for _, p := range with[1:min(len(with), maxSheets)] {
		others = append(others, t.Option("plan.line", planData(t, p), "/discharge "+p.ID))
	}
	return saySheet(ctx, t, with[0], others)
}

func saySheet(ctx context.Context, t *bot.Turn, p models.CarePlan, others []bot.Option) error {
	decided, err := t.Store.Approvals(ctx, outreach.CourseNotes)
	if err != nil {
		return err
	}
	var courses []models.Course
	if p.PatientID != "" {
		if courses, err = t.Store.CoursesOf(ctx, p.PatientID); err != nil {
			return err
		}
	}
	done, err := t.Store.VisitNote(ctx, p.AppointmentID, models.NoteDone)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	visits, err := upcoming(ctx, t)
	if err != nil {
		return err
	}
	var next *models.Appointment
	for i := range visits {
		if visits[i].PatientID == p.PatientID && visits[i].Status == models.Booked {
			next = &visits[i]
			break
		}
	}
	options := append([]bot.Option{t.Option("discharge.ask", nil, "/agent")}, others...)
	switch kinds := t.Clinic.PlanByID(p.Plan).Discharge.Recalls(); {
	case next != nil:
		options = append(options, t.Option("discharge.bookings", nil, "/bookings"))
	case len(kinds) > 0:
		options = append(options, t.Option("discharge.book", nil, "/book "+t.Clinic.RecallByID(kinds[0]).Services[0]))
	}
	t.Say("discharge.text", outreach.DischargeData(t.Clinic.Clinic, p, decided, courses, done.Body, next, t.Now), options...)
	return nil
}

// asksDischarge asks for what to mind after a procedure.
var asksDischarge = regexp.MustCompile(`^(?:(?:我的)?(?:出院|术后|手术后|治疗后|回家)?(?:须知|注意事项|护理须知|医嘱|护理要点)|(?:出院|术后|回家)(?:后)?(?:要|该)?注意(?:些)?(?:什么|哪些|啥)[呢吗]?|discharge(?: sheet| instructions| summary)?|after ?care(?: sheet| instructions)?)[？?。.!！ ]*$`)
