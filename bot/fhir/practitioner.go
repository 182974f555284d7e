package fhir

import (
	"zhenban/config"
	"zhenban/models"
)

type practitioner struct {
	header
	Active        bool            `json:"active"`
	Name          []humanName     `json:"name,omitempty"`
	Qualification []qualification `json:"qualification,omitempty"`
	Communication []concept       `json:"communication,omitempty"`
}

type qualification struct {
	Code *concept `json:"code"`
}

func practitioners() *resource {
	return &resource{
		name: "Practitioner", doc: "Who can be booked, as the clinic's profile says.",
		params: []param{paramID(), paramName()},
		read: func(c *call, id string) (instance, error) {
			p := c.clinic.Practitioner(id)
			if p == nil {
				return nil, models.ErrNotFound
			}
			return c.profileRead(c.practitioner(p))
		},
		search: func(c *call, q *query) (page, error) {
			var list []instance
			for i := range c.clinic.Practitioners {
				if p := &c.clinic.Practitioners[i]; q.named(p.Name, p.Aliases) {
					list = append(list, c.practitioner(p))
				}
			}
			return c.profileSearch(q, list)
		},
	}
}

func (c *call) practitioner(p *config.Practitioner) *practitioner {
	out := &practitioner{header: header{ResourceType: "Practitioner", ID: p.ID}, Active: true}
	for _, name := range words(p.Name, c.lang()) {
		out.Name = append(out.Name, humanName{name})
	}
	if title := worded(p.Title.In(c.lang())); title != nil {
		out.Qualification = []qualification{{title}}
	}
	for _, l := range p.Languages {
		out.Communication = append(out.Communication, language(l))
	}
	return out
}

// practitionerRef names a practitioner; one the profile no longer has keeps
// the ID.
func (c *call) practitionerRef(id string) ref {
	out := ref{Reference: "Practitioner/" + id}
	if p := c.clinic.Practitioner(id); p != nil {
		out.Display = clean(p.Name.In(c.lang()))
	}
	return out
}
