package nlu

import (
	"strings"
	"time"
)

// amount is a length of time; only one of the three is in use, seconds for anything under a day.
type amount struct {
	j                     int
	seconds, days, months int
	weeks                 bool
}

type direction int8

const (
	forward direction = iota + 1
	back
	inside
)

// few is what 几 counts as.
const few = 3

// amount reads 三天, 半小时, 一个半月, 两周, 1小时30分钟, 一天半.
func (p *timeParser) amount(i int) (amount, bool) {
	t := p.t
	var twice, j int // the number doubled, so that halves stay whole
	switch t.at(i) {
	case '半':
		twice, j = 1, i+1
	case '几', '数':
		twice, j = 2*few, i+1
		if t.at(i-1) == '十' {
			return amount{}, false
		}
	default:
		n, ok := t.number(i)
		if !ok || n.n > 999 {
			return amount{}, false
		}
		twice, j = 2*n.n, n.j
		if !n.arabic && n.digits == 2 && n.n > 10 && hanDigit(t.at(i)) > 0 && hanDigit(t.at(i+1)) > 0 { // 两三天
			twice = 2 * hanDigit(t.at(i+1))
		}
		if n.arabic && t.at(j) == '.' && t.at(j+1) == '5' && !isDigit(t.at(j+2)) {
			twice, j = twice+1, j+2
		}
	}
	if t.at(j) == '多' {
		j++
	}
	j = t.spaces(j)
	measured := t.at(j) == '个'
	if measured {
		j++
		if t.at(j) == '半' {
			twice, j = twice+1, j+1
		}
	}
	a, ok := p.unit(j, measured, twice)
	if !ok {
		return amount{}, false
	}
	if t.at(a.j) == '半' && !measured && twice%2 == 0 && !isNumeral(t.at(a.j+1)) { // 一天半, 一小时半
		b, _ := p.unit(j, measured, twice+1)
		b.j = a.j + 1
		a = b
	}
	if a.seconds >= 3600 { // 1小时30分钟
		if n, ok := t.number(a.j); ok {
			if b, ok := p.unit(n.j, false, 2*n.n); ok && b.seconds > 0 && b.seconds < 3600 {
				b.seconds += a.seconds
				return b, true
			}
		}
	}
	return a, true
}

func (p *timeParser) unit(j int, measured bool, twice int) (amount, bool) {
	t := p.t
	switch {
	case t.has(j, "秒"):
		return amount{j: p.skip(j+1, '钟'), seconds: twice / 2}, true
	case t.has(j, "分钟"):
		return amount{j: j + 2, seconds: twice * 30}, true
	case t.has(j, "分") && !measured:
		return amount{j: j + 1, seconds: twice * 30}, true
	case t.has(j, "刻钟"):
		return amount{j: j + 2, seconds: twice * 450}, true
	case t.has(j, "小时") || t.has(j, "钟头"):
		return amount{j: j + 2, seconds: twice * 1800}, true
	case t.has(j, "钟") && measured:
		return amount{j: j + 1, seconds: twice * 1800}, true
	case t.has(j, "天") || t.has(j, "日") && !measured:
		if twice%2 == 1 {
			return amount{j: j + 1, seconds: twice * 12 * 3600}, true
		}
		return amount{j: j + 1, days: twice / 2}, true
	case t.has(j, "周") && t.at(j+1) != '岁':
		return amount{j: j + 1, days: (twice*7 + 1) / 2, weeks: true}, true
	case t.has(j, "星期") || t.has(j, "礼拜"):
		return amount{j: j + 2, days: (twice*7 + 1) / 2, weeks: true}, true
	case t.has(j, "月") && measured:
		if twice == 1 {
			return amount{j: j + 1, days: 15}, true
		}
		if twice%2 == 1 {
			return amount{j: j + 1, months: twice / 2, days: 15}, true
		}
		return amount{j: j + 1, months: twice / 2}, true
	case t.has(j, "季度"):
		return amount{j: j + 2, months: twice * 3 / 2}, true
	case t.has(j, "年") && !measured:
		return amount{j: j + 1, months: twice * 6}, true
	}
	return amount{}, false
}

func (p *timeParser) skip(j int, r rune) int {
	if p.t.at(j) == r {
		return j + 1
	}
	return j
}

// offset reads an amount with its direction: 三天后, 过两天, 3天内, in two hours, 2 days ago.
func (p *timeParser) offset(i int) (amount, direction, bool) {
	t := p.t
	if isLetter(t.at(i)) {
		return p.englishOffset(i)
	}
	if isWordRune(t.at(i-1)) || isNumeral(t.at(i-1)) || t.at(i-1) == '第' || t.at(i-1) == '每' || t.at(i-1) == '.' {
		return amount{}, 0, false
	}
	j, ahead := i, direction(0)
	switch {
	case t.has(i, "再过"):
		j, ahead = i+2, forward
	case t.has(i, "过") && !strings.ContainsRune("通经不超", t.at(i-1)):
		j, ahead = i+1, forward
	case t.has(i, "未来") || t.has(i, "往后"):
		j, ahead = i+2, inside
	case t.has(i, "接下来"):
		j, ahead = i+3, inside
	}
	if t.at(j) == '的' && j > i {
		j++
	}
	a, ok := p.amount(j)
	if !ok {
		if d, dir, ok := p.englishAfter(i); ok {
			return d, dir, true
		}
		return amount{}, 0, false
	}
	if ahead == forward && t.at(j) == '几' {
		return amount{}, 0, false // 过几天 is nobody's date
	}
	if dir, j, ok := p.direction(a.j); ok {
		a.j = j
		return a, dir, true
	}
	return a, ahead, ahead != 0
}

