package fhir

import (
	"errors"
	"strings"
	"time"
)

// span is a stretch of time, To exclusive; a zero bound is open.
type span struct{ From, To time.Time }

// and is what two spans have in common.
func (s span) and(t span) span {
	if t.From.After(s.From) {
		s.From = t.From
	}
	if !t.To.IsZero() && (s.To.IsZero() || t.To.Before(s.To)) {
		s.To = t.To
	}
	return s
}

// empty reports a span that no moment lies in.
func (s span) empty() bool { return !s.To.IsZero() && !s.From.Before(s.To) }

// precisions are the forms a date may be written in, each with the moment
// after the stretch it stands for.
func precisions() []struct {
	layout string
	zoned  bool
	next   func(time.Time) time.Time
} {
	plus := func(d time.Duration) func(time.Time) time.Time {
		return func(t time.Time) time.Time { return t.Add(d) }
	}
	return []struct {
		layout string
		zoned  bool
		next   func(time.Time) time.Time
	}{
		{"2006", false, func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
		{"2006-01", false, func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{"2006-01-02", false, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{"2006-01-02T15:04", false, plus(time.Minute)},
		{"2006-01-02T15:04Z07:00", true, plus(time.Minute)},
		{"2006-01-02T15:04:05", false, plus(time.Second)},
		{"2006-01-02T15:04:05Z07:00", true, plus(time.Second)},
	}
}

// parseMoment reads a date of any precision as the stretch it stands for: a
// year, a month, a day, a minute, a second or a millisecond. Without a zone it
// is the clinic's wall clock.
func parseMoment(s string, loc *time.Location) (span, error) {
	// An unescaped + of a zone arrives as a space.
	s = strings.ReplaceAll(s, " ", "+")
	for _, p := range precisions() {
		var t time.Time
		var err error
		if p.zoned {
			t, err = time.Parse(p.layout, s)
		} else {
			t, err = time.ParseInLocation(p.layout, s, loc)
		}
		if err != nil {
			continue
		}
		if t.Year() < 1000 || t.Year() > 9998 {
			break
		}
		if strings.Contains(s, ".") { // fractions are read after any seconds
			return span{t, t.Add(time.Millisecond)}, nil
		}
		return span{t, p.next(t)}, nil
	}
	return span{}, errors.New("write a date as 2026, 2026-11, 2026-11-23 or 2026-11-23T09:00:00+08:00, with eq, ge, gt, le, lt, sa or eb before it")
}

// parseDate reads a date parameter, a prefix and a moment, as the span in which
// a moment satisfies it.
func parseDate(s string, loc *time.Location) (span, error) {
	prefix := "eq"
	if len(s) > 2 && s[0] >= 'a' && s[0] <= 'z' {
		prefix, s = s[:2], s[2:]
	}
	m, err := parseMoment(s, loc)
	if err != nil {
		return span{}, err
	}
	switch prefix {
	case "eq":
		return m, nil
	case "ge":
		return span{From: m.From}, nil
	case "gt", "sa":
		return span{From: m.To}, nil
	case "lt", "eb":
		return span{To: m.From}, nil
	case "le":
		return span{To: m.To}, nil
	}
	return span{}, errors.New("the prefix is none of eq, ge, gt, le, lt, sa, eb")
}
