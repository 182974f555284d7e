package fhir

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/models"
	"zhenban/models/slots"
)

type slot struct {
	header
	ServiceType []concept `json:"serviceType,omitempty"`
	Schedule    ref       `json:"schedule"`
	Status      string    `json:"status"`
	Start       string    `json:"start"`
	End         string    `json:"end"`

	at time.Time
}

func slotResource() *resource {
	return &resource{
		name: "Slot",
		doc: "status=free (what is given when no status is asked for): starts at which a visit can be booked now, over everything " +
			"the service needs. status=busy: the visits that are booked.",
		params: []param{
			paramID(),
			{name: "service", kind: typeReference, targets: []string{"HealthcareService"}, doc: "what the visit is for"},
			{name: "service-type", kind: typeToken, doc: "the same as a code of " + sysService},
			{name: "practitioner", kind: typeReference, targets: []string{"Practitioner"}, single: true, doc: "with whom"},
			{name: "location", kind: typeReference, targets: []string{"Location"}, single: true, doc: "where"},
			{name: "schedule", kind: typeReference, targets: []string{"Schedule"}, single: true, doc: "with whom and where at once"},
			{name: "start", kind: typeDate, doc: "when it begins"},
			{name: "status", kind: typeToken, doc: "free or busy"},
		},
		read:   readSlot,
		search: searchSlots,
	}
}

// slotQuery is what both kinds of slots are searched by.
type slotQuery struct {
	services             []string // in the profile's order
	practitioner, branch string
	window               span
	count                int
	afterAt              time.Time
	afterID              string
}

// past reports whether a slot stood on an earlier page.
func (q *slotQuery) past(s *slot) bool {
	return !q.afterAt.IsZero() && (s.at.Before(q.afterAt) || s.at.Equal(q.afterAt) && s.ID <= q.afterID)
}

func searchSlots(c *call, q *query) (page, error) {
	sq, none, f := c.slotQuery(q)
	if f != nil || none {
		return page{}, nilFault(f)
	}
	if list := q.tokens["_id"]; len(list) > 0 {
		return c.slotsByID(list, q)
	}
	free, busy := true, false
	if list := q.tokens["status"]; len(list) > 0 {
		free = false
		for _, t := range list {
			free, busy = free || t.code == "free", busy || t.code == "busy"
			if !slices.Contains([]string{"free", "busy", "busy-unavailable", "busy-tentative", "entered-in-error"}, t.code) {
				return page{}, badParam("status", "none of FHIR's slot states: free, busy …")
			}
		}
	}
	var list []*slot
	if free {
		some, err := c.freeSlots(sq)
		if err != nil {
			return page{}, err
		}
		list = append(list, some...)
	}
	if busy {
		some, err := c.busySlots(sq)
		if err != nil {
			return page{}, err
		}
		list = append(list, some...)
	}
	return c.slotPage(list, q.count)
}

// nilFault keeps a nil *fault from becoming an error that is not nil.
func nilFault(f *fault) error {
	if f == nil {
		return nil
	}
	return f
}

func (c *call) slotPage(list []*slot, count int) (page, error) {
	slices.SortFunc(list, func(a, b *slot) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.ID, b.ID)) })
	items := make([]instance, 0, min(len(list), count+1))
	for _, s := range list[:min(len(list), count+1)] {
		i, err := seal(s, time.Time{})
		if err != nil {
			return page{}, err
		}
		items = append(items, i)
	}
	return cut(items, count, func(last instance) []string {
		s := last.(*slot)
		return []string{strconv.FormatInt(s.at.UnixMilli(), 10), s.ID}
	}), nil
}

