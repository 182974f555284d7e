package outreach

import (
	"time"

	"zhenban/config"
	"zhenban/models"
)

// askUntil is how long after a missed visit it still makes sense to ask why.
const askUntil = 3 // days

// markWithin is how late a no-show is still marked: when the program was away,
// nobody could tell it who had arrived.
const markWithin = time.Hour

func planNoShow(c *config.Clinic, p models.Appointment) []models.Task {
	rules := c.Visits.NoShow
	if rules.Mark != config.MarkAuto {
		return nil
	}
	due := rules.Grace.After(startOf(c, p))
	return []models.Task{visitTask(p, TaskNoShow, "grace", due, due.Add(markWithin), nil)}
}

// LateNoShow gives somebody who said they will be late more time to come.
func LateNoShow(c *config.Clinic, p models.Appointment) []models.Task {
	if c.Visits.NoShow.Mark != config.MarkAuto {
		return nil
	}
	due := LateUntil(c, p)
	return []models.Task{visitTask(p, TaskNoShow, "late", due, due.Add(markWithin), nil)}
}

// LateUntil is how long somebody who said they will be late is waited for.
func LateUntil(c *config.Clinic, p models.Appointment) time.Time {
	rules := c.Visits.NoShow
	return rules.Late.After(rules.Grace.After(startOf(c, p)))
}

func planNoShowAsk(c *config.Clinic, p models.Appointment, now time.Time) models.Task {
	due := c.Visits.NoShow.Ask.After(now)
	return visitTask(p, TaskNoShowAsk, "ask", due, due.AddDate(0, 0, askUntil), nil)
}

// startOf is the start of a visit on the clock of its branch.
func startOf(c *config.Clinic, p models.Appointment) time.Time {
	return p.Slot.Start.In(c.Location(p.Slot.Branch))
}
