package nlu

import (
	"strings"
	"time"
)

// numericDate reads a date that begins with a number: 2026年11月25日, 11月25, 25号, 2026-11-25,
// 11/25, 11.25, 20261125, 25th of November.
func (p *timeParser) numericDate(i int) (date, bool) {
	t := p.t
	prev := t.at(i - 1)
	if isWordRune(prev) || isHanNumber(prev) && !isDigit(t.at(i)) || prev == '第' || prev == '.' || prev == '¥' || prev == '$' {
		return date{}, false
	}
	n, ok := t.number(i)
	if !ok {
		return date{}, false
	}
	switch next := t.at(n.j); {
	case next == '年':
		return p.yearFirst(n)
	case next == '月':
		if n.n < 1 || n.n > 12 {
			return date{}, false
		}
		return p.inMonth(0, n.n, n.j+1, false)
	case next == '号' || next == '日':
		return p.dayOfMonth(i, n)
	case n.arabic && (next == '-' || next == '/' || next == '.'):
		if d, ok := p.separated(i, n, next); ok {
			return d, true
		}
	}
	if n.arabic && n.digits == 8 && n.n/10000 >= 2000 && n.n/10000 < 2100 && !isWordRune(t.at(n.j)) {
		if d, ok := p.civil(n.n/10000, n.n/100%100, n.n%100, n.j); ok {
			return d, true
		}
	}
	if d, ok := p.dayThenMonth(n); ok {
		return d, true
	}
	if n.n >= 1 && n.n <= 31 { // 25-28号
		if k, ok := p.connector(n.j, true); ok {
			if m, ok := t.number(k); ok && m.n <= 31 && (t.at(m.j) == '号' || t.at(m.j) == '日' && !p.term0(k)) && !p.notDay(m.j+1) {
				return p.comingDay(n.n, n.j)
			}
		}
	}
	return date{}, false
}

// civil is a full date when it exists.
func (p *timeParser) civil(y, m, d, j int) (date, bool) {
	day := time.Date(y, time.Month(m), d, 0, 0, 0, 0, p.loc)
	if m < 1 || m > 12 || d < 1 || day.Day() != d {
		return date{}, false
	}
	return p.day(day, j), true
}

// comingDate is a month and day in the coming twelve months.
func (p *timeParser) comingDate(m, d, j int) (date, bool) {
	for y := p.today.Year(); y <= p.today.Year()+8; y++ { // 8: the next 29 February
		if c, ok := p.civil(y, m, d, j); ok && !c.from.Before(p.today) {
			c.bump = bumpYear
			return c, true
		}
	}
	return date{}, false
}

// comingDay is a day of this or the next month that has it.
func (p *timeParser) comingDay(d, j int) (date, bool) {
	first := firstOfMonth(p.today)
	for k := range 4 {
		m := addMonths(first, k)
		if c, ok := p.civil(m.Year(), int(m.Month()), d, j); ok && !c.from.Before(p.today) {
			c.bump = bumpMonth
			return c, true
		}
	}
	return date{}, false
}

func (p *timeParser) yearFirst(n numeral) (date, bool) {
	year := n.n
	switch {
	case n.digits == 4 && year >= 1900 && year <= 2100:
		return p.inYear(year, n.j+1, true)
	case n.digits == 2 && year < 100 && n.arabic || n.digits == 2 && !n.arabic && year >= 20 && year < 50:
		return p.inYear(2000+year, n.j+1, false)
	}
	return date{}, false
}

// inMonth reads what follows N月; a year of 0 means the coming one.
func (p *timeParser) inMonth(year, month, j int, lunar bool) (date, bool) {
	t := p.t
	if month < 1 || month > 12 {
		return date{}, false
	}
	if r := t.at(j); r == '大' || r == '龄' || r == '嫂' {
		return date{}, false
	}
	if t.at(j) == '初' && isHanNumber(t.at(j+1)) || lunar {
		return p.lunarDay(year, month, j, false)
	}
	k := t.spaces(j)
	if n, ok := t.number(k); ok && n.n >= 1 && n.n <= 31 && n.digits <= 3 {
		e := n.j
		suffix := t.at(e) == '号' || t.at(e) == '日'
		if suffix {
			e++
		}
		if suffix || !p.counted(e) && t.at(e) != '点' && t.at(e) != '.' && t.at(e) != ':' {
			if year != 0 {
				return p.civil(year, month, n.n, e)
			}
			return p.comingDate(month, n.n, e)
		}
	}
	if t.at(j) == '份' {
		j++
	}
	first := p.comingMonth(year, month)
	if r := t.at(j); r == '初' || r == '中' && t.at(j+1) != '午' && t.at(j+1) != '旬' || r == '底' || r == '末' {
		return p.partOfMonth(first, r, j+1), true
	}
	if r := t.at(j); (r == '上' || r == '中' || r == '下') && t.at(j+1) == '旬' {
		return p.monthThird(first, r, j+2), true
	}
	return date{j: p.within(j), from: first, to: addMonths(first, 1), span: true, bump: bumpYear}, true
}

