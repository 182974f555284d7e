package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const missing = "is missing"

// validator walks a profile and gathers what is wrong, keyed by path.
type validator struct {
	*Profile
	faults                                                                    Faults
	branches, departments, services, practitioners, resources, animals, forms ids
}

// ids is the set of IDs of one list.
type ids map[string]bool

// Validate tells everything wrong with the profile as Faults keyed by path
// ("services[3].minutes"); nil when it can be relied on. It expects the
// defaults to be set, as ParseProfile and NewClinic do.
func (p *Profile) Validate() error {
	v := &validator{Profile: p}
	v.branches = v.identify("branches", len(p.Branches), func(i int) string { return p.Branches[i].ID })
	v.departments = v.identify("departments", len(p.Departments), func(i int) string { return p.Departments[i].ID })
	v.services = v.identify("services", len(p.Services), func(i int) string { return p.Services[i].ID })
	v.practitioners = v.identify("practitioners", len(p.Practitioners), func(i int) string { return p.Practitioners[i].ID })
	v.resources = v.identify("resources", len(p.Resources), func(i int) string { return p.Resources[i].ID })
	v.animals = v.identify("species", len(p.Species), func(i int) string { return p.Species[i].ID })
	v.clinic()
	v.holidays()
	for i := range p.Branches {
		v.branch(at("branches", i), &p.Branches[i])
	}
	for i, d := range p.Departments {
		v.named(at("departments", i), d.Name, d.Aliases)
	}
	for i, s := range p.Species {
		v.named(at("species", i), s.Name, s.Aliases)
	}
	for i := range p.Resources {
		v.resource(at("resources", i), &p.Resources[i])
	}
	for i := range p.Practitioners {
		v.practitioner(at("practitioners", i), &p.Practitioners[i])
	}
	for i := range p.Services {
		v.service(at("services", i), &p.Services[i])
	}
	for i := range p.Triage {
		v.triage(at("triage", i), &p.Triage[i])
	}
	v.identify("knowledge", len(p.Knowledge), func(i int) string { return p.Knowledge[i].ID })
	v.forms = v.identify("forms", len(p.Forms), func(i int) string { return p.Forms[i].ID })
	for i := range p.Forms {
		v.form(at("forms", i), &p.Forms[i])
	}
	v.menu()
	v.outreach()
	v.alerts()
	v.knowledge()
	v.surveys()
	v.visits()
	v.tips()
	v.checkupDay()
	v.analytes()
	v.plans()
	v.recalls()
	v.consultation()
	v.billing()
	v.referrals()
	v.consents()
	v.treatments()
	v.broadcast()
	return v.faults.err()
}

func (v *validator) add(key, format string, args ...any) { v.faults.add(key, format, args...) }

func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// identify checks that IDs are well-formed and stand once, and that there is
// at least one where a clinic cannot do without.
func (v *validator) identify(list string, n int, id func(int) string) ids {
	out := make(ids, n)
	for i := range n {
		switch s := id(i); {
		case s == "":
			v.add(at(list, i)+".id", missing)
		case !wellFormed(s):
			v.add(at(list, i)+".id", "%q is no ID: use 1 to 32 of a-z, 0-9 and -", s)
		case out[s]:
			v.add(at(list, i)+".id", "%q stands here twice", s)
		default:
			out[s] = true
		}
	}
	if n == 0 && slices.Contains([]string{"branches", "departments", "services", "practitioners"}, list) {
		v.add(list, "is missing: at least one is needed")
	}
	return out
}

func wellFormed(id string) bool {
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return len(id) >= 1 && len(id) <= 32
}

// refers checks that an ID names something.
func (v *validator) refers(key, id string, to ids, what string) {
	if id == "" {
		v.add(key, missing)
	} else if !to[id] {
		v.add(key, "there is no %s %q%s", what, id, didYouMean(id, to.list()))
	}
}

func (v *validator) refersAll(key string, list []string, to ids, what string) {
	for i, id := range list {
		v.refers(at(key, i), id, to, what)
		if slices.Contains(list[:i], id) {
			v.add(at(key, i), "%q stands here twice", id)
		}
	}
}

