package nlu

import "strings"

// notHour reports that 时 belongs to another word: 时候, 时间.
func (p *timeParser) notHour(i int) bool {
	return strings.ContainsRune("候间段常代期效而不机令", p.t.at(i)) && p.t.at(i) != 0
}

// notClock reports that N点 counts points or means "a little": 有一点, 早一点, 一点都不, 两点建议.
func (p *timeParser) notClock(i int, n numeral, dated bool) bool {
	t := p.t
	prev, next := t.at(i-1), t.at(n.j+1)
	if prev == '第' || prev == '.' || prev == '¥' || strings.ContainsRune("心滴评赞餐菜单名头击", next) && next != 0 {
		return true
	}
	if n.arabic || n.digits > 1 || n.n > 2 || next == '半' || next == '钟' || next == '整' || isNumeral(next) || next == '零' {
		return false
	}
	if n.n == 2 {
		return strings.ContainsRune("有说这那提讲", prev) && prev != 0
	}
	if n.n != 1 {
		return false
	}
	if next == '点' || next == '儿' || next == '都' || next == '也' {
		return true
	}
	if dated {
		return next != 0 && !strings.ContainsRune(" ,.;!?。、~到至-可有的去来吧约前后左之以我行过能就差刻见开预", next)
	}
	return prev != 0 && !strings.ContainsRune("约在到于至改, ;。、(是就那从晨-~", prev)
}

// counted reports that the number before i counts something: 3点20个人.
func (p *timeParser) counted(i int) bool {
	r := p.t.at(i)
	return r != 0 && strings.ContainsRune("个只位人天岁号月日年元块次粒片针支ml毫颗斤公k%", r)
}

func (p *timeParser) countedEnglish(i int) bool {
	t := p.t
	j := t.spaces(i)
	for _, w := range [...]string{
		"day", "week", "month", "year", "hour", "min", "sec", "dog", "cat", "pet", "kitten", "pupp", "people", "person", "time", "vaccin",
		"tooth", "teeth", "dollar", "of ", "or ", "%", "kg", "mg", "ml", "pound", "lb", "main", "street", "road", "north", "south", "east", "west", "more", "percent", "children", "kids", "shot", "pill", "tablet",
	} {
		if t.has(j, w) {
			return true
		}
	}
	return false
}

// afterAt reports that "at", "around" or "@" stands before i, which makes a bare number an hour.
func (p *timeParser) afterAt(i int) bool {
	t := p.t
	if t.at(i-1) == '@' {
		return true
	}
	for _, w := range [...]string{"at ", "around ", "about ", "@ ", "by ", "after ", "before ", "until ", "till ", "from ", "between "} {
		k := i - len(w)
		if k >= 0 && t.has(k, w) && !isLetter(t.at(k-1)) {
			if w == "about " || w == "from " || w == "by " { // about 3 kg, from 3 …: only as a range or before the end
				continue
			}
			return true
		}
	}
	return false
}

// bareHour reports that a number with nothing after it is an hour: at 3, from 3 to 5.
func (p *timeParser) bareHour(i int, n numeral) bool {
	t := p.t
	if n.n < 1 || n.digits > 2 || isWordRune(t.at(n.j)) || isHan(t.at(n.j)) || strings.ContainsRune(".:/%", t.at(n.j)) && isDigit(t.at(n.j+1)) {
		return false
	}
	if p.afterAt(i) && !p.countedEnglish(n.j) {
		j := t.spaces(n.j)
		if m, _, ok := t.monthWord(j); ok && m > 0 {
			return false
		}
		return true
	}
	return false
}

// orWord reads the "or" of 3或4点, 2 or 3pm.
func (p *timeParser) orWord(j int) (int, bool) {
	k := p.t.spaces(j)
	for _, w := range [...]string{"或者", "或", "还是", "or "} {
		if p.t.has(k, w) {
			return p.t.spaces(k + len([]rune(w))), true
		}
	}
	return j, false
}

// firstOfRange reports that the number opens a range whose end says it is a clock: 3到5点, 3-5pm,
// from 3 to 5.
func (p *timeParser) firstOfRange(n numeral) bool {
	t := p.t
	if n.n > 24 {
		return false
	}
	j, ok := p.connector(n.j, true)
	if !ok {
		if j, ok = p.orWord(n.j); !ok {
			return false
		}
	}
	m, ok := t.number(j)
	if !ok {
		m, ok = t.englishNumber(j)
	}
	if !ok || m.n > 24 {
		return false
	}
	switch next := t.at(m.j); {
	case next == '点' || next == '时' && !p.notHour(m.j+1):
		return true
	case next == ':' && isDigit(t.at(m.j+1)):
		return true
	}
	if _, _, ok := p.meridiem(m.j); ok {
		return true
	}
	k := t.spaces(m.j)
	if t.has(k, "o'clock") {
		return true
	}
	start := n.j - n.digits
	return (t.has(start-5, "from ") || t.has(start-8, "between ")) && !isWordRune(t.at(m.j)) && !p.countedEnglish(m.j) && n.n <= 12
}
