package nlu

// lunar reads 农历八月十五, 腊月二十三, 正月初五, 闰六月初一.
func (p *timeParser) lunar(i int) (date, bool) {
	t := p.t
	j, named := i, false
	for _, w := range [...]string{"农历", "阴历", "旧历", "夏历"} {
		if t.has(i, w) {
			j, named = i+2, true
			break
		}
	}
	year := 0
	switch {
	case t.has(j, "明年"):
		year, j = p.today.Year()+1, j+2
	case t.has(j, "今年"):
		year, j = p.today.Year(), j+2
	}
	if t.at(j) == '的' {
		j++
	}
	leap := t.at(j) == '闰'
	if leap {
		j++
	}
	month := 0
	switch {
	case t.has(j, "正月"):
		month, j = 1, j+2
	case t.has(j, "腊月"):
		month, j = 12, j+2
	case t.has(j, "冬月"):
		month, j = 11, j+2
	case named || leap:
		n, ok := t.number(j)
		if !ok || t.at(n.j) != '月' {
			return date{}, false
		}
		month, j = n.n, n.j+1
	default:
		return date{}, false
	}
	return p.lunarDay(year, month, j, leap)
}

// lunarDay reads the day of a lunar month: 初五, 十五, 廿三, 三十.
func (p *timeParser) lunarDay(year, month, j int, leap bool) (date, bool) {
	t := p.t
	k := j
	if t.at(k) == '初' {
		k++
	}
	n, ok := t.number(k)
	if !ok || n.n < 1 || n.n > 30 {
		return date{}, false
	}
	e := n.j
	if t.at(e) == '日' || t.at(e) == '号' {
		e++
	}
	first, last := p.today.Year()-1, p.today.Year()+3
	if year != 0 {
		first, last = year, year
	}
	for y := first; y <= last; y++ {
		if day, ok := lunarDate(y, month, n.n, leap, p.loc); ok && (year != 0 || !day.Before(p.today)) {
			d := p.day(day, e)
			d.bump = bumpNone
			return d, true
		}
	}
	return date{}, false
}