func (s ids) list() []string {
	out := make([]string, 0, len(s))
	for id := range s {
		out = append(out, id)
	}
	return sortedStrings(out)
}

func (v *validator) clinic() {
	v.text("name", v.Name)
	if !slices.Contains(Kinds(), v.Kind) {
		v.add("kind", "%q is none of vet, general, dental, aesthetics, surgery", v.Kind)
	}
	v.zone("zone", v.Zone)
	v.language("language", v.Language)
	v.phone("phone", v.Phone)
	if v.Privacy.Version == "" {
		v.add("privacy.version", missing)
	}
	v.text("privacy.text", v.Privacy.Text)

	b := v.Booking
	v.within("booking.max_future", b.MaxFuture, 1, 50)
	v.within("booking.hold_minutes", b.HoldMinutes, 1, 60)
	v.within("booking.late_change_hours", b.LateChangeHours, 0, 24*14)
	v.within("booking.grid_minutes", b.GridMinutes, 5, 240)
	v.grid("booking.grid_minutes", b.GridMinutes)

	if len(v.Emergency.Words) == 0 {
		v.add("emergency.words", "is missing: at least one is needed")
	}
	v.words("emergency.words", v.Emergency.Words)
	v.text("emergency.advice", v.Emergency.Advice)
	if strings.TrimSpace(v.Emergency.Source) == "" {
		v.add("emergency.source", "is missing: say where the list and the advice come from")
	}
	if v.Kind == Vet && len(v.Profile.Species) == 0 {
		v.add("species", "is missing: a vet names the animals it treats")
	}
	if v.Kind != Vet && len(v.Profile.Species) > 0 {
		v.add("species", "is for a vet, and kind is %q", v.Kind)
	}
}

// text: there must be a wording. That a map has all languages is checked where
// the file is read; a plain text is one wording for all.
func (v *validator) text(key string, t Text) {
	if strings.TrimSpace(t.In(Hans)) == "" {
		v.add(key, missing)
	}
}

func (v *validator) named(key string, name Text, aliases []string) {
	v.text(key+".name", name)
	v.words(key+".aliases", aliases)
}

// words are matched as parts of what people write: one letter would match
// nearly everything.
func (v *validator) words(key string, list []string) {
	for i, w := range list {
		if strings.TrimSpace(w) != w || w == "" || len(w) < 2 {
			v.add(at(key, i), "%q is too short, or has a space around it", w)
		} else if slices.Contains(list[:i], w) {
			v.add(at(key, i), "%q stands here twice", w)
		}
	}
}

func (v *validator) zone(key, zone string) {
	if zone == "Local" || zone == "" {
		v.add(key, "%q is no zone: write an IANA name as Asia/Shanghai", zone)
	} else if _, err := time.LoadLocation(zone); err != nil {
		v.add(key, "%q is no zone: write an IANA name as Asia/Shanghai", zone)
	}
}

func (v *validator) language(key string, l Language) {
	if !slices.Contains(Languages(), l) {
		v.add(key, "%q is no language: use zh-Hans, zh-Hant or en", l)
	}
}

// phone must be dialable as written: 3 digits (120) to 15 (E.164).
func (v *validator) phone(key, phone string) {
	digits := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(strings.TrimPrefix(phone, "+"))
	switch {
	case phone == "":
		v.add(key, missing)
	case strings.Trim(digits, "0123456789") != "" || len(digits) < 3 || len(digits) > 15:
		v.add(key, "%q is no phone number: 3 to 15 digits, with + - ( ) and spaces", phone)
	}
}

func (v *validator) link(key, link string) {
	if !absoluteURL(link) {
		v.add(key, "%q is no absolute http or https address", link)
	}
}

func (v *validator) within(key string, n, least, most int) {
	if n < least || n > most {
		v.add(key, "%d is not from %d to %d", n, least, most)
	}
}

func (v *validator) grid(key string, minutes int) {
	if minutes%5 != 0 {
		v.add(key, "%d is no multiple of 5 minutes", minutes)
	}
}
