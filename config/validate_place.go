package config

import "slices"

func (v *validator) branch(key string, b *Branch) {
	v.named(key, b.Name, b.Aliases)
	v.text(key+".address", b.Address)
	if b.Phone != v.Phone {
		v.phone(key+".phone", b.Phone)
	}
	if b.Zone != v.Zone {
		v.zone(key+".zone", b.Zone)
	}
	if b.Map != "" {
		v.link(key+".map", b.Map)
	}
	if len(b.Hours) == 0 {
		v.add(key+".hours", "is missing: a branch opens on some day")
	}
	var taken [7][]Span
	for i, row := range b.Hours {
		at := at(key+".hours", i)
		v.days(at+".days", row.Days)
		if v.spans(at+".hours", row.Hours, true) {
			v.free(at+".days", row.Days, row.Hours, &taken, "open twice at once")
		}
	}
}

// free notes the spans on their weekdays and faults those already taken.
func (v *validator) free(key string, days Days, spans []Span, taken *[7][]Span, what string) {
	for day, on := range days {
		if !on {
			continue
		}
		for _, s := range spans {
			if slices.ContainsFunc(taken[day], s.Overlaps) {
				v.add(key, "%s on %s: %s", what, weekdays[day], s)
				return
			}
		}
		taken[day] = append(taken[day], spans...)
	}
}

func (v *validator) days(key string, d Days) {
	if d == (Days{}) {
		v.add(key, missing)
	}
}

// spans must lie on the grid, in order, apart from each other.
func (v *validator) spans(key string, spans []Span, needed bool) bool {
	before := len(v.faults)
	if needed && len(spans) == 0 {
		v.add(key, missing)
	}
	for i, s := range spans {
		if !s.valid() {
			v.add(at(key, i), "%s is no span of a day in steps of 5 minutes", s)
		} else if i > 0 && s.Start < spans[i-1].End {
			v.add(at(key, i), "%s begins before %s has ended", s, spans[i-1])
		}
	}
	return len(v.faults) == before
}

// A holiday longer than this is a typing error in the year.
const maxHoliday = 62 // days

func (v *validator) holidays() {
	taken := map[string]map[Date]int{}
	for i, h := range v.Holidays {
		key := at("holidays", i)
		v.text(key+".name", h.Name)
		v.refersAll(key+".branches", h.Branches, v.branches, "branch")
		v.spans(key+".hours", h.Hours, false)
		if !v.period(key, h.From, h.To) {
			continue
		}
		if h.From.AddDays(maxHoliday).Compare(h.To) <= 0 {
			v.add(key+".to", "%s is more than %d days after %s", h.To, maxHoliday, h.From)
			continue
		}
		where := h.Branches
		if len(where) == 0 {
			where = v.branches.list()
		}
	branches:
		for _, b := range where {
			if taken[b] == nil {
				taken[b] = map[Date]int{}
			}
			for d := h.From; d.Compare(h.To) <= 0; d = d.AddDays(1) {
				if other, ok := taken[b][d]; ok {
					v.add(key+".from", "%s is already in holidays[%d] at %s", d, other, b)
					break branches
				}
				taken[b][d] = i
			}
		}
	}
}

func (v *validator) period(key string, from, to Date) bool {
	switch {
	case from.IsZero():
		v.add(key+".from", missing)
	case to.Compare(from) < 0:
		v.add(key+".to", "%s is before %s", to, from)
	default:
		return true
	}
	return false
}

func (v *validator) leaves(key string, leaves []Leave) {
	for i, l := range leaves {
		v.period(at(key, i), l.From, l.To)
		v.spans(at(key, i)+".hours", l.Hours, false)
	}
}

func (v *validator) resource(key string, r *Resource) {
	v.text(key+".name", r.Name)
	v.refers(key+".branch", r.Branch, v.branches, "branch")
	if r.Type == "" {
		v.add(key+".type", missing)
	} else if !wellFormed(r.Type) {
		v.add(key+".type", "%q is no type: use 1 to 32 of a-z, 0-9 and -", r.Type)
	}
	if r.Kind != "room" && r.Kind != "machine" {
		v.add(key+".kind", "%q is neither room nor machine", r.Kind)
	}
	if v.practitioners[r.ID] {
		v.add(key+".id", "%q is also a practitioner: both are booked under their ID", r.ID)
	}
	v.leaves(key+".out", r.Out)
}
