package models

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhenban/models/slots"
)

// AppointmentStatus follows FHIR's Appointment.status.
type AppointmentStatus string

// States of an appointment.
const (
	Booked    AppointmentStatus = "booked"
	Arrived   AppointmentStatus = "arrived"
	Fulfilled AppointmentStatus = "fulfilled"
	Cancelled AppointmentStatus = "cancelled"
	NoShow    AppointmentStatus = "noshow"
)

// Appointment is a visit that was agreed.
type Appointment struct {
	ID          string
	Number      string // what people say: a letter and seven digits
	ContactID   string // who booked
	ClientID    string
	PatientID   string // "" until the patient is known
	PatientName string // as said when booking
	Species     string // animals only
	Phone       string
	Slot        slots.Slot
	Status      AppointmentStatus
	Note        string // what it is about, in the person's words
	FirstVisit  bool
	Version     int // rises with each change; the SEQUENCE of the calendar entry
	CreatedAt   time.Time
	UpdatedAt   time.Time

	ConfirmedAt time.Time   // when the person said they come; zero: not yet
	LateAt      time.Time   // when they said they will be late
	IntakeAt    time.Time   // when they answered the questions before the visit
	MovedFrom   *slots.Slot // the time it had before the last move
	DisownedBy  string      // the contact that said the visit is not theirs
}

type appointmentRow struct {
	ID           string `gorm:"primaryKey"`
	Number       string
	ContactID    string
	ClientID     string
	PatientID    string
	PatientName  []byte
	Species      string
	Phone        []byte
	Branch       string
	Service      string
	Practitioner string
	Resources    string
	StartAt      int64
	EndAt        int64
	Status       string
	Note         []byte
	FirstVisit   bool
	Version      int
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
	ConfirmedAt  int64
	LateAt       int64
	IntakeAt     int64
	MovedFrom    string
	DisownedBy   string
}

func (appointmentRow) TableName() string { return "appointments" }

func (s *Store) appointment(r appointmentRow) (Appointment, error) {
	var resources []string
	if r.Resources != "" {
		if err := json.Unmarshal([]byte(r.Resources), &resources); err != nil {
			return Appointment{}, fmt.Errorf("appointment %s: resources: %w", r.Number, err)
		}
	}
	a := Appointment{
		ID: r.ID, Number: r.Number, ContactID: r.ContactID, ClientID: r.ClientID, PatientID: r.PatientID, Species: r.Species,
		Slot: slots.Slot{
			Start: fromMillis(r.StartAt), End: fromMillis(r.EndAt), Service: r.Service, Branch: r.Branch,
			Practitioner: r.Practitioner, Resources: resources,
		},
		Status: AppointmentStatus(r.Status), FirstVisit: r.FirstVisit, Version: r.Version,
		CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
		ConfirmedAt: fromMillis(r.ConfirmedAt), LateAt: fromMillis(r.LateAt), IntakeAt: fromMillis(r.IntakeAt), DisownedBy: r.DisownedBy,
	}
	if r.MovedFrom != "" {
		a.MovedFrom = &slots.Slot{}
		if err := json.Unmarshal([]byte(r.MovedFrom), a.MovedFrom); err != nil {
			return Appointment{}, fmt.Errorf("appointment %s: moved from: %w", r.Number, err)
		}
	}
	var err error
	for _, f := range []struct {
		sealed []byte
		to     *string
	}{{r.PatientName, &a.PatientName}, {r.Phone, &a.Phone}, {r.Note, &a.Note}} {
		if *f.to, err = s.seal.OpenText(f.sealed); err != nil {
			return a, fmt.Errorf("open appointment %s: %w", r.Number, err)
		}
	}
	return a, nil
}

func (s *Store) appointmentRow(a Appointment) (appointmentRow, error) {
	resources, err := json.Marshal(a.Slot.Resources)
	return appointmentRow{
		ID: a.ID, Number: a.Number, ContactID: a.ContactID, ClientID: a.ClientID, PatientID: a.PatientID,
		PatientName: s.seal.SealText(a.PatientName), Species: a.Species, Phone: s.seal.SealText(a.Phone),
		Branch: a.Slot.Branch, Service: a.Slot.Service, Practitioner: a.Slot.Practitioner, Resources: string(resources),
		StartAt: millis(a.Slot.Start), EndAt: millis(a.Slot.End), Status: string(a.Status), Note: s.seal.SealText(a.Note),
		FirstVisit: a.FirstVisit, Version: a.Version, CreatedAt: millis(a.CreatedAt), UpdatedAt: millis(a.UpdatedAt),
	}, err
}

