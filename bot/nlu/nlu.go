// Package nlu understands one sentence: what the person wants, whom and what it names, and when.
//
// It is pure: no I/O, no clock, no state. The caller gives the moment and the names to look for.
package nlu

import "time"

// Request is one sentence with what is needed to read it.
type Request struct {
	Text    string
	Now     time.Time // in the branch's Location: every time found is in that Location
	Lexicon *Lexicon  // names of the clinic; may be nil
	Names   []Name    // this person's own names, e.g. the pets' names
}

// Entity is a name found in the text.
type Entity struct {
	Kind       Kind
	ID         string
	Text       string
	Start, End int     // byte offsets in Request.Text
	Score      float64 // 1 for the name itself, less the further the words are from it
}

// Result is what a sentence says.
type Result struct {
	Intent     Intent
	Confidence float64 // 0..1
	Entities   []Entity
	Number     string // booking number, upper case
	Phone      string // mobile or landline number, digits only
	Times      []Time // best first
}

// Best returns the closest entity of a kind.
func (r Result) Best(kind Kind) (Entity, bool) {
	for _, e := range r.Entities {
		if e.Kind == kind {
			return e, true
		}
	}
	return Entity{}, false
}

// All returns every entity of a kind, best first. Equal scores at one place are a question to ask.
func (r Result) All(kind Kind) []Entity {
	var out []Entity
	for _, e := range r.Entities {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}
