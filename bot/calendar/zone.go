package calendar

import (
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// local is how RFC 5545 (3.3.5) writes a time of a zone's own clock.
const local = "20060102T150405"

// named reports a zone that can be written: one with a name that calendars know.
func named(loc *time.Location) bool { return strings.Contains(loc.String(), "/") }

// setTime writes a time on its zone's clock. Where the clock shows it twice,
// the second one can only be written in UTC (RFC 5545, 3.3.5: a local time that
// occurs twice is the first).
func setTime(e *ics.VEvent, property ics.ComponentProperty, t time.Time) {
	loc := t.Location()
	first := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, loc)
	if earlier := first.Add(-time.Hour); earlier.Format(local) == t.Format(local) {
		first = earlier
	}
	if !named(loc) || !first.Equal(t) {
		e.SetProperty(property, t.UTC().Format(local)+"Z")
		return
	}
	e.SetProperty(property, t.Format(local), ics.WithTZID(loc.String()))
}

// zones describes every zone that the visits are written in.
func zones(c *ics.Calendar, visits ...Visit) {
	type span struct{ from, to time.Time }
	spans := map[string]span{}
	var order []*time.Location
	for _, v := range visits {
		loc := v.Start.Location()
		if !named(loc) {
			continue
		}
		s, ok := spans[loc.String()]
		if !ok {
			s = span{v.Start, v.End}
			order = append(order, loc)
		}
		if v.Start.Before(s.from) {
			s.from = v.Start
		}
		if v.End.After(s.to) {
			s.to = v.End
		}
		spans[loc.String()] = s
	}
	for _, loc := range order {
		s := spans[loc.String()]
		describe(c.AddTimezone(loc.String()), loc, s.from, s.to)
	}
}

// describe writes what the zone's clock did from before a span until after it,
// one observance a change. Rules for all time would be guesses: governments
// change them.
func describe(z *ics.VTimezone, loc *time.Location, from, to time.Time) {
	at := from.In(loc).AddDate(-1, 0, 0)
	until := to.AddDate(1, 0, 0)
	for {
		start, end := at.ZoneBounds()
		before := start.Add(-time.Second)
		if start.IsZero() { // it has been so ever since
			start = time.Date(1970, 1, 1, 0, 0, 0, 0, loc)
			before = start
		}
		observance(z, at, start, before)
		if end.IsZero() || end.After(until) {
			return
		}
		at = end.In(loc)
	}
}

func observance(z *ics.VTimezone, at, start, before time.Time) {
	name, offset := at.Zone()
	_, was := before.Zone()
	base := ics.ComponentBase{}
	// The onset is told on the clock as it was until then (RFC 5545, 3.6.5).
	base.SetProperty(ics.ComponentPropertyDtStart, start.In(time.FixedZone("", was)).Format(local))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), utcOffset(was))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), utcOffset(offset))
	base.SetProperty(ics.ComponentProperty(ics.PropertyTzname), name)
	if at.IsDST() {
		z.Components = append(z.Components, &ics.Daylight{ComponentBase: base})
		return
	}
	z.Components = append(z.Components, &ics.Standard{ComponentBase: base})
}

func utcOffset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	out := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if s := seconds % 60; s != 0 {
		out += fmt.Sprintf("%02d", s)
	}
	return out
}
