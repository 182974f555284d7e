package fhir

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"zhenban/config"
	"zhenban/models"
)

type patient struct {
	header
	Extension     []extension     `json:"extension,omitempty"`
	Identifier    []identifier    `json:"identifier,omitempty"`
	Name          []humanName     `json:"name,omitempty"`
	Telecom       []contactPoint  `json:"telecom,omitempty"`
	Gender        string          `json:"gender,omitempty"`
	BirthDate     string          `json:"birthDate,omitempty"`
	Contact       []contact       `json:"contact,omitempty"`
	Communication []communication `json:"communication,omitempty"`
}

// contact is the client: a pet's owner, the parent of a child …
type contact struct {
	Relationship []concept      `json:"relationship,omitempty"`
	Name         *humanName     `json:"name,omitempty"`
	Telecom      []contactPoint `json:"telecom,omitempty"`
}

func patients() *resource {
	return &resource{
		name: "Patient",
		doc: "Pets carry the patient-animal extension; their owner is the contact. Names are encrypted where they are kept " +
			"and cannot be searched. Weight and history are not part of a Patient.",
		params: []param{
			paramID(),
			{name: "identifier", kind: typeToken, doc: "the clinic's number of the patient (" + sysPatient + ") or of the client (" + sysClient + ")"},
			{name: "phone", kind: typeToken, doc: "phone of the client, whole, in any usual form"},
			{name: "telecom", kind: typeToken, doc: "as phone, also phone|NUMBER"},
		},
		read:   readPatient,
		search: searchPatients,
		create: true,
	}
}

