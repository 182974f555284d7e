package config

import (
	"fmt"
	"slices"
	"strings"
)

// Treatment is a template of what a doctor can put to a client for a choice:
// one to three ways of treating, side by side.
type Treatment struct {
	ID       string          `yaml:"id"`
	Name     Text            `yaml:"name"` // what it is about
	Services []string        `yaml:"services"`
	Plans    []TreatmentPlan `yaml:"plans"`
	Source   string          `yaml:"source"`
	Approved bool            `yaml:"approved"`
}

// TreatmentPlan is one way of treating.
type TreatmentPlan struct {
	Name    Text   `yaml:"name"`
	Benefit Text   `yaml:"benefit"`
	Risk    Text   `yaml:"risk"`
	Price   Text   `yaml:"price"`
	Visits  Text   `yaml:"visits"`  // how often one comes
	Grade   Text   `yaml:"grade"`   // how far it is recommended
	Consent string `yaml:"consent"` // asked for when it is chosen
	Service string `yaml:"service"` // booked when it is chosen
}

// MaxPlans is how many ways stand side by side.
const MaxPlans = 3

// Hash names the wording of a template.
func (t *Treatment) Hash() string {
	texts := []Text{t.Name}
	for _, p := range t.Plans {
		texts = append(texts, p.Name, p.Benefit, p.Risk, p.Visits, p.Grade)
	}
	return hashText(fmt.Sprintf("%q", t.Source), texts...)
}

// For reports whether it belongs to a service.
func (t *Treatment) For(service string) bool {
	return len(t.Services) == 0 || slices.Contains(t.Services, service)
}

// TreatmentByID finds a template; nil when there is none.
func (p *Profile) TreatmentByID(id string) *Treatment {
	i := slices.IndexFunc(p.Treatments, func(t Treatment) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Treatments[i]
}

func (v *validator) treatments() {
	known := ids{}
	for _, c := range v.Consents {
		known[c.ID] = true
	}
	v.identify("treatments", len(v.Treatments), func(i int) string { return v.Treatments[i].ID })
	for i := range v.Treatments {
		t, key := &v.Treatments[i], at("treatments", i)
		v.text(key+".name", t.Name)
		v.refersAll(key+".services", t.Services, v.services, "service")
		v.within(key+".plans", len(t.Plans), 1, MaxPlans)
		for j := range t.Plans {
			p, key := &t.Plans[j], at(key+".plans", j)
			v.text(key+".name", p.Name)
			v.text(key+".benefit", p.Benefit)
			v.text(key+".risk", p.Risk)
			v.text(key+".price", p.Price)
			if p.Consent != "" {
				v.refers(key+".consent", p.Consent, known, "consent")
			}
			if p.Service != "" {
				v.refers(key+".service", p.Service, v.services, "service")
			}
		}
		if strings.TrimSpace(t.Source) == "" {
			v.add(key+".source", "is missing: say where it comes from")
		}
	}
}
