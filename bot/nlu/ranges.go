package nlu

import "time"

// rangeEnd reads the second end of a range, which may leave out what the first end said.
func (p *timeParser) rangeEnd(a *point, k int) (point, bool) {
	t := p.t
	b, ok := p.point(k)
	if ok && b.exact.IsZero() && !b.date.deadline {
		return b, true
	}
	n, ok := t.number(k)
	if !ok {
		if n, ok = t.englishNumber(k); !ok || p.countedEnglish(n.j) {
			return point{}, false
		}
	}
	if isWordRune(t.at(n.j)) || p.counted(n.j) || oneOf(t.at(n.j), ".:/%-") {
		return point{}, false
	}
	b = point{j: n.j}
	switch {
	case a.hasClock:
		if n.n > 24 {
			return point{}, false
		}
		b.clock, b.hasClock = clock{j: n.j, h: n.n, literal: n.n > 12 || n.padded}, true
	case a.hasDate && a.date.weekday && n.n >= 1 && n.n <= 7 && !isLetter(t.at(k)):
		b.date, b.hasDate = p.comingWeekday(n.n, n.j), true
	case a.hasDate && (a.date.bump == bumpMonth || a.date.bump == bumpYear) && !a.date.span && n.n >= 1 && n.n <= 31:
		j := p.ordinalEnd(n.j)
		b.j = j
		d, ok := p.comingDay(n.n, j)
		if !ok {
			return point{}, false
		}
		b.date, b.hasDate = d, true
	default:
		return point{}, false
	}
	return b, true
}

// between resolves the range of two points.
func (p *timeParser) between(a, b point) ([]Time, bool) {
	if !a.exact.IsZero() || a.date.deadline {
		return nil, false
	}
	if a.hasDate && b.hasDate {
		p.bumpAfter(a.date, &b.date)
	}
	aDay := !a.hasClock && a.part == noPart
	bDay := !b.hasClock && b.part == noPart
	switch {
	case aDay && b.hasDate && (bDay || !b.hasClock):
		return p.dateRange(a.date, b.date)
	case aDay && !b.hasDate && b.part == noPart && !a.date.span: // 周三到5点: not a range
		return nil, false
	case aDay && !b.hasDate:
		b.date, b.hasDate = a.date, true
	case bDay && b.hasDate && !aDay: // 明天下午到后天
		start, _ := p.ends(a, p.dayOf(a))
		if !b.date.to.After(start) {
			return nil, false
		}
		return []Time{{Type: TypeDateTimeRange, Start: start, End: b.date.to}}, true
	}
	return p.clockRange(a, b)
}

func (p *timeParser) dateRange(a, b date) ([]Time, bool) {
	end := b.from
	if b.span {
		end = b.to
	}
	if !end.After(a.from) {
		if b.span || !end.Equal(a.from) {
			return nil, false
		}
		return []Time{{Type: TypeDate, Start: a.from}}, true
	}
	r := Time{Type: TypeDateRange, Start: a.from, End: end}
	if !b.span {
		r.from, r.to = a.from, b.to
	}
	return []Time{r}, true
}

// bumpAfter moves an inferred second date behind the first.
func (p *timeParser) bumpAfter(a date, b *date) {
	for range 60 {
		if !b.from.Before(a.from) || b.bump == bumpNone {
			return
		}
		days := int(b.to.Sub(b.from).Hours()+12) / 24
		switch b.bump {
		case bumpWeek:
			b.from = addDays(b.from, 7)
		case bumpMonth:
			b.from = addMonths(b.from, 1)
		case bumpYear:
			b.from = addMonths(b.from, 12)
		}
		b.to = addDays(b.from, days)
	}
}

func (p *timeParser) dayOf(pt point) time.Time {
	if pt.hasDate {
		return pt.date.from
	}
	return p.today
}

// ends is a point as the span it covers: a clock is a moment, a daypart its hours.
func (p *timeParser) ends(pt point, day time.Time) (from, to time.Time) {
	switch {
	case pt.hasClock:
		at := p.moment(day, pt)
		return at, at
	case pt.part != noPart:
		span, _ := p.partOf(day, pt.part)
		return span.Start, span.End
	}
	return day, addDays(day, 1)
}

