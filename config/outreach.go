package config

import (
	"fmt"
	"strconv"
	"time"
)

// Outreach is when the clinic talks first.
type Outreach struct {
	Quiet     Quiet  `yaml:"quiet"`     // hours in which nothing goes out that can wait; default 21:00 to 08:00
	Reminders []Lead `yaml:"reminders"` // before a visit, the farthest first; default 1d, 2h
	Caps      Caps   `yaml:"caps"`      // how much of a kind one contact gets at most
}

// Quiet is a span of the clinic's day that may run over midnight.
type Quiet struct {
	From Clock `yaml:"from"`
	To   Clock `yaml:"to"` // equal to From: no quiet hours
}

// Until is the end of the quiet hours that now, in the clinic's zone, falls
// into; the zero time when it falls into none.
func (q Quiet) Until(now time.Time) time.Time {
	day, m := DateOf(now), Clock(now.Hour()*60+now.Minute())
	switch {
	case q.From == q.To:
	case q.From < q.To && m >= q.From && m < q.To:
		return day.Time(now.Location(), int(q.To))
	case q.From > q.To && m >= q.From:
		return day.AddDays(1).Time(now.Location(), int(q.To))
	case q.From > q.To && m < q.To:
		return day.Time(now.Location(), int(q.To))
	}
	return time.Time{}
}

// Clock is a time of day in minutes from midnight, written HH:MM.
type Clock int

// UnmarshalText reads HH:MM.
func (c *Clock) UnmarshalText(b []byte) error {
	m, err := parseClock(string(b))
	if err != nil {
		return fmt.Errorf("%w: write HH:MM", err)
	}
	*c = Clock(m)
	return nil
}

// String writes HH:MM.
func (c Clock) String() string { return clock(int(c)) }

// MarshalText writes HH:MM.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Lead is how long before something: days of the calendar, or hours or
// minutes; written 7d, 2h, 45m.
type Lead struct {
	Days    int
	Minutes int
}

// UnmarshalText reads 7d, 2h or 45m.
func (l *Lead) UnmarshalText(b []byte) error {
	*l = Lead{}
	fault := fmt.Errorf("%q is no span of time: write 7d, 2h or 45m", b)
	if len(b) < 2 {
		return fault
	}
	n, err := strconv.Atoi(string(b[:len(b)-1]))
	if err != nil || n < 1 || n > 1000 {
		return fault
	}
	switch b[len(b)-1] {
	case 'd':
		l.Days = n
	case 'h':
		l.Minutes = n * 60
	case 'm':
		l.Minutes = n
	default:
		return fault
	}
	return nil
}

// String writes 7d, 2h or 45m.
func (l Lead) String() string {
	switch {
	case l.Days > 0:
		return strconv.Itoa(l.Days) + "d"
	case l.Minutes%60 == 0:
		return strconv.Itoa(l.Minutes/60) + "h"
	}
	return strconv.Itoa(l.Minutes) + "m"
}

// MarshalText writes 7d, 2h or 45m.
func (l Lead) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Before is the moment this long before t. Days are counted on the calendar of
// t's zone, so that a day before 09:00 is 09:00 also over a change of clocks.
func (l Lead) Before(t time.Time) time.Time {
	return t.AddDate(0, 0, -l.Days).Add(-time.Duration(l.Minutes) * time.Minute)
}

// After is the moment this long after t.
func (l Lead) After(t time.Time) time.Time {
	return t.AddDate(0, 0, l.Days).Add(time.Duration(l.Minutes) * time.Minute)
}

func (l Lead) length() time.Duration {
	return time.Duration(l.Days)*24*time.Hour + time.Duration(l.Minutes)*time.Minute
}

func (o *Outreach) setDefaults() {
	if o.Quiet == (Quiet{}) {
		o.Quiet = Quiet{From: 21 * 60, To: 8 * 60}
	}
	if len(o.Reminders) == 0 {
		o.Reminders = []Lead{{Days: 1}, {Minutes: 120}}
	}
	o.Caps.setDefaults()
}

// RemindersOf is when a visit for a service is reminded of.
func (c *Clinic) RemindersOf(service string) []Lead {
	if s := c.Service(service); s != nil && len(s.Reminders) > 0 {
		return s.Reminders
	}
	return c.Outreach.Reminders
}

func (v *validator) outreach() {
	v.leads("outreach.reminders", v.Outreach.Reminders)
	v.caps()
	for i := range v.Services {
		v.leads(at("services", i)+".reminders", v.Services[i].Reminders)
	}
}

// leads stand in order, the farthest first.
func (v *validator) leads(key string, list []Lead) {
	for i := 1; i < len(list); i++ {
		if list[i].length() >= list[i-1].length() {
			v.add(at(key, i), "%s does not come after %s: write the farthest first", list[i], list[i-1])
		}
	}
}
