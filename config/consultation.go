package config

import "slices"

// Consultation is what people ask the clinic's consultants in the chat before
// a visit, answered by a person within a time.
type Consultation struct {
	Form    string   `yaml:"form"`    // what is asked first; "" and there is none
	Roles   []string `yaml:"roles"`   // who answers; default consultant and doctor
	Within  Lead     `yaml:"within"`  // of opening hours, until the answer; default 2h
	Service string   `yaml:"service"` // what is booked to come in person
	Terms   Text     `yaml:"terms"`   // said before the questions; default: no diagnosis, no promise
}

// staffRoles are the roles that a profile can name.
func staffRoles() []string { return []string{"desk", "nurse", "doctor", "consultant", "manager"} }

func (c *Consultation) setDefaults() {
	if len(c.Roles) == 0 {
		c.Roles = []string{"consultant", "doctor"}
	}
	c.Within = orElse(c.Within, Lead{Minutes: 2 * 60})
}

func (v *validator) consultation() {
	c := &v.Consultation
	if c.Form == "" {
		return
	}
	v.refers("consultation.form", c.Form, v.forms, "form")
	v.roles("consultation.roles", c.Roles)
	if c.Service != "" {
		v.refers("consultation.service", c.Service, v.services, "service")
	}
}

func (v *validator) roles(key string, list []string) {
	for i, r := range list {
		if !slices.Contains(staffRoles(), r) {
			v.add(at(key, i), "%q is no role%s", r, didYouMean(r, staffRoles()))
		}
	}
}
