package nlu

import (
	"strings"
	"time"
)

// openDays is how far an open span such as 明天之后 reaches; no clinic books further.
const openDays = 60

// timeParser reads the times of one text.
type timeParser struct {
	t          *text
	words      map[rune][]timeWord
	now, today time.Time
	loc        *time.Location
	last       point // the expression before, for 明天三点或四点
}

// ParseTimes finds the dates and times that text names, in the order of the text, resolved against
// now in its Location. Several readings of one expression stand together, best first. See Time
// for the conventions.
func ParseTimes(s string, now time.Time) []Time {
	return parseTimes(newText(s), now)
}

func parseTimes(t *text, now time.Time) []Time {
	p := &timeParser{t: t, words: timeWords(), now: now, today: midnight(now), loc: now.Location()}
	var out []Time
	for i := 0; i < len(t.r); {
		r := t.r[i]
		if r == ' ' || isLetter(r) && isWordRune(t.at(i-1)) && !isHan(t.at(i-1)) && !isDigit(t.at(i-1)) {
			i++
			continue
		}
		if !isDigit(r) && !isHan(r) && !isLetter(r) {
			i++
			continue
		}
		times, j := p.expression(i)
		if j > i {
			from := i
			if r == '从' || r == '由' || r == '自' {
				from++
			}
			for k := range times {
				times[k].Text, times[k].Pos = t.cut(from, j), t.pos[from]
			}
			out = append(out, times...)
			i = j
			continue
		}
		if isDigit(r) { // the whole run was no time
			for isDigit(t.at(i)) {
				i++
			}
			continue
		}
		i++
	}
	return out
}

// expression reads one time expression at i: a point, a range, or a bound.
func (p *timeParser) expression(i int) ([]Time, int) {
	t := p.t
	if times, j, ok := p.englishBound(i); ok {
		return times, j
	}
	if t.has(i, "现在") || t.has(i, "而家") || t.has(i, "依家") {
		return []Time{{Type: TypeDateTime, Start: p.now.Truncate(time.Second)}}, i + 2
	}
	start, between := i, false
	switch {
	case t.at(i) == '从' || t.at(i) == '由' || t.at(i) == '自':
		start = i + 1
	case t.has(i, "from "):
		start = i + 5
	case t.has(i, "between "):
		start, between = i+8, true
	case t.has(i, "at ") || t.has(i, "on "):
		start = i + 3
	}
	start = t.spaces(start)
	a, ok := p.point(start)
	if !ok {
		return nil, i
	}
	p.inherit(&a, i)
	between = between || p.says(start, a.j, "between ")
	if k, ok := p.connector(a.j, true); ok && !p.changing(a.j) && (between || !t.has(t.spaces(a.j), "and ")) {
		if b, ok := p.rangeEnd(&a, k); ok {
			if r, ok := p.between(a, b); ok {
				return r, p.tail(b.j)
			}
		}
	}
	return p.bounded(a)
}

// inherit gives an alternative the day and daypart of the one before: 明天三点或四点.
func (p *timeParser) inherit(a *point, i int) {
	b := p.last
	p.last = *a
	if a.hasDate && a.date.weekday && b.date.weekday && a.date.from.Equal(p.today) && i > 0 && p.alternative(b.j, i) { // 周二或周四, said on a Thursday
		a.date.from, a.date.to = addDays(a.date.from, 7), addDays(a.date.to, 7)
		p.last = *a
	}
	if a.hasDate || b.empty() || i == 0 || !p.alternative(b.j, i) {
		return
	}
	if b.hasDate && !b.date.span {
		a.date, a.hasDate = b.date, true
	}
	if a.part == noPart && b.hasClock && a.hasClock {
		a.part = b.part
	}
	p.last = *a
}

// alternative reports that only an "or" stands between two expressions.
func (p *timeParser) alternative(from, to int) bool {
	if to < from || to-from > 6 {
		return false
	}
	switch strings.TrimSpace(string(p.t.r[from:to])) {
	case "或", "或者", "或是", "还是", "、", "or", "or at", "/", ",或者", ",或", ", or":
		return true
	}
	return false
}