// NewNumber makes a booking number: B and seven digits, so that it is typed
// easily on any keyboard. The table's unique key notices a repeat.
func NewNumber() string { return newNumber("B") }

// Book makes an appointment. With hold, the hold's cells become the
// appointment's (ErrHoldGone if they ran out or are not all of claims);
// without, the cells are claimed now (ErrTaken). ErrLimit when the contact has
// max open future visits already. tasks are what the clinic will say about it.
func (tx *Tx) Book(a Appointment, hold string, claims []slots.Claim, max int, tasks []Task) error {
	var open int64
	err := tx.db.Raw("SELECT COUNT(*) FROM appointments WHERE contact_id = ? AND status = ? AND start_at > ?",
		a.ContactID, Booked, millis(tx.Now)).Scan(&open).Error
	if err != nil {
		return err
	}
	if int(open) >= max {
		return ErrLimit
	}
	if hold != "" {
		if err := tx.keep(hold, a.ID, count(claims)); err != nil {
			return err
		}
		if err := tx.db.Delete(&holdRow{}, "id = ?", hold).Error; err != nil {
			return err
		}
	} else if err := tx.take(a.ID, "", claims, time.Time{}); err != nil {
		return err
	}
	a.Status, a.Version, a.CreatedAt, a.UpdatedAt = Booked, 1, tx.Now, tx.Now
	row, err := tx.s.appointmentRow(a)
	if err != nil {
		return err
	}
	if err := tx.db.Create(&row).Error; err != nil {
		return err
	}
	return tx.Schedule(tasks...)
}

// turnOver takes back what was to be said about an appointment as it was, and
// schedules what is to be said about it now. Everything that changes one ends
// with it, so that no reminder outlives its visit.
func (tx *Tx) turnOver(id string, tasks []Task) error {
	if err := tx.Drop(AboutAppointment(id), "the visit was changed"); err != nil {
		return err
	}
	return tx.Schedule(tasks...)
}

// Move gives an appointment another slot, held before. was is the Version the
// person saw: ErrGone when it was changed or cancelled meanwhile. tasks take
// the place of those about the old time.
func (tx *Tx) Move(id string, was int, hold string, to slots.Slot, claims []slots.Claim, tasks []Task) error {
	resources, err := json.Marshal(to.Resources)
	if err != nil {
		return err
	}
	from, err := tx.slotOf(id)
	if err != nil {
		return err
	}
	res := tx.db.Model(&appointmentRow{}).Where("id = ? AND version = ? AND status = ?", id, was, Booked).Updates(map[string]any{
		"branch": to.Branch, "service": to.Service, "practitioner": to.Practitioner, "resources": string(resources),
		"start_at": millis(to.Start), "end_at": millis(to.End), "version": was + 1, "updated_at": millis(tx.Now),
		"moved_from": from, "confirmed_at": 0, "late_at": 0,
	})
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if err := tx.free(id, claims); err != nil {
		return err
	}
	if err := tx.keep(hold, id, 0); err != nil {
		return err
	}
	if err := tx.db.Delete(&holdRow{}, "id = ?", hold).Error; err != nil {
		return err
	}
	// A slot that overlaps the old one holds only the new cells, or none: what
	// counts is that every cell is the appointment's now.
	have, err := tx.cellsOf(id)
	if err != nil {
		return err
	}
	for _, c := range claims {
		for cell := c.From; cell < c.To; cell++ {
			if !have[cellKey{c.Resource, int64(cell)}] {
				return ErrHoldGone
			}
		}
	}
	return tx.turnOver(id, tasks)
}

// SetStatus changes the state of an appointment the caller saw as version was;
// cancelling and not coming free its cells. ErrGone when it changed meanwhile.
// tasks take the place of those that waited for it.
func (tx *Tx) SetStatus(id string, was int, to AppointmentStatus, tasks []Task) error {
	res := tx.db.Model(&appointmentRow{}).Where("id = ? AND version = ? AND status NOT IN ?", id, was, []AppointmentStatus{Cancelled, Fulfilled, NoShow}).
		Updates(map[string]any{"status": string(to), "version": was + 1, "updated_at": millis(tx.Now)})
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if to == Cancelled || to == NoShow {
		if err := tx.free(id, nil); err != nil {
			return err
		}
	}
	return tx.turnOver(id, tasks)
}

