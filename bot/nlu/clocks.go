package nlu

// clock is a time of day as spoken.
type clock struct {
	j       int
	h, m, s int
	part    daypart // am or pm, when said with the clock
	literal bool    // 15:00 and 03:00 mean what they say, 3:00 may be either
	upTo    int     // 两三点: the later hour
	noon    bool    // "noon" itself
}

// clock reads a time of day at i; dated says that a day or daypart stands right before it.
func (p *timeParser) clock(i int, dated bool) (clock, bool) {
	t := p.t
	r := t.at(i)
	switch {
	case r == '差':
		return p.shortOf(i)
	case isDigit(r) && (isWordRune(t.at(i-1)) && !(t.at(i-1) == 't' && isDigit(t.at(i-2))) || t.at(i-1) == '.' && isDigit(t.at(i-2))):
		return clock{}, false
	case isNumeral(r):
		n, ok := t.number(i)
		if !ok || !n.arabic && !dated && isHanNumber(t.at(i-1)) {
			return clock{}, false
		}
		return p.clockFrom(i, n, dated)
	case isLetter(r) && !isLetter(t.at(i-1)):
		return p.englishClock(i)
	}
	return clock{}, false
}

// clockFrom reads what follows the hour.
func (p *timeParser) clockFrom(i int, n numeral, dated bool) (clock, bool) {
	t := p.t
	c := clock{h: n.n, j: n.j, literal: n.padded || n.n > 12 || n.n == 0}
	if a, b, ok := p.approxPair(i, n); ok && t.at(n.j) == '点' {
		return clock{h: a, upTo: b, j: n.j + 1}, true
	}
	if n.n > 24 {
		return clock{}, false
	}
	switch next := t.at(n.j); {
	case next == ':' && n.arabic && n.digits <= 2:
		return p.colonMinutes(c)
	case next == '点' || next == '时' && !p.notHour(n.j+1):
		if p.notClock(i, n, dated) {
			return clock{}, false
		}
		c.j++
		if t.at(c.j) == '钟' {
			c.j++
		}
		return p.spokenMinutes(c), true
	case next == 'h' && n.arabic && !isLetter(t.at(n.j+1)):
		c.j++
		if m, ok := t.number(c.j); ok && m.digits == 2 && m.n < 60 {
			c.m, c.j = m.n, m.j
		}
		return c, true
	}
	if part, j, ok := p.meridiem(n.j); ok && n.n <= 12 {
		c.part, c.j = part, j
		return c, true
	}
	if t.at(n.j) == '.' && n.arabic { // 3.30pm
		if m, ok := t.number(n.j + 1); ok && m.arabic && m.digits == 2 && m.n < 60 {
			if part, j, ok := p.meridiem(m.j); ok {
				c.m, c.part, c.j = m.n, part, j
				return c, true
			}
		}
	}
	if j := t.spaces(n.j); t.has(j, "o'clock") || t.has(j, "oclock") || t.has(j, "o clock") {
		for isLetter(t.at(j)) || t.at(j) == '\'' {
			j++
		}
		if t.has(j, " clock") {
			j += 6
		}
		c.j = j
		c.part, c.j = p.meridiemOr(c.j)
		return c, true
	}
	if n.arabic && p.bareHour(i, n) {
		return c, true
	}
	if p.firstOfRange(n) {
		return c, true
	}
	return clock{}, false
}

// colonMinutes reads :MM and :SS after an hour.
func (p *timeParser) colonMinutes(c clock) (clock, bool) {
	t := p.t
	m, ok := t.number(c.j + 1)
	if !ok || !m.arabic || m.digits != 2 || m.n > 59 {
		return clock{}, false
	}
	c.m, c.j = m.n, m.j
	if t.at(c.j) == ':' {
		if s, ok := t.number(c.j + 1); ok && s.digits == 2 && s.n < 60 {
			c.s, c.j, c.literal = s.n, s.j, true
		}
	}
	if t.at(c.j) == '分' {
		c.j++
	}
	c.part, c.j = p.meridiemOr(c.j)
	return c, true
}

// spokenMinutes reads 半, 一刻, 十分, 差五分 and 三个字 after 三点.
func (p *timeParser) spokenMinutes(c clock) clock {
	t := p.t
	j := c.j
	switch r := t.at(j); {
	case r == '半':
		c.m, c.j = 30, j+1
	case (r == '整' || r == '正') && t.at(j+1) != '常':
		c.j = j + 1
	case t.has(j, "差"):
		if m, k, ok := p.minutes(j + 1); ok {
			c.h, c.m, c.j = c.h-1, 60-m, k
		}
	default:
		if r == '过' || r == '零' && (isDigit(t.at(j+1)) || t.at(j+1) != '零' && !isNumeral(t.at(j+1))) {
			j++
		}
		if n, ok := t.number(j); ok && r == '零' && n.arabic && n.n < 10 && !p.counted(n.j) { // 3点零5
			c.m, c.j = n.n, n.j
			break
		}
		if m, k, ok := p.minutes(j); ok {
			c.m, c.j = m, k
		} else if n, ok := t.number(j); ok && n.digits >= 2 && n.n < 60 && !p.counted(n.j) {
			c.m, c.j = n.n, n.j
		}
	}
	if n, ok := t.number(c.j); ok && t.at(n.j) == '秒' && n.n < 60 {
		c.s, c.j = n.n, n.j+1
	}
	c.part, c.j = p.meridiemOr(c.j)
	return c
}