// changing reports that the "to" at j leads from the old time to the new: move it from Friday to
// Monday.
func (p *timeParser) changing(j int) bool {
	if !p.t.has(p.t.spaces(j), "to ") {
		return false
	}
	for _, w := range [...]string{"move ", "change ", "reschedule ", "shift ", "switch ", "push "} {
		if p.says(0, j, w) {
			return true
		}
	}
	return false
}

// says reports that w stands between two runes.
func (p *timeParser) says(i, j int, w string) bool {
	for ; i < j; i++ {
		if p.t.at(i) == rune(w[0]) && p.t.has(i, w) {
			return true
		}
	}
	return false
}

// bounded applies 前, 后 after a point.
func (p *timeParser) bounded(a point) ([]Time, int) {
	if a.exact.IsZero() {
		if dir, j, ok := p.bound(a.j); ok {
			if r, ok := p.bounds(a, dir); ok {
				return r, j
			}
		}
	}
	return p.readings(a), p.tail(a.j)
}

// tail takes in 左右 and the like after a time.
func (p *timeParser) tail(j int) int {
	for _, w := range [...]string{"左右", "前后", "上下", " or so", " sharp"} {
		if p.t.has(j, w) {
			return j + len([]rune(w))
		}
	}
	return j
}

// connector reads what joins the two ends of a range.
func (p *timeParser) connector(j int, and bool) (int, bool) {
	t := p.t
	k := t.spaces(j)
	switch t.at(k) {
	case '到', '至', '-', '~', '→':
		k++
		if t.at(k) == '-' {
			k++
		}
		return t.spaces(k), true
	}
	for _, w := range [...]string{"to ", "till ", "until ", "thru ", "through ", "and "} {
		if t.has(k, w) && k > j && (and || w != "and ") {
			return t.spaces(k + len(w)), true
		}
	}
	if t.has(k, "直到") {
		return k + 2, true
	}
	return j, false
}

// bound reads 前, 之后 and the like after a point.
func (p *timeParser) bound(j int) (direction, int, bool) {
	t := p.t
	k := t.spaces(j)
	if t.at(k) == '的' {
		return 0, j, false
	}
	long := t.at(k) == '之' || t.at(k) == '以'
	if long {
		k++
	} else if t.at(k) == '过' && t.at(k+1) == '后' {
		k++
		long = true
	}
	switch r, next := t.at(k), t.at(k+1); {
	case r == '前' && (long || !oneOf(next, "台面往后天日列")):
		return back, k + 1, true
	case r == '后' && (long || !oneOf(next, "台面续悔天日背来")):
		return forward, k + 1, true
	}
	return 0, j, false
}

func oneOf(r rune, set string) bool {
	for _, s := range set {
		if r == s {
			return true
		}
	}
	return false
}

// englishBound reads "before Friday", "after 5pm", "by noon", "until the 3rd".
func (p *timeParser) englishBound(i int) ([]Time, int, bool) {
	for _, w := range [...]struct {
		w   string
		dir direction
	}{{"before ", back}, {"by ", back}, {"no later than ", back}, {"until ", back}, {"till ", back}, {"after ", forward}, {"from ", forward}, {"since ", forward}, {"any time after ", forward}} {
		if !p.t.has(i, w.w) {
			continue
		}
		if w.dir == forward && w.w == "from " {
			continue // a range's beginning
		}
		if a, dir, ok := p.offset(i); ok && dir == forward && w.w == "after " {
			_ = a
			return nil, i, false // after two days: an offset
		}
		a, ok := p.point(p.t.spaces(i + len(w.w)))
		if !ok || !a.exact.IsZero() {
			return nil, i, false
		}
		if w.w == "by " && a.hasDate && !a.hasClock && a.part == noPart { // by Friday: Friday will do
			a.date.from = addDays(a.date.to, 0)
		}
		r, ok := p.bounds(a, w.dir)
		return r, a.j, ok
	}
	return nil, i, false
}
