package config

import (
	"fmt"
	"slices"
	"strings"
)

// Followup is how people are asked after a visit how they are. A service has
// one plan at most; the plan without services is for all that have none.
type Followup struct {
	ID       string         `yaml:"id"`
	Services []string       `yaml:"services"` // empty: every service that no other plan names
	Steps    []FollowupStep `yaml:"steps"`    // in the order of their time
	Course   []CourseNote   `yaml:"course"`   // what is usual on which days
}

// FollowupStep is one time of asking.
type FollowupStep struct {
	After     Lead   `yaml:"after"`     // since the visit was marked done: 20h, 3d
	At        Clock  `yaml:"at"`        // of the day, for steps of days; default 10:00
	By        string `yaml:"by"`        // message, form, or who calls: nurse, doctor, consultant, desk
	Form      string `yaml:"form"`      // of a step by form: the check-in that is filled in
	Text      Text   `yaml:"text"`      // of a message: what is asked; default: how the patient is
	Questions Text   `yaml:"questions"` // for who calls: what to ask, a line each
	Within    Lead   `yaml:"within"`    // how long the call may wait; default 8h
}

// Steps that ask in the chat rather than by a person.
const (
	ByMessage = "message"
	ByForm    = "form"
)

func followupBy() []string {
	return []string{ByMessage, ByForm, "nurse", "doctor", "consultant", "desk"}
}

// CourseNote is what is usual in some days after a procedure, so that nobody
// is frightened by what passes by itself.
type CourseNote struct {
	From     int    `yaml:"from"` // days after, inclusive
	To       int    `yaml:"to"`
	Text     Text   `yaml:"text"`
	Source   string `yaml:"source"`
	Approved bool   `yaml:"approved"` // false: it is not said before the clinic approves it
}

// Hash names the wording of a note: an approval is of this wording.
func (n *CourseNote) Hash() string { return hashText(n.Source, n.Text) }

// CourseID names a note of the plan for its approval.
func (f *Followup) CourseID(n *CourseNote) string { return fmt.Sprintf("%s-%d", f.ID, n.From) }

// CourseOn is what is usual on a day of the plan; nil for nothing.
func (f *Followup) CourseOn(day int) *CourseNote {
	i := slices.IndexFunc(f.Course, func(n CourseNote) bool { return n.From <= day && day <= n.To })
	if i < 0 {
		return nil
	}
	return &f.Course[i]
}

// StepByName finds a step; nil when there is none.
func (f *Followup) StepByName(name string) *FollowupStep {
	i := slices.IndexFunc(f.Steps, func(s FollowupStep) bool { return s.Name() == name })
	if i < 0 {
		return nil
	}
	return &f.Steps[i]
}

// FollowupOf is the plan of a service; nil when there is none.
func (c *Clinic) FollowupOf(service string) *Followup {
	var rest *Followup
	for i := range c.Followups {
		f := &c.Followups[i]
		if slices.Contains(f.Services, service) {
			return f
		}
		if len(f.Services) == 0 {
			rest = f
		}
	}
	return rest
}

func (p *Profile) setFollowupDefaults() {
	for i := range p.Followups {
		for j := range p.Followups[i].Steps {
			s := &p.Followups[i].Steps[j]
			s.At = orElse(s.At, 10*60)
			s.Within = orElse(s.Within, Lead{Minutes: 8 * 60})
		}
	}
}

func (v *validator) followups() {
	v.identify("followups", len(v.Followups), func(i int) string { return v.Followups[i].ID })
	planned := map[string]string{}
	rest := ""
	for i := range v.Followups {
		f := &v.Followups[i]
		key := at("followups", i)
		v.refersAll(key+".services", f.Services, v.services, "service")
		for j, s := range f.Services {
			if other := planned[s]; other != "" && other != f.ID {
				v.add(at(key+".services", j), "%q has the plan %q already", s, other)
			}
			planned[s] = f.ID
		}
		if len(f.Services) == 0 {
			if rest != "" {
				v.add(key+".services", "is missing: %q is the plan of all other services already", rest)
			}
			rest = f.ID
		}
		if len(f.Steps) == 0 {
			v.add(key+".steps", missing)
		}
		for j, n := range f.Course {
			at := at(key+".course", j)
			v.text(at+".text", n.Text)
			if n.From < 0 || n.To < n.From {
				v.add(at+".to", "day %d is before day %d", n.To, n.From)
			}
			if strings.TrimSpace(n.Source) == "" {
				v.add(at+".source", "is missing: say where it comes from")
			}
		}
		for j := range f.Steps {
			v.followupStep(at(key+".steps", j), f, j)
		}
	}
}

func (v *validator) followupStep(key string, f *Followup, j int) {
	s := &f.Steps[j]
	switch {
	case s.After == (Lead{}):
		v.add(key+".after", missing)
	case j > 0 && s.After.length() <= f.Steps[j-1].After.length():
		v.add(key+".after", "%s does not come after %s: write the nearest first", s.After, f.Steps[j-1].After)
	}
	if !slices.Contains(followupBy(), s.By) {
		v.add(key+".by", "%q is none of %s%s", s.By, strings.Join(followupBy(), ", "), didYouMean(s.By, followupBy()))
	}
	if s.By == ByForm {
		v.refers(key+".form", s.Form, v.forms, "form")
	} else if s.Form != "" {
		v.add(key+".form", "is for a step by form")
	}
	if s.By != ByMessage && s.By != ByForm && len(s.Text) > 0 {
		v.add(key+".text", "is for a step by message; for who calls write questions")
	}
	if (s.By == ByMessage || s.By == ByForm) && len(s.Questions) > 0 {
		v.add(key+".questions", "are for a step by a person; for a message write text")
	}
}

// Name is what a step is called in keys: its time.
func (s FollowupStep) Name() string { return fmt.Sprintf("%s-%s", s.After, s.By) }
