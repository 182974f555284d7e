package outreach

import (
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Aftercare is the kind of content that approvals of advice are kept as.
const Aftercare = "aftercare"

// summaryUntil is how long after a visit its summary is still sent, should the
// program have been away.
const summaryUntil = 3 // days

func planSummary(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	if plan := c.PlanOf(p.Slot.Service); c.Visits.Summary.Off || plan != nil && plan.HasDischarge() {
		return nil // the plan's sheet says it all
	}
	return []models.Task{visitTask(p, TaskSummary, "after", c.Visits.Summary.After.After(now), now.AddDate(0, 0, summaryUntil), nil)}
}
