package config

import (
	"fmt"
	"slices"
	"strings"
)

// CarePlan is what goes before and after a procedure: what to prepare, what to
// take home, when people are asked how they are and what is usual then. A
// service has one plan at most; the plan without services is for all that have
// none.
type CarePlan struct {
	ID        string        `yaml:"id"`
	Name      Text          `yaml:"name"`     // default: its services
	Services  []string      `yaml:"services"` // empty: every service that no other plan names
	Prepare   []PrepareItem `yaml:"prepare"`
	Discharge Discharge     `yaml:"discharge"`
	Steps     []PlanStep    `yaml:"steps"`  // in the order of their time
	Course    []CourseNote  `yaml:"course"` // what is usual on which days
}

// PlanStep is one time of asking.
type PlanStep struct {
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

func planBy() []string {
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
func (p *CarePlan) CourseID(n *CourseNote) string { return fmt.Sprintf("%s-%d", p.ID, n.From) }

// CourseOn is what is usual on a day of the plan; nil for nothing.
func (p *CarePlan) CourseOn(day int) *CourseNote {
	i := slices.IndexFunc(p.Course, func(n CourseNote) bool { return n.From <= day && day <= n.To })
	if i < 0 {
		return nil
	}
	return &p.Course[i]
}

// StepByName finds a step; nil when there is none.
func (p *CarePlan) StepByName(name string) *PlanStep {
	i := slices.IndexFunc(p.Steps, func(s PlanStep) bool { return s.Name() == name })
	if i < 0 {
		return nil
	}
	return &p.Steps[i]
}

// PlanByID finds a plan; nil when the profile has it no more.
func (c *Clinic) PlanByID(id string) *CarePlan {
	i := slices.IndexFunc(c.Plans, func(p CarePlan) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Plans[i]
}

// PlanNamed is what a plan is called: its name, else the services it is for.
func (c *Clinic) PlanNamed(p *CarePlan) Text {
	if len(p.Name) > 0 {
		return p.Name
	}
	out := Text{}
	for _, l := range Languages() {
		var names []string
		for _, id := range p.Services {
			if s := c.Service(id); s != nil {
				names = append(names, s.Name.In(l))
			}
		}
		sep := "、"
		if l == English {
			sep = ", "
		}
		out[l] = strings.Join(names, sep)
	}
	return out
}

// Length is the day of the last step, or of the last note of the course.
func (p *CarePlan) Length() int {
	n := 0
	for _, s := range p.Steps {
		n = max(n, s.After.Days)
	}
	for _, c := range p.Course {
		n = max(n, c.To)
	}
	return n
}

// PlanOf is the plan of a service; nil when there is none.
func (c *Clinic) PlanOf(service string) *CarePlan {
	var rest *CarePlan
	for i := range c.Plans {
		f := &c.Plans[i]
		if slices.Contains(f.Services, service) {
			return f
		}
		if len(f.Services) == 0 {
			rest = f
		}
	}
	return rest
}

func (p *Profile) setPlanDefaults() {
	for i := range p.Plans {
		for j := range p.Plans[i].Steps {
			s := &p.Plans[i].Steps[j]
			s.At = orElse(s.At, 10*60)
			s.Within = orElse(s.Within, Lead{Minutes: 8 * 60})
		}
		for j := range p.Plans[i].Prepare {
			item := &p.Plans[i].Prepare[j]
			item.At = orElse(item.At, 10*60)
			item.By = orElse(item.By, Lead{Days: 1})
		}
	}
}

func (v *validator) plans() {
	v.identify("plans", len(v.Plans), func(i int) string { return v.Plans[i].ID })
	planned := map[string]string{}
	rest := ""
	for i := range v.Plans {
		f := &v.Plans[i]
		key := at("plans", i)
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
		v.planTexts(key, f)
		for j := range f.Steps {
			v.planStep(at(key+".steps", j), f, j)
		}
	}
}

func (v *validator) planStep(key string, f *CarePlan, j int) {
	s := &f.Steps[j]
	switch {
	case s.After == (Lead{}):
		v.add(key+".after", missing)
	case j > 0 && (s.After.length() < f.Steps[j-1].After.length() || s.Name() == f.Steps[j-1].Name()):
		v.add(key+".after", "%s does not come after %s: write the nearest first", s.After, f.Steps[j-1].After)
	}
	if !slices.Contains(planBy(), s.By) {
		v.add(key+".by", "%q is none of %s%s", s.By, strings.Join(planBy(), ", "), didYouMean(s.By, planBy()))
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
func (s PlanStep) Name() string { return fmt.Sprintf("%s-%s", s.After, s.By) }