// minutes reads 十分, 一刻, 三个字.
func (p *timeParser) minutes(i int) (m, j int, ok bool) {
	n, ok := p.t.number(i)
	if !ok || n.n >= 60 {
		return 0, i, false
	}
	switch r := p.t.at(n.j); {
	case r == '分' && !p.t.has(n.j, "分钟后") && !p.t.has(n.j, "分钟前"):
		j = n.j + 1
		if p.t.at(j) == '钟' {
			j++
		}
		return n.n, j, true
	case r == '刻' && (n.n == 1 || n.n == 3 || n.n == 2):
		return n.n * 15, n.j + 1, true
	case r == '个' && p.t.at(n.j+1) == '字' && n.n < 12:
		return n.n * 5, n.j + 2, true
	}
	return 0, i, false
}

// shortOf reads 差五分三点.
func (p *timeParser) shortOf(i int) (clock, bool) {
	m, j, ok := p.minutes(i + 1)
	if !ok {
		return clock{}, false
	}
	if p.t.at(j) == '到' {
		j++
	}
	n, ok := p.t.number(j)
	if !ok || n.n > 24 || n.n == 0 || p.t.at(n.j) != '点' {
		return clock{}, false
	}
	return clock{h: n.n - 1, m: 60 - m, j: n.j + 1, literal: n.n > 13}, true
}

// englishClock reads noon, three o'clock, half past three, quarter to five, ten past 3, at three.
func (p *timeParser) englishClock(i int) (clock, bool) {
	t := p.t
	for _, w := range [...]struct {
		w string
		h int
	}{{"noon", 12}, {"midday", 12}, {"midnight", 24}} {
		if j := i + len(w.w); t.has(i, w.w) && !isLetter(t.at(j)) {
			return clock{h: w.h, j: j, literal: true, noon: true}, true
		}
	}
	m, j := -1, i
	switch {
	case t.has(i, "half past "):
		m, j = 30, i+5
	case t.has(i, "half ") && !t.has(i, "half an") && !t.has(i, "half a"):
		m, j = 30, i+5
		if n, ok := p.hourWord(j); ok {
			return clock{h: n.n, m: 30, j: n.j}, true
		}
		return clock{}, false
	case t.has(i, "a quarter "):
		m, j = 15, i+10
	case t.has(i, "quarter "):
		m, j = 15, i+8
	}
	if m < 0 {
		n, ok := t.englishNumber(i)
		if !ok {
			return clock{}, false
		}
		k := t.spaces(n.j)
		switch {
		case t.has(k, "past ") || t.has(k, "to ") && n.n >= 5:
			m, j = n.n, k
		default:
			return p.wordHour(i, n)
		}
	}
	past := t.has(j, "past ")
	if !past && !t.has(j, "to ") {
		return clock{}, false
	}
	j += 3
	if past {
		j += 2
	}
	n, ok := p.hourWord(j)
	if !ok || m > 59 {
		return clock{}, false
	}
	c := clock{h: n.n, m: m, j: n.j}
	if !past {
		c.h, c.m = n.n-1, 60-m
	}
	c.part, c.j = p.meridiemOr(c.j)
	return c, true
}

// wordHour reads "three pm", "three o'clock", "at three".
func (p *timeParser) wordHour(i int, n numeral) (clock, bool) {
	if n.n < 1 || n.n > 12 {
		return clock{}, false
	}
	if c, ok := p.clockFrom(i, n, false); ok {
		if k := p.t.spaces(c.j); p.t.has(k, "thirty") && !isLetter(p.t.at(k+6)) {
			c.m, c.j = 30, k+6
		}
		return c, true
	}
	if p.afterAt(i) && !p.countedEnglish(n.j) {
		return clock{h: n.n, j: n.j}, true
	}
	return clock{}, false
}

func (p *timeParser) hourWord(i int) (numeral, bool) {
	n, ok := p.t.number(i)
	if !ok {
		n, ok = p.t.englishNumber(i)
	}
	return n, ok && n.n >= 1 && n.n <= 12
}

// meridiem reads am, p.m. after an hour.
func (p *timeParser) meridiem(i int) (daypart, int, bool) {
	t := p.t
	j := t.spaces(i)
	var part daypart
	switch t.at(j) {
	case 'a':
		part = am
	case 'p':
		part = pm
	default:
		return noPart, i, false
	}
	switch {
	case t.has(j+1, ".m."):
		j += 4
	case t.has(j+1, ".m"):
		j += 3
	case t.at(j+1) == 'm':
		j += 2
	default:
		return noPart, i, false
	}
	return part, j, !isWordRune(t.at(j))
}

func (p *timeParser) meridiemOr(i int) (daypart, int) {
	if part, j, ok := p.meridiem(i); ok {
		return part, j
	}
	return noPart, i
}

// approxPair splits 两三 in 两三点.
func (p *timeParser) approxPair(i int, n numeral) (a, b int, ok bool) {
	if n.arabic || n.digits != 2 {
		return 0, 0, false
	}
	a, b = hanDigit(p.t.at(i)), hanDigit(p.t.at(i+1))
	return a, b, a > 0 && b == a+1
}
