package config

import "slices"

// Referral is another hospital that patients can be sent on to.
type Referral struct {
	ID      string   `yaml:"id"`
	Name    Text     `yaml:"name"`    // of the hospital and the department
	For     Text     `yaml:"for"`     // when: 心脏问题、CT 和核磁
	Address Text     `yaml:"address"` // how to get there
	Phone   string   `yaml:"phone"`   // of its desk
	Bring   Text     `yaml:"bring"`   // documents to bring
	Aliases []string `yaml:"aliases"` // how people call it
	Species []string `yaml:"species"` // empty: all
}

// ReferralByID finds where patients are sent on to; nil when it is not there.
func (p *Profile) ReferralByID(id string) *Referral {
	i := slices.IndexFunc(p.Referrals, func(r Referral) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Referrals[i]
}

func (v *validator) referrals() {
	v.identify("referrals", len(v.Referrals), func(i int) string { return v.Referrals[i].ID })
	for i := range v.Referrals {
		r, key := &v.Referrals[i], at("referrals", i)
		v.named(key, r.Name, r.Aliases)
		v.text(key+".bring", r.Bring)
		if r.Phone != "" {
			v.phone(key+".phone", r.Phone)
		}
		v.refersAll(key+".species", r.Species, v.animals, "species")
	}
}
