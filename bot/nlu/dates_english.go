package nlu

// englishDate reads Friday, next Tuesday, Nov 25th, November, next week, the 25th, in three days.
func (p *timeParser) englishDate(i int) (date, bool) {
	t := p.t
	if isLetter(t.at(i - 1)) {
		return date{}, false
	}
	if d, ok := p.term(i); ok {
		return d, true
	}
	if m, j, ok := t.monthWord(i); ok {
		return p.monthName(m, i, j)
	}
	weeks, j, modified := 0, i, false
	for _, w := range [...]struct {
		w string
		n int
	}{{"this coming ", 0}, {"coming ", 0}, {"this ", 0}, {"the week after next", 2}, {"week after next", 2}, {"next ", 1}, {"the following ", 1}, {"following ", 1}, {"last ", -1}, {"on the ", 9}, {"the ", 9}} {
		if t.has(i, w.w) {
			weeks, j, modified = w.n, i+len(w.w), true
			break
		}
	}
	if weeks == 2 {
		d := p.weekdayIn(2, 1, j)
		d.to, d.span = addDays(d.from, 7), true
		return d, true
	}
	if weeks == 9 { // the 25th
		if n, ok := t.number(j); ok && n.arabic && n.n >= 1 && n.n <= 31 && p.ordinalEnd(n.j) > n.j {
			if d, ok := p.dayThenMonth(n); ok {
				return d, true
			}
			return p.comingDay(n.n, p.ordinalEnd(n.j))
		}
		return date{}, false
	}
	if w, e, ok := p.timeWord(j); ok && w.kind == wordWeekday {
		if !modified && w.weak && !p.weekdayContext(i, e) {
			return date{}, false
		}
		if !modified || t.has(i, "coming") || t.has(i, "this coming") {
			return p.comingWeekday(w.n, e), true
		}
		return p.weekdayIn(weeks, w.n, e), true
	}
	if !modified {
		return date{}, false
	}
	switch {
	case t.has(j, "week") && !isLetter(t.at(j+4)):
		d := p.weekdayIn(weeks, 1, j+4)
		d.to, d.span, d.week = addDays(d.from, 7), true, true
		return d, true
	case t.has(j, "month") && !isLetter(t.at(j+5)):
		first := addMonths(firstOfMonth(p.today), weeks)
		return date{j: j + 5, from: first, to: addMonths(first, 1), span: true}, true
	case t.has(j, "year") && !isLetter(t.at(j+4)):
		return p.inYear(p.today.Year()+weeks, j+4, true)
	}
	if m, e, ok := t.monthWord(j); ok {
		return p.monthName(m, j, e)
	}
	return date{}, false
}

// weekdayContext reports that sat, sun, mon or wed at i is a day and not another word.
func (p *timeParser) weekdayContext(i, e int) bool {
	t := p.t
	for _, w := range [...]string{"on ", "by ", "for ", "to ", "until ", "or ", "from ", "- ", "after ", "before ", "till ", "and ", ", "} {
		if k := i - len(w); k >= 0 && t.has(k, w) {
			return true
		}
	}
	k := t.spaces(e)
	if i == 0 || e == len(t.r) || isDigit(t.at(k)) || t.has(k, "at ") || t.has(k, "or ") || t.at(k) == ',' || t.at(k) == '-' || t.has(k, "to ") {
		return true
	}
	w, _, ok := p.timeWord(k)
	return ok && w.kind == wordPart
}

// monthWord reads an English month at i, full or short.
func (t *text) monthWord(i int) (m, j int, ok bool) {
	switch t.at(i) {
	case 'j', 'f', 'm', 'a', 's', 'o', 'n', 'd':
	default:
		return 0, i, false
	}
	for _, w := range timeWords()[t.at(i)] {
		if j := i + len(w.r); w.kind == wordMonth && t.has(i, string(w.r)) && t.wordEnd(i) && !isLetter(t.at(j)) {
			if t.at(j) == '.' && len(w.r) <= 4 {
				j++
			}
			return w.n, j, true
		}
	}
	return 0, i, false
}

// monthName reads Nov 25th, November 25, 2026, November 2026, in November.
func (p *timeParser) monthName(m, i, j int) (date, bool) {
	t := p.t
	k := t.spaces(j)
	if t.has(k, "the ") {
		k += 4
	}
	if n, ok := t.number(k); ok && n.arabic && t.at(n.j) != ':' {
		switch {
		case n.digits <= 2 && n.n >= 1 && n.n <= 31:
			e := p.ordinalEnd(n.j)
			y := t.spaces(e)
			if t.at(y) == ',' {
				y = t.spaces(y + 1)
			}
			if v, ok := t.number(y); ok && v.arabic && v.digits == 4 && v.n >= 1900 && v.n <= 2100 && t.at(v.j) != ':' {
				return p.civil(v.n, m, n.n, v.j)
			}
			return p.comingDate(m, n.n, e)
		case n.digits == 4 && n.n >= 1900 && n.n <= 2100:
			return p.monthSpan(n.n, m, n.j), true
		}
	}
	weak := m == 5 || m == 3 // may, march
	for _, w := range [...]string{"in ", "this ", "next ", "of ", "by ", "until ", "late ", "early ", "mid "} {
		if b := i - len(w); b >= 0 && t.has(b, w) {
			weak = false
		}
	}
	if weak {
		return date{}, false
	}
	first := p.comingMonth(0, m)
	return date{j: j, from: first, to: addMonths(first, 1), span: true, bump: bumpYear}, true
}

// dayThenMonth reads 25 Nov, 25th of November 2026.
func (p *timeParser) dayThenMonth(n numeral) (date, bool) {
	t := p.t
	if !n.arabic || n.n < 1 || n.n > 31 || n.digits > 2 {
		return date{}, false
	}
	e := p.ordinalEnd(n.j)
	k := t.spaces(e)
	if t.has(k, "of ") {
		k += 3
	}
	m, j, ok := t.monthWord(k)
	if !ok {
		if e > n.j && t.at(e) != 0 { // a bare 25th
			return p.comingDay(n.n, e)
		}
		return date{}, false
	}
	y := t.spaces(j)
	if t.at(y) == ',' {
		y = t.spaces(y + 1)
	}
	if v, ok := t.number(y); ok && v.arabic && v.digits == 4 && v.n >= 1900 && v.n <= 2100 {
		return p.civil(v.n, m, n.n, v.j)
	}
	return p.comingDate(m, n.n, j)
}

func (p *timeParser) ordinalEnd(j int) int {
	t := p.t
	for _, w := range [...]string{"st", "nd", "rd", "th"} {
		if t.has(j, w) && !isLetter(t.at(j+2)) {
			return j + 2
		}
	}
	return j
}
