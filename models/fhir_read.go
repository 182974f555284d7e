package models

import (
	"context"
	"strings"
	"time"
)

// What the clinic's own systems read: pages by several keys at once, each row
// after the last one seen.

// PatientRecord is a patient with the client it belongs to.
type PatientRecord struct {
	Patient
	Client  Client
	Changed time.Time // when either last changed
}

// PatientSearch selects patients; empty fields do not restrict. Identifiers
// are the patients' own numbers, ClientIdentifiers those of their clients: one
// of either will do.
type PatientSearch struct {
	IDs               []string
	Identifiers       []string
	ClientIdentifiers []string
	Phones            []string // of the client, E.164
	After             string   // ID of the last one seen
	Limit             int
}

// selection gathers the conditions of a search.
type selection struct {
	where []string
	args  []any
}

func (q *selection) add(cond string, args ...any) {
	q.where, q.args = append(q.where, cond), append(q.args, args...)
}

func oneOf[T any](q *selection, cond string, list []T) {
	if len(list) > 0 {
		q.add(cond, list)
	}
}

func (q *selection) String() string {
	if len(q.where) == 0 {
		return "1 = 1"
	}
	return strings.Join(q.where, " AND ")
}

// PatientRecords lists patients by ID.
func (s *Store) PatientRecords(ctx context.Context, f PatientSearch) ([]PatientRecord, error) {
	var q selection
	oneOf(&q, "id IN ?", f.IDs)
	const byClient = "client_id IN (SELECT id FROM clients WHERE identifier IN ?)"
	switch {
	case len(f.Identifiers) > 0 && len(f.ClientIdentifiers) > 0:
		q.add("(identifier IN ? OR "+byClient+")", f.Identifiers, f.ClientIdentifiers)
	default:
		oneOf(&q, "identifier IN ?", f.Identifiers)
		oneOf(&q, byClient, f.ClientIdentifiers)
	}
	if len(f.Phones) > 0 {
		indexes := make([]string, len(f.Phones))
		for i, p := range f.Phones {
			indexes[i] = s.seal.Index("phone", p)
		}
		q.add("client_id IN (SELECT id FROM clients WHERE phone_index IN ?)", indexes)
	}
	if f.After != "" {
		q.add("id > ?", f.After)
	}
	var rows []patientRow
	if err := s.r.WithContext(ctx).Order("id").Limit(f.Limit).Where(q.String(), q.args...).Find(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	return s.withClients(ctx, rows)
}

func (s *Store) withClients(ctx context.Context, rows []patientRow) ([]PatientRecord, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ClientID
	}
	var owners []clientRow
	if err := s.r.WithContext(ctx).Where("id IN ?", orNone(ids)).Find(&owners).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	type owner struct {
		client  Client
		changed int64
	}
	byID := make(map[string]owner, len(owners))
	for _, r := range owners {
		c, err := s.client(r)
		if err != nil {
			return nil, err
		}
		byID[r.ID] = owner{c, r.UpdatedAt}
	}
	out := make([]PatientRecord, len(rows))
	for i, r := range rows {
		p, err := s.patient(r)
		if err != nil {
			return nil, err
		}
		o := byID[r.ClientID]
		out[i] = PatientRecord{Patient: p, Client: o.client, Changed: fromMillis(max(r.UpdatedAt, o.changed))}
	}
	return out, nil
}

// AppointmentSearch selects appointments; empty fields do not restrict.
type AppointmentSearch struct {
	IDs, Numbers, Patients            []string
	Practitioners, Branches, Services []string
	Statuses                          []AppointmentStatus
	From, To                          time.Time // of the start, To exclusive
	AfterStart                        time.Time // start and ID of the last one seen
	AfterID                           string
	Limit                             int
}

// AppointmentRecords lists appointments by start and ID.
func (s *Store) AppointmentRecords(ctx context.Context, f AppointmentSearch) ([]Appointment, error) {
	var q selection
	oneOf(&q, "id IN ?", f.IDs)
	oneOf(&q, "number IN ?", f.Numbers)
	oneOf(&q, "patient_id IN ?", f.Patients)
	oneOf(&q, "practitioner IN ?", f.Practitioners)
	oneOf(&q, "branch IN ?", f.Branches)
	oneOf(&q, "service IN ?", f.Services)
	oneOf(&q, "status IN ?", f.Statuses)
	if !f.From.IsZero() {
		q.add("start_at >= ?", millis(f.From))
	}
	if !f.To.IsZero() {
		q.add("start_at < ?", millis(f.To))
	}
	if !f.AfterStart.IsZero() {
		at := millis(f.AfterStart)
		q.add("(start_at > ? OR (start_at = ? AND id > ?))", at, at, f.AfterID)
	}
	return s.appointments(ctx, "WHERE "+q.String()+" ORDER BY start_at, id LIMIT ?", append(q.args, f.Limit)...)
}

// ProfileTime is when a version of the clinic's profile came into force; zero
// for a version that is not kept.
func (s *Store) ProfileTime(ctx context.Context, version int) (time.Time, error) {
	var at int64
	err := s.r.WithContext(ctx).Raw("SELECT COALESCE(MAX(at), 0) FROM clinic_profiles WHERE version = ?", version).Scan(&at).Error
	return fromMillis(at), unavailable(s.dialect, err)
}
