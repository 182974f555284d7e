package config

import (
	"fmt"
	"slices"
	"strings"
)

// Consent is the wording of a consent to an examination or a treatment: what
// somebody is told before they agree. One that nobody approved, here or in the
// chat, is asked of nobody.
type Consent struct {
	ID           string   `yaml:"id"`
	Title        Text     `yaml:"title"`
	Services     []string `yaml:"services"`     // which it belongs to; empty: any
	Purpose      Text     `yaml:"purpose"`      // what is done, and what for
	Risks        Text     `yaml:"risks"`        // a line each
	Alternatives Text     `yaml:"alternatives"` // what else could be done, and doing nothing
	Duration     Text     `yaml:"duration"`
	Price        Text     `yaml:"price"`   // default: of the service it is asked for
	Signers      []string `yaml:"signers"` // who may sign; default: the owner or the family for a vet, else the patient or a guardian
	Paper        bool     `yaml:"paper"`   // it is signed on paper at the clinic as well
	Before       Lead     `yaml:"before"`  // asked by itself so long before the visit; absent: only by staff
	Remind       Lead     `yaml:"remind"`  // reminded of so long before the visit; default 1d
	Call         Lead     `yaml:"call"`    // so long before the visit somebody of the clinic asks; default 4h
	Source       string   `yaml:"source"`
	Approved     bool     `yaml:"approved"` // by the clinic's doctor and lawyer
}

// Who may sign a consent.
const (
	SignPatient  = "patient"  // themselves
	SignGuardian = "guardian" // of a child, or of who cannot decide
	SignRelative = "relative" // close family, where the patient cannot be told (Civil Code, art. 1219)
	SignOwner    = "owner"    // of an animal
	SignFamily   = "family"   // whom the owner let see the animal's record
)

func signersOf(k Kind) []string {
	if k == Vet {
		return []string{SignOwner, SignFamily}
	}
	return []string{SignPatient, SignGuardian, SignRelative}
}

// Hash names the wording in every language: what was approved, and what
// somebody signed. Prices change without a new approval.
func (c *Consent) Hash() string {
	return hashText(fmt.Sprintf("%q %q %t", c.Source, c.Signers, c.Paper), c.Title, c.Purpose, c.Risks, c.Alternatives, c.Duration)
}

// For reports whether it belongs to a service.
func (c *Consent) For(service string) bool {
	return len(c.Services) == 0 || slices.Contains(c.Services, service)
}

// ConsentByID finds the wording of a consent; nil when there is none.
func (p *Profile) ConsentByID(id string) *Consent {
	i := slices.IndexFunc(p.Consents, func(c Consent) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Consents[i]
}

func (p *Profile) setConsentDefaults() {
	for i := range p.Consents {
		c := &p.Consents[i]
		c.Remind = orElse(c.Remind, Lead{Days: 1})
		c.Call = orElse(c.Call, Lead{Minutes: 4 * 60})
		if len(c.Signers) == 0 {
			c.Signers = []string{SignPatient, SignGuardian}
			if p.Kind == Vet {
				c.Signers = []string{SignOwner, SignFamily}
			}
		}
	}
}

// maxConsentBytes keeps a wording within a few screens of a phone.
const maxConsentBytes = 3000

func (v *validator) consents() {
	v.identify("consents", len(v.Consents), func(i int) string { return v.Consents[i].ID })
	for i := range v.Consents {
		c, key := &v.Consents[i], at("consents", i)
		v.text(key+".title", c.Title)
		v.text(key+".purpose", c.Purpose)
		v.text(key+".risks", c.Risks)
		v.text(key+".alternatives", c.Alternatives)
		for part, t := range map[string]Text{"purpose": c.Purpose, "risks": c.Risks, "alternatives": c.Alternatives} {
			for lang, s := range t {
				if len(s) > maxConsentBytes {
					v.add(key+"."+part+"."+string(lang), "has %d bytes: keep it within %d, people read it on a phone", len(s), maxConsentBytes)
				}
			}
		}
		v.refersAll(key+".services", c.Services, v.services, "service")
		for j, s := range c.Signers {
			if who := signersOf(v.Kind); !slices.Contains(who, s) {
				v.add(at(key+".signers", j), "%q is none of %s%s", s, strings.Join(who, ", "), didYouMean(s, who))
			}
		}
		if c.Before != (Lead{}) && len(c.Services) == 0 {
			v.add(key+".services", "is missing: before asks by itself, so name what for")
		}
		if c.Before != (Lead{}) && c.Before.length() <= c.Call.length() {
			v.add(key+".before", "%s is not before the call, %s", c.Before, c.Call)
		}
		if strings.TrimSpace(c.Source) == "" {
			v.add(key+".source", "is missing: say where it comes from")
		}
	}
}
