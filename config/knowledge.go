package config

import (
	"fmt"
	"slices"
	"strings"
)

// KnowledgeEntry answers one question that people ask. Only an approved one is
// ever said.
type KnowledgeEntry struct {
	ID        string   `yaml:"id"`
	Name      Text     `yaml:"name"`      // what the answer calls itself
	Questions []string `yaml:"questions"` // the ways people ask, in any language
	Answer    Text     `yaml:"answer"`
	Watch     Text     `yaml:"watch"`    // what to look out for, when to come
	Species   []string `yaml:"species"`  // empty: all
	Services  []string `yaml:"services"` // after which it is likely asked
	Days      DayRange `yaml:"days"`     // after the service
	Urgent    bool     `yaml:"urgent"`   // address and phone are said with it
	Source    string   `yaml:"source"`   // the guidance it follows
	Reviewed  Date     `yaml:"reviewed"`
	Approved  bool     `yaml:"approved"` // false: still needs the clinic's approval
}

// DayRange is a span of days after something; To 0 is no end.
type DayRange struct {
	From int `yaml:"from"`
	To   int `yaml:"to"`
}

// Holds reports that a day lies in the span.
func (r DayRange) Holds(day int) bool { return day >= r.From && (r.To == 0 || day <= r.To) }

// Hash names the wording of an entry: an approval is of this wording. How
// people ask may grow without a new one.
func (e *KnowledgeEntry) Hash() string {
	return hashText(fmt.Sprintf("%q %q %t", e.Source, e.Species, e.Urgent), e.Name, e.Answer, e.Watch)
}

// Bounds of an entry: what fits into one message of every channel.
const (
	maxQuestions   = 20
	maxQuestion    = 200 // bytes
	maxAnswerBytes = 600
	maxWatchBytes  = 400
)

// KnowledgeEntry finds an entry by ID; nil when there is none.
func (c *Clinic) KnowledgeEntry(id string) *KnowledgeEntry { return c.knowledge[id] }

func (v *validator) knowledge() {
	for i := range v.Profile.Knowledge {
		v.knowledgeEntry(at("knowledge", i), &v.Profile.Knowledge[i])
	}
}

func (v *validator) knowledgeEntry(key string, e *KnowledgeEntry) {
	v.text(key+".name", e.Name)
	v.text(key+".answer", e.Answer)
	for lang, s := range e.Answer {
		if len(s) > maxAnswerBytes {
			v.add(key+".answer."+string(lang), "has %d bytes: keep it within %d", len(s), maxAnswerBytes)
		}
	}
	for lang, s := range e.Watch {
		if len(s) > maxWatchBytes {
			v.add(key+".watch."+string(lang), "has %d bytes: keep it within %d", len(s), maxWatchBytes)
		}
	}
	if len(e.Questions) == 0 {
		v.add(key+".questions", "is missing: write at least one way to ask")
	}
	if len(e.Questions) > maxQuestions {
		v.add(key+".questions", "%d are too many: %d suffice", len(e.Questions), maxQuestions)
	}
	for i, q := range e.Questions {
		switch {
		case strings.TrimSpace(q) == "" || len(q) > maxQuestion:
			v.add(at(key+".questions", i), "must have 1 to %d bytes", maxQuestion)
		case slices.Contains(e.Questions[:i], q):
			v.add(at(key+".questions", i), "%q stands here twice", q)
		}
	}
	v.refersAll(key+".species", e.Species, v.animals, "species")
	v.refersAll(key+".services", e.Services, v.services, "service")
	v.within(key+".days.from", e.Days.From, 0, 3650)
	v.within(key+".days.to", e.Days.To, 0, 3650)
	if e.Days.To != 0 && e.Days.To < e.Days.From {
		v.add(key+".days.to", "%d is before from, %d", e.Days.To, e.Days.From)
	}
	if strings.TrimSpace(e.Source) == "" {
		v.add(key+".source", "is missing: say where the answer comes from")
	}
	if e.Reviewed.IsZero() {
		v.add(key+".reviewed", "is missing: say when somebody last read it")
	}
}
