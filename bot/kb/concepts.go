package kb

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"zhenban/bot/nlu"
)

//go:embed synonyms.txt
var synonymsText string

// kind is what part a concept plays in a question.
type kind uint8

const (
	kindStop      kind = iota // says nothing
	kindAspect                // how it is asked: can one, how long, why
	kindSpecies               // which animal
	kindBody                  // where
	kindProcedure             // what is done; another one is another question
	kindTopic                 // what it is about
)

var sections = [...]string{"[stop]", "[aspect]", "[species]", "[body]", "[procedure]", "[topic]"}

type concept struct {
	name   string
	kind   kind
	parent int32 // a broader one, -1 for none
}

// dictionary is synonyms.txt made ready.
type dictionary struct {
	concepts []concept
	byName   map[string]int32
	words    map[string][]int32 // folded Chinese words, English words as stems joined by a blank
	sounds   map[string][]int32 // Chinese words of two and more characters, by how they sound
	latin    *slips             // English words, for typing errors
	longest  int                // characters of the longest Chinese word
	mixed    *strings.Replacer  // words of letters and characters, as b超, to another word of their concept
}

var dict = sync.OnceValue(func() *dictionary {
	d := &dictionary{byName: map[string]int32{}, words: map[string][]int32{}, sounds: map[string][]int32{}, latin: newSlips()}
	at := kindStop
	var mixed []string
	for line := range strings.SplitSeq(synonymsText, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			for k, name := range sections {
				if line == name {
					at = kind(k)
				}
			}
			continue
		}
		mixed = append(mixed, d.line(at, line)...)
	}
	d.mixed = strings.NewReplacer(mixed...)
	return d
})

func (d *dictionary) line(at kind, line string) (mixed []string) {
	head, words, _ := strings.Cut(line, "=")
	name, parent, _ := strings.Cut(head, "<")
	c := concept{name: strings.TrimSpace(name), kind: at, parent: -1}
	if p, ok := d.byName[strings.TrimSpace(parent)]; ok {
		c.parent = p
	}
	id := int32(len(d.concepts))
	d.concepts = append(d.concepts, c)
	d.byName[c.name] = id
	plain := ""
	for w := range strings.FieldsSeq(words) {
		if i := strings.IndexFunc(w, isHan); i < 0 || !strings.ContainsAny(w, "abcdefghijklmnopqrstuvwxyz0123456789") {
			d.word(id, at, w)
			if i == 0 && plain == "" {
				plain = fold(w)
			}
		} else if i > 0 {
			mixed = append(mixed, w, "", w[:i]+" "+w[i:], "")
		} else {
			mixed = append(mixed, w, "")
		}
	}
	for i := 1; i < len(mixed); i += 2 {
		mixed[i] = plain
	}
	return mixed
}

func (d *dictionary) word(id int32, at kind, w string) {
	if isLatin(w[0]) {
		parts := strings.Split(w, "_")
		for i, p := range parts {
			parts[i] = stem(p)
			if at >= kindSpecies {
				d.latin.add(parts[i])
			}
		}
		key := strings.Join(parts, " ")
		d.words[key] = append(d.words[key], id)
		return
	}
	key := fold(w)
	d.words[key] = append(d.words[key], id)
	n := utf8.RuneCountInString(key)
	d.longest = max(d.longest, n)
	if at >= kindSpecies && n >= 2 {
		if s := sound([]rune(key)); s != "" {
			d.sounds[s] = append(d.sounds[s], id)
		}
	}
}

// sound is how characters sound, "" when one of them has no sound.
func sound(r []rune) string {
	b := make([]byte, 0, 2*len(r))
	for _, c := range r {
		s := nlu.Sound(c)
		if s == 0 {
			return ""
		}
		b = append(b, byte(s>>8), byte(s))
	}
	return string(b)
}

// related reports that one concept is the other or a broader one.
func (d *dictionary) related(a, b int32) bool { return d.under(a, b) || d.under(b, a) }

// under reports that a is b or a kind of it.
func (d *dictionary) under(a, b int32) bool {
	for ; a >= 0; a = d.concepts[a].parent {
		if a == b {
			return true
		}
	}
	return false
}