func (p *timeParser) direction(j int) (direction, int, bool) {
	t := p.t
	j = t.spaces(j)
	if t.at(j) == '的' {
		j++
	}
	k := j
	switch t.at(k) {
	case '之', '以':
		k++
	case '过':
		if t.at(k+1) == '后' {
			k++
		}
	}
	switch r := t.at(k); {
	case r == '后' && t.at(k+1) != '天' && t.at(k+1) != '遗':
		return forward, p.skip(k+1, '的'), true
	case r == '前' && t.at(k+1) != '台':
		return back, k + 1, true
	case r == '内':
		return inside, k + 1, true
	case r == '里' && k == j && t.at(k+1) != '面':
		return inside, k + 1, true
	}
	return 0, j, false
}

// term reads an offset of days or more as a date.
func (p *timeParser) term(i int) (date, bool) {
	a, dir, ok := p.offset(i)
	if !ok || a.seconds != 0 {
		return date{}, false
	}
	sign := 1
	if dir == back {
		sign = -1
	}
	d := p.day(addDays(addMonths(p.today, sign*a.months), sign*a.days), a.j)
	if p.t.at(a.j-1) == '的' {
		d.j--
	}
	d.week, d.deadline = a.weeks && dir == forward, dir == inside
	return d, true
}

// term0 reports that a term stands at i: 10日内 is no day of the month.
func (p *timeParser) term0(i int) bool {
	_, ok := p.term(i)
	return ok
}

// elapsed reads an offset of less than a day as a moment.
func (p *timeParser) elapsed(i int) (at time.Time, dir direction, j int, ok bool) {
	a, dir, ok := p.offset(i)
	if !ok || a.seconds == 0 {
		return time.Time{}, 0, i, false
	}
	d := time.Duration(a.seconds) * time.Second
	if dir == back {
		d = -d
	}
	return p.now.Add(d), dir, a.j, true
}

// englishOffset reads "in two hours", "within 3 days", "two days later", "a week from now".
func (p *timeParser) englishOffset(i int) (amount, direction, bool) {
	t := p.t
	for _, w := range [...]struct {
		w   string
		dir direction
	}{{"within the next ", inside}, {"within ", inside}, {"in the next ", inside}, {"over the next ", inside}, {"the next ", inside}, {"next ", inside}, {"in about ", forward}, {"in ", forward}, {"after ", forward}} {
		if !t.has(i, w.w) || isLetter(t.at(i-1)) {
			continue
		}
		a, ok := p.englishAmount(i + len(w.w))
		if !ok || w.w == "next " && !isNumeral(t.at(i+len(w.w))) && a.days < 2 && a.seconds == 0 {
			continue
		}
		for _, tail := range [...]string{"' time", "'s time", " time", " from now"} {
			if t.has(a.j, tail) {
				a.j += len(tail)
				break
			}
		}
		return a, w.dir, true
	}
	return p.englishAfter(i)
}

func (p *timeParser) englishAfter(i int) (amount, direction, bool) {
	a, ok := p.englishAmount(i)
	if !ok {
		return amount{}, 0, false
	}
	k := p.t.spaces(a.j)
	for _, w := range [...]struct {
		w   string
		dir direction
	}{{"later", forward}, {"from now", forward}, {"from today", forward}, {"ago", back}} {
		if p.t.has(k, w.w) && p.t.wordEnd(k+len(w.w)) {
			a.j = k + len(w.w)
			return a, w.dir, true
		}
	}
	return amount{}, 0, false
}

func (p *timeParser) englishAmount(i int) (amount, bool) {
	t := p.t
	var twice, j int
	switch {
	case t.has(i, "half an "):
		twice, j = 1, i+8
	case t.has(i, "half a "):
		twice, j = 1, i+7
	case t.has(i, "a couple of "):
		twice, j = 4, i+12
	case t.has(i, "couple of "):
		twice, j = 4, i+10
	case t.has(i, "a few "):
		twice, j = 2*few, i+6
	case t.has(i, "few "):
		twice, j = 2*few, i+4
	case t.has(i, "an "):
		twice, j = 2, i+3
	case t.has(i, "a "):
		twice, j = 2, i+2
	default:
		n, ok := t.number(i)
		if !ok || !n.arabic {
			n, ok = t.englishNumber(i)
		}
		if !ok || n.n > 999 {
			return amount{}, false
		}
		twice, j = 2*n.n, t.spaces(n.j)
		if t.has(j, "and a half ") {
			twice, j = twice+1, j+11
		}
	}
	for _, u := range [...]struct {
		w    string
		unit amount
	}{
		{"second", amount{seconds: 1}},
		{"sec", amount{seconds: 1}},
		{"minute", amount{seconds: 60}},
		{"min", amount{seconds: 60}},
		{"hour", amount{seconds: 3600}},
		{"hr", amount{seconds: 3600}},
		{"day", amount{days: 1}},
		{"week", amount{days: 7, weeks: true}},
		{"fortnight", amount{days: 14}},
		{"month", amount{months: 1}},
		{"year", amount{months: 12}},
	} {
		if !t.has(j, u.w) {
			continue
		}
		e := j + len(u.w)
		if t.at(e) == 's' {
			e++
		}
		if isLetter(t.at(e)) {
			continue
		}
		a := u.unit
		return amount{j: e, seconds: a.seconds * twice / 2, days: (a.days*twice + 1) / 2, months: a.months * twice / 2, weeks: a.weeks}, true
	}
	return amount{}, false
}
