package fhir

import "strings"

// statementDate is when what the CapabilityStatement says last changed.
const statementDate = "2026-11-27"

type capabilityStatement struct {
	header
	Status         string           `json:"status"`
	Date           string           `json:"date"`
	Kind           string           `json:"kind"`
	Software       software         `json:"software"`
	Implementation implementation   `json:"implementation"`
	FHIRVersion    string           `json:"fhirVersion"`
	Format         []string         `json:"format"`
	Rest           []capabilityRest `json:"rest"`
}

type software struct {
	Name string `json:"name"`
}

type implementation struct {
	Description string `json:"description"`
	URL         string `json:"url"`
}

type capabilityRest struct {
	Mode          string             `json:"mode"`
	Documentation string             `json:"documentation"`
	Security      security           `json:"security"`
	Interaction   []interaction      `json:"interaction"`
	Resource      []capabilityOfKind `json:"resource"`
}

type security struct {
	Description string `json:"description"`
}

type capabilityOfKind struct {
	Type              string                `json:"type"`
	Documentation     string                `json:"documentation,omitempty"`
	Interaction       []interaction         `json:"interaction"`
	Versioning        string                `json:"versioning"`
	ReadHistory       bool                  `json:"readHistory"`
	ConditionalRead   string                `json:"conditionalRead"`
	ConditionalCreate bool                  `json:"conditionalCreate,omitempty"`
	SearchParam       []capabilitySearch    `json:"searchParam"`
	Operation         []capabilityOperation `json:"operation,omitempty"`
}

type capabilityOperation struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
}

type interaction struct {
	Code string `json:"code"`
}

type capabilitySearch struct {
	Name          string `json:"name"`
	Type          string `json:"type"`
	Documentation string `json:"documentation,omitempty"`
}

// capabilities is made of the same list that requests are served by.
func (s *server) capabilities(c *call) *capabilityStatement {
	out := &capabilityStatement{
		header: header{ResourceType: "CapabilityStatement", ID: "zhenban"}, Status: "active", Date: statementDate, Kind: "instance",
		Software:       software{"Zhenban"},
		Implementation: implementation{clean(c.clinic.Name.In(c.lang())), c.base + "/fhir"},
		FHIRVersion:    "4.0.1", Format: []string{"application/fhir+json", "json"},
		Rest: []capabilityRest{{
			Mode: "server",
			Documentation: "POST creates, also many at once as a transaction or batch Bundle; what has an identifier that is known is brought up to date, " +
				"not created again (200 instead of 201). If-None-Exist is understood. Search is strict: an unknown parameter is an error. Results have a fixed order, " +
				"pages follow Bundle.link[next], totals are not counted; _count is at most 200.",
			Security:    security{"Authorization: Bearer TOKEN, the clinic's own; this statement needs none."},
			Interaction: []interaction{{"transaction"}, {"batch"}},
		}},
	}
	for _, r := range s.list {
		k := capabilityOfKind{
			Type: r.name, Documentation: r.doc, Interaction: []interaction{{"read"}, {"search-type"}},
			Versioning: "versioned", ConditionalRead: "not-match",
		}
		if r.create {
			k.Interaction, k.ConditionalCreate = append(k.Interaction, interaction{"create"}), true
		}
		if r.name == "Patient" {
			k.Operation = []capabilityOperation{{"bind", "urn:zhenban:operation:bind"}}
		}
		for _, p := range r.params {
			k.SearchParam = append(k.SearchParam, capabilitySearch{p.name, string(p.kind), p.documentation()})
		}
		out.Rest[0].Resource = append(out.Rest[0].Resource, k)
	}
	return out
}

func (p *param) documentation() string {
	doc := p.doc
	if len(p.targets) > 0 {
		doc = strings.Join(p.targets, " or ") + ": " + doc
	}
	if p.kind == typeDate {
		doc += "; eq, ge, gt, le, lt, sa, eb; may stand twice, both hold"
	}
	return doc
}
