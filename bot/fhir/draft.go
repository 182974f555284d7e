package fhir

import (
	"slices"
	"strconv"
	"time"

	"zhenban/models"
)

// draft is one resource that was sent: read and checked by itself, not yet
// against what is kept.
type draft struct {
	kind        string
	e           elem
	fullURL     string // of a Bundle's entry
	ifNoneExist string // keep it only if this search finds nothing
	parts       []*draft
	part        string // of a contained resource: its ID there

	clinical    models.Clinical
	patient     patientDraft
	appointment appointmentDraft

	// What became of it.
	id   string
	fate models.Fate
}

// created lists what can be sent, in the order in which it is kept: what
// others refer to comes first.
var created = [...]string{"Patient", models.KindEncounter, models.KindObservation, models.KindReport, models.KindCarePlan, "Appointment"}

func orderOf(kind string) int { return slices.Index(created[:], kind) }

// read makes a draft of a resource.
func (c *call) draft(e elem) *draft {
	d := &draft{e: e, kind: e.text("resourceType")}
	if orderOf(d.kind) < 0 {
		e.d.add(badRule, "not-supported", e.at("resourceType"), "%q is not taken here; there are Patient, Encounter, Observation, DiagnosticReport, CarePlan, Appointment", label(d.kind))
		return d
	}
	d.clinical.Kind = d.kind
	switch d.kind {
	case "Patient":
		d.patient = c.readPatientDraft(e)
	case "Appointment":
		d.appointment = c.readAppointmentDraft(e)
	case models.KindObservation:
		readObservation(e, &d.clinical)
		c.past(e, d.clinical.At)
	case models.KindReport:
		c.readReportDraft(d)
		c.past(e, d.clinical.At)
	case models.KindEncounter:
		e.only("identifier status statusHistory class classHistory type serviceType priority subject episodeOfCare basedOn participant appointment period " +
			"length reasonCode reasonReference diagnosis account hospitalization location serviceProvider partOf")
		if e.need("status") {
			d.clinical.Status = e.code("status", "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown")
		}
		if e.need("class") {
			e.object("class")
		}
		if p, ok := e.object("period"); ok {
			d.clinical.At = p.moment("start")
			p.moment("end")
		}
	case models.KindCarePlan:
		e.only("identifier instantiatesCanonical instantiatesUri basedOn replaces partOf status intent category title description subject encounter period " +
			"created author contributor careTeam addresses supportingInfo goal activity note")
		if e.need("status") {
			d.clinical.Status = e.code("status", "draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown")
		}
		if e.need("intent") {
			e.code("intent", "proposal", "plan", "order", "option")
		}
		if p, ok := e.object("period"); ok {
			d.clinical.At = p.moment("start")
		}
		d.clinical.Category = firstCategory(e)
	}
	return d
}

// past says so when something was found in the future: it would stay the
// newest. A day is left for clocks and zones.
func (c *call) past(e elem, at time.Time) {
	if !at.After(c.now.Add(24 * time.Hour)) {
		return
	}
	for _, name := range []string{"effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued"} {
		if e.has(name) {
			e.bad(name, "is in the future")
			return
		}
	}
}

// readReportDraft reads a report, its files and the observations it contains.
func (c *call) readReportDraft(d *draft) {
	d.e.distinct()
	files := readReport(d.e, &d.clinical)
	for _, f := range files {
		key, err := c.files.Put(c.ctx, f.data)
		if err != nil {
			c.failed = err
			return
		}
		f.file.Key = key
		d.clinical.Report.Files = append(d.clinical.Report.Files, f.file)
	}
	for _, r := range d.e.list("result") {
		id := r.text("reference")
		if len(id) < 2 || id[0] != '#' {
			continue
		}
		part, ok := d.e.containedBy(id[1:])
		if !ok || part.text("resourceType") != models.KindObservation {
			r.bad("reference", "%s is not contained", label(id))
			continue
		}
		sub := c.draft(part)
		sub.part = id[1:]
		d.parts = append(d.parts, sub)
	}
}

// distinct says so when two contained resources have one ID: a reference to it
// would mean the first of them, whichever was meant.
func (e elem) distinct() {
	seen := map[string]bool{}
	for _, part := range e.list("contained") {
		id := part.text("id")
		if id != "" && seen[id] {
			part.bad("id", "%s is the ID of another one that is contained", label(id))
		}
		seen[id] = true
	}
}

// containedBy finds a contained resource by its ID.
func (e elem) containedBy(id string) (elem, bool) {
	list, _ := e.m["contained"].([]any)
	for i, x := range list {
		if m, ok := x.(map[string]any); ok && m["id"] == id {
			return elem{e.d, e.at("contained") + "[" + strconv.Itoa(i) + "]", m}, true
		}
	}
	return elem{}, false
}
