package fhir

import (
	"slices"
	"strings"

	"zhenban/config"
	"zhenban/models"
)

type healthcareService struct {
	header
	Identifier          []identifier  `json:"identifier,omitempty"`
	Active              bool          `json:"active"`
	Category            []concept     `json:"category,omitempty"`
	Type                []concept     `json:"type,omitempty"`
	Location            []ref         `json:"location,omitempty"`
	Name                string        `json:"name"`
	Comment             string        `json:"comment,omitempty"`
	Eligibility         []eligibility `json:"eligibility,omitempty"`
	AppointmentRequired bool          `json:"appointmentRequired"`
}

type eligibility struct {
	Code *concept `json:"code"`
}

func healthcareServices() *resource {
	return &resource{
		name: "HealthcareService", doc: "What can be booked, as the clinic's profile says; comment is what to prepare and bring.",
		params: []param{
			paramID(), paramName(),
			{name: "location", kind: typeReference, targets: []string{"Location"}, doc: "where it can be had"},
		},
		read: func(c *call, id string) (instance, error) {
			s := c.clinic.Service(id)
			if s == nil {
				return nil, models.ErrNotFound
			}
			return c.profileRead(c.service(s))
		},
		search: func(c *call, q *query) (page, error) {
			var list []instance
			for i := range c.clinic.Services {
				s := &c.clinic.Services[i]
				if q.named(s.Name, s.Aliases) && c.offered(s.ID, ids(q.refs["location"], "Location")) {
					list = append(list, c.service(s))
				}
			}
			return c.profileSearch(q, list)
		},
	}
}

// offered reports whether a service can be had at one of the branches; at any
// where none is named.
func (c *call) offered(service string, branches []string) bool {
	return len(branches) == 0 || slices.ContainsFunc(c.clinic.BranchesFor(service), func(b *config.Branch) bool {
		return slices.Contains(branches, b.ID)
	})
}

func (c *call) service(s *config.Service) *healthcareService {
	out := &healthcareService{
		header: header{ResourceType: "HealthcareService", ID: s.ID}, Active: true, AppointmentRequired: true,
		Identifier: []identifier{{System: sysService, Value: s.ID}},
		Name:       clean(s.Name.In(c.lang())), Type: some(c.serviceType(s.ID)),
	}
	if d := c.clinic.Department(s.Department); d != nil {
		out.Category = some(coded(sysDept, d.ID, d.Name.In(c.lang())))
	}
	for _, b := range c.clinic.BranchesFor(s.ID) {
		out.Location = append(out.Location, c.locationRef(b.ID))
	}
	out.Comment = clean(strings.Join([]string{s.Preparation.In(c.lang()), s.Bring.In(c.lang())}, "\n"))
	for _, id := range s.Species {
		if kind := c.clinic.SpeciesByID(id); kind != nil {
			out.Eligibility = append(out.Eligibility, eligibility{coded(sysSpecies, id, kind.Name.In(c.lang()))})
		}
	}
	return out
}

// serviceType is a service as the type of a slot or an appointment.
func (c *call) serviceType(id string) *concept {
	if s := c.clinic.Service(id); s != nil {
		return coded(sysService, id, s.Name.In(c.lang()))
	}
	return coded(sysService, id, id)
}
