package staff

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Course starts reminders of a medicine: what a line does not say is asked,
// and everything is shown before it counts. Arg of /course: a booking or
// record number and, if one likes, the line; or show, pause, go or stop and a
// course.
type Course struct{}

// courseState is a course being written.
type courseState struct {
	Course models.Course `json:"c"`
	Asked  string        `json:"q"` // name, dose, times, days, confirm
}

// Name implements bot.Flow.
func (Course) Name() string { return "course" }

// Step implements bot.Flow.
func (Course) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return courseAnswer(ctx, t)
	}
	first, rest, _ := strings.Cut(t.Arg, " ")
	switch first {
	case "show", "pause", "go", "stop":
		return courseChange(ctx, t, first, rest)
	case "":
		t.Say("course.ask_who", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	s := courseState{}
	ok, err := s.begin(ctx, t, first)
	if err != nil || !ok {
		return err
	}
	s.hear(rest)
	return s.next(t)
}

// begin finds whom the medicine is for; a number that leads nowhere is
// answered here.
func (s *courseState) begin(ctx context.Context, t *bot.Turn, who string) (bool, error) {
	c := &s.Course
	var people []models.Contact
	v, err := t.Store.AppointmentByNumber(ctx, who)
	switch {
	case err == nil && (t.Staff.Branch == "" || t.Staff.Branch == v.Slot.Branch):
		c.PatientID, c.PatientName, c.ContactID, c.Branch, c.Practitioner = v.PatientID, v.PatientName, v.ContactID, v.Slot.Branch, v.Slot.Practitioner
	case err == nil, errors.Is(err, models.ErrNotFound):
		p, ok, err := findPatient(ctx, t, who)
		if err != nil || !ok {
			return false, err
		}
		c.PatientID, c.PatientName, c.Branch = p.ID, p.Name, t.Staff.Branch
		if c.Branch == "" && len(t.Clinic.Branches) == 1 {
			c.Branch = t.Clinic.Branches[0].ID
		}
		if people, err = t.Store.PeopleOf(ctx, p, ""); err != nil {
			return false, err
		}
		if len(people) > 0 {
			c.ContactID = people[0].ID
		}
	default:
		return false, err
	}
	if c.ContactID == "" {
		t.End()
		t.Say("course.nobody", map[string]any{"Patient": c.PatientName}, t.Option("menu.today", nil, "/today"))
		return false, nil
	}
	return true, nil
}

// hear takes what a line says about what is still open.
func (s *courseState) hear(line string) {
	w, c := parseCourse(line), &s.Course
	if c.Name == "" {
		c.Name = w.Name
	}
	if c.Dose == "" {
		c.Dose = w.Dose
	}
	if len(c.Times) == 0 {
		c.Times = w.Times
	}
	if c.Days == 0 {
		c.Days = w.Days
	}
}

// next asks for the first thing that is open, or shows everything.
func (s *courseState) next(t *bot.Turn) error {
	c := &s.Course
	data := map[string]any{"Patient": c.PatientName, "Name": c.Name}
	ask := func(q string, options ...bot.Option) error {
		s.Asked = q
		t.Keep(s)
		t.Ask("course.ask_"+q, data, options...)
		return nil
	}
	switch {
	case c.Name == "":
		return ask("name")
	case c.Dose == "":
		return ask("dose")
	case len(c.Times) == 0:
		return ask("times", t.Option("course.often_1", nil, "1"), t.Option("course.often_2", nil, "2"), t.Option("course.often_3", nil, "3"))
	case c.Days == 0:
		return ask("days", t.Option("course.days_3", nil, "3"), t.Option("course.days_5", nil, "5"), t.Option("course.days_7", nil, "7"))
	}
	*c = outreach.FirstDose(t.Clinic.Clinic, *c, t.Now)
	data = outreach.CourseData(t.Clinic.Clinic, *c)
	s.Asked = "confirm"
	t.Keep(s)
	t.Ask("course.confirm", data, t.Option("course.yes", nil, "yes"), t.Option("course.times", nil, "times"), t.Option("course.over", nil, "over"),
		t.Option("course.no", nil, "/cancel"))
	return nil
}

// courseAnswer takes the answer to what was asked.
func courseAnswer(ctx context.Context, t *bot.Turn) error {
	var s courseState
	if err := t.State(&s); err != nil {
		return err
	}
	text, c := strings.TrimSpace(t.In.Text), &s.Course
	if t.Stale || t.Range > 0 || t.Choice == "" && (text == "" || s.Asked == "confirm") {
		t.Pass()
		return nil
	}
	switch s.Asked {
	case "name":
		s.hear(text)
	case "dose":
		c.Dose = text
	case "times":
		if t.Choice != "" {
			c.Times = perDay(number(t.Choice))
		} else {
			c.Times = parseCourse(text).Times
		}
	case "days":
		if t.Choice != "" {
			c.Days = number(t.Choice)
		} else if c.Days = parseCourse(text).Days; c.Days == 0 {
			c.Days = min(max(number(text), 0), maxCourseDays)
		}
	case "confirm":
		switch t.Choice {
		case "yes":
			return startCourse(ctx, t, s.Course)
		case "times":
			c.Times = nil
		default:
			c.Name, c.Dose, c.Times, c.Days = "", "", nil, 0
		}
	}
	return s.next(t)
}

// startCourse keeps the course and tells who will be reminded.
func startCourse(ctx context.Context, t *bot.Turn, c models.Course) error {
	clinic := t.Clinic.Clinic
	c = outreach.FirstDose(clinic, c, t.Now)
	c.ID, c.State, c.Version, c.StartedBy = t.Store.NewID(t.Now), models.CourseActive, 1, t.Staff.ID
	to, err := t.Store.Contact(ctx, c.ContactID)
	if err != nil {
		return err
	}
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.StartCourse(c, outreach.PlanCourse(clinic, c, 0, tx.Now))
	})
	data := outreach.CourseData(clinic, c)
	lang := langOf(t, to)
	t.Tell(to.ID, lang, "course:"+c.ID, "course.begun", data,
		bot.Option{Label: t.TextIn(lang, "dose.ask_nurse", nil), Value: "/agent"}, bot.Option{Label: t.TextIn(lang, "dose.stop", nil), Value: "/dose stop " + c.ID})
	t.End()
	t.Hub()
	t.Say("course.started", data, courseOptions(t, c)...)
	return nil
}
