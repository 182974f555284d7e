package config

import "slices"

// Recall is what patients come back for at intervals, or once after something.
type Recall struct {
	ID       string   `yaml:"id"`
	Name     Text     `yaml:"name"`     // 疫苗, 驱虫, 洗牙 …
	Every    Lead     `yaml:"every"`    // from the last time to the next: 90d
	Months   int      `yaml:"months"`   // instead of every: 6, 12
	Services []string `yaml:"services"` // whose visit counts as done; the first is what a push leads to
	After    []string `yaml:"after"`    // whose visit starts it; default: services, so that it renews itself
	Species  []string `yaml:"species"`  // empty: all
	Days     []int    `yaml:"days"`     // when to write, in days from the due day, in order; default -30, -7, 0, 30
	Text     Text     `yaml:"text"`     // a line of why, shown below
	Source   string   `yaml:"source"`   // where the interval comes from
	Approved bool     `yaml:"approved"` // false: still needs the clinic's approval
}

// Renews reports a recall that starts again each time it was done.
func (r *Recall) Renews() bool {
	return len(r.After) == 0 || slices.ContainsFunc(r.After, func(s string) bool { return slices.Contains(r.Services, s) })
}

// StartedBy reports whether a visit for a service starts it.
func (r *Recall) StartedBy(service string) bool {
	if len(r.After) == 0 {
		return slices.Contains(r.Services, service)
	}
	return slices.Contains(r.After, service)
}

// For reports whether patients of a species come back for it; "" is unknown.
func (r *Recall) For(species string) bool {
	return len(r.Species) == 0 || slices.Contains(r.Species, species)
}

// Due is the day on which it is due again, counted on the calendar.
func (r *Recall) Due(last Date) Date {
	if r.Months > 0 {
		return last.AddMonths(r.Months)
	}
	return last.AddDays(r.Every.Days)
}

// RecallByID finds a recall; nil when the profile has it no more.
func (c *Clinic) RecallByID(id string) *Recall {
	for i := range c.Recalls {
		if c.Recalls[i].ID == id {
			return &c.Recalls[i]
		}
	}
	return nil
}

func (p *Profile) setRecallDefaults() {
	for i := range p.Recalls {
		if len(p.Recalls[i].Days) == 0 {
			p.Recalls[i].Days = []int{-30, -7, 0, 30}
		}
	}
}

// maxRecallDays is how far from its day a recall may be written about.
const maxRecallDays = 366

func (v *validator) recalls() {
	v.identify("recalls", len(v.Recalls), func(i int) string { return v.Recalls[i].ID })
	for i := range v.Recalls {
		r := &v.Recalls[i]
		key := at("recalls", i)
		v.text(key+".name", r.Name)
		v.refersAll(key+".services", r.Services, v.services, "service")
		v.refersAll(key+".after", r.After, v.services, "service")
		v.refersAll(key+".species", r.Species, v.animals, "species")
		if len(r.Services) == 0 {
			v.add(key+".services", missing)
		}
		switch {
		case r.Every == (Lead{}) && r.Months == 0:
			v.add(key+".every", "is missing: write every: 90d, or months: 6")
		case r.Every != (Lead{}) && r.Months != 0:
			v.add(key+".months", "stands beside every: one of them is enough")
		case r.Every != (Lead{}) && r.Every.Days == 0:
			v.add(key+".every", "%s is no number of days: write 90d", r.Every)
		}
		v.within(key+".months", r.Months, 0, 120)
		for j, d := range r.Days {
			v.within(at(key+".days", j), d, -maxRecallDays, maxRecallDays)
			if j > 0 && d <= r.Days[j-1] {
				v.add(at(key+".days", j), "%d does not come after %d", d, r.Days[j-1])
			}
		}
	}
}

// RecallTexts is the kind of the approvals of what recalls say.
const RecallTexts = "recall"

// Hash names the wording of a recall's line: an approval is of this wording.
func (r *Recall) Hash() string { return hashText(r.Source, r.Name, r.Text) }
