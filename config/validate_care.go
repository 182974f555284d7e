package config

import (
	"slices"
	"time"
)

// maxVisit is the longest visit in minutes, buffers apart.
const maxVisit = 12 * 60

func (v *validator) service(key string, s *Service) {
	v.named(key, s.Name, s.Aliases)
	v.refers(key+".department", s.Department, v.departments, "department")
	v.within(key+".minutes", s.Minutes, 5, maxVisit)
	v.grid(key+".minutes", s.Minutes)
	v.within(key+".buffer_before", s.Before, 0, 240)
	v.grid(key+".buffer_before", s.Before)
	v.within(key+".buffer_after", s.After, 0, 240)
	v.grid(key+".buffer_after", s.After)
	v.within(key+".notice_hours", s.NoticeHours, 0, 24*90)
	v.within(key+".horizon_days", s.HorizonDays, 1, 366)
	if s.HorizonDays*24 < s.NoticeHours {
		v.add(key+".horizon_days", "%d days end before the notice of %d hours: it can never be booked", s.HorizonDays, s.NoticeHours)
	}
	switch p := s.Price; {
	case p.From < 0 || p.To < 0:
		v.add(key+".price", "is below zero")
	case p.To != 0 && p.To < p.From:
		v.add(key+".price.to", "%d is less than from, %d", p.To, p.From)
	}
	v.refersAll(key+".species", s.Species, v.animals, "species")
	v.refersAll(key+".branches", s.Branches, v.branches, "branch")
	types := ids{}
	for _, r := range v.Resources {
		types[r.Type] = true
	}
	v.refersAll(key+".needs", s.Needs, types, "resource of type")
	v.offered(key, s, types)
}

// offered checks that somebody does the service somewhere, for long enough,
// with everything it needs there.
func (v *validator) offered(key string, s *Service, types ids) {
	if !v.services[s.ID] {
		return // without an ID nobody can name it: one fault is enough
	}
	anywhere, fits := false, false
	for i := range v.Branches {
		b := &v.Branches[i]
		who := v.doing(s, b.ID)
		if listed := slices.Index(s.Branches, b.ID); len(who) == 0 && listed >= 0 {
			v.add(at(key+".branches", listed), "nobody does %q at %q", s.ID, b.ID)
		}
		if len(who) == 0 {
			continue
		}
		anywhere = true
		fits = fits || slices.ContainsFunc(who, func(r *Practitioner) bool { return hasTime(r, b, s.Minutes) })
		for j, need := range s.Needs {
			if types[need] && !slices.ContainsFunc(v.Resources, func(r Resource) bool { return r.Branch == b.ID && r.Type == need }) {
				v.add(at(key+".needs", j), "there is no %q at %q, where %q is done", need, b.ID, s.ID)
			}
		}
	}
	switch {
	case !anywhere && len(s.Branches) == 0:
		v.add(key, "nobody does %q: name it in the services of a practitioner with a shift", s.ID)
	case anywhere && !fits:
		v.add(key+".minutes", "%d minutes fit into no shift of those who do it", s.Minutes)
	}
}

// hasTime reports whether some stretch of somebody's week at a branch is long
// enough.
func hasTime(r *Practitioner, b *Branch, minutes int) bool {
	unread := func(d Days) bool { return d == (Days{}) }
	if slices.ContainsFunc(b.Hours, func(h DayHours) bool { return unread(h.Days) || len(h.Hours) == 0 }) ||
		slices.ContainsFunc(r.Shifts, func(h Shift) bool { return unread(h.Days) || len(h.Hours) == 0 }) {
		return true // that alone is the fault to tell
	}
	for _, h := range r.Shifts {
		for day := time.Sunday; h.Branch == b.ID && day <= time.Saturday; day++ {
			if !h.Days[day] {
				continue
			}
			free := clipSpans(subtractSpans(h.Hours, h.Breaks), b.Hours.On(day))
			if slices.ContainsFunc(free, func(s Span) bool { return s.Minutes() >= minutes }) {
				return true
			}
		}
	}
	return false
}

func (v *validator) practitioner(key string, r *Practitioner) {
	v.named(key, r.Name, r.Aliases)
	v.refersAll(key+".departments", r.Departments, v.departments, "department")
	v.refersAll(key+".services", r.Services, v.services, "service")
	for i, l := range r.Languages {
		v.language(at(key+".languages", i), l)
	}
	if len(r.Departments) == 0 {
		v.add(key+".departments", missing)
	}
	if len(r.Services) == 0 {
		v.add(key+".services", missing)
	}
	if len(r.Shifts) == 0 {
		v.add(key+".shifts", missing)
	}
	var taken [7][]Span
	for i, h := range r.Shifts {
		at := at(key+".shifts", i)
		v.refers(at+".branch", h.Branch, v.branches, "branch")
		v.days(at+".days", h.Days)
		if v.spans(at+".hours", h.Hours, true) {
			v.free(at+".days", h.Days, h.Hours, &taken, "in two shifts at once")
			v.breaks(at+".breaks", h)
		}
	}
	v.leaves(key+".leave", r.Leave)
}

func (v *validator) breaks(key string, h Shift) {
	if !v.spans(key, h.Breaks, false) {
		return
	}
	for i, b := range h.Breaks {
		if !slices.ContainsFunc(h.Hours, func(s Span) bool { return s.Covers(b) }) {
			v.add(at(key, i), "%s is not within the shift", b)
		}
	}
}

func (v *validator) triage(key string, t *TriageHint) {
	if len(t.Words) == 0 {
		v.add(key+".words", missing)
	}
	v.words(key+".words", t.Words)
	v.refers(key+".department", t.Department, v.departments, "department")
	if t.Service != "" {
		v.refers(key+".service", t.Service, v.services, "service")
	}
	v.refersAll(key+".species", t.Species, v.animals, "species")
}
