package nlu

import "strings"

// numeral is a number read from the text.
type numeral struct {
	n      int
	j      int  // rune after it
	digits int  // how many characters; leading zeros count
	arabic bool // written 15, not 十五
	padded bool // a leading zero: 09
}

func hanDigit(r rune) int {
	switch r {
	case '零', '〇', '○':
		return 0
	case '一', '壹', '幺':
		return 1
	case '二', '两', '贰', '俩':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

func isHanNumber(r rune) bool {
	return hanDigit(r) >= 0 || r == '十' || r == '廿' || r == '卅' || r == '百' || r == '拾'
}

func isNumeral(r rune) bool { return isDigit(r) || isHanNumber(r) }

// number reads a whole number at i: 15, 十五, 二十三, 廿六, 二零一六. A run of more than eight
// digits is a phone or a booking number and is not read.
func (t *text) number(i int) (numeral, bool) {
	r := t.at(i)
	switch {
	case isDigit(r):
		return t.arabic(i)
	case isHanNumber(r):
		return t.hanNumber(i)
	}
	return numeral{}, false
}

func (t *text) arabic(i int) (numeral, bool) {
	j, n := i, 0
	for isDigit(t.at(j)) {
		if j-i < 8 {
			n = n*10 + int(t.at(j)-'0')
		}
		j++
	}
	if j == i || j-i > 8 {
		return numeral{}, false
	}
	return numeral{n: n, j: j, digits: j - i, arabic: true, padded: t.at(i) == '0' && j-i > 1}, true
}

func (t *text) hanNumber(i int) (numeral, bool) {
	j, scaled := i, false
	for isHanNumber(t.at(j)) && j-i < 8 {
		scaled = scaled || hanDigit(t.at(j)) < 0
		j++
	}
	if !scaled { // 二零一六, or one digit
		n := 0
		for k := i; k < j; k++ {
			n = n*10 + hanDigit(t.at(k))
		}
		return numeral{n: n, j: j, digits: j - i, padded: j-i > 1 && hanDigit(t.at(i)) == 0}, true
	}
	total, digit := 0, -1
	k := i
	for ; k < j; k++ {
		r := t.at(k)
		d := hanDigit(r)
		switch {
		case d > 0 && digit > 0: // 十五六: the first is enough
			return numeral{n: total + digit, j: k, digits: k - i}, true
		case d >= 0:
			digit = d
		case r == '十' || r == '拾':
			total += 10 * one(digit)
			digit = -1
		case r == '百':
			total += 100 * one(digit)
			digit = -1
		case r == '廿':
			total += 20
		case r == '卅':
			total += 30
		}
	}
	return numeral{n: total + max(digit, 0), j: k, digits: k - i}, true
}

// one is the digit before 十 or 百, which may be left out.
func one(digit int) int {
	if digit <= 0 {
		return 1
	}
	return digit
}

// englishNumber reads one, two, … twelve, twenty-five at i.
func (t *text) englishNumber(i int) (numeral, bool) {
	j := i
	for isLetter(t.at(j)) {
		j++
	}
	if j == i || j-i > 9 {
		return numeral{}, false
	}
	n, ok := englishNumbers(string(t.r[i:j]))
	if !ok {
		return numeral{}, false
	}
	if n >= 20 && (t.at(j) == '-' || t.at(j) == ' ') {
		k := j + 1
		for isLetter(t.at(k)) {
			k++
		}
		if unit, ok := englishNumbers(string(t.r[j+1 : k])); ok && unit > 0 && unit < 10 {
			return numeral{n: n + unit, j: k, digits: k - i}, true
		}
	}
	return numeral{n: n, j: j, digits: j - i}, true
}

func englishNumbers(w string) (int, bool) {
	switch w {
	case "one", "first":
		return 1, true
	case "two", "second":
		return 2, true
	case "three", "third":
		return 3, true
	case "four", "fourth":
		return 4, true
	case "five", "fifth":
		return 5, true
	case "six", "sixth":
		return 6, true
	case "seven", "seventh":
		return 7, true
	case "eight", "eighth":
		return 8, true
	case "nine", "ninth":
		return 9, true
	case "ten", "tenth":
		return 10, true
	case "eleven":
		return 11, true
	case "twelve":
		return 12, true
	case "fifteen":
		return 15, true
	case "twenty":
		return 20, true
	case "thirty":
		return 30, true
	case "forty":
		return 40, true
	case "fifty":
		return 50, true
	}
	return 0, false
}

// Number reads a text that is nothing but a pick from a numbered list: "2", "２", "二", "第二个",
// "选2", "2.", "②", "the second". Picks run from 1 to 99.
func Number(s string) (int, bool) {
	t := newText(strings.TrimFunc(s, isPadding))
	i, end := 0, len(t.r)
	if end == 0 || end > 16 {
		return 0, false
	}
	for _, w := range []string{"我", "就", "要", "想", "选择", "选", "揀", "拣", "the ", "option ", "number ", "no.", "no ", "pick ", "choose ", "#", "("} {
		if t.has(i, w) {
			i = t.spaces(i + len([]rune(w)))
		}
	}
	ordinal := t.has(i, "第")
	if ordinal {
		i++
	}
	n, j, ok := t.pick(i)
	if !ok || n < 1 || n > 99 {
		return 0, false
	}
	j = t.spaces(j)
	for _, w := range []string{"st", "nd", "rd", "th", "one", "个", "项", "号", "条", "种", "位", "吧", "的"} {
		if t.has(j, w) {
			if w == "号" && !ordinal || w == "位" && !ordinal || w == "条" && !ordinal { // 3号 is a date, 两位 a count
				continue
			}
			j += len([]rune(w))
		}
	}
	for j < end && isPadding(t.at(j)) {
		j++
	}
	return n, j == end
}

func (t *text) pick(i int) (n, j int, ok bool) {
	if r := t.at(i); r >= '①' && r <= '⑳' {
		return int(r-'①') + 1, i + 1, true
	}
	if d := t.at(i); isDigit(d) && t.at(i+1) == 0xFE0F { // keycap emoji: 2️⃣
		j = i + 2
		if t.at(j) == 0x20E3 {
			j++
		}
		return int(d - '0'), j, true
	}
	if v, ok := t.number(i); ok && v.digits <= 3 {
		return v.n, v.j, true
	}
	if v, ok := t.englishNumber(i); ok {
		return v.n, v.j, true
	}
	return 0, 0, false
}

func isPadding(r rune) bool {
	return strings.ContainsRune(" .,!?;:、。，！？；：．~～)）]】\t\r\n\u3000", r)
}
