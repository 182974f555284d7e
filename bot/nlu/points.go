package nlu

import "time"

// point is one end of a time expression: a date, a daypart, a clock, in whatever order they come.
type point struct {
	j        int
	date     date
	hasDate  bool
	part     daypart
	clock    clock
	hasClock bool
	exact    time.Time // in two hours
	inside   bool      // within half an hour: up to exact
}

func (pt *point) empty() bool {
	return !pt.hasDate && !pt.hasClock && pt.part == noPart && pt.exact.IsZero()
}

// point reads at i as many parts of a moment as belong together.
func (p *timeParser) point(i int) (point, bool) {
	pt := point{j: i}
	for k := i; ; k = p.glue(pt.j, &pt) {
		j, ok := p.extend(&pt, k)
		if !ok {
			break
		}
		pt.j = j
	}
	if open := p.t.at(pt.j) == ')'; open && pt.j > i {
		for k := i; k < pt.j; k++ {
			if p.t.at(k) == '(' {
				pt.j++
				break
			}
		}
	}
	return pt, !pt.empty()
}

// extend reads one more part at k.
func (p *timeParser) extend(pt *point, k int) (int, bool) {
	t := p.t
	if !pt.exact.IsZero() || k >= len(t.r) {
		return k, false
	}
	if pt.empty() {
		if at, dir, j, ok := p.elapsed(k); ok {
			pt.exact, pt.inside = at, dir == inside
			return j, true
		}
	}
	if !pt.hasClock {
		if c, ok := p.clock(k, pt.hasDate || pt.part != noPart); ok {
			pt.clock, pt.hasClock = c, true
			if pt.date.iso && t.at(k-1) == 't' {
				return p.isoOffset(c.j), true
			}
			return c.j, true
		}
	}
	if !pt.hasDate {
		later := pt.hasClock || pt.part != noPart
		if !later || isLetter(t.at(k)) || isDigit(t.at(k)) && isLetter(t.at(k-2)) {
			if d, ok := p.date(k); ok {
				pt.date, pt.hasDate = d, true
				if d.part != noPart {
					pt.part = d.part
				}
				return d.j, true
			}
		}
	} else if j, ok := p.sameDate(pt, k); ok {
		return j, true
	}
	if pt.part == noPart {
		if w, j, ok := p.timeWord(k); ok && w.kind == wordPart && (!pt.hasClock || isLetter(t.at(k))) {
			pt.part = daypart(w.n)
			return j, true
		}
		if r := t.at(k); pt.hasDate && !pt.hasClock && (r == '早' || r == '晚' || r == '夜') {
			if c, ok := p.clock(t.spaces(k+1), false); ok && !t.has(k+1, "一点") && !t.has(k+1, "1点") && !p.isOffset(k+1) {
				pt.part, pt.clock, pt.hasClock = evening, c, true
				if r == '早' {
					pt.part = early
				}
				return c.j, true
			}
		}
	}
	return k, false
}

// isoOffset skips Z or +08:00 after an ISO time.
func (p *timeParser) isoOffset(j int) int {
	t := p.t
	if t.at(j) == '.' {
		if n, ok := t.number(j + 1); ok {
			j = n.j
		}
	}
	if t.at(j) == 'z' {
		return j + 1
	}
	if r := t.at(j); r != '+' && r != '-' {
		return j
	}
	h, ok := t.number(j + 1)
	if !ok || h.digits != 2 || t.at(h.j) != ':' {
		return j
	}
	if m, ok := t.number(h.j + 1); ok && m.digits == 2 {
		return m.j
	}
	return j
}

func (p *timeParser) isOffset(i int) bool {
	_, ok := p.amount(i)
	return ok
}

// sameDate takes in a date that repeats or sharpens the one read: 11月25日(周三), 周三11月25日.
func (p *timeParser) sameDate(pt *point, k int) (int, bool) {
	if pt.hasClock || pt.part != noPart {
		return k, false
	}
	d, ok := p.date(k)
	if !ok || d.span || d.deadline || d.part != noPart {
		return k, false
	}
	switch {
	case pt.date.week && d.weekday: // 两周后的周三
		monday := addDays(pt.date.from, 1-isoWeekday(pt.date.from))
		pt.date = p.day(addDays(monday, isoWeekday(d.from)-1), d.j)
		return d.j, true
	case d.weekday && !pt.date.span && isoWeekday(d.from) == isoWeekday(pt.date.from):
		return d.j, true
	case d.from.Equal(pt.date.from) && !pt.date.span:
		return d.j, true
	case pt.date.weekday && d.bump != bumpWeek && isoWeekday(d.from) == isoWeekday(pt.date.from):
		pt.date = d
		return d.j, true
	}
	return k, false
}

// glue skips what may stand between the parts of a moment; the result counts only when a part
// follows.
func (p *timeParser) glue(j int, pt *point) int {
	t := p.t
	k := t.spaces(j)
	switch r := t.at(k); {
	case r == '的' || r == ',' || r == '(' || r == '@' || r == ')' && k > 0:
		return t.spaces(k + 1)
	case r == 't' && pt.date.iso && isDigit(t.at(k+1)):
		return k + 1
	}
	for _, w := range [...]string{"大概", "大约", "差不多", "约", "在"} {
		if t.has(k, w) {
			return t.spaces(k + len([]rune(w)))
		}
	}
	for _, w := range [...]string{"at about ", "at around ", "from ", "between ", "at ", "on ", "in the ", "around ", "about ", "of the ", "of ", "the "} {
		if t.has(k, w) {
			return t.spaces(k + len(w))
		}
	}
	return k
}
