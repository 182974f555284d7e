package nlu

import "time"

// readings resolves a point to its Times, best first.
func (p *timeParser) readings(pt point) []Time {
	if !pt.exact.IsZero() {
		at := Time{Type: TypeDateTime, Start: pt.exact.Truncate(time.Second)}
		if pt.inside {
			at.from, at.to = p.now, pt.exact
		}
		return []Time{at}
	}
	if !pt.hasDate {
		return p.undated(pt)
	}
	out := p.dated(pt, pt.date.from)
	switch {
	case pt.date.span && (pt.hasClock || pt.part != noPart) && !addDays(pt.date.from, 3).Before(pt.date.to):
		out = out[:1] // each day of a short span, without the points
		for day := addDays(pt.date.from, 1); day.Before(pt.date.to); day = addDays(day, 1) {
			out = append(out, p.dated(pt, day)[0])
		}
	case pt.date.span:
		return []Time{{Type: TypeDateRange, Start: pt.date.from, End: pt.date.to}}
	case !pt.date.other.IsZero():
		out = append(out, p.dated(pt, pt.date.other)...)
	}
	return out
}

// dated resolves a point on a known day.
func (p *timeParser) dated(pt point, day time.Time) []Time {
	if pt.hasClock {
		at := p.moment(day, pt)
		if pt.clock.upTo != 0 {
			return []Time{{Type: TypeDateTimeRange, Start: at, End: at.Add(time.Hour)}}
		}
		return []Time{{Type: TypeDateTime, Start: at}}
	}
	if pt.part == noPart {
		t := Time{Type: TypeDate, Start: day}
		if pt.date.deadline {
			t.from, t.to = p.now, addDays(day, 1)
		}
		return []Time{t}
	}
	span, at := p.partOf(day, pt.part)
	switch {
	case pt.part == dawn && !day.Equal(p.today):
		d := Time{Type: TypeDate, Start: day, from: span.Start, to: span.End}
		return []Time{d, span, at}
	case !day.After(p.today):
		return []Time{at, span}
	}
	return []Time{span, at}
}

// partOf is a daypart of a day as a span and as a point.
func (p *timeParser) partOf(day time.Time, part daypart) (span, at Time) {
	from, to, point := part.hours()
	span = Time{Type: TypeDateTimeRange, Start: onDay(day, from, 0, 0), End: onDay(day, to, 0, 0)}
	at = Time{Type: TypeDateTime, Start: onDay(day, point, 0, 0), from: span.Start, to: span.End}
	return span, at
}

// moment is a clock on a day.
func (p *timeParser) moment(day time.Time, pt point) time.Time {
	return onDay(day, p.hour(pt), pt.clock.m, pt.clock.s)
}

// hour is the hour of a point's clock, in clinic hours when nothing says otherwise.
func (p *timeParser) hour(pt point) int {
	c := pt.clock
	part := c.part
	if part == noPart {
		part = pt.part
	}
	switch {
	case c.noon && pt.part != noPart:
		return c.h
	case part != noPart:
		return part.hour24(c.h)
	case !c.literal && (c.h >= 1 && c.h <= 6 || c.h == 0):
		return c.h + 12
	}
	return c.h
}

// undated resolves a point without a day.
func (p *timeParser) undated(pt point) []Time {
	if !pt.hasClock { // a daypart: today's, or the next such
		span, at := p.partOf(p.today, pt.part)
		if !span.End.After(p.now) {
			span, _ = p.partOf(addDays(p.today, 1), pt.part)
			at.from, at.to = span.Start, span.End
		}
		return []Time{at, span}
	}
	bare := pt.clock.part == noPart && (pt.part == noPart || pt.part == noon)
	at := p.moment(p.today, pt)
	if pt.part == noPart && bare && !pt.clock.literal && p.now.Hour() < 6 { // still night: the next such hour
		if night := onDay(p.today, pt.clock.h, pt.clock.m, pt.clock.s); night.After(p.now) {
			at = night
		}
	}
	next := at
	if !at.After(p.now) {
		next = addDays(at, 1)
	}
	var end time.Time
	if pt.clock.upTo != 0 {
		end = next.Add(time.Hour)
	}
	switch {
	case bare && end.IsZero():
		return []Time{{Type: TypeTime, Start: next}}
	case bare:
		return []Time{{Type: TypeTimeRange, Start: next, End: end}}
	case !end.IsZero():
		return []Time{{Type: TypeDateTimeRange, Start: next, End: end}}
	}
	return []Time{{Type: TypeDateTime, Start: at, from: next, to: next}}
}
