package fhir

import (
	"context"
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"zhenban/models"
)

const patientElements = "identifier active name telecom gender birthDate deceasedBoolean deceasedDateTime address maritalStatus multipleBirthBoolean " +
	"multipleBirthInteger photo contact communication generalPractitioner managingOrganization link"

// patientDraft is what a Patient says about the patient and the client.
type patientDraft struct {
	keys         []string
	number       string // the clinic's own
	clientNumber string
	patient      models.Patient
	client       models.Client
	species      models.Code
	animal       bool
	dead         bool
}

func (c *call) readPatientDraft(e elem) patientDraft {
	e.only(patientElements)
	p := patientDraft{}
	p.identify(e)
	for _, n := range e.list("name") {
		if name := personName(n); name != "" && (p.patient.Name == "" || n.text("use") == "official") {
			p.patient.Name = name
		}
	}
	p.client.Phone = phoneOf(e)
	switch e.code("gender", "male", "female", "other", "unknown") {
	case "male":
		p.patient.Sex = "male"
	case "female":
		p.patient.Sex = "female"
	}
	if at := e.moment("birthDate"); at.After(c.now) {
		e.bad("birthDate", "is in the future")
	} else if !at.IsZero() {
		p.patient.BirthDate = e.text("birthDate")
	}
	e.flag("active")
	p.dead = e.flag("deceasedBoolean") || !e.moment("deceasedDateTime").IsZero()
	for _, l := range e.list("communication") {
		if code, ok := l.concept("language"); ok && len(code.Codings) > 0 && p.client.Language == "" {
			p.client.Language = languageOf(code.Codings[0].Code)
		}
	}
	p.readAnimal(e)
	p.readContacts(e)
	return p
}

// identify takes the patient's own number and the client's out of the
// identifiers; without one of ours the first is the clinic's number.
func (p *patientDraft) identify(e elem) {
	first := ""
	for _, i := range e.list("identifier") {
		value, system := clean(i.text("value")), i.text("system")
		switch {
		case value == "":
			continue
		case len(value) > 64:
			i.bad("value", "is longer than 64 bytes")
			continue
		case system == sysClient:
			p.clientNumber = value
			continue
		case system == sysPatient:
			p.number = value
		}
		if use := i.text("use"); use == "old" || use == "temp" {
			continue
		}
		if p.keys = append(p.keys, system+"|"+value); first == "" {
			first = value
		}
	}
	if p.number == "" {
		p.number = first
	}
}

// personName writes a name as it is said: family name first where it is
// Chinese.
func personName(n elem) string {
	if text := clean(n.text("text")); text != "" {
		return text
	}
	family := clean(n.text("family"))
	var given []string
	list, _ := n.m["given"].([]any)
	for _, g := range list {
		if s, ok := g.(string); ok {
			given = append(given, clean(s))
		}
	}
	all := strings.Join(given, " ")
	if isHan(family + all) {
		return family + strings.Join(given, "")
	}
	return strings.TrimSpace(all + " " + family)
}

func isHan(s string) bool {
	for _, r := range s {
		return r >= 0x3400 && r < 0xa000
	}
	return false
}

// phoneOf is the first telephone, as E.164 where it can be dialled from here;
// what cannot is kept as it is written.
func phoneOf(e elem) string {
	for _, t := range e.list("telecom") {
		value := clean(t.text("value"))
		if value == "" || t.text("system") != "phone" && t.text("system") != "sms" || t.text("use") == "old" {
			continue
		}
		if n, err := phonenumbers.Parse(value, "CN"); err == nil && phonenumbers.IsValidNumber(n) {
			return phonenumbers.Format(n, phonenumbers.E164)
		}
		return value
	}
	return ""
}

func languageOf(code string) string {
	switch l := strings.ToLower(code); {
	case strings.HasPrefix(l, "en"):
		return "en"
	case l == "zh-hant" || l == "zh-tw" || l == "zh-hk":
		return "zh-Hant"
	case strings.HasPrefix(l, "zh"):
		return "zh-Hans"
	}
	return ""
}

func (p *patientDraft) readAnimal(e elem) {
	for _, x := range e.list("extension") {
		if x.text("url") != urlAnimal {
			continue
		}
		p.animal = true
		for _, y := range x.list("extension") {
			code, _ := y.concept("valueCodeableConcept")
			switch y.text("url") {
			case "species":
				p.species = code
			case "breed":
				p.patient.Breed = code.Words()
			case "genderStatus":
				for _, c := range code.Codings {
					p.patient.Neutered = map[string]string{"neutered": "yes", "intact": "no"}[c.Code]
				}
			}
		}
	}
}

