// Package wording finds in a text what the rules of advertising do not allow,
// by the list of the clinic's profile, whatever the script, the width of the
// letters and what is put between them.
package wording

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"zhenban/bot/nlu"
	"zhenban/config"
)

// Hit is a wording that a rule is about.
type Hit struct {
	Rule  *config.WordRule
	Words string // as they stand in the text
	At    int    // the character they begin at, from 0
}

// Checker is a profile's list, made ready.
type Checker struct {
	rules []rule
}

type rule struct {
	*config.WordRule
	patterns, except []*regexp.Regexp
	latin            []*regexp.Regexp
}

// New makes a list ready; the profile's validation has compiled its patterns once.
func New(b *config.Broadcast) (*Checker, error) {
	c := &Checker{}
	for i := range b.Rules {
		r := rule{WordRule: &b.Rules[i]}
		for _, w := range r.Words {
			var err error
			if isLatin(w) {
				err = add(&r.latin, `\b`+strings.ReplaceAll(regexp.QuoteMeta(fold(w)), " ", `\s+`)+`\b`)
			} else {
				err = add(&r.patterns, regexp.QuoteMeta(squeeze(fold(w)).text))
			}
			if err != nil {
				return nil, err
			}
		}
		if err := add(&r.patterns, r.WordRule.Patterns...); err != nil {
			return nil, err
		}
		if err := add(&r.except, r.Except...); err != nil {
			return nil, err
		}
		c.rules = append(c.rules, r)
	}
	return c, nil
}

func add(to *[]*regexp.Regexp, list ...string) error {
	for _, s := range list {
		p, err := regexp.Compile(s)
		if err != nil {
			return err
		}
		*to = append(*to, p)
	}
	return nil
}

// Check lists what is found in a text of a kind of broadcast, in the order of
// the text; of one rule each wording once.
func (c *Checker) Check(kind, text string) []Hit {
	whole := []rune(text)
	dense, spaced := squeeze(fold(text)), spread(fold(text))
	var out []Hit
	for _, r := range c.rules {
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, kind) {
			continue
		}
		fine := dense.find(r.except)
		seen := map[string]bool{}
		for _, s := range append(dense.find(r.patterns), spaced.find(r.latin)...) {
			words := string(whole[s.from:s.to])
			if seen[words] || slices.ContainsFunc(fine, func(f span) bool { return f.from < s.to && s.from < f.to }) {
				continue
			}
			seen[words] = true
			out = append(out, Hit{r.WordRule, words, s.from})
		}
	}
	slices.SortStableFunc(out, func(a, b Hit) int { return cmp.Compare(a.At, b.At) })
	return out
}

// Blocked reports a hit that cannot be sent.
func Blocked(hits []Hit) bool {
	return slices.ContainsFunc(hits, func(h Hit) bool { return h.Rule.Level == config.Forbidden })
}

// form is a text made plain, with where each of its characters stood.
type form struct {
	text  string
	place []int // by byte
}

type span struct{ from, to int } // characters of the original

func (f form) find(list []*regexp.Regexp) []span {
	var out []span
	for _, p := range list {
		for _, m := range p.FindAllStringIndex(f.text, -1) {
			if m[1] > m[0] {
				out = append(out, span{f.place[m[0]], f.place[m[1]-1] + 1})
			}
		}
	}
	slices.SortFunc(out, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	// What lies within a longer find says nothing more.
	kept := out[:0]
	for _, s := range out {
		if len(kept) == 0 || s.to > kept[len(kept)-1].to {
			kept = append(kept, s)
		}
	}
	return kept
}

// fold writes one rune for one: simplified, half width, lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case r == 0x3000:
			r = ' '
		}
		return unicode.ToLower(r)
	}, nlu.Simplify(s))
}

// squeeze drops what is put between letters to hide a word. The end of a
// sentence or a part of one stays, so that no word is read across it.
func squeeze(folded string) form {
	var f form
	var b strings.Builder
	i := 0
	put := func(r rune) {
		for range len(string(r)) {
			f.place = append(f.place, i)
		}
		b.WriteRune(r)
	}
	for _, r := range folded {
		switch {
		case strings.ContainsRune("。！？；!?;\n，,、:：", r):
			put('\n')
		case strings.ContainsRune("%¥$￥", r), unicode.IsLetter(r), unicode.IsNumber(r):
			put(r)
		}
		i++
	}
	f.text = b.String()
	return f
}

// spread keeps a text as it is, for words with blanks between them.
func spread(folded string) form {
	f := form{text: folded}
	i := 0
	for _, r := range folded {
		for range len(string(r)) {
			f.place = append(f.place, i)
		}
		i++
	}
	return f
}

func isLatin(w string) bool {
	return strings.IndexFunc(w, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}
