package document

import (
	"fmt"
	"strings"
	"unicode"
)

// shown writes a character that the typeface has no shape for as its code, so
// that a name with it is neither cut nor changed.
func (s *setter) shown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\t' {
			r = ' '
		}
		absent, known := s.absent[r]
		if !known {
			has, err := s.pdf.IsCurrFontContainGlyph(r)
			absent = err != nil || !has
			s.absent[r] = absent
		}
		switch {
		case absent && (unicode.IsLetter(r) || unicode.IsNumber(r)):
			s.missing = true
			fmt.Fprintf(&b, "〔U+%04X〕", r)
		case absent: // an emoji, a control character: says nothing in a record
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (s *setter) rune(r rune) float64 {
	w, ok := s.widths[r]
	if !ok {
		_ = s.pdf.SetFont(family, "", 100) // there: set when the document was begun
		w, _ = s.pdf.MeasureTextWidth(string(r))
		w /= 100
		s.widths[r] = w
	}
	return w
}

// width is that of a line in points.
func (s *setter) width(text string, size float64) float64 {
	w := 0.0
	for _, r := range s.shown(text) {
		w += s.rune(r)
	}
	return w * size
}

// fits cuts a line to a width.
func (s *setter) fits(text string, width, size float64) string {
	lines := s.lines(text, width, size)
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// Marks that do not begin a line, and that do not end one.
const (
	notFirst = "，。、；：！？）】」』》〉〕”’％%,.;:!?)]}·"
	notLast  = "（【「『《〈〔“‘([{¥"
)

// lines breaks a text: between any two Chinese characters, between words of
// other scripts, never before a mark that closes.
func (s *setter) lines(text string, width, size float64) []string {
	var out []string
	for paragraph := range strings.SplitSeq(s.shown(text), "\n") {
		out = append(out, s.breakLine([]rune(paragraph), width/size)...)
	}
	return out
}

func (s *setter) breakLine(text []rune, width float64) []string {
	var out []string
	start, w := 0, 0.0
	for i := 0; i < len(text); i++ {
		w += s.rune(text[i])
		if w <= width || i == start {
			continue
		}
		at := i
		for at > start+1 && !mayBreak(text[at-1], text[at]) {
			at--
		}
		if at == start+1 && !mayBreak(text[at-1], text[at]) {
			at = i // one long word: broken where it must be
		}
		out = append(out, strings.TrimRight(string(text[start:at]), " "))
		for at < len(text) && text[at] == ' ' {
			at++
		}
		start, w = at, 0
		i = at - 1
	}
	if start < len(text) || len(out) == 0 {
		out = append(out, string(text[start:]))
	}
	return out
}

func mayBreak(a, b rune) bool {
	if strings.ContainsRune(notFirst, b) || strings.ContainsRune(notLast, a) {
		return false
	}
	return a == ' ' || b == ' ' || wide(a) || wide(b)
}

// wide reports a character of a script that is written without blanks.
func wide(r rune) bool { return r >= 0x2E80 }
