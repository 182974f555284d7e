package fhir

import (
	"context"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// postedPlan is what the key of a plan that another system started begins with.
const postedPlan = "fhir:"

// followPlan starts the plan of the profile that a CarePlan is made from
// (instantiatesCanonical or instantiatesUri, its own or of an activity, ending
// in the plan's ID), and brings it to the state that was sent.
func (w *writer) followPlan(ctx context.Context, d *draft, kept models.Clinical) error {
	clinic := w.c.clinic.Clinic
	plan := planMeant(clinic, d.e.m)
	if plan == nil {
		return nil
	}
	key := postedPlan + kept.ID
	row, err := w.tx.Read().CarePlanByKey(ctx, key)
	if errors.Is(err, models.ErrNotFound) {
		if kept.Status != models.PlanActive {
			return nil
		}
		return w.startPlan(ctx, plan, key, kept, d.e)
	}
	if err != nil || row.State == kept.Status || !slices.Contains([]string{models.PlanActive, models.PlanPaused, models.PlanRevoked, models.PlanDone}, kept.Status) {
		return err
	}
	was := row.Version
	row.State, row.Version = kept.Status, was+1
	return w.tx.SetCarePlan(row.ID, was, row.State, outreach.PlanCare(clinic, row, w.tx.Now))
}

func (w *writer) startPlan(ctx context.Context, plan *config.CarePlan, key string, kept models.Clinical, e elem) error {
	patient, err := w.tx.Read().PatientByID(ctx, kept.PatientID)
	if errors.Is(err, models.ErrNotFound) { // it came in the same transaction, and is written
		patient, err = models.Patient{ID: kept.PatientID}, nil
	}
	if err != nil {
		return err
	}
	people, err := w.tx.Read().PeopleOf(ctx, patient, "")
	if err != nil {
		return err
	}
	p := models.CarePlan{
		ID: w.tx.NewID(), Key: key, Plan: plan.ID, PatientID: patient.ID, PatientName: patient.Name, ClientID: patient.ClientID,
		Start: w.tx.Now, State: models.PlanActive, Version: 1, StartedBy: "fhir",
	}
	if len(plan.Services) == 1 {
		p.Service = plan.Services[0]
	}
	if len(w.c.clinic.Branches) == 1 {
		p.Branch = w.c.clinic.Branches[0].ID
	}
	if len(people) > 0 {
		p.ContactID = people[0].ID
	}
	if period, ok := e.m["period"].(map[string]any); ok {
		if start, ok := period["start"].(string); ok {
			if at, err := time.Parse(time.RFC3339, start); err == nil && !at.After(w.tx.Now) {
				p.Start = at
			} else if day, err := config.ParseDate(start); err == nil && day.Compare(config.DateOf(w.tx.Now.In(w.c.clinic.Location(p.Branch)))) < 0 {
				p.Start = day.Time(w.c.clinic.Location(p.Branch), 12*60)
			}
		}
	}
	return outreach.StartPlan(ctx, w.tx, w.c.clinic.Clinic, p, w.tx.Now)
}

// planMeant is the plan that a CarePlan names; nil for none of the profile's.
func planMeant(c *config.Clinic, m map[string]any) *config.CarePlan {
	var names []string
	collect := func(m map[string]any) {
		for _, key := range []string{"instantiatesCanonical", "instantiatesUri"} {
			list, _ := m[key].([]any)
			for _, v := range list {
				if s, ok := v.(string); ok {
					s, _, _ = strings.Cut(s, "|")
					names = append(names, path.Base(s))
				}
			}
		}
	}
	collect(m)
	activities, _ := m["activity"].([]any)
	for _, a := range activities {
		activity, _ := a.(map[string]any)
		if detail, ok := activity["detail"].(map[string]any); ok {
			collect(detail)
		}
	}
	for _, id := range names {
		if p := c.PlanByID(id); p != nil {
			return p
		}
	}
	return nil
}

// runningPlan is a plan of the profile that runs or ran, as a CarePlan.
func (c *call) runningPlan(p models.CarePlan) (instance, error) {
	zone := c.clinic.Location(p.Branch)
	body := map[string]any{
		"status": p.State, "intent": "plan", "title": outreach.PlanName(c.clinic.Clinic, p).In(c.clinic.Language),
		"subject":         map[string]any{"reference": "Patient/" + p.PatientID},
		"period":          map[string]any{"start": p.Start.In(zone).Format(time.RFC3339)},
		"created":         p.CreatedAt.In(zone).Format(time.RFC3339),
		"instantiatesUri": []any{"PlanDefinition/" + p.Plan},
	}
	if p.AppointmentID != "" {
		body["supportingInfo"] = []any{map[string]any{"reference": "Appointment/" + p.AppointmentID}}
	}
	if p.Practitioner != "" && c.clinic.Practitioner(p.Practitioner) != nil {
		body["contributor"] = []any{map[string]any{"reference": "Practitioner/" + p.Practitioner}}
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	if body, err = decodeJSON(data); err != nil {
		return nil, err
	}
	out := &raw{header: header{ResourceType: models.KindCarePlan, ID: p.ID}, body: body, at: p.Start}
	_, err = seal(out, p.UpdatedAt)
	return out, err
}

// withPlans adds the plans that run to a page of those that were sent.
func (c *call) withPlans(items []instance, f models.ClinicalSearch) ([]instance, error) {
	if len(f.Categories)+len(f.Codes)+len(f.Keys) > 0 {
		return items, nil // they have none
	}
	list, err := c.store.CarePlans(c.ctx, models.CarePlanSearch{
		IDs: f.IDs, Patients: f.Patients, States: f.Statuses, From: f.From, To: f.To, BeforeAt: f.BeforeAt, BeforeID: f.BeforeID, Limit: f.Limit,
	})
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if strings.HasPrefix(p.Key, postedPlan) {
			continue // shown as it was sent
		}
		one, err := c.runningPlan(p)
		if err != nil {
			return nil, err
		}
		items = append(items, one)
	}
	slices.SortFunc(items, func(x, y instance) int {
		a, b := x.(*raw), y.(*raw)
		if d := b.at.Compare(a.at); d != 0 {
			return d
		}
		return strings.Compare(b.ID, a.ID)
	})
	return items[:min(len(items), f.Limit)], nil
}
