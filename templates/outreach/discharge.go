package outreach

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// TaskDischarge sends the sheet to take home.
const TaskDischarge = "discharge"

// dischargeUntil is how many days after the procedure the sheet is still sent.
const dischargeUntil = 3

// DischargePart is a section of the sheet that may be said.
type DischargePart struct {
	Name string
	Text config.Text
}

// StartPlan keeps a plan with all that is due about it: the sheet to take home
// first. A plan that did not come from a visit also begins the recalls that its
// sheet names; the end of a visit does that by itself. One that is there already
// stays as it is.
func StartPlan(ctx context.Context, tx *models.Tx, c *config.Clinic, p models.CarePlan, now time.Time) error {
	plan := c.PlanByID(p.Plan)
	tasks := PlanCare(c, p, now)
	if until := p.Start.AddDate(0, 0, dischargeUntil); plan != nil && plan.HasDischarge() && p.ContactID != "" && now.Before(until) {
		tasks = append(tasks, planTask(p, TaskDischarge, "sheet", now, until, []byte("{}")))
	}
	started, err := tx.StartCarePlan(p, tasks)
	if err != nil || !started || plan == nil || p.PatientID == "" || p.Key == models.AboutAppointment(p.AppointmentID) {
		return err
	}
	known, err := tx.Read().RecallsOf(ctx, p.PatientID)
	if err != nil {
		return err
	}
	on := config.DateOf(p.Start.In(c.Location(p.Branch)))
	for _, id := range plan.Discharge.Recalls() {
		r := models.Recall{PatientID: p.PatientID, Recall: id}
		if i := slices.IndexFunc(known, func(k models.Recall) bool { return k.Recall == id }); i >= 0 {
			r = known[i]
		}
		if r.LastOn > on.String() {
			continue // a later time is on record already
		}
		r = Started(c.RecallByID(id), r, on)
		r.ContactID = p.ContactID
		if err := SaveRecall(tx, c, r, now); err != nil && !errors.Is(err, models.ErrGone) {
			return err
		}
	}
	return nil
}

// DischargeData is what the sheet says: what the clinic approved, the medicines
// that staff wrote, the days to come back. done is what staff added to the
// visit, next the patient's next one.
func DischargeData(c *config.Clinic, p models.CarePlan, decided models.Approvals, courses []models.Course, done string, next *models.Appointment, now time.Time) map[string]any {
	data := PlanData(c, p, now)
	zone := c.Location(p.Branch)
	data["Done"], data["Next"], data["Sutures"], data["Revisit"], data["Year"] = done, map[string]any(nil), nil, nil, ""
	if next != nil {
		data["Next"] = VisitData(c, *next, now)
	}
	var medicines []map[string]any
	for _, x := range courses {
		medicines = append(medicines, CourseData(c, x))
	}
	data["Medicines"] = medicines
	parts := []DischargePart{}
	if plan := c.PlanByID(p.Plan); plan != nil {
		for _, part := range plan.Discharge.Parts() {
			if decided.Allow(plan.DischargeID(part), part.Hash(), part.Approved) {
				parts = append(parts, DischargePart{part.Name, part.Text})
			}
		}
		on := config.DateOf(p.Start.In(zone))
		for key, id := range map[string]string{"Sutures": plan.Discharge.Sutures, "Revisit": plan.Discharge.Revisit} {
			if kind := c.RecallByID(id); kind != nil {
				due := kind.Due(on)
				data[key] = due.Time(zone, 0)
				if key == "Revisit" && due.Year != on.Year {
					data["Year"] = strconv.Itoa(due.Year)
				}
			}
		}
	}
	data["Parts"] = parts
	return data
}
