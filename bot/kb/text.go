package kb

import (
	"strings"
	"unicode"

	"zhenban/bot/nlu"
)

// maxRunes is how much of a question is read.
const maxRunes = 240

// unit is a piece of a text that is compared: a concept, two characters that
// stand beside each other, one that stands alone, an English word.
type unit struct {
	key    uint64
	weight float32
	c      int32 // the concept, -1 for none
}

// What the kinds of units weigh.
const (
	weightTopic     = 1
	weightProcedure = 1
	weightSpecies   = 0.5
	weightBody      = 0.5
	weightAspect    = 0.3
	weightPair      = 0.4
	weightSingle    = 0.25
	weightWord      = 0.7
	weightSlip      = 0.85 // of a word that only sounds the same, or has a typing error
)

// Keys of units: what is not marked is one to three characters of 20 bits.
const (
	markConcept = uint64(1) << 63
	markWord    = uint64(1) << 62
)

func conceptKey(id int32) uint64 { return markConcept | uint64(id) }

func wordKey(w string) uint64 { // FNV-1a
	h := uint64(14695981039346656037)
	for i := range len(w) {
		h = (h ^ uint64(w[i])) * 1099511628211
	}
	return markWord | h>>2
}

// fold makes texts comparable: simplified, half width, lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		return unicode.ToLower(r)
	}, nlu.Simplify(s))
}

func isLatin(b byte) bool { return b >= 'a' && b <= 'z' }

func isHan(r rune) bool { return r >= 0x3400 && r <= 0x9FFF }

// stem cuts the endings of an English word that do not change what it is about.
func stem(w string) string {
	w = strings.TrimSuffix(w, "'s")
	switch n := len(w); {
	case n > 5 && strings.HasSuffix(w, "ing"):
		w = w[:n-3]
	case n > 4 && strings.HasSuffix(w, "ies"):
		return w[:n-3] + "y"
	case n > 4 && (strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "es")):
		w = w[:n-2]
	case n > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		w = w[:n-1]
	}
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && strings.IndexByte("bdgmnprt", w[n-1]) >= 0 {
		w = w[:n-1]
	}
	if n := len(w); n > 3 && w[n-1] == 'e' {
		w = w[:n-1]
	}
	return w
}

// text is a question cut into units, and the characters, pairs of characters and
// English words in it as they stand, which know nothing of any dictionary.
type text struct {
	units []unit
	grams []uint64
}

// read cuts a text. What is asked may have slips: typing errors, characters of
// the same sound; a word that stands in the base as it is written is none. nil
// for no base: what is written down is taken by the letter.
func read(s string, base *Index) text {
	var t text
	d := dict()
	folded := []rune(d.mixed.Replace(fold(s)))
	if len(folded) > maxRunes {
		folded = folded[:maxRunes]
	}
	for i := 0; i < len(folded); {
		j := i
		switch {
		case isHan(folded[i]):
			for j < len(folded) && isHan(folded[j]) {
				j++
			}
			t.han(d, folded[i:j], base)
		case folded[i] < 128 && isLatin(byte(folded[i])):
			for j < len(folded) && (folded[j] < 128 && isLatin(byte(folded[j])) || folded[j] == '\'' || folded[j] == ' ' || folded[j] == '-' || unicode.IsDigit(folded[j])) {
				j++
			}
			t.latin(d, strings.FieldsFunc(string(folded[i:j]), func(r rune) bool { return r == ' ' || r == '-' }), base)
		case unicode.IsDigit(folded[i]):
			for j < len(folded) && unicode.IsDigit(folded[j]) {
				j++
			}
			t.grams = append(t.grams, wordKey(string(folded[i:j])))
		default:
			j++
		}
		i = j
	}
	return t
}

// add adds a unit once; the heavier one of two stays.
func (t *text) add(u unit) {
	for i := range t.units {
		if t.units[i].key == u.key {
			t.units[i].weight = max(t.units[i].weight, u.weight)
			return
		}
	}
	t.units = append(t.units, u)
}