// clockRange resolves a range whose ends have a time of day.
func (p *timeParser) clockRange(a, b point) ([]Time, bool) {
	anchored := a.hasDate || b.hasDate || b.part != noPart || b.clock.part != noPart || a.clock.part != noPart
	day := p.dayOf(a)
	if !a.hasDate && b.hasDate {
		day = p.today
		if !a.hasClock || a.part == noPart { // 3点到明天5点 begins today
			day = p.today
		}
	}
	endDay := day
	if b.hasDate {
		endDay = b.date.from
	}
	start, _ := p.ends(a, day)
	if a.hasClock && a.part == noPart && a.clock.part == noPart && !a.clock.literal { // 3点到下午5点: the end says which half
		if b.part != noPart || b.clock.part != noPart {
			like := a
			like.part = b.part
			like.clock.part = b.clock.part
			_, end := p.ends(b, endDay)
			plain := onDay(day, a.clock.h, a.clock.m, a.clock.s)
			if shifted, _ := p.ends(like, day); shifted.Before(end) && !(b.hasDate && !endDay.Equal(day)) {
				start = shifted
			} else if plain.Before(end) {
				start = plain
			}
		}
	}
	var end time.Time
	switch {
	case b.hasDate || b.part != noPart || b.clock.part != noPart || !b.hasClock:
		_, end = p.ends(b, endDay)
		if !end.After(start) && !b.hasDate {
			_, end = p.ends(b, addDays(endDay, 1))
		}
	default: // the daypart carries over: 下午3点到5点
		like := b
		like.part, like.clock.part = a.part, a.clock.part
		_, end = p.ends(like, endDay)
		plain := onDay(endDay, b.clock.h, b.clock.m, b.clock.s)
		switch {
		case b.clock.literal:
			end = plain
		case !end.After(start) && plain.After(start):
			end = plain
		}
		if !end.After(start) && b.clock.h < 12 && !b.clock.literal {
			end = onDay(endDay, b.clock.h+12, b.clock.m, b.clock.s)
		}
		if !end.After(start) {
			end = addDays(plain, 1)
		}
		// 9点到11点 and 8点到5点 stay within one working day
		if a.part == noPart && a.clock.part == noPart && !b.clock.literal {
			if plain.After(start) && plain.Sub(start) < end.Sub(start) {
				end = plain
			}
		}
	}
	if !end.After(start) {
		return nil, false
	}
	r := Time{Type: TypeDateTimeRange, Start: start, End: end}
	if !anchored && midnight(end).Equal(midnight(start)) {
		r.Type = TypeTimeRange
	}
	if !a.hasDate && !b.hasDate && !end.After(p.now) {
		next := Time{Type: r.Type, Start: addDays(start, 1), End: addDays(end, 1)}
		if r.Type == TypeTimeRange {
			return []Time{next}, true
		}
		r.from, r.to = next.Start, next.End
	}
	return []Time{r}, true
}

// bounds resolves a point with 前 or 后.
func (p *timeParser) bounds(a point, dir direction) ([]Time, bool) {
	day := p.dayOf(a)
	if a.hasDate && !a.hasClock && a.part == noPart {
		if a.date.deadline {
			return nil, false
		}
		if dir == forward {
			return []Time{{Type: TypeDateRange, Start: a.date.to, End: addDays(a.date.to, openDays)}}, true
		}
		end := a.date.from
		if a.date.span && p.today.Before(a.date.to) && !p.today.Before(a.date.from) || a.date.span && a.date.to.Day() == 1 && a.date.from.Day() > 20 {
			end = a.date.to // 月底前, 本周前
		}
		if !end.After(p.today) {
			return nil, false
		}
		return []Time{{Type: TypeDateRange, Start: p.today, End: end}}, true
	}
	if !a.hasDate && a.hasClock {
		at := p.undated(a)
		day = midnight(at[0].Start)
		if at[0].to.After(at[0].Start) {
			day = midnight(at[0].to)
		}
	}
	from, to := p.ends(a, day)
	if !a.hasDate && a.hasClock && a.part == noPart && p.now.Hour() < 6 {
		from = p.undated(a)[0].Start
		to = from
	}
	r := Time{Type: TypeDateTimeRange}
	if !a.hasDate && a.part == noPart && a.clock.part == noPart {
		r.Type = TypeTimeRange
	}
	if dir == forward {
		r.Start, r.End = to, addDays(midnight(from), 1)
		if !a.hasClock {
			r.Start = to
		}
		return []Time{r}, r.End.After(r.Start)
	}
	r.Start, r.End = day, from
	if a.hasClock && a.part != noPart {
		if span, _ := p.partOf(day, a.part); span.Start.Before(from) {
			r.Start = span.Start
		}
	}
	if r.Type != TypeTimeRange && r.Start.Before(p.now) && r.End.After(p.now) {
		r.Start = p.now.Truncate(time.Minute)
	}
	return []Time{r}, r.End.After(r.Start)
}