// Restore takes a cancellation back. ErrTaken when the time is not free any
// more, ErrGone when the visit is not a cancelled one of version was.
func (tx *Tx) Restore(id string, was int, claims []slots.Claim, tasks []Task) error {
	res := tx.db.Model(&appointmentRow{}).Where("id = ? AND version = ? AND status = ?", id, was, Cancelled).
		Updates(map[string]any{"status": string(Booked), "version": was + 1, "updated_at": millis(tx.Now), "confirmed_at": 0, "late_at": 0})
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if err := tx.take(id, "", claims, time.Time{}); err != nil {
		return err
	}
	return tx.turnOver(id, tasks)
}

func (s *Store) appointments(ctx context.Context, tail string, args ...any) ([]Appointment, error) {
	var rows []appointmentRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM appointments "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Appointment, len(rows))
	for i, r := range rows {
		a, err := s.appointment(r)
		if err != nil {
			return nil, err
		}
		out[i] = a
	}
	return out, nil
}

// AppointmentByNumber finds one by what people say; ErrNotFound.
func (s *Store) AppointmentByNumber(ctx context.Context, number string) (Appointment, error) {
	list, err := s.appointments(ctx, "WHERE number = ?", strings.ToUpper(number))
	if err != nil {
		return Appointment{}, err
	}
	if len(list) == 0 {
		return Appointment{}, ErrNotFound
	}
	return list[0], nil
}

// AppointmentByID finds one by its identifier; ErrNotFound.
func (s *Store) AppointmentByID(ctx context.Context, id string) (Appointment, error) {
	list, err := s.appointments(ctx, "WHERE id = ?", id)
	if err != nil {
		return Appointment{}, err
	}
	if len(list) == 0 {
		return Appointment{}, ErrNotFound
	}
	return list[0], nil
}

// Access is whose visits a contact may see beside those it booked itself.
type Access struct {
	Clients  []string // all visits of these clients
	Patients []string // the visits of these patients
}

// Sees reports whether a visit is within the access of a contact.
func (a Access) Sees(contactID string, p Appointment) bool {
	return p.ContactID == contactID || p.ClientID != "" && slices.Contains(a.Clients, p.ClientID) ||
		p.PatientID != "" && slices.Contains(a.Patients, p.PatientID)
}

// Upcoming lists what a contact may see and has not come to pass, earliest first.
func (s *Store) Upcoming(ctx context.Context, contactID string, a Access, now time.Time) ([]Appointment, error) {
	return s.appointments(ctx, "WHERE (contact_id = ? OR client_id IN ? OR patient_id IN ?) AND status IN ? AND end_at > ? ORDER BY start_at, id LIMIT 50",
		contactID, orNone(a.Clients), orNone(a.Patients), []AppointmentStatus{Booked, Arrived}, millis(now))
}

// Past lists earlier visits of the same people, newest first.
func (s *Store) Past(ctx context.Context, contactID string, a Access, now time.Time, limit int) ([]Appointment, error) {
	return s.appointments(ctx, "WHERE (contact_id = ? OR client_id IN ? OR patient_id IN ?) AND status <> ? AND start_at <= ? ORDER BY start_at DESC, id LIMIT ?",
		contactID, orNone(a.Clients), orNone(a.Patients), Cancelled, millis(now), limit)
}

// AppointmentFilter selects appointments; empty fields do not restrict.
type AppointmentFilter struct {
	From, To     time.Time // of the start, To exclusive
	Branch       string
	Practitioner string
	PatientID    string
	Status       AppointmentStatus
	After        string // "start_ms/id" of the last one seen, for paging
	Limit        int
}

// Appointments lists by filter, by start and ID.
func (s *Store) Appointments(ctx context.Context, f AppointmentFilter) ([]Appointment, error) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(cond string, a ...any) { where, args = append(where, cond), append(args, a...) }
	if !f.From.IsZero() {
		add("start_at >= ?", millis(f.From))
	}
	if !f.To.IsZero() {
		add("start_at < ?", millis(f.To))
	}
	if f.Branch != "" {
		add("branch = ?", f.Branch)
	}
	if f.Practitioner != "" {
		add("practitioner = ?", f.Practitioner)
	}
	if f.PatientID != "" {
		add("patient_id = ?", f.PatientID)
	}
	if f.Status != "" {
		add("status = ?", string(f.Status))
	}
	if ms, id, ok := strings.Cut(f.After, "/"); ok {
		add("(start_at > ? OR (start_at = ? AND id > ?))", ms, ms, id)
	}
	if f.Limit <= 0 {
		f.Limit = 1000
	}
	return s.appointments(ctx, "WHERE "+strings.Join(where, " AND ")+" ORDER BY start_at, id LIMIT ?", append(args, f.Limit)...)
}

// orNone keeps IN () valid when there is nothing to list.
func orNone(list []string) []string {
	if len(list) == 0 {
		return []string{"-"}
	}
	return list
}
