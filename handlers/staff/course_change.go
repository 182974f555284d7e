package staff

import (
	"context"
	"errors"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

func langOf(t *bot.Turn, c models.Contact) config.Language {
	if c.Language == "" {
		return t.Clinic.Language
	}
	return config.Language(c.Language)
}

// courseChange shows a course, pauses it, lets it go on, or stops it.
func courseChange(ctx context.Context, t *bot.Turn, verb, id string) error {
	c, err := t.Store.CourseByID(ctx, id)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	t.Hub()
	if err != nil || t.Staff.Branch != "" && c.Branch != "" && t.Staff.Branch != c.Branch {
		t.Say("course.missing", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	was, clinic := c.Version, t.Clinic.Clinic
	to := c.State
	switch {
	case verb == "pause" && c.State == models.CourseActive:
		to = models.CoursePaused
	case verb == "go" && c.State == models.CoursePaused:
		to = models.CourseActive
	case verb == "stop" && (c.State == models.CourseActive || c.State == models.CoursePaused):
		to = models.CourseStopped
	}
	if to != c.State {
		c.State, c.Version = to, was+1
		t.Write(func(_ context.Context, tx *models.Tx) error {
			return tx.SetCourse(c.ID, was, to, outreach.PlanCourse(clinic, c, 0, tx.Now))
		})
	}
	answers, err := t.Store.Answers(ctx, models.AboutCourse(c.ID))
	if err != nil {
		return err
	}
	data := outreach.CourseData(clinic, c)
	taken, skipped := 0, 0
	for _, a := range answers {
		if a.Answer == "taken" {
			taken++
		} else {
			skipped++
		}
	}
	data["Taken"], data["Skipped"] = taken, skipped
	t.Say("course.one", data, courseOptions(t, c)...)
	return nil
}

func courseOptions(t *bot.Turn, c models.Course) []bot.Option {
	var options []bot.Option
	switch c.State {
	case models.CourseActive:
		options = append(options, t.Option("course.pause", nil, "/course pause "+c.ID), t.Option("course.stop", nil, "/course stop "+c.ID))
	case models.CoursePaused:
		options = append(options, t.Option("course.go", nil, "/course go "+c.ID), t.Option("course.stop", nil, "/course stop "+c.ID))
	}
	if c.PatientID != "" {
		options = append(options, t.Option("care.open", nil, "/care "+c.PatientID))
	}
	return append(options, t.Option("menu.today", nil, "/today"))
}
