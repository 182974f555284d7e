package nlu

import "strings"

// Kind is what a name names.
type Kind string

// The kinds of names a sentence can hold.
const (
	KindService      Kind = "service"
	KindPractitioner Kind = "practitioner"
	KindBranch       Kind = "branch"
	KindDepartment   Kind = "department"
	KindPatient      Kind = "patient"
	KindSpecies      Kind = "species"
)

// Name is one thing with all it is called.
type Name struct {
	Kind  Kind
	ID    string
	Names []string // canonical first, then synonyms, English
}

// Lexicon is the names of a clinic, compiled once per profile and safe for concurrent use.
type Lexicon struct {
	names  []Name
	forms  []form
	first  map[rune][]int32   // forms by their first rune
	last   map[rune][]int32   // whole names of three runes and more by their last rune
	sound  map[uint32][]int32 // Chinese forms by the loose sounds of their first two runes
	typed  map[[2]rune][]int32
	latin  map[rune][]int32 // English words of five letters and more, by first letter
	sounds *sounds
}

// form is one way to write a name.
type form struct {
	r       []rune
	typed   []rune // pinyin as typed, without tones and spaces
	owner   int32
	weight  float64 // 1 for the name itself
	whole   bool    // a name or synonym, not a part of one
	strict  bool    // no slips or homophones: too short or too common
	surname uint16  // the sound of the first rune as a surname
}

// NewLexicon compiles names.
func NewLexicon(names []Name) *Lexicon {
	l := &Lexicon{
		names: names, sounds: soundTable(), first: map[rune][]int32{}, last: map[rune][]int32{},
		sound: map[uint32][]int32{}, typed: map[[2]rune][]int32{}, latin: map[rune][]int32{},
	}
	seen := make(map[string]int32) // owner and form
	for i, n := range names {
		for k, s := range n.Names {
			l.derive(int32(i), n.Kind, foldString(strings.TrimSpace(s)), k, seen)
		}
	}
	l.evenOut()
	for i := range l.forms {
		l.index(int32(i))
	}
	return l
}

// add keeps the best weight of a form for its owner.
func (l *Lexicon) add(seen map[string]int32, f form) {
	if len(f.r) == 0 {
		return
	}
	key := string(f.r) + "\x00" + string(f.owner+1)
	if at, ok := seen[key]; ok {
		if old := &l.forms[at]; f.weight > old.weight {
			*old = f
		}
		return
	}
	seen[key] = int32(len(l.forms))
	l.forms = append(l.forms, f)
}

// evenOut gives a part that several names share one weight: it cannot say which is meant.
func (l *Lexicon) evenOut() {
	type key struct {
		kind Kind
		text string
	}
	lowest := make(map[key]float64)
	for _, f := range l.forms {
		if f.whole {
			continue
		}
		k := key{l.names[f.owner].Kind, string(f.r)}
		if w, ok := lowest[k]; !ok || f.weight < w {
			lowest[k] = f.weight
		}
	}
	for i := range l.forms {
		if f := &l.forms[i]; !f.whole {
			f.weight = lowest[key{l.names[f.owner].Kind, string(f.r)}]
		}
	}
}

func (l *Lexicon) index(i int32) {
	f := &l.forms[i]
	l.first[f.r[0]] = append(l.first[f.r[0]], i)
	if !isHan(f.r[0]) {
		if isLetter(f.r[0]) && len(f.r) >= 5 && !f.strict {
			l.latin[f.r[0]] = append(l.latin[f.r[0]], i)
		}
		return
	}
	if f.whole && len(f.r) >= 3 && !f.strict {
		l.last[f.r[len(f.r)-1]] = append(l.last[f.r[len(f.r)-1]], i)
	}
	if allHan(f.r) {
		f.typed = l.pinyin(f)
		if len(f.typed) >= 3 {
			k := [2]rune{f.typed[0], f.typed[1]}
			l.typed[k] = append(l.typed[k], i)
		}
		if len(f.r) >= 2 && !f.strict {
			for _, k := range l.sounds.pairs(f.r[0], f.r[1], f.surname, nil) {
				l.sound[k] = append(l.sound[k], i)
			}
		}
	}
}

// pinyin is how a form is typed in Latin letters.
func (l *Lexicon) pinyin(f *form) []rune {
	var b strings.Builder
	for k, r := range f.r {
		id := l.sounds.readings(r)[0]
		if k == 0 && f.surname != 0 {
			id = f.surname
		}
		if id == 0 {
			return nil
		}
		b.WriteString(l.sounds.syllables[id])
	}
	return []rune(b.String())
}

func allHan(r []rune) bool {
	for _, c := range r {
		if !isHan(c) {
			return false
		}
	}
	return true
}