func (c *call) slotQuery(q *query) (sq slotQuery, none bool, f *fault) {
	sq = slotQuery{count: q.count, window: q.dates["start"]}
	wanted := ids(q.refs["service"], "HealthcareService")
	codes, given := q.codes("service-type", sysService)
	for i := range c.clinic.Services {
		id := c.clinic.Services[i].ID
		if (len(wanted) == 0 || slices.Contains(wanted, id)) && (!given || slices.Contains(codes, id)) {
			sq.services = append(sq.services, id)
		}
	}
	set := func(to *string, id string) { none = none || *to != "" && *to != id; *to = id }
	for _, r := range q.refs["practitioner"] {
		set(&sq.practitioner, r.id)
	}
	for _, r := range q.refs["location"] {
		set(&sq.branch, r.id)
	}
	for _, r := range q.refs["schedule"] {
		d, ok := c.duty(r.id)
		if !ok {
			return sq, true, nil
		}
		set(&sq.practitioner, d.practitioner)
		set(&sq.branch, d.branch)
	}
	if len(q.after) > 0 {
		ms, err := strconv.ParseInt(q.after[0], 10, 64)
		if err != nil || len(q.after) != 2 || ms < 0 || ms > maxMillis {
			return sq, false, badParam(pageParam, "is not one that this server gave; begin again without it")
		}
		sq.afterAt, sq.afterID = time.UnixMilli(ms), q.after[1]
	}
	return sq, none || len(sq.services) == 0 || sq.window.empty(), nil
}

const maxMillis = 253402300799999 // the end of the year 9999

// freeSlots computes the free slots of a page, in no order. Of each service
// enough are asked for that what follows is beyond the page.
func (c *call) freeSlots(q slotQuery) ([]*slot, error) {
	from := q.window.From
	if q.afterAt.After(from) {
		from = q.afterAt
	}
	var out []*slot
	for _, service := range q.services {
		sq := slots.Query{Service: service, Branch: q.branch, Practitioner: q.practitioner, From: from, To: q.window.To, Now: c.now}
		resources, lo, hi := c.clinic.Slots.Resources(sq)
		if len(resources) == 0 {
			continue
		}
		busy, err := c.store.Busy(c.ctx, resources, lo, hi)
		if err != nil {
			return nil, err
		}
		limit := q.count + 1 + 2*len(c.clinic.Practitioners)
		for _, s := range c.clinic.Slots.Find(sq, busy, limit) {
			if one := c.freeSlot(s, "free"); !q.past(one) {
				out = append(out, one)
			}
		}
	}
	return out, nil
}

func (c *call) freeSlot(s slots.Slot, status string) *slot {
	return &slot{
		header:      header{ResourceType: "Slot", ID: freeID(s.Start, s.Service, s.Branch, s.Practitioner)},
		ServiceType: some(c.serviceType(s.Service)), Schedule: c.scheduleRef(s.Practitioner, s.Branch),
		Status: status, Start: instant(s.Start), End: instant(s.End), at: s.Start,
	}
}

func (c *call) scheduleRef(practitioner, branch string) ref {
	return ref{Reference: "Schedule/" + duty{practitioner, branch}.id(), Display: c.practitionerRef(practitioner).Display}
}

// A free slot is computed, not kept: its ID says which one it is. It is the
// cell it begins in and a digest of the rest, since three IDs of the profile
// do not fit into FHIR's 64 characters.

const busyPrefix = "busy-"

func freeID(start time.Time, service, branch, practitioner string) string {
	return strconv.FormatInt(int64(slots.CellOf(start)), 36) + "-" + digest(service, branch, practitioner)
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "/")))
	return hex.EncodeToString(sum[:8])
}

func busyID(appointment string) string { return busyPrefix + appointment }

func readSlot(c *call, id string) (instance, error) {
	s, err := c.slotByID(id)
	if err != nil {
		return nil, err
	}
	return seal(s, time.Time{})
}

func (c *call) slotsByID(list []token, q *query) (page, error) {
	if len(q.tokens)+len(q.refs)+len(q.dates) > 1 {
		return page{}, badParam("_id", "stands alone")
	}
	var out []*slot
	for _, t := range list {
		s, err := c.slotByID(t.code)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return page{}, err
		}
		if err == nil {
			out = append(out, s)
		}
	}
	return c.slotPage(out, maxCount)
}

