package nlu

import (
	"slices"
	"strings"
	"sync"
)

// cue is one phrase compiled.
type cue struct {
	r      []rune
	rest   []rune // what follows after a gap, if anything
	intent Intent
	weight float64
}

// maxGap is how many runes may stand between the two halves of a cue written with *.
const maxGap = 9

// gapEnd finds the second half of a cue within its clause.
func (t *text) gapEnd(rest []rune, j int) (int, bool) {
	for k := j; k <= j+maxGap+gapLetters(rest) && k < len(t.r); k++ {
		if slices.Equal(t.r[k:min(k+len(rest), len(t.r))], rest) && (!isLetter(rest[0]) || t.wordEnd(k) && t.wordEnd(k+len(rest))) {
			return k + len(rest), true
		}
		if oneOf(t.r[k], clauseBreaks) {
			return 0, false
		}
	}
	return 0, false
}

// gapLetters widens the gap for English, where a word is several runes.
func gapLetters(rest []rune) int {
	if isLetter(rest[0]) {
		return 14
	}
	return 0
}

// cues indexes the phrases by their first two runes (a second of 0 for those of one), longest
// first.
var cues = sync.OnceValue(func() map[[2]rune][]cue {
	m := make(map[[2]rune][]cue, 2000)
	for _, c := range cueList {
		for w := range strings.FieldsSeq(c.words) {
			head, rest, _ := strings.Cut(strings.ReplaceAll(w, "_", " "), "*")
			r := foldString(head)
			m[firstTwo(r)] = append(m[firstTwo(r)], cue{r, foldString(rest), c.intent, c.weight})
		}
	}
	for _, p := range cuePairs {
		for head := range strings.FieldsSeq(p.heads) {
			r := foldString(strings.ReplaceAll(head, "_", " "))
			for rest := range strings.FieldsSeq(p.rests) {
				m[firstTwo(r)] = append(m[firstTwo(r)], cue{r, foldString(strings.ReplaceAll(rest, "_", " ")), p.intent, p.weight})
			}
		}
	}
	for _, e := range emergencyWords() {
		m[firstTwo(e.r)] = append(m[firstTwo(e.r)], e)
	}
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b cue) int { return len(b.r) - len(a.r) })
	}
	return m
})

func firstTwo(r []rune) [2]rune {
	if len(r) == 1 {
		return [2]rune{r[0], 0}
	}
	return [2]rune{r[0], r[1]}
}

// found is a cue at its place.
type found struct {
	cue
	start, end int
}

// findCues collects the cues of a text; those inside a longer one of the same or another intent
// are dropped, unless they are signals.
func (t *text) findCues() []found {
	index := cues()
	out := make([]found, 0, 16)
	for i, r := range t.r {
		if isWordRune(r) && isWordRune(t.at(i-1)) && (isLetter(r) == isLetter(t.at(i-1)) || isLetter(r)) {
			continue
		}
		list := index[[2]rune{r, t.at(i + 1)}]
		single := index[[2]rune{r, 0}]
		if t.at(i+1) == 0 {
			list = nil
		}
		for k := range len(list) + len(single) {
			var c *cue
			if k < len(list) {
				c = &list[k]
			} else {
				c = &single[k-len(list)]
			}
			j := i + len(c.r)
			if j > len(t.r) || !slices.Equal(t.r[i:j], c.r) {
				continue
			}
			if isLetter(r) && isLetter(t.at(j)) && isLetter(c.r[len(c.r)-1]) {
				if t.at(j) != 's' || isLetter(t.at(j+1)) || len(c.r) < 4 {
					continue
				}
				j++ // a plural
			}
			if len(c.rest) > 0 {
				end, ok := t.gapEnd(c.rest, j)
				if !ok {
					continue
				}
				j = end
			}
			out = append(out, found{*c, i, j})
		}
	}
	return dropInside(out)
}

// dropInside removes finds that lie inside a longer one. Finds come ordered by start, longest
// first, so only the furthest end so far has to be looked at.
func dropInside(all []found) []found {
	out := all[:0]
	furthest := found{}
	for _, f := range all {
		if f.intent == IntentEmergency { // never hidden by a longer cue
			out = append(out, f)
			continue
		}
		if f.end <= furthest.end && f.end-f.start < furthest.end-furthest.start && !f.signal() && !furthest.signal() {
			continue
		}
		if f.end <= furthest.end && f.end-f.start < furthest.end-furthest.start && f.intent == furthest.intent {
			continue
		}
		if f.end > furthest.end && !f.signal() {
			furthest = f
		}
		out = append(out, f)
	}
	return out
}

func (f found) signal() bool { return f.intent[0] == '~' && f.intent != cueAilment }
