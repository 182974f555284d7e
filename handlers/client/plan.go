package client

import (
	"context"
	"time"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// planBack is how far back a procedure may lie to be talked about.
const planBack = 120 * 24 * time.Hour

// maxPlans is how many plans of one person are looked at.
const maxPlans = 10

// findPlan finds a plan that this person may see; ErrNotFound.
func findPlan(ctx context.Context, t *bot.Turn, id string) (models.CarePlan, error) {
	access, err := records(ctx, t)
	if err != nil {
		return models.CarePlan{}, err
	}
	return t.Store.CarePlanFor(ctx, t.Contact.ID, access, id)
}

// plansOf lists the plans of this person's patients, the newest first.
func plansOf(ctx context.Context, t *bot.Turn) ([]models.CarePlan, error) {
	access, err := records(ctx, t)
	if err != nil {
		return nil, err
	}
	return t.Store.CarePlansFor(ctx, t.Contact.ID, access, t.Now.Add(-planBack), maxPlans)
}

func planData(t *bot.Turn, p models.CarePlan) map[string]any {
	return outreach.PlanData(t.Clinic.Clinic, p, t.Now)
}

// planVisit is the visit a plan came from, the zero value for none.
func planVisit(ctx context.Context, t *bot.Turn, p models.CarePlan) (models.Appointment, error) {
	if p.AppointmentID == "" {
		return models.Appointment{}, nil
	}
	return t.Store.AppointmentByID(ctx, p.AppointmentID)
}