// slotByID finds a slot again. One that was free when it was listed and has
// been taken since is busy; one in the past, or that the profile has no room
// for any more, is not there.
func (c *call) slotByID(id string) (*slot, error) {
	if rest, ok := strings.CutPrefix(id, busyPrefix); ok {
		list, err := c.store.AppointmentRecords(c.ctx, models.AppointmentSearch{IDs: []string{rest}, Statuses: holding(), Limit: 1})
		if err != nil || len(list) == 0 {
			return nil, cmp.Or(err, models.ErrNotFound)
		}
		return c.busySlot(list[0]), nil
	}
	cell, sum, ok := strings.Cut(id, "-")
	n, err := strconv.ParseInt(cell, 36, 40)
	if !ok || err != nil || n < 0 {
		return nil, models.ErrNotFound
	}
	start := slots.Cell(n).Time()
	for _, d := range c.duties() {
		for _, s := range c.does(d) {
			if digest(s.ID, d.branch, d.practitioner) == sum && freeID(start, s.ID, d.branch, d.practitioner) == id {
				return c.slotAt(start, s.ID, d)
			}
		}
	}
	return nil, models.ErrNotFound
}

func (c *call) slotAt(start time.Time, service string, d duty) (*slot, error) {
	q := slots.Query{
		Service: service, Branch: d.branch, Practitioner: d.practitioner,
		From: start, To: start.Add(slots.CellMinutes * time.Minute), Now: c.now,
	}
	possible := c.clinic.Slots.Find(q, nil, 1)
	if len(possible) == 0 {
		return nil, models.ErrNotFound
	}
	resources, lo, hi := c.clinic.Slots.Resources(q)
	busy, err := c.store.Busy(c.ctx, resources, lo, hi)
	if err != nil {
		return nil, err
	}
	status := "busy"
	if len(c.clinic.Slots.Find(q, busy, 1)) > 0 {
		status = "free"
	}
	return c.freeSlot(possible[0], status), nil
}

// holding are the states of an appointment that take time.
func holding() []models.AppointmentStatus {
	return []models.AppointmentStatus{models.Booked, models.Arrived, models.Fulfilled}
}

func (c *call) busySlots(q slotQuery) ([]*slot, error) {
	f := models.AppointmentSearch{
		Services: q.services, Statuses: holding(), From: q.window.From, To: q.window.To, Limit: q.count + 1,
	}
	if len(q.services) == len(c.clinic.Services) {
		f.Services = nil // also services that the profile no longer has
	}
	if q.practitioner != "" {
		f.Practitioners = []string{q.practitioner}
	}
	if q.branch != "" {
		f.Branches = []string{q.branch}
	}
	if !q.afterAt.IsZero() {
		// A page may have ended at a free slot: its ID sorts among the busy ones'.
		f.AfterStart = q.afterAt
		if rest, ok := strings.CutPrefix(q.afterID, busyPrefix); ok {
			f.AfterID = rest
		} else if q.afterID > busyPrefix {
			f.AfterID = "~"
		}
	}
	list, err := c.store.AppointmentRecords(c.ctx, f)
	if err != nil {
		return nil, err
	}
	out := make([]*slot, len(list))
	for i, a := range list {
		out[i] = c.busySlot(a)
	}
	return out, nil
}

func (c *call) busySlot(a models.Appointment) *slot {
	loc := c.clinic.Location(a.Slot.Branch)
	return &slot{
		header:      header{ResourceType: "Slot", ID: busyID(a.ID)},
		ServiceType: some(c.serviceType(a.Slot.Service)), Schedule: c.scheduleRef(a.Slot.Practitioner, a.Slot.Branch),
		Status: "busy", Start: instant(a.Slot.Start.In(loc)), End: instant(a.Slot.End.In(loc)), at: a.Slot.Start,
	}
}
