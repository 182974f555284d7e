package nlu

import (
	"strings"
	"time"
)

// bump is how an inferred date moves on when it has to be later.
type bump uint8

const (
	bumpNone  bump = iota
	bumpWeek       // a bare weekday
	bumpMonth      // a day without its month
	bumpYear       // a month and day without the year
)

// date is a day or a span of days, [from, to).
type date struct {
	j        int
	from, to time.Time
	span     bool
	bump     bump
	weekday  bool      // a bare weekday: another date beside it decides
	week     bool      // counted in weeks: a weekday beside it picks the day
	deadline bool      // 三天内: the last day of a term that begins now
	part     daypart   // 今晚
	other    time.Time // the second reading of 明天 after midnight
	iso      bool
}

func (p *timeParser) day(t time.Time, j int) date { return date{j: j, from: t, to: addDays(t, 1)} }

// date reads a date at i.
func (p *timeParser) date(i int) (date, bool) {
	r := p.t.at(i)
	if r == 0 || r == ' ' {
		return date{}, false
	}
	if w, j, ok := p.timeWord(i); ok {
		if d, ok := p.wordDate(w, j); ok {
			return d, true
		}
	}
	if isNumeral(r) {
		if d, ok := p.term(i); ok {
			return d, true
		}
		return p.numericDate(i)
	}
	if isLetter(r) {
		return p.englishDate(i)
	}
	if strings.ContainsRune("半几数再过未接往", r) {
		if d, ok := p.term(i); ok {
			return d, true
		}
	}
	if d, ok := p.weekDate(i); ok {
		return d, true
	}
	if d, ok := p.monthDate(i); ok {
		return d, true
	}
	if d, ok := p.yearDate(i); ok {
		return d, true
	}
	return p.lunar(i)
}

func (p *timeParser) wordDate(w timeWord, j int) (date, bool) {
	switch w.kind {
	case wordDay:
		return p.relativeDay(w.n, j), true
	case wordDayPart:
		part := daypart(w.n & 15)
		d := p.relativeDay((w.n-int(part))/16, j)
		d.part = part
		return d, true
	case wordThese:
		return date{j: j, from: p.today, to: addDays(p.today, w.n), span: true}, true
	case wordHoliday:
		return p.holidayDate(w, j, 0)
	case wordWeekend:
		return p.weekend(w.n, j), true
	case wordEndMonth:
		return p.monthPart(w.n, '底', j), true
	}
	return date{}, false
}

func (p *timeParser) relativeDay(n, j int) date {
	d := p.day(addDays(p.today, n), j)
	if h := p.now.Hour(); n == 1 && h >= 1 && h < 4 {
		d = p.day(p.today, j)
		d.other = addDays(p.today, 1)
	}
	return d
}

func (p *timeParser) holidayDate(w timeWord, j, year int) (date, bool) {
	h, offset := holiday(w.n&0xff), w.n>>8
	var day time.Time
	var ok bool
	if year != 0 {
		day, ok = h.in(year, p.loc)
	} else {
		day, ok = h.next(addDays(p.today, -offset))
	}
	if !ok {
		return date{}, false
	}
	d := p.day(addDays(day, offset), j)
	if year == 0 {
		d.bump = bumpYear
	}
	if p.t.has(j-2, "假期") || p.t.has(j-2, "长假") || p.t.has(j-3, "黄金周") { // 十一假期
		d.span, d.to = true, addDays(d.from, h.length())
		return d, true
	}
	k := p.skip(j, '节')
	if n, ok := p.t.number(k + 1); ok && p.t.at(k) == '第' && p.t.at(n.j) == '天' && n.n >= 1 && n.n <= 10 { // 国庆节第二天
		d.from, d.j = addDays(d.from, n.n-1), n.j+1
		return d, true
	}
	for _, s := range [...]string{"黄金周", "小长假", "长假", "假期", "放假", "期间", "假", "那几天", "那段时间"} {
		if p.t.has(k, s) && s != "放假" {
			d.j = k + len([]rune(s))
			d.span, d.to = true, addDays(d.from, h.length())
			return d, true
		}
	}
	return d, true
}

// weekday is the coming such day, today included.
func (p *timeParser) comingWeekday(n, j int) date {
	d := p.day(addDays(p.today, (n-isoWeekday(p.today)+7)%7), j)
	d.bump, d.weekday = bumpWeek, true
	return d
}