func (p *timeParser) comingMonth(year, month int) time.Time {
	if year == 0 {
		year = p.today.Year()
		if time.Month(month) < p.today.Month() {
			year++
		}
	}
	return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, p.loc)
}

func (p *timeParser) dayOfMonth(i int, n numeral) (date, bool) {
	if n.n < 1 || n.n > 31 || p.notDay(n.j+1) || strings.ContainsRune("路街巷弄道栋座", p.t.at(i-1)) && i > 0 {
		return date{}, false
	}
	if p.t.at(n.j) == '日' && strings.ContainsRune("内前后之间常期元本语", p.t.at(n.j+1)) && p.t.at(n.j+1) != 0 && p.t.at(n.j+1) != '前' && p.t.at(n.j+1) != '后' {
		return date{}, false
	}
	return p.comingDay(n.n, n.j+1)
}

// notDay reports that N号 numbers a thing: 3号楼, 1号诊室.
func (p *timeParser) notDay(j int) bool {
	r := p.t.at(j)
	return r != 0 && strings.ContainsRune("楼线诊床窗桌店院门房机柜库铺选方厅套针码公技棚", r)
}

// separated reads 2026-11-25, 11/25, 11.25, 25/11/2026.
func (p *timeParser) separated(i int, n numeral, sep rune) (date, bool) {
	t := p.t
	m, ok := t.number(n.j + 1)
	if !ok || !m.arabic || m.digits > 2 && m.digits != 4 {
		return date{}, false
	}
	third, has := numeral{}, false
	if t.at(m.j) == sep {
		third, has = t.number(m.j + 1)
		has = has && third.arabic
	}
	end := m.j
	if has {
		end = third.j
	}
	if isLetter(t.at(end)) && !(t.at(end) == 't' && isDigit(t.at(end+1))) || isDigit(t.at(end)) {
		return date{}, false
	}
	if has {
		switch {
		case n.digits == 4:
			d, ok := p.civil(n.n, m.n, third.n, p.dayMark(third.j))
			d.iso = true
			return d, ok
		case third.digits == 4 && n.n > 12:
			return p.civil(third.n, m.n, n.n, third.j)
		case third.digits == 4:
			return p.civil(third.n, n.n, m.n, third.j)
		case third.digits == 2 && n.digits == 2 && n.n > 12 && m.n <= 12:
			return p.civil(2000+n.n, m.n, third.n, p.dayMark(third.j))
		}
		return date{}, false
	}
	if n.digits == 4 && m.digits <= 2 && sep != '.' && n.n >= 1900 && n.n <= 2100 { // 2026-11
		return p.monthSpan(n.n, m.n, m.j), m.n >= 1 && m.n <= 12
	}
	if n.digits > 2 || m.digits > 2 || p.counted(end) || strings.ContainsRune("倍度公千克斤升毫厘米元块分折万/%:℃", t.at(end)) && t.at(end) != 0 {
		return date{}, false
	}
	if sep == '-' {
		if n.digits != 2 || m.digits != 2 || t.at(m.j) == '点' {
			return date{}, false
		}
	}
	if sep == '.' && !p.wantsDate(i) {
		return date{}, false
	}
	month, day := n.n, m.n
	if month > 12 && sep == '/' {
		month, day = day, month
	}
	return p.comingDate(month, day, p.dayMark(m.j))
}

func (p *timeParser) dayMark(j int) int {
	if r := p.t.at(j); r == '号' || r == '日' {
		return j + 1
	}
	return j
}

// wantsDate reports that 11.25 at i stands where a date would: at the start, or after 约, 改到 ….
func (p *timeParser) wantsDate(i int) bool {
	k := i - 1
	for p.t.at(k) == ' ' {
		k--
	}
	return k < 0 || strings.ContainsRune("约到在换至或成就要于改来、,(的是从n-~", p.t.at(k))
}
