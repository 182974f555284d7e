package outreach

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks of long-term care.
const (
	TaskVisitDone = "visit-done" // right after a visit: what it completes and starts
	TaskFollowup  = "followup"   // a step of a plan
	TaskPlanEnd   = "plan-end"   // everything of a plan is over
)

// Followup is the payload of TaskFollowup.
type Followup struct {
	Step string `json:"step"`
}

// askedFor is how long a message that asks is of use.
const askedFor = 48 * time.Hour

// restAfter is how many days after its last step a plan is over: what was asked
// last can still be answered, and called about.
const restAfter = 3

// planCare is what is due because a visit was done.
func planCare(p models.Appointment, now time.Time) []models.Task {
	return []models.Task{visitTask(p, TaskVisitDone, "care", now, time.Time{}, []byte("{}"))}
}

// VisitPlan is the plan that a visit which was marked as done at a moment
// starts; nil when the profile has none for it. A visit that was marked on a
// later day was over at its own time.
func VisitPlan(c *config.Clinic, p models.Appointment, marked time.Time) (models.CarePlan, *config.CarePlan) {
	plan := c.PlanOf(p.Slot.Service)
	if plan == nil {
		return models.CarePlan{}, nil
	}
	zone := c.Location(p.Slot.Branch)
	start := marked
	if config.DateOf(marked.In(zone)) != config.DateOf(p.Slot.Start.In(zone)) {
		start = p.Slot.End
	}
	return models.CarePlan{
		Key: models.AboutAppointment(p.ID), Plan: plan.ID, Service: p.Slot.Service, PatientID: p.PatientID, PatientName: p.PatientName,
		ClientID: p.ClientID, ContactID: p.ContactID, Branch: p.Slot.Branch, Practitioner: p.Slot.Practitioner, AppointmentID: p.ID,
		Start: start, State: models.PlanActive, Version: 1,
	}, plan
}

// PlanCare is what is still to come of a plan as it stands: its steps, and its
// end. Nothing of one that does not run.
func PlanCare(c *config.Clinic, p models.CarePlan, now time.Time) []models.Task {
	plan := c.PlanByID(p.Plan)
	if plan == nil || p.State != models.PlanActive {
		return nil
	}
	var out []models.Task
	for _, s := range plan.Steps {
		due := stepDue(c, s, p)
		if due.Before(now) {
			continue
		}
		useless := time.Time{} // a person calls however late it is
		if s.By == config.ByMessage || s.By == config.ByForm {
			useless = due.Add(askedFor)
		}
		payload, _ := json.Marshal(Followup{s.Name()}) // cannot fail
		out = append(out, planTask(p, TaskFollowup, s.Name(), due, useless, payload))
	}
	end := p.Start.AddDate(0, 0, plan.Length()+restAfter)
	if end.Before(now) {
		end = now
	}
	return append(out, planTask(p, TaskPlanEnd, "end", end, time.Time{}, []byte("{}")))
}

func planTask(p models.CarePlan, kind, name string, due, useless time.Time, payload []byte) models.Task {
	return models.Task{
		Key: fmt.Sprintf("%s:%s:%d:%s", kind, p.ID, p.Version, name), Kind: kind, Subject: models.AboutCarePlan(p.ID), Version: p.Version,
		ContactID: p.ContactID, DueAt: due, UselessAfter: useless, Payload: payload,
	}
}

// stepDue is when a step comes: steps of days at their time of the day, others
// so long after; nobody is called in quiet hours.
func stepDue(c *config.Clinic, s config.PlanStep, p models.CarePlan) time.Time {
	zone := c.Location(p.Branch)
	start := p.Start.In(zone)
	due := s.After.After(start)
	if s.After.Days > 0 {
		due = config.DateOf(start).AddDays(s.After.Days).Time(zone, int(s.At))
	}
	if until := c.Outreach.Quiet.Until(due); !until.IsZero() {
		return until
	}
	return due
}

// AwakeAfter is a span after a moment, counted from the end of the quiet hours
// when the moment lies in them: what somebody is given to do at night is due
// in the morning.
func AwakeAfter(c *config.Clinic, branch string, now time.Time, span time.Duration) time.Time {
	if until := c.Outreach.Quiet.Until(now.In(c.Location(branch))); !until.IsZero() {
		now = until
	}
	return now.Add(span)
}

// ConcernWithin is how soon a doctor looks at what a client worries about.
const ConcernWithin = 2 * time.Hour

// DaysSince is how many days of the calendar ago a visit was.
func DaysSince(c *config.Clinic, p models.Appointment, now time.Time) int {
	return daysSince(c, p.Slot.Branch, p.Slot.Start, now)
}

// PlanDay is which day after the procedure it is, the day itself being 0.
func PlanDay(c *config.Clinic, p models.CarePlan, now time.Time) int {
	return daysSince(c, p.Branch, p.Start, now)
}

func daysSince(c *config.Clinic, branch string, start, now time.Time) int {
	zone := c.Location(branch)
	from := config.DateOf(start.In(zone)).Time(time.UTC, 0)
	return int(config.DateOf(now.In(zone)).Time(time.UTC, 0).Sub(from).Hours() / 24)
}

// PlanName is what a plan is called to people: the service that was done, else
// the name the profile gives it.
func PlanName(c *config.Clinic, p models.CarePlan) config.Text {
	if s := c.Service(p.Service); s != nil {
		return s.Name
	}
	if plan := c.PlanByID(p.Plan); plan != nil {
		return c.PlanNamed(plan)
	}
	return config.Text{config.Hans: cmp.Or(p.Service, p.Plan)} // the profile dropped it since
}

// PlanData is what texts say about a plan.
func PlanData(c *config.Clinic, p models.CarePlan, now time.Time) map[string]any {
	data := map[string]any{
		"Patient": p.PatientName, "Start": p.Start.In(c.Location(p.Branch)), "Day": PlanDay(c, p, now), "Service": PlanName(c, p),
		"Doctor": config.Text(nil), "ClinicPhone": c.Phone, "State": p.State,
	}
	if d := c.Practitioner(p.Practitioner); d != nil {
		data["Doctor"] = d.Name
	}
	return data
}

// PlanCase is a case about a plan. visit is the one it came from; its zero
// value is none.
func PlanCase(c *config.Clinic, p models.CarePlan, visit models.Appointment, kind string, now time.Time) models.Case {
	out := models.Case{
		Kind: kind, Branch: p.Branch, Subject: models.AboutCarePlan(p.ID), ContactID: p.ContactID,
		Details: map[string]string{
			"Patient": p.PatientName, "Days": strconv.Itoa(PlanDay(c, p, now)), "Number": visit.Number, "Phone": ShowPhone(visit.Phone),
		},
	}
	Tell(out.Details, "Service", PlanName(c, p), c.Language)
	return out
}