// weekdayIn is a weekday of the week that is n weeks from this one.
func (p *timeParser) weekdayIn(weeks, n, j int) date {
	return p.day(addDays(p.today, n-isoWeekday(p.today)+7*weeks), j)
}

func (p *timeParser) weekend(weeks, j int) date {
	d := p.weekdayIn(weeks, 6, j)
	d.to, d.span = addDays(d.from, 2), true
	return d
}

func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// weekDate reads 周三, 下周三, 下下个礼拜, 这周末.
func (p *timeParser) weekDate(i int) (date, bool) {
	t := p.t
	weeks, k, modified := p.modifier(i)
	j := k
	switch {
	case t.at(j) == '周':
		j++
	case t.has(j, "星期") || t.has(j, "礼拜"):
		j += 2
	case t.at(j) == '拜' && t.at(j-1) != '礼' && !modified:
		j++
	default:
		return date{}, false
	}
	if !modified && (isHanNumber(t.at(i-1)) || isDigit(t.at(i-1)) || strings.ContainsRune("几个半整隔", t.at(i-1)) && i > 0) {
		return date{}, false
	}
	r := t.at(j)
	n := 0
	switch {
	case r == '末':
		return p.weekend(weeks, j+1), true
	case (r == '日' || r == '天') && !strings.ContainsRune("天数", t.at(j+1)) || (r == '日' || r == '天') && t.at(j+1) == 0:
		n = 7
	case r >= '1' && r <= '7' && !isDigit(t.at(j+1)) && t.at(j+1) != '.' && t.at(j+1) != '-':
		n = int(r - '0')
	case hanDigit(r) >= 1 && hanDigit(r) <= 6 && r != '两' && t.at(j+1) != '次' && t.at(j+1) != '百':
		n = hanDigit(r)
	}
	if n == 0 {
		if !modified || r == '期' {
			return date{}, false
		}
		d := p.weekdayIn(weeks, 1, p.within(j))
		d.to, d.span, d.week = addDays(d.from, 7), true, true
		return d, true
	}
	if n == 6 && (t.at(j+1) == '日' || t.at(j+1) == '天') {
		return p.weekend(weeks, j+2), true
	}
	if !modified {
		return p.comingWeekday(n, j+1), true
	}
	return p.weekdayIn(weeks, n, j+1), true
}

// modifier reads 这个, 下, 下下个, 上: how many weeks or months from this one.
func (p *timeParser) modifier(i int) (n, j int, ok bool) {
	t := p.t
	switch r := t.at(i); {
	case r == '以' || r == '之':
		return 0, i, false
	case r == '这' || r == '本' || r == '今' || r == '呢':
		j = i + 1
	case (r == '下' || r == '上') && !strings.ContainsRune("以之", t.at(i-1)) || (r == '下' || r == '上') && i == 0:
		j = i
		for t.at(j) == r && j-i < 3 {
			n++
			j++
		}
		if r == '上' {
			n = -n
		}
		if t.at(j) == '一' && t.at(j+1) == '个' {
			j++
		}
	default:
		return 0, i, false
	}
	if t.at(j) == '个' {
		j++
	}
	return n, j, true
}

// within skips 内 or 里 after a span.
func (p *timeParser) within(j int) int {
	switch p.t.at(j) {
	case '内':
		return j + 1
	case '之', '以':
		if p.t.at(j+1) == '内' {
			return j + 2
		}
	}
	return j
}

// monthDate reads 下个月, 本月25号, 月底, 下月初.
func (p *timeParser) monthDate(i int) (date, bool) {
	t := p.t
	months, j, ok := p.modifier(i)
	if !ok && t.at(i) == '当' {
		j = i + 1
	}
	if t.at(j) != '月' || !ok && t.at(i) != '当' && t.at(i) != '月' {
		return date{}, false
	}
	if !ok && (isNumeral(t.at(i-1)) || t.at(i-1) == '个' || t.at(i-1) == '每') {
		return date{}, false
	}
	j++
	if t.at(j) == '份' {
		j++
	}
	if r := t.at(j); r == '初' || r == '中' && t.at(j+1) != '午' && t.at(j+1) != '旬' || r == '底' || r == '末' {
		return p.monthPart(months, r, j+1), true
	}
	if r := t.at(j); (r == '上' || r == '中' || r == '下') && t.at(j+1) == '旬' {
		return p.monthThird(addMonths(firstOfMonth(p.today), months), r, j+2), true
	}
	if !ok {
		return date{}, false
	}
	first := addMonths(firstOfMonth(p.today), months)
	k := j
	if t.at(k) == '的' {
		k++
	}
	if n, ok := t.number(k); ok && n.n >= 1 && n.n <= 31 && (t.at(n.j) == '号' || t.at(n.j) == '日') {
		if d := addDays(first, n.n-1); d.Month() == first.Month() {
			return p.day(d, n.j+1), true
		}
	}
	return date{j: p.within(j), from: first, to: addMonths(first, 1), span: true}, true
}

