package outreach

import (
	"encoding/json"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// TaskCheckinMissed is due when a check-in was not filled in: once to say so,
// once to have somebody call.
const TaskCheckinMissed = "checkin-missed"

// CourseNotes is the kind of approval of what is usual after a procedure.
const CourseNotes = "course"

// CaseCheckin is the kind of case of a check-in that nobody filled in.
const CaseCheckin = "checkin"

// CheckinMissed is the payload of TaskCheckinMissed.
type CheckinMissed struct {
	Step string `json:"step"`
	Call bool   `json:"call,omitempty"`
}

// How long after it was asked for a check-in is nudged, and then called about.
const (
	checkinNudge = 6 * time.Hour
	checkinCall  = 24 * time.Hour
)

// CheckinKey is what a check-in of a plan is answered under, once.
func CheckinKey(planID, step string) string { return "checkin:" + planID + ":" + step }

// PlanCheckinMissed is what is due in case a check-in asked for now is not
// filled in.
func PlanCheckinMissed(c *config.Clinic, p models.CarePlan, step string, now time.Time) []models.Task {
	var out []models.Task
	for _, call := range []bool{false, true} {
		due, name := now.Add(checkinNudge), step+":nudge"
		if call {
			due, name = now.Add(checkinCall), step+":call"
		}
		if until := c.Outreach.Quiet.Until(due.In(c.Location(p.Branch))); !until.IsZero() {
			due = until
		}
		payload, _ := json.Marshal(CheckinMissed{step, call}) // cannot fail
		out = append(out, planTask(p, TaskCheckinMissed, name, due, time.Time{}, payload))
	}
	return out
}
