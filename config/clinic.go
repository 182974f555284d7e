// Package config is what the operator and the clinic wrote: the settings of one
// copy of the program and the clinic's profile. It reads and judges whole files,
// tells every fault at once with its place, and does nothing else.
package config

import (
	"slices"
	"time"
)

// Clinic is a profile made ready for use: looked up by ID, zones loaded,
// holidays spread over their days. It is read-only, and so safe to share;
// slices and pointers it returns belong to it and must not be written to.
type Clinic struct {
	*Profile
	zone          *time.Location
	zones         map[string]*time.Location // by branch
	branches      map[string]*Branch
	departments   map[string]*Department
	services      map[string]*Service
	practitioners map[string]*Practitioner
	resources     map[string]*Resource
	species       map[string]*Species
	knowledge     map[string]*KnowledgeEntry
	equipment     map[pair][]*Resource     // branch, type
	doers         map[pair][]*Practitioner // service, branch ("" for all)
	places        map[string][]*Branch     // by service
	holidays      map[string]map[Date][]Span
	analytes      map[string]*Analyte // by =ID, #code, name
}

type pair struct{ a, b string }

// NewClinic compiles a profile. It sets the defaults of what is left open in p
// and validates it; the error is Faults.
func NewClinic(p *Profile) (*Clinic, error) {
	p.setDefaults()
	if err := p.Validate(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return nil, err
	}
	c := &Clinic{
		Profile: p, zone: zone, analytes: indexAnalytes(p.Analytes),
		zones: map[string]*time.Location{}, holidays: map[string]map[Date][]Span{},
		branches:      index(p.Branches, func(b *Branch) string { return b.ID }),
		departments:   index(p.Departments, func(d *Department) string { return d.ID }),
		services:      index(p.Services, func(s *Service) string { return s.ID }),
		practitioners: index(p.Practitioners, func(r *Practitioner) string { return r.ID }),
		resources:     index(p.Resources, func(r *Resource) string { return r.ID }),
		species:       index(p.Species, func(s *Species) string { return s.ID }),
		knowledge:     index(p.Knowledge, func(e *KnowledgeEntry) string { return e.ID }),
		equipment:     map[pair][]*Resource{}, doers: map[pair][]*Practitioner{}, places: map[string][]*Branch{},
	}
	for i := range p.Branches {
		b := &p.Branches[i]
		if c.zones[b.ID] = zone; b.Zone != p.Zone {
			if c.zones[b.ID], err = time.LoadLocation(b.Zone); err != nil {
				return nil, err
			}
		}
		c.holidays[b.ID] = holidaysOf(p.Holidays, b.ID)
	}
	for i := range p.Resources {
		r := &p.Resources[i]
		k := pair{r.Branch, r.Type}
		c.equipment[k] = append(c.equipment[k], r)
	}
	for i := range p.Services {
		s := &p.Services[i]
		for j := range p.Branches {
			b := &p.Branches[j]
			if who := p.doing(s, b.ID); len(who) > 0 {
				c.doers[pair{s.ID, b.ID}] = who
				c.places[s.ID] = append(c.places[s.ID], b)
			}
		}
		for j := range p.Practitioners {
			r := &p.Practitioners[j]
			if slices.ContainsFunc(c.places[s.ID], func(b *Branch) bool { return slices.Contains(c.doers[pair{s.ID, b.ID}], r) }) {
				c.doers[pair{s.ID, ""}] = append(c.doers[pair{s.ID, ""}], r)
			}
		}
	}
	return c, nil
}

func index[T any](list []T, id func(*T) string) map[string]*T {
	m := make(map[string]*T, len(list))
	for i := range list {
		m[id(&list[i])] = &list[i]
	}
	return m
}

// doing lists who does a service at a branch: the service is offered there,
// and the person does it and has a shift there.
func (p *Profile) doing(s *Service, branch string) []*Practitioner {
	if len(s.Branches) > 0 && !slices.Contains(s.Branches, branch) {
		return nil
	}
	var out []*Practitioner
	for i := range p.Practitioners {
		r := &p.Practitioners[i]
		if slices.Contains(r.Services, s.ID) && slices.ContainsFunc(r.Shifts, func(h Shift) bool { return h.Branch == branch }) {
			out = append(out, r)
		}
	}
	return out
}

// Location is the time zone of a branch; of the clinic for "" or an unknown ID.
func (c *Clinic) Location(branchID string) *time.Location {
	if z := c.zones[branchID]; z != nil {
		return z
	}
	return c.zone
}

// Branch finds a branch by ID; nil when there is none.
func (c *Clinic) Branch(id string) *Branch { return c.branches[id] }

// Department finds a department by ID; nil when there is none.
func (c *Clinic) Department(id string) *Department { return c.departments[id] }

// Service finds a service by ID; nil when there is none.
func (c *Clinic) Service(id string) *Service { return c.services[id] }

// Practitioner finds a person by ID; nil when there is none.
func (c *Clinic) Practitioner(id string) *Practitioner { return c.practitioners[id] }

// Resource finds a room or machine by ID; nil when there is none.
func (c *Clinic) Resource(id string) *Resource { return c.resources[id] }

// SpeciesByID finds a species by ID; nil when there is none.
func (c *Clinic) SpeciesByID(id string) *Species { return c.species[id] }

// ResourcesOf lists the interchangeable rooms or machines of a type at a branch.
func (c *Clinic) ResourcesOf(branch, typ string) []*Resource { return c.equipment[pair{branch, typ}] }

// PractitionersFor lists who does a service at a branch, or at any for "".
func (c *Clinic) PractitionersFor(service, branch string) []*Practitioner {
	return c.doers[pair{service, branch}]
}

// BranchesFor lists where a service can be had.
func (c *Clinic) BranchesFor(service string) []*Branch { return c.places[service] }
