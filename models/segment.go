package models

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Segment says whom something is for, as an expression over what is on record:
//
//	species == "dog" and age >= 7 and last_visit > 180
//	物种 == "狗" 且 年龄 >= 7 且 没来 > 180
//
// What it says about a patient must hold of one and the same patient; animals
// and people that died are left out. The empty expression is everybody.
type Segment struct {
	Text string // as written
	node ast.Node
	uses map[string]bool // fields named
	s    *Store
	now  time.Time // ages and days count from here
	v    Vocabulary
}

// Vocabulary is what values are called by: word, folded, to ID. A field without
// words takes any value.
type Vocabulary struct {
	Species, Services, Branches map[string]string
	Fold                        func(string) string // nil: lower case
}

// SegmentFault is what is wrong with an expression, and where.
type SegmentFault struct {
	Code  string // syntax, field, value, type, operator, long
	At    int    // character it begins at, from 1
	Near  string // what stands there
	Meant string // what was probably meant, "" for unknown
	Field string // that it is about
}

// Error implements error.
func (f *SegmentFault) Error() string {
	s := fmt.Sprintf("character %d: %s at %q", f.At, f.Code, f.Near)
	if f.Meant != "" {
		s += fmt.Sprintf(" (did you mean %q?)", f.Meant)
	}
	return s
}

// maxSegment bounds an expression, in characters.
const maxSegment = 500

// Segment reads an expression; a *SegmentFault says what is wrong with it.
func (s *Store) Segment(text string, v Vocabulary, now time.Time) (*Segment, error) {
	if v.Fold == nil {
		v.Fold = strings.ToLower
	}
	g := &Segment{Text: strings.TrimSpace(text), uses: map[string]bool{}, s: s, now: now, v: v}
	if g.Text == "" {
		return g, nil
	}
	if utf8.RuneCountInString(g.Text) > maxSegment {
		return nil, &SegmentFault{Code: "long", At: maxSegment}
	}
	plain, places := plainSegment(g.Text)
	tree, err := parser.Parse(plain)
	var at *file.Error
	switch {
	case errors.As(err, &at):
		return nil, placed(&SegmentFault{Code: "syntax", At: at.From}, g.Text, places)
	case err != nil:
		return nil, &SegmentFault{Code: "syntax", At: 1}
	}
	g.node = tree.Node
	if _, err := g.where(byContact); err != nil { // finds every fault
		var f *SegmentFault
		if errors.As(err, &f) {
			return nil, placed(f, g.Text, places)
		}
		return nil, err
	}
	return g, nil
}

// Canonical is the expression with its fields and values as they are kept, so
// that it means the same whatever the profile calls them by then.
func (g *Segment) Canonical() string {
	if g.node == nil {
		return ""
	}
	w := walker{g: g}
	return w.canonical(g.node)
}

// placed turns a position in the rewritten text into one in what was written.
func placed(f *SegmentFault, text string, places []int) *SegmentFault {
	runes := []rune(text)
	at := len(runes)
	if f.At >= 0 && f.At < len(places) {
		at = places[f.At]
	}
	end := min(len(runes), at+12)
	f.At = at + 1
	if f.Near == "" {
		f.Near = string(runes[min(at, len(runes)):end])
	}
	return f
}

// words of the expression's language in Chinese, and signs as a Chinese
// keyboard types them. Longer ones first.
func segmentWords() [][2]string {
	return [][2]string{
		{"并且", " and "},
		{"而且", " and "},
		{"或者", " or "},
		{"不属于", " not in "},
		{"属于", " in "},
		{"不等于", " != "},
		{"等于", " == "},
		{"大于等于", " >= "},
		{"小于等于", " <= "},
		{"大于", " > "},
		{"小于", " < "},
		{"不是", " != "},
		{"且", " and "},
		{"或", " or "},
		{"非", " not "},
		{"並且", " and "},
		{"不屬於", " not in "},
		{"屬於", " in "},
		{"不等於", " != "},
		{"等於", " == "},
		{"大於等於", " >= "},
		{"小於等於", " <= "},
		{"大於", " > "},
		{"小於", " < "},
		{"≥", " >= "},
		{"≤", " <= "},
		{"≠", " != "},
		{"＝＝", " == "},
		{"＞＝", " >= "},
		{"＜＝", " <= "},
		{"！＝", " != "},
		{"＝", " == "},
		{"＞", ">"},
		{"＜", "<"},
		{"！", "!"},
		{"（", "("},
		{"）", ")"},
		{"，", ","},
		{"【", "["},
		{"】", "]"},
		{"　", " "},
	}
}

// plainSegment writes an expression as its parser wants it, with the place in
// the original of every character.
func plainSegment(text string) (string, []int) {
	in := []rune(text)
	var out strings.Builder
	var places []int
	put := func(s string, at int) {
		for _, r := range s {
			out.WriteRune(r)
			places = append(places, at)
		}
	}
	closing := map[rune]rune{'"': '"', '\'': '\'', '“': '”', '‘': '’', '「': '」', '『': '』', '”': '”'}
	words := segmentWords()
next:
	for i := 0; i < len(in); i++ {
		if end, ok := closing[in[i]]; ok {
			j := i + 1
			for j < len(in) && in[j] != end {
				j++
			}
			if j < len(in) {
				put(`"`, i)
				for k := i + 1; k < j; k++ {
					put(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(string(in[k])), k)
				}
				put(`"`, j)
				i = j
				continue
			}
		}
		for _, w := range words {
			from := []rune(w[0])
			if len(in)-i >= len(from) && string(in[i:i+len(from)]) == w[0] {
				put(w[1], i)
				i += len(from) - 1
				continue next
			}
		}
		if in[i] == '=' && (i+1 == len(in) || in[i+1] != '=') && (i == 0 || !strings.ContainsRune("=<>!", in[i-1])) {
			put("==", i)
			continue
		}
		put(string(in[i]), i)
	}
	return out.String(), places
}
