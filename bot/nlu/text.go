package nlu

import "unicode"

// maxRunes is how much of a text is read. A person's wish is in the first lines; the bound keeps
// the cost of a pasted page flat.
const maxRunes = 500

// text is a sentence made comparable: simplified, lower case, half width, one rune for each rune
// of the original so that places can be mapped back.
type text struct {
	raw string
	r   []rune
	pos []int // byte offset of every rune in raw, and of the end
}

func newText(s string) *text {
	t := &text{raw: s}
	n := min(len(s), maxRunes)
	t.r = make([]rune, 0, n)
	t.pos = make([]int, 0, n+1)
	table := scripts()
	end := len(s)
	for i, r := range s {
		if len(t.r) == maxRunes {
			end = i
			break
		}
		t.r = append(t.r, fold(table, r))
		t.pos = append(t.pos, i)
	}
	t.pos = append(t.pos, end)
	return t
}

// fold brings one rune to its comparable form.
func fold(table *scriptTable, r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		if r == '\t' || r == '\n' || r == '\r' {
			return ' '
		}
		return r
	case r >= hanFirst && r <= hanLast:
		return table.fold(r)
	case r == 0x3000 || r == 0xA0:
		return ' '
	case r >= 0xFF01 && r <= 0xFF5E:
		r -= 0xFEE0
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case r == '’' || r == '‘':
		return '\''
	case r == 'ー' || r == '—' || r == '–' || r == '─' || r == '−' || r == '〜' || r == '⁓':
		return '-'
	default:
		return unicode.ToLower(r)
	}
}

// foldString is fold over a whole string, for names and rules.
func foldString(s string) []rune {
	table := scripts()
	out := make([]rune, 0, len(s))
	for _, r := range s {
		out = append(out, fold(table, r))
	}
	return out
}

// at is the rune at i, or 0 outside the text.
func (t *text) at(i int) rune {
	if i < 0 || i >= len(t.r) {
		return 0
	}
	return t.r[i]
}

// has reports whether the text reads w at i.
func (t *text) has(i int, w string) bool {
	for _, r := range w {
		if t.at(i) != r {
			return false
		}
		i++
	}
	return true
}

// cut is the original text between two runes.
func (t *text) cut(i, j int) string { return t.raw[t.pos[i]:t.pos[j]] }

// spaces skips blanks.
func (t *text) spaces(i int) int {
	for t.at(i) == ' ' {
		i++
	}
	return i
}

// wordEnd reports whether an ASCII word can end before i.
func (t *text) wordEnd(i int) bool { return !isWordRune(t.at(i)) || !isWordRune(t.at(i-1)) }

func isWordRune(r rune) bool { return r >= 'a' && r <= 'z' || isDigit(r) }

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }
