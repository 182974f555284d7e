package config

import (
	"slices"
	"time"
)

// Caps is how many pushes of a kind one contact gets at most. What is urgent
// counts against none; a kind that is not named has a default, and visits and
// care none: a reminder of a visit or of a tablet is never one too many.
type Caps struct {
	Visit    Cap `yaml:"visit"`
	Care     Cap `yaml:"care"`
	Survey   Cap `yaml:"survey"`   // default 1 a day, 2 a week
	Notice   Cap `yaml:"notice"`   // default 2 a day
	Tip      Cap `yaml:"tip"`      // default 1 a day, 2 a week
	Activity Cap `yaml:"activity"` // default 1 a day, 1 a week
}

// Cap bounds one kind; 0 is its default, -1 no bound.
type Cap struct {
	Day  int `yaml:"day"`  // in a day of the clinic's calendar
	Week int `yaml:"week"` // in seven days
}

func (c *Caps) setDefaults() {
	for _, d := range []struct {
		cap  *Cap
		then Cap
	}{{&c.Survey, Cap{1, 2}}, {&c.Notice, Cap{2, 0}}, {&c.Tip, Cap{1, 2}}, {&c.Activity, Cap{1, 1}}} {
		d.cap.Day = orElse(d.cap.Day, d.then.Day)
		d.cap.Week = orElse(d.cap.Week, d.then.Week)
	}
}

// Of is the bound of a kind of push by its name.
func (c Caps) Of(kind string) Cap {
	switch kind {
	case "visit":
		return c.Visit
	case "care":
		return c.Care
	case "survey":
		return c.Survey
	case "notice":
		return c.Notice
	case "tip":
		return c.Tip
	case "activity":
		return c.Activity
	}
	return Cap{}
}

// None reports that nothing is bounded.
func (c Cap) None() bool { return c.Day <= 0 && c.Week <= 0 }

// Next is when one more may go out after those sent at the times given, the
// zero time for now. Days are those of the zone that now carries.
func (c Cap) Next(now time.Time, sent []time.Time) time.Time {
	var next time.Time
	later := func(t time.Time) {
		if t.After(next) {
			next = t
		}
	}
	today, week := 0, []time.Time(nil)
	for _, t := range sent {
		if DateOf(t.In(now.Location())) == DateOf(now) {
			today++
		}
		if t.After(now.Add(-capWeek)) {
			week = append(week, t)
		}
	}
	if c.Day > 0 && today >= c.Day {
		later(DateOf(now).AddDays(1).Time(now.Location(), 0))
	}
	if c.Week > 0 && len(week) >= c.Week {
		// Room is there when the oldest of the last Week has left the seven days.
		slices.SortFunc(week, func(a, b time.Time) int { return b.Compare(a) })
		later(week[c.Week-1].In(now.Location()).Add(capWeek))
	}
	return next
}

const capWeek = 7 * 24 * time.Hour

func (v *validator) caps() {
	for _, kind := range []string{"visit", "care", "survey", "notice", "tip", "activity"} {
		c := v.Outreach.Caps.Of(kind)
		for _, part := range []struct {
			name string
			n    int
		}{{"day", c.Day}, {"week", c.Week}} {
			if part.n < -1 || part.n > 1000 {
				v.add("outreach.caps."+kind+"."+part.name, "%d is no number from 1 to 1000, or -1 for no bound", part.n)
			}
		}
	}
}
