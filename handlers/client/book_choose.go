package client

import (
	"strconv"
	"strings"
)

// choose takes an option of the open question. What cannot be any more (the
// profile changed meanwhile) asks the question again.
func (a *arranger) choose(value string) error {
	b, c := a.b, a.t.Clinic
	kind, id, _ := strings.Cut(value, ":")
	switch kind {
	case "s":
		if c.Service(id) != nil {
			b.Service = id
			b.forget()
		}
	case "c":
		if id == anyone || c.Department(id) != nil {
			b.Category = id
		}
	case "sp":
		if c.SpeciesByID(id) != nil {
			b.Species = id
		}
	case "b":
		if id == anyone || c.Branch(id) != nil {
			b.Branch = id
		}
	case "d":
		if id == anyone || c.Practitioner(id) != nil {
			b.Practitioner = id
			b.forget()
		}
	case "t":
		if i, err := strconv.Atoi(id); err == nil && i >= 0 && i < len(b.Offers) {
			return a.take(b.Offers[i])
		}
	case "more":
		b.Shown++
		return a.askTime()
	case "time", "ok", "wait", "doctor":
		return a.chooseStep(kind)
	case "p":
		a.setPatient(id)
	case "new":
		return a.askName()
	case "later":
		b.Later = true
	case "nophone":
		b.NoPhone = true
	}
	a.reconcile()
	return a.next()
}

func (a *arranger) chooseStep(kind string) error {
	b := a.b
	switch kind {
	case "ok":
		return a.confirm()
	case "wait":
		return a.joinWaitList()
	case "doctor":
		b.Practitioner, b.Windows = "", nil
		b.forget()
		return a.askDoctor(a.t.Clinic.PractitionersFor(b.Service, b.branch()))
	}
	// Another time: the wish that led here is done with.
	b.Windows = nil
	b.forget()
	return a.askTime()
}
