package client

import (
	"context"
	"errors"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// recovery is a plan that somebody recovers by, with the form that is filled in
// about it.
type recovery struct {
	models.CarePlan

	Name string // of the patient, as the clinic's records have it
	What string // what was done, in the reader's language
	Form string // "" when nothing is filled in about it
	Due  string // key of the check-in whose day has come, "" for none yet
	Fill string // the command that fills it in
}

// recoveryTail is how long after its last check-in a procedure is still one
// that somebody recovers from, in days.
const recoveryTail = 14

// subject is what answers and photos about it are kept under.
func (r *recovery) subject() string { return models.AboutCarePlan(r.ID) }

// day is which day after the procedure a moment is, on the clinic's calendar.
func (r *recovery) day(t *bot.Turn, at time.Time) int {
	return outreach.PlanDay(t.Clinic.Clinic, r.CarePlan, at)
}

// recoveries are the procedures that this person's patients recover from,
// newest first; with old also those that are long past.
func recoveries(ctx context.Context, t *bot.Turn, old bool) ([]recovery, error) {
	plans, err := plansOf(ctx, t)
	if err != nil {
		return nil, err
	}
	var out []recovery
	for _, p := range plans {
		r, running, err := recoveryOf(ctx, t, p)
		if err != nil {
			return nil, err
		}
		if r.Form != "" && (running || old) {
			out = append(out, r)
		}
	}
	return out, nil
}

// recoveryOf is what a plan means for recovery; running while its check-ins
// last.
func recoveryOf(ctx context.Context, t *bot.Turn, p models.CarePlan) (r recovery, running bool, err error) {
	r = recovery{CarePlan: p, Name: p.PatientName, What: outreach.PlanName(t.Clinic.Clinic, p).In(t.Lang)}
	if p.PatientID != "" {
		patient, err := t.Store.PatientByID(ctx, p.PatientID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return r, false, err
		}
		if patient.Name != "" {
			r.Name = patient.Name
		}
	}
	plan := t.Clinic.PlanByID(p.Plan)
	if plan == nil {
		return r, false, nil
	}
	day, last := r.day(t, t.Now), 0
	for i := range plan.Steps {
		s := &plan.Steps[i]
		if s.By != config.ByForm {
			continue
		}
		r.Form, last = s.Form, s.After.Days
		if s.After.Days <= day {
			r.Due, r.Fill = outreach.CheckinKey(p.ID, s.Name()), "/checkin "+p.ID+" "+s.Name()
		}
	}
	return r, r.Form != "" && p.State != models.PlanRevoked && day <= last+recoveryTail, nil
}

// findRecovery finds the plan that somebody asks about: by its ID, by the
// number of the visit it came from, for the clinic's people also by that of a
// record; without any, one's own newest.
func findRecovery(ctx context.Context, t *bot.Turn, which string) (recovery, error) {
	if which == "" {
		list, err := recoveries(ctx, t, true)
		if err == nil && len(list) == 0 {
			err = models.ErrNotFound
		}
		if err != nil {
			return recovery{}, err
		}
		return list[0], nil
	}
	p, err := planNamed(ctx, t, which)
	if err != nil {
		return recovery{}, err
	}
	r, _, err := recoveryOf(ctx, t, p)
	return r, err
}

func planNamed(ctx context.Context, t *bot.Turn, which string) (models.CarePlan, error) {
	staff, err := isCare(ctx, t)
	if err != nil {
		return models.CarePlan{}, err
	}
	p, err := t.Store.CarePlanByID(ctx, which)
	if errors.Is(err, models.ErrNotFound) {
		visit, seen := t.Store.AppointmentByNumber(ctx, strings.ToUpper(which))
		if seen == nil {
			p, err = t.Store.CarePlanByKey(ctx, models.AboutAppointment(visit.ID))
		} else if !errors.Is(seen, models.ErrNotFound) {
			return p, seen
		}
	}
	switch {
	case err == nil && staff:
		return p, nil
	case err == nil: // only what this person may see
		return findPlan(ctx, t, p.ID)
	case !staff || !errors.Is(err, models.ErrNotFound):
		return p, err
	}
	patient, err := t.Store.PatientByIdentifier(ctx, strings.ToUpper(which))
	if err != nil {
		return p, err
	}
	list, err := t.Store.CarePlansOf(ctx, patient.ID)
	if err == nil && len(list) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return p, err
	}
	return list[0], nil
}

// isCare reports the clinic's people who see health records. It sets t.Staff.
func isCare(ctx context.Context, t *bot.Turn) (bool, error) {
	m, err := t.Store.StaffOf(ctx, t.Contact.ID)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	t.Staff = &m
	return m.Role == models.Doctor || m.Role == models.Nurse || m.Role == models.Manager, nil
}
