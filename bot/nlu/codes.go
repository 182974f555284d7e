package nlu

import "strings"

// bookingNumber finds a booking number: a letter, then six or more letters or digits of which at
// least one is a digit, standing for itself.
func (t *text) bookingNumber() string {
	for i := 0; i < len(t.r); {
		if !isWordRune(t.r[i]) {
			i++
			continue
		}
		j, digits := i, 0
		for isWordRune(t.at(j)) {
			if isDigit(t.at(j)) {
				digits++
			}
			j++
		}
		if isLetter(t.r[i]) && j-i >= 7 && j-i <= 24 && digits > 0 {
			return strings.ToUpper(string(t.r[i:j]))
		}
		i = j
	}
	return ""
}

// phone finds a telephone number: a mainland mobile, or eight to fifteen digits after 电话 or +.
func (t *text) phone() string {
	for i := 0; i < len(t.r); i++ {
		if !isDigit(t.r[i]) || isWordRune(t.at(i-1)) {
			continue
		}
		var b strings.Builder
		j := i
		for ; j < len(t.r); j++ {
			r := t.r[j]
			if isDigit(r) {
				b.WriteRune(r)
			} else if (r != '-' && r != ' ') || !isDigit(t.at(j+1)) {
				break
			}
		}
		n := b.String()
		n = strings.TrimPrefix(n, "0086")
		if len(n) == 13 && strings.HasPrefix(n, "86") {
			n = n[2:]
		}
		switch {
		case isLetter(t.at(j)):
		case len(n) == 11 && n[0] == '1' && n[1] >= '3':
			return n
		case t.at(i-1) == '+' && len(n) >= 8 && len(n) <= 15:
			return n
		case len(n) >= 10 && len(n) <= 12 && n[0] == '0':
			return n
		case len(n) >= 8 && len(n) <= 15 && t.phoneBefore(i):
			return n
		}
		i = j
	}
	return ""
}

func (t *text) phoneBefore(i int) bool {
	before := string(t.r[max(0, i-10):i])
	for _, w := range [...]string{"电话", "手机", "号码", "phone", "mobile", "tel", "call"} {
		if strings.Contains(before, w) {
			return true
		}
	}
	return false
}
