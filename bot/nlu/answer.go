package nlu

import (
	"regexp"
	"strconv"
	"strings"
)

// What people answer to a question of a form.

// decimalDigits is a number written with digits: 38.5, 38．5, 38,5, 38度5.
var decimalDigits = regexp.MustCompile(`(\d{1,6})(?:\s*(?:[.,．。点]|度|°c?|℃)\s*(\d{1,3}))?`)

// Decimal reads the one number in an answer: 38.5, 38度5, 三十八度五, 三十八点五,
// 36度半. ok is false when there is none, or
// more than one that differ.
func Decimal(s string) (v float64, ok bool) {
	s = strings.ToLower(Simplify(s))
	s = strings.NewReplacer("．", ".", "，", ",", "：", ":").Replace(foldDigits(s))
	if n, ok := decimalHan(s); ok {
		return n, true
	}
	all := decimalDigits.FindAllStringSubmatchIndex(s, -1)
	if len(all) != 1 {
		return 0, false
	}
	m := all[0]
	whole := s[m[2]:m[3]]
	fraction := ""
	if m[4] >= 0 {
		fraction = s[m[4]:m[5]]
	}
	rest := s[m[1]:]
	if v, err := strconv.ParseFloat(whole+"."+orZero(fraction), 64); err == nil {
		if fraction == "" && (strings.HasPrefix(rest, "度半") || strings.HasPrefix(rest, "半") || strings.HasPrefix(rest, "点半")) {
			v += .5
		}
		if i := m[2]; i > 0 && s[i-1] == '-' || strings.Contains(s[:m[2]], "零下") {
			v = -v
		}
		return v, true
	}
	return 0, false
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// foldDigits makes full-width digits plain.
func foldDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
}

// decimalHan reads a number in Chinese characters with what follows 点 or 度.
func decimalHan(s string) (float64, bool) {
	t := newText(s)
	for i := range t.r {
		if !isHanNumber(t.r[i]) {
			continue
		}
		n, ok := t.number(i)
		if !ok || n.digits == 2 && n.n > 11 && n.n < 100 && hanDigit(t.at(i)) > 0 && hanDigit(t.at(i+1)) > 0 { // 一两次, 三五天: about
			return 0, false
		}
		v := float64(n.n)
		j := n.j
		if t.at(j) == '点' || t.at(j) == '度' {
			scale := .1
			k := j + 1
			if t.at(k) == '半' {
				return v + .5, true
			}
			for ; hanDigit(t.at(k)) >= 0 || isDigit(t.at(k)); k++ {
				d := hanDigit(t.at(k))
				if d < 0 {
					d = int(t.at(k) - '0')
				}
				v += float64(d) * scale
				scale /= 10
			}
			j = k
		}
		for ; j < len(t.r); j++ { // 一两次: several numbers are none
			if isNumeral(t.r[j]) {
				return 0, false
			}
		}
		return round6(v), true
	}
	return 0, false
}

func round6(v float64) float64 {
	f, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 6, 64), 64)
	return f
}

// Fahrenheit reports that a temperature was given in degrees Fahrenheit.
func Fahrenheit(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "华氏") || strings.Contains(s, "華氏") || strings.Contains(s, "℉") || strings.HasSuffix(strings.TrimSpace(s), "f")
}

// Alternative is one answer of a choice and how people say it.
type Alternative struct {
	Value string
	Words []string
}

// Choose finds the answer that a sentence means: the one whose words it
// consists of, else the only one that has the longest words in it. A word
// that is denied (不疼 for 疼) does not count.
func Choose(s string, list []Alternative) (value string, ok bool) {
	s = strings.ToLower(strings.Join(strings.Fields(Simplify(s)), ""))
	s = strings.Trim(s, "。.!！?？,，~～")
	best, length, twice := "", 0, false
	for _, a := range list {
		for _, w := range a.Words {
			w = strings.ToLower(strings.Join(strings.Fields(Simplify(w)), ""))
			if w == "" {
				continue
			}
			if w == s {
				return a.Value, true
			}
			i := strings.Index(s, w)
			if i < 0 || len([]rune(w)) < 1 || denied(s[:i], w) {
				continue
			}
			switch n := len([]rune(w)); {
			case n > length:
				best, length, twice = a.Value, n, false
			case n == length && a.Value != best:
				twice = true
			}
		}
	}
	return best, length > 0 && !twice
}

// denied reports a word of no right before a word that has none itself.
func denied(before, word string) bool {
	for _, no := range []string{"不", "没", "没有", "无", "no", "not"} {
		if strings.HasPrefix(word, no) {
			return false
		}
	}
	for _, no := range []string{"不", "没", "没有", "无", "不太", "不怎么", "no", "not"} {
		if strings.HasSuffix(before, no) {
			return true
		}
	}
	return false
}

// Skips reports an answer that gives none: 跳过, 不知道, 没量.
func Skips(s string) bool {
	s = strings.Trim(strings.ToLower(strings.Join(strings.Fields(Simplify(s)), " ")), "。.!！ ")
	switch s {
	case "跳过", "不填", "不知道", "不清楚", "没量", "没测", "没称", "没有量", "不方便", "略过", "先不填", "下一题", "skip", "next", "don't know", "i don't know", "not sure", "pass":
		return true
	}
	return false
}
