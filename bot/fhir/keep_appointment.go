package fhir

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

const appointmentElements = "identifier status cancelationReason serviceCategory serviceType specialty appointmentType reasonCode reasonReference priority " +
	"description supportingInformation start end minutesDuration slot created comment patientInstruction basedOn participant requestedPeriod"

// maxBooked is no limit: the clinic's own system books for many.
const maxBooked = 1 << 30

// appointmentDraft is what an Appointment asks for.
type appointmentDraft struct {
	keys    []string
	service string
	start   time.Time
	patient elem
	hasWho  bool
	actors  []elem
	note    string
}

func (c *call) readAppointmentDraft(e elem) appointmentDraft {
	e.only(appointmentElements)
	a := appointmentDraft{keys: e.keys(), note: clean(e.text("comment"))}
	if e.need("status") {
		if s := e.code("status", appointmentStates()...); s != "" && s != "booked" {
			e.bad("status", "%q: only a booked visit can be posted", s)
		}
	}
	if e.need("start") {
		a.start = e.moment("start")
	}
	e.moment("end")
	for _, t := range e.list("serviceType") {
		for _, x := range t.asConcept().Codings {
			if c.clinic.Service(x.Code) != nil && (x.System == sysService || x.System == "") {
				a.service = x.Code
			}
		}
	}
	if !e.need("participant") {
		return a
	}
	for _, p := range e.list("participant") {
		actor, ok := p.object("actor")
		if !ok {
			continue
		}
		kind := referredKind(actor)
		if kind == "HealthcareService" && a.service == "" {
			_, a.service, _ = strings.Cut(actor.text("reference"), "/")
		}
		if kind == "Patient" || strings.HasPrefix(actor.text("reference"), "urn:") {
			a.patient, a.hasWho = p, true
		}
		a.actors = append(a.actors, actor)
	}
	if c.clinic.Service(a.service) == nil {
		e.d.add(badRule, "required", e.at("serviceType"), "none of the clinic's services: give a code of %s, see /fhir/HealthcareService", sysService)
	}
	if !a.hasWho {
		e.d.add(badRule, "required", e.at("participant"), "a participant whose actor is a Patient is missing")
	}
	return a
}

func referredKind(actor elem) string {
	parts := strings.Split(actor.text("reference"), "/")
	if len(parts) < 2 {
		return actor.text("type")
	}
	return parts[len(parts)-2]
}

// keepAppointment books a visit as any other is booked: its cells are claimed,
// and what is to be said about it is scheduled, in this transaction.
func (w *writer) keepAppointment(ctx context.Context, d *draft) error {
	in := d.appointment
	id, err := w.c.store.Identified(ctx, "Appointment", in.keys...)
	if err != nil {
		return err
	}
	if id != "" {
		d.id, d.fate = id, models.FateSame
		return nil
	}
	patientID, err := w.patientOf(ctx, in.patient, "actor")
	if err != nil || patientID == "" {
		return err
	}
	p, err := w.c.store.PatientByID(ctx, patientID)
	if err != nil {
		return err
	}
	client, err := w.c.store.ClientByID(ctx, p.ClientID)
	if err != nil {
		return err
	}
	slot, ok, err := w.slot(ctx, d)
	if err != nil || !ok {
		return err
	}
	a := models.Appointment{
		ID: w.tx.NewID(), Number: models.NewNumber(), ClientID: p.ClientID, PatientID: p.ID, PatientName: p.Name, Species: p.Species,
		Phone: client.Phone, Slot: slot, Note: in.note, Status: models.Booked, Version: 1,
	}
	told, err := w.c.store.BoundContacts(ctx, p.ID)
	if err != nil {
		return err
	}
	if len(told) > 0 {
		a.ContactID = told[0]
	}
	err = w.tx.Book(a, "", w.c.clinic.Slots.Claims(slot), maxBooked, outreach.PlanMade(w.c.clinic.Clinic, a, w.tx.Now))
	if errors.Is(err, models.ErrTaken) {
		w.taken(d)
		return nil
	}
	if err != nil {
		return err
	}
	d.id, d.fate = a.ID, models.FateNew
	return w.tx.Identify("Appointment", a.ID, in.keys...)
}

func (w *writer) taken(d *draft) {
	w.d.add(http.StatusConflict, "conflict", d.e.at("start"), "this time is taken; see /fhir/Slot for free ones")
}

// slot finds the very time that is asked for; a fault is noted when it is
// taken, or can never be.
func (w *writer) slot(ctx context.Context, d *draft) (slots.Slot, bool, error) {
	in := d.appointment
	q := slots.Query{Service: in.service, From: in.start, To: in.start.Add(slots.CellMinutes * time.Minute), Now: w.tx.Now}
	for _, actor := range in.actors {
		reference := strings.TrimPrefix(actor.text("reference"), w.c.base+"/fhir/")
		kind, id, _ := strings.Cut(reference, "/")
		switch {
		case kind == "Practitioner" && w.c.clinic.Practitioner(id) == nil, kind == "Location" && w.c.clinic.Branch(id) == nil:
			w.d.add(badRule, "not-found", actor.at("reference"), "there is no such %s here: %q", kind, label(id))
			return slots.Slot{}, false, nil
		case kind == "Practitioner":
			q.Practitioner = id
		case kind == "Location":
			q.Branch = id
		}
	}
	resources, lo, hi := w.c.clinic.Slots.Resources(q)
	if len(w.c.clinic.Slots.Find(q, nil, 1)) == 0 {
		w.d.add(badRule, "business-rule", d.e.at("start"), "nothing can be booked then: it is outside the hours, the notice or the horizon; see /fhir/Slot for free times")
		return slots.Slot{}, false, nil
	}
	busy, err := w.c.store.Busy(ctx, resources, lo, hi)
	if err != nil {
		return slots.Slot{}, false, err
	}
	found := w.c.clinic.Slots.Find(q, busy, 1)
	if len(found) == 0 || !found[0].Start.Equal(in.start) {
		w.taken(d)
		return slots.Slot{}, false, nil
	}
	return found[0], true, nil
}
