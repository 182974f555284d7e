package fhir

import (
	"slices"
	"time"

	"zhenban/config"
	"zhenban/models"
)

type schedule struct {
	header
	Active          bool      `json:"active"`
	ServiceType     []concept `json:"serviceType,omitempty"`
	Actor           []ref     `json:"actor"`
	PlanningHorizon *period   `json:"planningHorizon"`
}

func schedules() *resource {
	return &resource{
		name: "Schedule", doc: "One for each practitioner and branch; planningHorizon is how far ahead can be booked as of now.",
		params: []param{
			paramID(),
			{name: "actor", kind: typeReference, targets: []string{"Practitioner", "Location"}, doc: "whose it is, or where"},
		},
		read: func(c *call, id string) (instance, error) {
			d, ok := c.duty(id)
			if !ok {
				return nil, models.ErrNotFound
			}
			return c.profileRead(c.schedule(d))
		},
		search: func(c *call, q *query) (page, error) {
			var list []instance
			for _, d := range c.duties() {
				if d.matches(q.refs["actor"]) {
					list = append(list, c.schedule(d))
				}
			}
			return c.profileSearch(q, list)
		},
	}
}

// duty is one practitioner's work at one branch: what a Schedule stands for.
type duty struct{ practitioner, branch string }

// id joins two IDs of the profile, which have no dot. Only the two longest
// possible would not fit into FHIR's 64 characters: those give digests.
func (d duty) id() string {
	if id := d.practitioner + "." + d.branch; isID(id) {
		return id
	}
	return digest(d.practitioner, d.branch)
}

func (d duty) matches(actors []reference) bool {
	return len(actors) == 0 || slices.ContainsFunc(actors, func(r reference) bool {
		return r == reference{"Practitioner", d.practitioner} || r == reference{"Location", d.branch}
	})
}

func (c *call) duties() []duty {
	var out []duty
	for i := range c.clinic.Practitioners {
		p := &c.clinic.Practitioners[i]
		for j := range c.clinic.Branches {
			b := c.clinic.Branches[j].ID
			if slices.ContainsFunc(p.Shifts, func(s config.Shift) bool { return s.Branch == b }) {
				out = append(out, duty{p.ID, b})
			}
		}
	}
	return out
}

func (c *call) duty(id string) (duty, bool) {
	for _, d := range c.duties() {
		if d.id() == id {
			return d, true
		}
	}
	return duty{}, false
}

// does lists the services of a duty.
func (c *call) does(d duty) []*config.Service {
	var out []*config.Service
	for i := range c.clinic.Services {
		s := &c.clinic.Services[i]
		if slices.ContainsFunc(c.clinic.PractitionersFor(s.ID, d.branch), func(p *config.Practitioner) bool { return p.ID == d.practitioner }) {
			out = append(out, s)
		}
	}
	return out
}

func (c *call) schedule(d duty) *schedule {
	loc := c.clinic.Location(d.branch)
	today := config.DateOf(c.now.In(loc))
	days := 0
	out := &schedule{
		header: header{ResourceType: "Schedule", ID: d.id()}, Active: true,
		Actor: []ref{c.practitionerRef(d.practitioner), c.locationRef(d.branch)},
	}
	for _, s := range c.does(d) {
		out.ServiceType = append(out.ServiceType, *c.serviceType(s.ID))
		days = max(days, s.HorizonDays)
	}
	// The last day counts whole.
	end := today.AddDays(days+1).Time(loc, 0).Add(-time.Second)
	out.PlanningHorizon = &period{instant(today.Time(loc, 0)), instant(end)}
	return out
}
