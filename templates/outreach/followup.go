package outreach

import (
	"encoding/json"
	"strconv"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks of long-term care that a visit brings about.
const (
	TaskFollowup  = "followup"   // a step of the plan
	TaskVisitDone = "visit-done" // right after a visit: what it completes and starts
)

// Followup is the payload of TaskFollowup.
type Followup struct {
	Plan string `json:"plan"`
	Step string `json:"step"`
}

// askedFor is how long a message that asks is of use.
const askedFor = 48 * time.Hour

// planCare is what is due because a visit was done.
func planCare(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	done := visitTask(p, TaskVisitDone, "care", now, time.Time{}, []byte("{}"))
	out := []models.Task{done}
	plan := c.FollowupOf(p.Slot.Service)
	if plan == nil {
		return out
	}
	for _, s := range plan.Steps {
		due := stepDue(c, s, p.Slot.Branch, now)
		useless := time.Time{} // a person calls however late it is
		if s.By == config.ByMessage || s.By == config.ByForm {
			useless = due.Add(askedFor)
		}
		payload, _ := json.Marshal(Followup{plan.ID, s.Name()}) // cannot fail
		out = append(out, visitTask(p, TaskFollowup, s.Name(), due, useless, payload))
	}
	return out
}

// stepDue is when a step comes: steps of days at their time of the day, others
// so long after; nobody is called in quiet hours.
func stepDue(c *config.Clinic, s config.FollowupStep, branch string, now time.Time) time.Time {
	zone := c.Location(branch)
	due := s.After.After(now.In(zone))
	if s.After.Days > 0 {
		due = config.DateOf(now.In(zone)).AddDays(s.After.Days).Time(zone, int(s.At))
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
	zone := c.Location(p.Slot.Branch)
	from := config.DateOf(p.Slot.Start.In(zone)).Time(time.UTC, 0)
	return int(config.DateOf(now.In(zone)).Time(time.UTC, 0).Sub(from).Hours() / 24)
}

// VisitCase is a case about a visit: its client, its doctor, its details. What
// the profile dropped since is named as it was booked.
func VisitCase(c *config.Clinic, p models.Appointment, kind string, now time.Time) models.Case {
	out := models.Case{
		Kind: kind, Branch: p.Slot.Branch, Subject: models.AboutAppointment(p.ID), ContactID: p.ContactID,
		Details: map[string]string{
			"Patient": p.PatientName, "Days": strconv.Itoa(DaysSince(c, p, now)), "Number": p.Number, "Phone": ShowPhone(p.Phone),
		},
	}
	if s := c.Service(p.Slot.Service); s != nil {
		Tell(out.Details, "Service", s.Name, c.Language)
	} else {
		out.Details["Service"] = p.Slot.Service
	}
	return out
}