func readPatient(c *call, id string) (instance, error) {
	list, err := c.store.PatientRecords(c.ctx, models.PatientSearch{IDs: []string{id}, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.ErrNotFound
	}
	return seal(c.patient(list[0]), list[0].Changed)
}

func searchPatients(c *call, q *query) (page, error) {
	f := models.PatientSearch{Limit: q.count + 1}
	for _, t := range q.tokens["_id"] {
		f.IDs = append(f.IDs, t.code)
	}
	if len(q.tokens["identifier"]) > 0 {
		f.Identifiers, _ = q.codes("identifier", sysPatient)
		f.ClientIdentifiers, _ = q.codes("identifier", sysClient)
		if len(f.Identifiers)+len(f.ClientIdentifiers) == 0 { // a system of somebody else's
			return page{}, nil
		}
	}
	for _, name := range []string{"phone", "telecom"} {
		if list := q.tokens[name]; len(list) > 0 {
			if len(f.Phones) > 0 {
				return page{}, badParam(name, "give one of phone and telecom")
			}
			phones, err := readPhones(name, list)
			if err != nil {
				return page{}, err
			}
			if f.Phones = phones; len(phones) == 0 {
				return page{}, nil
			}
		}
	}
	if len(q.after) > 0 {
		f.After = q.after[0]
	}
	list, err := c.store.PatientRecords(c.ctx, f)
	if err != nil {
		return page{}, err
	}
	items := make([]instance, len(list))
	for i, p := range list {
		if items[i], err = seal(c.patient(p), p.Changed); err != nil {
			return page{}, err
		}
	}
	return cut(items, q.count, byID), nil
}

func readPhones(name string, list []token) ([]string, error) {
	var out []string
	for _, t := range list {
		if t.hasSystem && t.system != "" && t.system != "phone" {
			continue // an e-mail address is nobody's phone
		}
		code := strings.TrimSpace(t.code)
		if strings.HasPrefix(t.code, " ") { // an unescaped + arrives as a space
			code = "+" + code
		}
		n, err := phonenumbers.Parse(code, "CN")
		if err != nil {
			return nil, badParam(name, "is no phone number")
		}
		out = append(out, phonenumbers.Format(n, phonenumbers.E164))
	}
	return out, nil
}

func (c *call) patient(r models.PatientRecord) *patient {
	p := &patient{header: header{ResourceType: "Patient", ID: r.ID}, Gender: gender(r.Sex), BirthDate: r.BirthDate}
	if !r.Client.Verified {
		p.Meta = &meta{Tag: []coding{{System: sysOrigin, Code: "chat", Display: "told in a chat, not from the clinic's records"}}}
	}
	if r.Identifier != "" {
		p.Identifier = append(p.Identifier, identifier{Use: "usual", System: sysPatient, Value: r.Identifier})
	}
	if r.Client.Identifier != "" {
		p.Identifier = append(p.Identifier, identifier{Use: "secondary", System: sysClient, Value: r.Client.Identifier})
	}
	if name := clean(r.Name); name != "" {
		p.Name = []humanName{{name}}
	}
	if r.Client.Phone != "" {
		p.Telecom = []contactPoint{{"phone", r.Client.Phone}}
	}
	if r.Kind == "pet" || r.Species != "" {
		p.Extension = []extension{c.animal(r.Species, r.Breed, r.Neutered)}
	}
	p.Contact = contacts(r)
	if r.Client.Language != "" {
		p.Communication = []communication{{&concept{Coding: []coding{{System: sysLanguage, Code: r.Client.Language}}}, true}}
	}
	return p
}

func gender(sex string) string {
	switch sex {
	case "male", "female":
		return sex
	}
	return "unknown"
}

// animal is the standard extension of patients that are animals; species is
// mandatory in it.
func (c *call) animal(species, breed, neutered string) extension {
	kind := &concept{Text: "unknown"}
	if s := c.clinic.SpeciesByID(species); s != nil {
		kind = coded(sysSpecies, species, s.Name.In(c.lang()))
	} else if species != "" {
		kind = coded(sysSpecies, species, species)
	}
	out := extension{URL: urlAnimal, Extension: []extension{{URL: "species", ValueCodeableConcept: kind}}}
	if b := worded(breed); b != nil {
		out.Extension = append(out.Extension, extension{URL: "breed", ValueCodeableConcept: b})
	}
	status := map[string]coding{
		"yes": {sysGenderStatus, "neutered", "Neutered"}, "no": {sysGenderStatus, "intact", "Intact"},
	}
	if s, known := status[neutered]; known {
		out.Extension = append(out.Extension, extension{URL: "genderStatus", ValueCodeableConcept: &concept{Coding: []coding{s}}})
	}
	return out
}

func contacts(r models.PatientRecord) []contact {
	var out []contact
	client := contact{Relationship: []concept{relationship(r.Kind, r.Relation)}}
	if name := clean(r.Client.Name); name != "" {
		client.Name = &humanName{name}
	}
	if r.Client.Phone != "" {
		client.Telecom = []contactPoint{{"phone", r.Client.Phone}}
	}
	// A contact without a name or a number would say nothing (FHIR, pat-1).
	if r.Relation != "self" && (client.Name != nil || client.Telecom != nil) {
		out = append(out, client)
	}
	if e := clean(r.Client.Emergency); e != "" {
		emergency := concept{Coding: []coding{{sysContactRole, "C", "Emergency Contact"}}}
		out = append(out, contact{Relationship: []concept{emergency}, Name: &humanName{e}})
	}
	return out
}

// relationship says what the client is to the patient; what is kept is what
// the patient is to the client.
func relationship(kind, relation string) concept {
	role := func(code, display string) concept {
		return concept{Coding: []coding{{sysRole, code, display}}, Text: display}
	}
	switch relation {
	case "child":
		return role("PRN", "parent")
	case "parent":
		return role("CHILD", "child")
	case "spouse":
		return role("SPS", "spouse")
	case "sibling":
		return role("SIB", "sibling")
	case "grandparent":
		return role("GRNDCHILD", "grandchild")
	case "grandchild":
		return role("GRPRN", "grandparent")
	}
	if kind == "pet" {
		return concept{Text: "owner"}
	}
	return concept{Text: "client"}
}

// language is what a person speaks, as a communication of a Practitioner.
func language(l config.Language) concept {
	return concept{Coding: []coding{{System: sysLanguage, Code: string(l)}}}
}
