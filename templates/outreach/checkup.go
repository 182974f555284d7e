package outreach

import (
	"zhenban/config"
)

// Kinds of the tasks about the check-up day.
const (
	TaskCheckupInvite = "checkup-invite"
	TaskCheckupRemind = "checkup-remind"
)

// Checkup is the payload of both: a chunk of the members.
type Checkup struct {
	Day   config.Date `json:"day"`
	After string      `json:"after"` // the client before the first
}

// CheckupOccasion names the check-up day of a year.
func CheckupOccasion(day config.Date) string { return "checkup:" + day.String() }

// CheckupData is what texts say about the day.
func CheckupData(c *config.Clinic, day config.Date) map[string]any {
	d := c.CheckupDay
	data := map[string]any{"Name": d.Name, "Text": d.Text, "Day": day.Time(c.Location(""), 0), "Service": config.Text(nil)}
	if s := c.Service(d.Service); s != nil {
		data["Service"] = s.Name
	}
	return data
}

// CheckupOptions are the ways to answer: to book that day, or not to come.
func CheckupOptions(c *config.Clinic, day config.Date) []Option {
	return []Option{
		{Text: "checkup.book", Command: "/book " + c.CheckupDay.Service + " d:" + day.String()},
		{Text: "checkup.no", Command: "/checkup no " + day.String()},
	}
}