// readContacts finds the client among the contacts: the owner, a parent; of an
// adult person it is the patient.
func (p *patientDraft) readContacts(e elem) {
	p.client.Name = p.patient.Name
	p.patient.Relation = "self"
	if p.animal {
		p.client.Name, p.patient.Relation = "", ""
	}
	for _, c := range e.list("contact") {
		var roles []string
		for _, r := range c.list("relationship") {
			code := r.asConcept()
			roles = append(roles, code.Text)
			for _, x := range code.Codings {
				roles = append(roles, x.Code)
			}
		}
		name := ""
		if n, ok := c.object("name"); ok {
			name = personName(n)
		}
		phone := phoneOf(c)
		is := func(list ...string) bool {
			for _, r := range roles {
				for _, x := range list {
					if strings.EqualFold(r, x) {
						return true
					}
				}
			}
			return false
		}
		switch {
		case is("C", "E", "emergency contact") && !is("PRN", "owner"):
			p.client.Emergency = strings.TrimSpace(name + " " + phone)
		case p.animal && p.client.Name == "", is("PRN", "parent", "MTH", "FTH", "GUARD") && p.patient.Relation == "self":
			p.client.Name = name
			if phone != "" {
				p.client.Phone = phone
			}
			if !p.animal {
				p.patient.Relation = "child"
			}
		}
	}
}

// keepPatient keeps a patient, with the client it belongs to. One whose
// identifier is known is brought up to date: what is not said stays.
func (w *writer) keepPatient(ctx context.Context, d *draft) error {
	in := d.patient
	if len(in.keys) == 0 {
		source, err := w.source(d)
		if err != nil {
			return err
		}
		in.keys = []string{digestKey("", source)}
	}
	id, err := w.c.store.Identified(ctx, "Patient", in.keys...)
	if err != nil {
		return err
	}
	was := models.Patient{}
	switch {
	case id != "":
		was, err = w.c.store.PatientByID(ctx, id)
	case in.number != "":
		was, err = w.c.store.PatientByIdentifier(ctx, in.number)
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	client, err := w.clientFor(ctx, in, was)
	if err != nil {
		return err
	}
	p := in.patient
	p.Kind = "person"
	if in.animal {
		p.Kind, p.Species = "pet", w.c.speciesOf(in.species)
	}
	d.fate = models.FateNew
	p.ID, p.ClientID, p.Identifier = w.tx.NewID(), client.ID, in.number
	if was.ID != "" {
		d.fate = models.FateChanged
		p = merged(was, p)
	}
	if err := w.tx.SaveClient(client); err != nil {
		return err
	}
	if err := w.tx.SavePatient(p); err != nil {
		return err
	}
	if in.dead {
		if err := w.tx.PatientDied(p.ID, w.tx.Now); err != nil && !errors.Is(err, models.ErrGone) {
			return err
		}
	}
	d.id = p.ID
	return w.tx.Identify("Patient", p.ID, in.keys...)
}

// merged is what is on record with what was sent over it.
func merged(was, p models.Patient) models.Patient {
	set := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	set(&was.Name, p.Name)
	set(&was.Species, p.Species)
	set(&was.Breed, p.Breed)
	set(&was.Sex, p.Sex)
	set(&was.Neutered, p.Neutered)
	set(&was.BirthDate, p.BirthDate)
	if was.Identifier == "" {
		was.Identifier = p.Identifier
	}
	return was
}

// clientFor finds the client of a patient: the one on record, the one with the
// number, the one with the same name and phone; else a new one.
func (w *writer) clientFor(ctx context.Context, in patientDraft, was models.Patient) (models.Client, error) {
	var c models.Client
	var err error
	switch {
	case was.ID != "":
		c, err = w.c.store.ClientByID(ctx, was.ClientID)
	case in.clientNumber != "":
		c, err = w.c.store.ClientByIdentifier(ctx, in.clientNumber)
	case in.client.Phone != "":
		var list []models.Client
		if list, err = w.c.store.ClientsByPhone(ctx, in.client.Phone); err == nil && len(list) == 1 && list[0].Name == in.client.Name {
			c = list[0]
		}
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return c, err
	}
	if c.ID == "" {
		c = models.Client{ID: w.tx.NewID(), Identifier: in.clientNumber}
	}
	set := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	set(&c.Name, in.client.Name)
	set(&c.Phone, in.client.Phone)
	set(&c.Emergency, in.client.Emergency)
	set(&c.Language, in.client.Language)
	c.Verified = true // the clinic's own system says so
	return c, nil
}

// speciesOf finds the profile's species in a code: by ours, by SNOMED CT's for
// the common ones, or by name.
func (c *call) speciesOf(code models.Code) string {
	for _, x := range code.Codings {
		switch x.Code {
		case "448771007": // Canis lupus subspecies familiaris
			return "dog"
		case "448169003": // Felis catus
			return "cat"
		}
		if c.clinic.SpeciesByID(x.Code) != nil {
			return x.Code
		}
	}
	names := []string{code.Text}
	for _, x := range code.Codings {
		names = append(names, x.Display, x.Code)
	}
	for _, name := range names {
		name = strings.ToLower(name)
		for i := range c.clinic.Species {
			s := &c.clinic.Species[i]
			for _, own := range append(words(s.Name, c.lang()), s.Aliases...) {
				if name != "" && (strings.EqualFold(own, name) || strings.HasPrefix(name, strings.ToLower(own)+" ")) {
					return s.ID
				}
			}
		}
	}
	for _, name := range names {
		if name = strings.ToLower(strings.TrimSpace(name)); isID(name) && len(name) <= 32 {
			return name
		}
	}
	return ""
}