func firstOfMonth(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// monthPart is 初, 中 or 底 of the month that is n months from this one.
func (p *timeParser) monthPart(n int, r rune, j int) date {
	return p.partOfMonth(addMonths(firstOfMonth(p.today), n), r, j)
}

func (p *timeParser) partOfMonth(first time.Time, r rune, j int) date {
	d := date{j: j, span: true}
	switch r {
	case '初':
		d.from, d.to = first, addDays(first, 7)
	case '中':
		d.from, d.to = addDays(first, 10), addDays(first, 20)
	default:
		d.from, d.to = addDays(first, 24), addMonths(first, 1)
	}
	return d
}

func (p *timeParser) monthThird(first time.Time, r rune, j int) date {
	d := date{j: j, span: true}
	switch r {
	case '上':
		d.from, d.to = first, addDays(first, 10)
	case '中':
		d.from, d.to = addDays(first, 10), addDays(first, 20)
	default:
		d.from, d.to = addDays(first, 20), addMonths(first, 1)
	}
	return d
}

// yearDate reads 明年3月5号, 今年国庆, 年底, 年后.
func (p *timeParser) yearDate(i int) (date, bool) {
	t := p.t
	year := p.today.Year()
	j := i + 2
	switch {
	case t.has(i, "今年") || t.has(i, "本年"):
	case t.has(i, "明年") || t.has(i, "下年"):
		year++
	case t.has(i, "后年") && !isNumeral(t.at(i-1)):
		year += 2
	case t.has(i, "去年") || t.has(i, "上年") || t.has(i, "旧年"):
		year--
	case t.has(i, "前年"):
		year -= 2
	case t.has(i, "年底") || t.has(i, "年末"):
		if isNumeral(t.at(i - 1)) {
			return date{}, false
		}
		return p.monthSpan(year, 12, j), true
	case t.has(i, "年前") || t.has(i, "年后"):
		return p.aroundNewYear(i)
	default:
		return date{}, false
	}
	return p.inYear(year, j, true)
}

// aroundNewYear reads 年前 and 年后, which speak of the lunar new year.
func (p *timeParser) aroundNewYear(i int) (date, bool) {
	if isNumeral(p.t.at(i-1)) || strings.ContainsRune("几半多数周老新过今明去个", p.t.at(i-1)) && i > 0 {
		return date{}, false
	}
	day, ok := springFestival.next(p.today)
	if !ok {
		return date{}, false
	}
	if p.t.at(i+1) == '前' {
		return date{j: i + 2, from: p.today, to: day, span: true}, true
	}
	from := addDays(day, springFestival.length()-1)
	return date{j: i + 2, from: from, to: addDays(from, openDays), span: true}, true
}

func (p *timeParser) monthSpan(year, month, j int) date {
	first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, p.loc)
	return date{j: j, from: first, to: addMonths(first, 1), span: true}
}

// inYear reads what follows a year; whole allows the year itself.
func (p *timeParser) inYear(year, j int, whole bool) (date, bool) {
	t := p.t
	k := t.spaces(j)
	if r := t.at(k); r == '的' || r == ',' || r == '、' {
		k = t.spaces(k + 1)
	}
	if n, ok := t.number(k); ok && t.at(n.j) == '月' {
		if d, ok := p.inMonth(year, n.n, n.j+1, false); ok {
			return d, true
		}
	}
	if w, e, ok := p.timeWord(k); ok && w.kind == wordHoliday {
		if d, ok := p.holidayDate(w, e, year); ok {
			return d, true
		}
	}
	if t.at(j) == '底' || t.at(j) == '末' || t.has(j, "年底") {
		return p.monthSpan(year, 12, j+1), true
	}
	if t.at(j) == '初' {
		return p.monthSpan(year, 1, j+1), true
	}
	if !whole || isNumeral(t.at(j)) || t.at(j) == '第' { // 今年5岁
		return date{}, false
	}
	first := time.Date(year, 1, 1, 0, 0, 0, 0, p.loc)
	return date{j: j, from: first, to: time.Date(year+1, 1, 1, 0, 0, 0, 0, p.loc), span: true}, true
}