func (t *text) concept(d *dictionary, id int32, factor float32) {
	w := float32(0)
	switch d.concepts[id].kind {
	case kindStop:
		return
	case kindAspect:
		w = weightAspect
	case kindSpecies:
		w = weightSpecies
	case kindBody:
		w = weightBody
	case kindProcedure:
		w = weightProcedure
	case kindTopic:
		w = weightTopic
	}
	t.add(unit{key: conceptKey(id), weight: w * factor, c: id})
}

// han cuts a run of Chinese characters into the words of the dictionary that
// cover it best; what they leave is compared by characters.
func (t *text) han(d *dictionary, r []rune, base *Index) {
	n := len(r)
	best := make([]float32, n+1)
	take := make([]int, n) // characters of the word at i; 0: none, below 0: by its sound
	for i := n - 1; i >= 0; i-- {
		best[i] = best[i+1]
		for l := min(d.longest, n-i); l >= 1; l-- {
			score, sign := float32(0), 1
			if len(d.words[string(r[i:i+l])]) > 0 {
				score = float32(l * l)
			} else if base != nil && l >= 2 && l <= 4 && len(d.sounds[sound(r[i:i+l])]) > 0 && !base.written(r[i:i+l]) {
				score, sign = 0.55*float32(l*l), -1
			}
			if score > 0 && score+best[i+l] > best[i] {
				best[i], take[i] = score+best[i+l], sign*l
			}
		}
	}
	left := make([]rune, 0, n)
	flush := func() {
		if len(left) == 1 {
			t.add(unit{key: uint64(left[0]), weight: weightSingle, c: -1})
		}
		for k := 0; k+1 < len(left); k++ {
			t.add(unit{key: pairKey(left[k], left[k+1]), weight: weightPair, c: -1})
		}
		left = left[:0]
	}
	for i := 0; i < n; {
		l := take[i]
		switch {
		case l == 0:
			left = append(left, r[i])
			i++
			continue
		case l > 0:
			flush()
			for _, id := range d.words[string(r[i:i+l])] {
				t.concept(d, id, 1)
			}
		default:
			flush()
			l = -l
			for _, id := range d.sounds[sound(r[i:i+l])] {
				t.concept(d, id, weightSlip)
			}
		}
		i += l
	}
	flush()
	for k := range r {
		t.grams = append(t.grams, uint64(r[k]))
		if k+1 < n {
			t.grams = append(t.grams, pairKey(r[k], r[k+1]))
		}
	}
}

func pairKey(a, b rune) uint64 { return uint64(a)<<20 | uint64(b) }

// latin reads English words: one to three of them may be one concept.
func (t *text) latin(d *dictionary, words []string, base *Index) {
	for i := range words {
		words[i] = stem(words[i])
		t.grams = append(t.grams, wordKey(words[i]))
	}
	for i := 0; i < len(words); {
		n := 0
		for l := min(3, len(words)-i); l >= 1 && n == 0; l-- {
			if ids := d.words[strings.Join(words[i:i+l], " ")]; len(ids) > 0 {
				for _, id := range ids {
					t.concept(d, id, 1)
				}
				n = l
			}
		}
		if n == 0 {
			t.word(d, words[i], base)
			n = 1
		}
		i += n
	}
}

func (t *text) word(d *dictionary, w string, base *Index) {
	if len(w) < 2 {
		return
	}
	if base != nil && base.words.has(w) {
		t.add(unit{key: wordKey(w), weight: weightWord, c: -1})
		return
	}
	if near := d.latin.near(w); base != nil && near != "" && len(d.words[near]) > 0 {
		for _, id := range d.words[near] {
			t.concept(d, id, weightSlip)
		}
		return
	}
	if base != nil {
		if near := base.words.near(w); near != "" {
			t.add(unit{key: wordKey(near), weight: weightWord * weightSlip, c: -1})
			return
		}
	}
	t.add(unit{key: wordKey(w), weight: weightWord, c: -1})
}

// latinWords are the English words of a text, as stems.
func latinWords(s string) []string {
	words := strings.FieldsFunc(fold(s), func(r rune) bool { return r >= 128 || !isLatin(byte(r)) && r != '\'' })
	for i := range words {
		words[i] = stem(words[i])
	}
	return words
}
