// Package kb finds the entry of a knowledge base that answers a question, or
// says that none does. It compares what is asked about (concepts: words that
// mean the same, in Chinese and English), the characters and the words; it
// knows nothing of medicine and makes nothing up.
package kb

// Entry is one thing that is known.
type Entry struct {
	ID        string
	Questions []string // the ways it is asked, in any language
	Answer    string   // weak evidence for what the entry is about; may be empty
	Species   []string // concept names of the animals it holds for; empty: what the questions name
	Services  []string // after which it is asked
	From, To  int      // days after the service; To 0: no end
}

// Query is a question and what is known of who asks.
type Query struct {
	Text    string
	Species string   // of the patient, "" unknown
	Lately  []Lately // what was done to the patient
}

// Lately is a service that a patient had, and how many days ago.
type Lately struct {
	Service string
	Days    int
}

// Match is an entry found.
type Match struct {
	Entry int // its place in what the index was built from
	ID    string
	Score float64 // 0 to 1
}

// Result is what was found, best first.
type Result struct {
	Ranked     []Match
	Confidence float64 // that the first answers the question, 0 to 1
}

// Sure is the confidence from which an entry is an answer.
const Sure = 0.5

// Answer is the entry that answers the question; false when none surely does.
func (r Result) Answer() (Match, bool) {
	if len(r.Ranked) == 0 || r.Confidence < Sure {
		return Match{}, false
	}
	return r.Ranked[0], true
}
