package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a calendar day without a zone, written YYYY-MM-DD.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() == 0 { // year 0 would read as absent
		return Date{}, fmt.Errorf("%q is no date: write YYYY-MM-DD", s)
	}
	return DateOf(t), nil
}

// DateOf is the calendar day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports an absent date.
func (d Date) IsZero() bool { return d.Year == 0 }

// Time is the first instant of the day plus minutes, in loc. On a day with a
// DST gap a missing wall time moves as time.Date moves it.
func (d Date) Time(loc *time.Location, minutes int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, minutes/60, minutes%60, 0, 0, loc)
}

// AddDays moves by n calendar days.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC))
}

// AddMonths counts months on; a day that the month does not have is its last.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{Year: first.Year(), Month: first.Month(), Day: min(d.Day, last)}
}

// Weekday of the day.
func (d Date) Weekday() time.Weekday { return d.Time(time.UTC, 0).Weekday() }

// Compare orders days: negative when d is earlier than e.
func (d Date) Compare(e Date) int {
	return (d.Year-e.Year)*512 + int(d.Month-e.Month)*32 + d.Day - e.Day
}

// String writes YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// MarshalText and UnmarshalText carry a Date as YYYY-MM-DD, empty when absent.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// Span is a span of a day in minutes from midnight, End exclusive, written
// "09:00-18:00"; "24:00" is the end of the day.
type Span struct{ Start, End int }

// String writes HH:MM-HH:MM.
func (s Span) String() string { return clock(s.Start) + "-" + clock(s.End) }

func clock(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// UnmarshalText reads HH:MM-HH:MM on the five-minute grid.
func (s *Span) UnmarshalText(b []byte) error {
	from, to, ok := strings.Cut(string(b), "-")
	start, err1 := parseClock(from)
	end, err2 := parseClock(to)
	if !ok || err1 != nil || err2 != nil || start >= end || start%5 != 0 || end%5 != 0 {
		return fmt.Errorf("%q is no span of a day: write HH:MM-HH:MM, end after start, in steps of 5 minutes", b)
	}
	*s = Span{start, end}
	return nil
}

// MarshalText writes HH:MM-HH:MM.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func parseClock(s string) (int, error) {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	digits := strings.Trim(h+m, "0123456789") == "" && len(h) <= 2 && len(m) == 2
	if !ok || !digits || err1 != nil || err2 != nil || minute > 59 || hour*60+minute > 24*60 {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	return hour*60 + minute, nil
}

// Days is a set of weekdays, written "mon-fri" or "mon,wed,sat" or "daily".
type Days [7]bool

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// UnmarshalText reads names and ranges separated by commas.
func (d *Days) UnmarshalText(b []byte) error {
	*d = Days{}
	for part := range strings.SplitSeq(strings.ToLower(string(b)), ",") {
		part = strings.TrimSpace(part)
		if part == "daily" {
			*d = Days{true, true, true, true, true, true, true}
			continue
		}
		from, to, ranged := strings.Cut(part, "-")
		i, j := weekday(strings.TrimSpace(from)), weekday(strings.TrimSpace(to))
		if !ranged {
			j = i
		}
		if i < 0 || j < 0 {
			return fmt.Errorf("%q is no weekday: write mon-fri, sat or daily", part)
		}
		for k := i; ; k = (k + 1) % 7 {
			d[k] = true
			if k == j {
				break
			}
		}
	}
	return nil
}

// MarshalText writes the names separated by commas.
func (d Days) MarshalText() ([]byte, error) {
	var names []string
	for i := 1; i <= 7; i++ {
		if d[i%7] {
			names = append(names, weekdays[i%7])
		}
	}
	return []byte(strings.Join(names, ",")), nil
}

func weekday(s string) int {
	for i, name := range weekdays {
		if s == name {
			return i
		}
	}
	return -1
}

// Week is opening hours by weekday; a weekday without a row is closed.
type Week []DayHours

// DayHours gives the hours of some weekdays.
type DayHours struct {
	Days  Days   `yaml:"days"`
	Hours []Span `yaml:"hours"`
}

// On lists the spans of a weekday.
func (w Week) On(day time.Weekday) []Span {
	var out []Span
	for _, row := range w {
		if row.Days[day] {
			out = append(out, row.Hours...)
		}
	}
	return out
}
