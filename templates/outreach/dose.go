package outreach

import (
	"encoding/json"
	"fmt"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks of a course of medicine.
const (
	TaskDose      = "dose"
	TaskCourseEnd = "course-end"
)

// Dose is the payload of TaskDose.
type Dose struct {
	N int `json:"n"` // of the course, from 0
}

// DoseLate is how late a reminder of a dose is still of use; EndAfter when the
// closing line follows the last dose.
const (
	DoseLate = 2 * time.Hour
	EndAfter = time.Hour
)

// Doses is how many doses a course has.
func Doses(c models.Course) int { return c.Days * len(c.Times) }

// DoseAt is when a dose is due: the prescription's time on the clock of the
// branch, whatever the clock does meanwhile. name is that reading, by which
// the dose is recorded.
func DoseAt(clinic *config.Clinic, c models.Course, n int) (at time.Time, name string) {
	from, err := config.ParseDate(c.FromOn)
	if err != nil || len(c.Times) == 0 {
		return time.Time{}, ""
	}
	k := c.First + n
	day, clock := from.AddDays(k/len(c.Times)), config.Clock(0)
	if clock.UnmarshalText([]byte(c.Times[k%len(c.Times)])) != nil {
		return time.Time{}, ""
	}
	return day.Time(clinic.Location(c.Branch), int(clock)), day.String() + "T" + clock.String()
}

// FirstDose sets where a course begins: at the first of its times after now.
func FirstDose(clinic *config.Clinic, c models.Course, now time.Time) models.Course {
	day := config.DateOf(now.In(clinic.Location(c.Branch)))
	c.FromOn, c.First = day.String(), 0
	for n := range c.Times {
		if at, _ := DoseAt(clinic, c, n); at.After(now) {
			c.First = n
			return c
		}
	}
	c.FromOn = day.AddDays(1).String()
	return c
}

// PlanCourse is the next dose of a course, from the nth on, that is after a
// moment, or its end when there is none; nothing unless it is active. One task
// at a time: each dose brings about the next.
func PlanCourse(clinic *config.Clinic, c models.Course, from int, after time.Time) []models.Task {
	if c.State != models.CourseActive {
		return nil
	}
	task := models.Task{
		Kind: TaskDose, Subject: models.AboutCourse(c.ID), Version: c.Version, ContactID: c.ContactID, Priority: models.PriorityAlert,
	}
	for n := from; n < Doses(c); n++ {
		at, _ := DoseAt(clinic, c, n)
		if !at.After(after) {
			continue
		}
		task.Key, task.DueAt = fmt.Sprintf("dose:%s:%d:%d", c.ID, c.Version, n), at
		task.Payload, _ = json.Marshal(Dose{n}) // cannot fail
		return []models.Task{task}
	}
	last, _ := DoseAt(clinic, c, Doses(c)-1)
	task.Key, task.Kind, task.DueAt, task.Payload = fmt.Sprintf("course-end:%s:%d", c.ID, c.Version), TaskCourseEnd, last.Add(EndAfter), []byte("{}")
	return []models.Task{task}
}

// CourseData is what texts say about a course. The dose stands as staff wrote it.
func CourseData(clinic *config.Clinic, c models.Course) map[string]any {
	first, _ := DoseAt(clinic, c, 0)
	last, _ := DoseAt(clinic, c, max(Doses(c)-1, 0))
	return map[string]any{
		"Patient": c.PatientName, "Name": c.Name, "Dose": c.Dose, "Times": c.Times, "Days": c.Days, "First": first, "Last": last,
		"State": c.State, "ClinicPhone": clinic.Phone,
	}
}
