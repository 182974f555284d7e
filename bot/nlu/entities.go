package nlu

import (
	"cmp"
	"math"
	"slices"
)

// hit is a form found in a text, between two runes.
type hit struct {
	owner      int32
	own        bool // of Request.Names
	kind       Kind
	start, end int
	score      float64
}

func (h hit) strength() float64 { return h.score * math.Sqrt(float64(h.end-h.start)) }

// find collects every form of the lexicon that the text holds, near ones included.
func (l *Lexicon) find(t *text, own bool, out []hit) []hit {
	for i := range t.r {
		r := t.r[i]
		switch {
		case isHan(r):
			out = l.exact(t, i, own, out)
			out = l.homophones(t, i, own, out)
			out = l.slips(t, i, own, out)
		case isWordRune(r) && !isWordRune(t.at(i-1)):
			out = l.exact(t, i, own, out)
			out = l.typedAt(t, i, own, out)
			out = l.misspelt(t, i, own, out)
		case isLetter(r):
			out = l.typedAt(t, i, own, out)
		}
	}
	return out
}

func (l *Lexicon) hit(f *form, start, end int, score float64, own bool) hit {
	return hit{owner: f.owner, own: own, kind: l.names[f.owner].Kind, start: start, end: end, score: score}
}

func (l *Lexicon) exact(t *text, i int, own bool, out []hit) []hit {
	for _, at := range l.first[t.r[i]] {
		f := &l.forms[at]
		j := i + len(f.r)
		if j > len(t.r) || !slices.Equal(t.r[i:j], f.r) {
			continue
		}
		if isWordRune(f.r[len(f.r)-1]) && isWordRune(t.at(j)) {
			if t.at(j) != 's' || isWordRune(t.at(j+1)) || len(f.r) < 3 {
				continue
			}
			j++
		}
		if len(f.r) == 1 && l.names[f.owner].Kind != KindSpecies && !t.alone(i, j) {
			continue
		}
		out = append(out, l.hit(f, i, j, f.weight, own))
	}
	return out
}

// alone reports that a one-character name stands for itself: at the edge of the text, after 给 or
// 带, before 的.
func (t *text) alone(i, j int) bool {
	before := i == 0 || oneOf(t.at(i-1), " ,给带帮叫是和家只、。:")
	after := j == len(t.r) || oneOf(t.at(j), " ,.的要想需吧和、。!打洗看做今明后下周")
	return before && after
}

// homophones finds names written with other characters of the same sound: 洗呀, 王意生.
func (l *Lexicon) homophones(t *text, i int, own bool, out []hit) []hit {
	if len(l.sound) == 0 || !isHan(t.at(i+1)) {
		return out
	}
	var room [(readingsKept + 1) * readingsKept]uint32
	for _, k := range l.sounds.pairs(t.r[i], t.r[i+1], 0, room[:0]) {
		for _, at := range l.sound[k] {
			f := &l.forms[at]
			if score, ok := l.soundsLike(t, i, f); ok {
				out = append(out, l.hit(f, i, i+len(f.r), score*f.weight, own))
			}
		}
	}
	return out
}

func (l *Lexicon) soundsLike(t *text, i int, f *form) (float64, bool) {
	n := len(f.r)
	if i+n > len(t.r) {
		return 0, false
	}
	wrong, near := 0, 0
	for k, r := range f.r {
		c := t.r[i+k]
		if c == r {
			continue
		}
		var extra uint16
		if k == 0 {
			extra = f.surname
		}
		switch l.sounds.alike(c, r, extra) {
		case 0:
			return 0, false
		case 1:
			near++
		}
		wrong++
		if wrong*2 > n && n > 2 {
			if wrong*3 > n*2 {
				return 0, false
			}
		}
	}
	if wrong == 0 || n == 2 && wrong == 2 && (n != len(t.r) || near > 0) || n == 2 && near > 0 {
		return 0, false
	}
	return 0.95 - 0.25*float64(wrong)/float64(n) - 0.05*float64(near), true
}

// slips finds whole names with one character wrong, missing, too many, or two swapped.
func (l *Lexicon) slips(t *text, i int, own bool, out []hit) []hit {
	for _, at := range l.first[t.r[i]] { // the first character is right
		f := &l.forms[at]
		if !f.whole || f.strict || len(f.r) < 3 || !isHan(f.r[0]) {
			continue
		}
		if n, same, ok := l.oneOff(t.r[i:], f.r); ok {
			out = l.slip(f, i, i+n, same, own, out)
		}
	}
	for _, at := range l.last[t.r[i]] { // the last character is right
		f := &l.forms[at]
		for n := len(f.r) - 1; n <= len(f.r)+1; n++ {
			start := i + 1 - n
			if start < 0 || t.r[start] == f.r[0] {
				continue
			}
			if m, same, ok := l.oneOff(t.r[start:i+1], f.r); ok && m == n {
				out = l.slip(f, start, i+1, same, own, out)
			}
		}
	}
	return out
}

func (l *Lexicon) slip(f *form, start, end int, same bool, own bool, out []hit) []hit {
	n := len(f.r)
	kind := l.names[f.owner].Kind
	if !same && n == 3 && (kind == KindPractitioner || kind == KindPatient) {
		return out // 王小姐 is not 王小明
	}
	if end-start < n && n == 3 { // two of three characters are a part, not a slip
		return out
	}
	score := 1 - 1.05/float64(n)
	return append(out, l.hit(f, start, end, score, own))
}

// oneOff compares the head of r with the name: exactly one edit apart, and how many runes of r it
// takes. same says that the edit is a swap, an addition or a loss rather than another character.
func (l *Lexicon) oneOff(r, name []rune) (n int, same, ok bool) {
	k := 0
	for k < len(name) && k < len(r) && r[k] == name[k] {
		k++
	}
	if k == len(name) {
		return 0, false, false // the name itself
	}
	if k >= len(r) {
		return 0, false, false
	}
	rest := name[k:]
	switch {
	case len(rest) >= 2 && hasPrefix(r[k:], []rune{rest[1], rest[0]}) && hasPrefix(r[k+2:], rest[2:]):
		return len(name), true, true
	case hasPrefix(r[k+1:], rest) && isHan(r[k]): // one too many
		return len(name) + 1, true, true
	case len(rest) >= 1 && hasPrefix(r[k+1:], rest[1:]) && isHan(r[k]) && k+1 < len(name)+1: // another one
		if len(rest) == 1 { // the last: anything may follow the rest of the name
			return len(name), false, len(name) >= 4
		}
		return len(name), false, true
	case len(rest) >= 2 && hasPrefix(r[k:], rest[1:]): // one lost
		return len(name) - 1, true, true
	}
	return 0, false, false
}

func hasPrefix(r, prefix []rune) bool {
	return len(r) >= len(prefix) && slices.Equal(r[:len(prefix)], prefix)
}

// settle drops weaker hits that overlap stronger ones, and keeps equals as a question.
func settle(hits []hit) []hit {
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.strength(), a.strength()), cmp.Compare(a.start, b.start))
	})
	var kept []hit
next:
	for _, h := range hits {
		for _, k := range kept {
			if h.own == k.own && h.owner == k.owner {
				continue next // said twice
			}
			if h.start < k.end && k.start < h.end {
				tie := h.start == k.start && h.end == k.end && math.Abs(h.score-k.score) < 1e-9
				if !tie {
					continue next
				}
			}
		}
		kept = append(kept, h)
	}
	slices.SortStableFunc(kept, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.start, b.start))
	})
	return kept
}
