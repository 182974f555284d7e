package outreach

import (
	"strconv"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks that a report brings about.
const (
	TaskReport        = "report"         // it has come: the doctor and the client are told
	TaskReportOverdue = "report-overdue" // it should have come by now
	TaskReportRelease = "report-release" // a critical one that the client may see now
)

// CaseCritical is the kind of a case about a critical result.
const CaseCritical = models.CaseCritical

// PlanReport is what is due about a report (or an observation that stands
// alone) that was just kept. Its version names the tasks: those of the version
// before were dropped.
func PlanReport(c *config.Clinic, r models.Clinical, critical bool, now time.Time) []models.Task {
	task := func(kind string, due time.Time) models.Task {
		return models.Task{
			Key: kind + ":" + r.ID + ":" + strconv.Itoa(r.Version), Kind: kind, Subject: r.About(), Version: r.Version, DueAt: due,
			Priority: models.PriorityAlert, // a result is waited for
		}
	}
	var out []models.Task
	switch r.Status {
	case models.EnteredInError, models.Withdrawn:
		return nil
	case models.Registered, models.Partial:
		out = append(out, task(TaskReportOverdue, later(r.CreatedAt.Add(c.Reports.Promise(r.Category)), now)))
	}
	if critical {
		out = append(out, task(TaskReport, now), task(TaskReportRelease, r.HeldUntil))
	} else if r.Kind == models.KindReport && models.Finished(r.Status) {
		out = append(out, task(TaskReport, now))
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
