package config

import (
	"slices"
	"strings"
)

// Visits is what happens around a visit by itself.
type Visits struct {
	NoShow    NoShow      `yaml:"noshow"`
	Wait      WaitRules   `yaml:"wait"`
	Intake    Intake      `yaml:"intake"`
	Summary   Summary     `yaml:"summary"`
	Aftercare []Aftercare `yaml:"aftercare"` // what is sent with the summary, by service
}

// NoShow is what happens when nobody comes.
type NoShow struct {
	Mark   string `yaml:"mark"`   // auto (default): by itself after the grace; desk: only by staff, for clinics that do not mark who arrived
	Grace  Lead   `yaml:"grace"`  // after the start; default 30m
	Late   Lead   `yaml:"late"`   // more of it for who said they will be late; default 30m
	Ask    Lead   `yaml:"ask"`    // after the marking, before the person is asked, so that staff can put it right; default 30m
	Repeat int    `yaml:"repeat"` // how many flag somebody to the desk; default 2
	Within Lead   `yaml:"within"` // the span these are counted in; default 180d
}

// WaitRules are the rules of the wait list.
type WaitRules struct {
	Places int  `yaml:"places"` // how many one person may have; default 3
	Offer  Lead `yaml:"offer"`  // how long a freed time is kept for whoever it is offered to; default 15m
}

// Intake is what is asked before a visit: complaint, allergies, medication.
type Intake struct {
	Off      bool     `yaml:"off"`
	Before   Lead     `yaml:"before"`   // before the visit; default 2d; who books later is asked soon after
	Fresh    Lead     `yaml:"fresh"`    // how long answers stand, so that only changes are asked for; default 90d
	Doctor   Lead     `yaml:"doctor"`   // before the visit, when the doctor is shown the answers; default 30m
	Services []string `yaml:"services"` // empty: all
}

// Summary is what a person gets after a visit.
type Summary struct {
	Off   bool `yaml:"off"`
	After Lead `yaml:"after"` // after staff marked the visit as done; default 2h, at most 24h
}

// Aftercare is general advice after a service. One that nobody approved, here
// or in the chat, is never sent.
type Aftercare struct {
	ID       string   `yaml:"id"`
	Services []string `yaml:"services"`
	Text     Text     `yaml:"text"`
	Source   string   `yaml:"source"`   // where it comes from
	Approved bool     `yaml:"approved"` // by the clinic
}

// How a no-show comes about.
const (
	MarkAuto = "auto"
	MarkDesk = "desk"
)

func (s *Visits) setDefaults() {
	n := &s.NoShow
	n.Mark = orElse(n.Mark, MarkAuto)
	n.Grace = orElse(n.Grace, Lead{Minutes: 30})
	n.Late = orElse(n.Late, Lead{Minutes: 30})
	n.Ask = orElse(n.Ask, Lead{Minutes: 30})
	n.Repeat = orElse(n.Repeat, 2)
	n.Within = orElse(n.Within, Lead{Days: 180})
	s.Wait.Places = orElse(s.Wait.Places, 3)
	s.Wait.Offer = orElse(s.Wait.Offer, Lead{Minutes: 15})
	i := &s.Intake
	i.Before = orElse(i.Before, Lead{Days: 2})
	i.Fresh = orElse(i.Fresh, Lead{Days: 90})
	i.Doctor = orElse(i.Doctor, Lead{Minutes: 30})
	s.Summary.After = orElse(s.Summary.After, Lead{Minutes: 120})
}

// AsksIntake reports whether questions are asked before a visit for a service.
func (s *Visits) AsksIntake(service string) bool {
	return !s.Intake.Off && (len(s.Intake.Services) == 0 || slices.Contains(s.Intake.Services, service))
}

// AftercareOf is the advice after a service, approved or not; nil when there
// is none.
func (s *Visits) AftercareOf(service string) *Aftercare {
	for i := range s.Aftercare {
		if a := &s.Aftercare[i]; slices.Contains(a.Services, service) {
			return a
		}
	}
	return nil
}

// AftercareByID finds an advice; nil when there is none.
func (s *Visits) AftercareByID(id string) *Aftercare {
	for i := range s.Aftercare {
		if a := &s.Aftercare[i]; a.ID == id {
			return a
		}
	}
	return nil
}

// Hash names the wording in every language: what changes must be approved anew.
func (a *Aftercare) Hash() string { return hashText("", a.Text) }

func (v *validator) visits() {
	n := v.Visits.NoShow
	if n.Mark != MarkAuto && n.Mark != MarkDesk {
		v.add("visits.noshow.mark", "%q is neither auto nor desk", n.Mark)
	}
	v.within("visits.noshow.repeat", n.Repeat, 1, 20)
	v.within("visits.wait.places", v.Visits.Wait.Places, 1, 20)
	v.refersAll("visits.intake.services", v.Visits.Intake.Services, v.services, "service")
	if a := v.Visits.Summary.After; a.length() > (Lead{Days: 1}).length() {
		v.add("visits.summary.after", "%s is more than 24h: a summary comes within a day", a)
	}
	v.identify("visits.aftercare", len(v.Visits.Aftercare), func(i int) string { return v.Visits.Aftercare[i].ID })
	seen := ids{}
	for i := range v.Visits.Aftercare {
		key, a := at("visits.aftercare", i), &v.Visits.Aftercare[i]
		v.text(key+".text", a.Text)
		if len(a.Services) == 0 {
			v.add(key+".services", missing)
		}
		v.refersAll(key+".services", a.Services, v.services, "service")
		for j, id := range a.Services {
			if seen[id] {
				v.add(at(key+".services", j), "%q has its advice above", id)
			}
			seen[id] = true
		}
		if strings.TrimSpace(a.Source) == "" {
			v.add(key+".source", "is missing: say where it comes from")
		}
	}
}
