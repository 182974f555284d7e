package fhir

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/models"
)

type appointment struct {
	header
	Contained       []*patient    `json:"contained,omitempty"`
	Identifier      []identifier  `json:"identifier"`
	Status          string        `json:"status"`
	ServiceCategory []concept     `json:"serviceCategory,omitempty"`
	ServiceType     []concept     `json:"serviceType,omitempty"`
	Start           string        `json:"start"`
	End             string        `json:"end"`
	MinutesDuration int           `json:"minutesDuration"`
	Slot            []ref         `json:"slot,omitempty"`
	Created         string        `json:"created"`
	Comment         string        `json:"comment,omitempty"`
	Participant     []participant `json:"participant"`

	at time.Time
}

type participant struct {
	Actor  ref    `json:"actor"`
	Status string `json:"status"`
}

func appointments() *resource {
	return &resource{
		name: "Appointment",
		doc: "Visits, by start. The identifier is the booking number people say. A patient who is not on record is contained. " +
			"comment is the person's own words.",
		params: []param{
			paramID(),
			{name: "date", kind: typeDate, doc: "when it begins"},
			{name: "practitioner", kind: typeReference, targets: []string{"Practitioner"}, doc: "with whom"},
			{name: "patient", kind: typeReference, targets: []string{"Patient"}, doc: "for whom"},
			{name: "location", kind: typeReference, targets: []string{"Location"}, doc: "where"},
			{name: "service-type", kind: typeToken, doc: "a code of " + sysService},
			{name: "status", kind: typeToken, doc: "booked, arrived, fulfilled, cancelled or noshow"},
			{name: "identifier", kind: typeToken, doc: "the booking number, " + sysBooking},
		},
		read: func(c *call, id string) (instance, error) {
			list, err := c.store.AppointmentRecords(c.ctx, models.AppointmentSearch{IDs: []string{id}, Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(list) == 0 {
				return nil, models.ErrNotFound
			}
			return seal(c.appointment(list[0]), list[0].UpdatedAt)
		},
		search: searchAppointments, create: true,
	}
}

// appointmentStates are FHIR's; those that the models do not have match none.
func appointmentStates() []string {
	return []string{"proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in", "waitlist"}
}

func searchAppointments(c *call, q *query) (page, error) {
	f, none, fault := appointmentSearch(q)
	if fault != nil || none {
		return page{}, nilFault(fault)
	}
	list, err := c.store.AppointmentRecords(c.ctx, f)
	if err != nil {
		return page{}, err
	}
	items := make([]instance, len(list))
	for i, a := range list {
		if items[i], err = seal(c.appointment(a), a.UpdatedAt); err != nil {
			return page{}, err
		}
	}
	return cut(items, q.count, func(last instance) []string {
		a := last.(*appointment)
		return []string{strconv.FormatInt(a.at.UnixMilli(), 10), a.ID}
	}), nil
}

func appointmentSearch(q *query) (f models.AppointmentSearch, none bool, bad *fault) {
	window := q.dates["date"]
	f = models.AppointmentSearch{
		Practitioners: ids(q.refs["practitioner"], "Practitioner"), Patients: ids(q.refs["patient"], "Patient"),
		Branches: ids(q.refs["location"], "Location"), From: window.From, To: window.To, Limit: q.count + 1,
	}
	for _, t := range q.tokens["_id"] {
		f.IDs = append(f.IDs, t.code)
	}
	for _, t := range q.tokens["status"] {
		if !slices.Contains(appointmentStates(), t.code) {
			return f, false, badParam("status", "none of FHIR's appointment states: booked, arrived, fulfilled, cancelled, noshow …")
		}
		f.Statuses = append(f.Statuses, models.AppointmentStatus(t.code))
	}
	numbers, given := q.codes("identifier", sysBooking)
	none = given && len(numbers) == 0
	for _, n := range numbers {
		f.Numbers = append(f.Numbers, strings.ToUpper(strings.TrimSpace(n)))
	}
	if f.Services, given = q.codes("service-type", sysService); given && len(f.Services) == 0 {
		none = true
	}
	if len(q.after) > 0 {
		ms, err := strconv.ParseInt(q.after[0], 10, 64)
		if err != nil || len(q.after) != 2 || ms < 0 || ms > maxMillis {
			return f, false, badParam(pageParam, "is not one that this server gave; begin again without it")
		}
		f.AfterStart, f.AfterID = time.UnixMilli(ms), q.after[1]
	}
	return f, none || window.empty(), nil
}

func (c *call) appointment(a models.Appointment) *appointment {
	loc := c.clinic.Location(a.Slot.Branch)
	out := &appointment{
		header: header{ResourceType: "Appointment", ID: a.ID}, Status: string(a.Status),
		Identifier:  []identifier{{Use: "usual", System: sysBooking, Value: a.Number}},
		ServiceType: some(c.serviceType(a.Slot.Service)),
		Start:       instant(a.Slot.Start.In(loc)), End: instant(a.Slot.End.In(loc)),
		MinutesDuration: int(a.Slot.End.Sub(a.Slot.Start) / time.Minute),
		Created:         instant(a.CreatedAt), Comment: clean(a.Note), at: a.Slot.Start,
	}
	if s := c.clinic.Service(a.Slot.Service); s != nil {
		if d := c.clinic.Department(s.Department); d != nil {
			out.ServiceCategory = some(coded(sysDept, d.ID, d.Name.In(c.lang())))
		}
	}
	if slices.Contains(holding(), a.Status) {
		out.Slot = []ref{{Reference: "Slot/" + busyID(a.ID)}}
	}
	out.Participant = c.participants(a, out)
	return out
}

func (c *call) participants(a models.Appointment, in *appointment) []participant {
	who := ref{Reference: "Patient/" + a.PatientID, Display: clean(a.PatientName)}
	if a.PatientID == "" {
		in.Contained = []*patient{c.unknownPatient(a)}
		who.Reference = "#" + in.Contained[0].ID
	}
	actors := []ref{who, c.practitionerRef(a.Slot.Practitioner), c.locationRef(a.Slot.Branch)}
	for _, id := range a.Slot.Resources {
		r := c.clinic.Resource(id)
		if r == nil {
			continue
		}
		kind := "Location"
		if r.Kind == "machine" {
			kind = "Device"
		}
		actors = append(actors, ref{Type: kind, Identifier: &identifier{System: sysResource, Value: id}, Display: clean(r.Name.In(c.lang()))})
	}
	out := make([]participant, len(actors))
	for i, actor := range actors {
		out[i] = participant{actor, "accepted"}
	}
	return out
}

// unknownPatient is what somebody told about whom they booked for.
func (c *call) unknownPatient(a models.Appointment) *patient {
	p := &patient{header: header{ResourceType: "Patient", ID: "patient"}}
	if name := clean(a.PatientName); name != "" {
		p.Name = []humanName{{name}}
	}
	if a.Phone != "" {
		p.Telecom = []contactPoint{{"phone", a.Phone}}
	}
	if a.Species != "" {
		p.Extension = []extension{c.animal(a.Species, "", "")}
	}
	return p
}
