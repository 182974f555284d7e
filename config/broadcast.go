package config

import (
	"regexp"
	"slices"
	"strings"
)

// Broadcast is what messages to many must not say, and what they need. The
// list is the clinic's own: the law changes, and each clinic asks its counsel.
type Broadcast struct {
	// Certificate is the number of the advertising review that an activity
	// carries: required, asked (may be left out), or none. Default asked for a
	// vet, required for the others (Medical Advertising Rules, art. 3).
	Certificate string     `yaml:"certificate"`
	Source      string     `yaml:"source"` // where the list comes from
	Rules       []WordRule `yaml:"rules"`
}

// Levels of a WordRule.
const (
	Forbidden = "forbidden" // cannot be sent
	Look      = "look"      // can be sent when two people have looked at it
)

// WordRule is a group of wordings that one rule is about.
type WordRule struct {
	ID       string   `yaml:"id"`
	Level    string   `yaml:"level"`    // forbidden or look
	Kinds    []string `yaml:"kinds"`    // of broadcast: tip, activity, notice; empty: all
	Words    []string `yaml:"words"`    // in simplified Chinese or English, found in either script, any width, with blanks between
	Patterns []string `yaml:"patterns"` // regular expressions over the text without blanks, in simplified script, half width and lower case
	Except   []string `yaml:"except"`   // patterns of wordings that are fine though a word of the rule is in them
	Law      Text     `yaml:"law"`      // the rule, by its name and article
	Reason   Text     `yaml:"reason"`   // in plain words
	Advice   Text     `yaml:"advice"`   // what to write instead
}

func (b *Broadcast) setDefaults(kind Kind) {
	b.Certificate = orElse(b.Certificate, "required")
	if kind == Vet && b.Certificate == "required" {
		b.Certificate = "asked"
	}
	for i := range b.Rules {
		b.Rules[i].Level = orElse(b.Rules[i].Level, Look)
	}
}

func (v *validator) broadcast() {
	b := &v.Profile.Broadcast
	if !slices.Contains([]string{"required", "asked", "none"}, b.Certificate) {
		v.add("broadcast.certificate", "%q is none of required, asked, none", b.Certificate)
	}
	seen := ids{}
	for i := range b.Rules {
		r, key := &b.Rules[i], at("broadcast.rules", i)
		switch {
		case !wellFormed(r.ID):
			v.add(key+".id", "%q is no ID: use 1 to 32 of a-z, 0-9 and -", r.ID)
		case seen[r.ID]:
			v.add(key+".id", "%q stands here twice", r.ID)
		}
		seen[r.ID] = true
		if r.Level != Forbidden && r.Level != Look {
			v.add(key+".level", "%q is none of forbidden, look", r.Level)
		}
		for j, k := range r.Kinds {
			if !slices.Contains([]string{"tip", "activity", "notice"}, k) {
				v.add(at(key+".kinds", j), "%q is none of tip, activity, notice", k)
			}
		}
		if len(r.Words)+len(r.Patterns) == 0 {
			v.add(key+".words", missing)
		}
		v.words(key+".words", r.Words)
		v.patterns(key+".patterns", r.Patterns)
		v.patterns(key+".except", r.Except)
		v.text(key+".reason", r.Reason)
	}
}

func (v *validator) patterns(key string, list []string) {
	for i, p := range list {
		if _, err := regexp.Compile(p); err != nil {
			v.add(at(key, i), "%q is no pattern: %s", p, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	}
}
