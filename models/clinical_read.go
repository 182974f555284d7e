package models

import (
	"context"
	"slices"
	"time"
)

// ClinicalSearch selects; empty fields do not restrict. Results come newest
// first.
type ClinicalSearch struct {
	Kind       string
	IDs        []string
	Patients   []string
	Statuses   []string
	Categories []string
	Codes      []string  // system|code or code
	Keys       []string  // system|value
	From, To   time.Time // of At, To exclusive
	BeforeAt   time.Time // At and ID of the last one seen
	BeforeID   string
	Limit      int
}

// ClinicalRecords lists what the clinic's systems sent.
func (s *Store) ClinicalRecords(ctx context.Context, f ClinicalSearch) ([]Clinical, error) {
	var q selection
	q.add("kind = ?", f.Kind)
	oneOf(&q, "id IN ?", f.IDs)
	oneOf(&q, "patient_id IN ?", f.Patients)
	oneOf(&q, "status IN ?", f.Statuses)
	oneOf(&q, "category IN ?", f.Categories)
	oneOf(&q, "id IN (SELECT id FROM clinical_codes WHERE hash IN ?)", s.hashes("code", f.Codes))
	if len(f.Keys) > 0 {
		q.add("id IN (SELECT id FROM clinical_keys WHERE kind = ? AND hash IN ?)", f.Kind, s.hashes("identifier", f.Keys))
	}
	if !f.From.IsZero() {
		q.add("at >= ?", millis(f.From))
	}
	if !f.To.IsZero() {
		q.add("at < ?", millis(f.To))
	}
	if !f.BeforeAt.IsZero() {
		at := millis(f.BeforeAt)
		q.add("(at < ? OR (at = ? AND id < ?))", at, at, f.BeforeID)
	}
	return s.clinicals(ctx, "WHERE "+q.String()+" ORDER BY at DESC, id DESC LIMIT ?", append(q.args, f.Limit)...)
}

func (s *Store) clinicals(ctx context.Context, tail string, args ...any) ([]Clinical, error) {
	var rows []clinicalRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM clinical "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Clinical, len(rows))
	var err error
	for i, r := range rows {
		if out[i], err = s.clinical(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ClinicalByID finds one of a kind; ErrNotFound.
func (s *Store) ClinicalByID(ctx context.Context, kind, id string) (Clinical, error) {
	list, err := s.clinicals(ctx, "WHERE id = ? AND kind = ?", id, kind)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Clinical{}, err
	}
	return list[0], nil
}

// ResultsOf reads a report's observations, in its order.
func (s *Store) ResultsOf(ctx context.Context, r *Report) ([]Clinical, error) {
	list, err := s.clinicals(ctx, "WHERE kind = ? AND id IN ?", KindObservation, orNone(r.Results))
	if err != nil {
		return nil, err
	}
	place := func(c Clinical) int { return slices.Index(r.Results, c.ID) }
	slices.SortFunc(list, func(a, b Clinical) int { return place(a) - place(b) })
	return list, nil
}

// boundPatients are the patients whose record a contact was bound to by the
// clinic. Who only booked, or filled something in themselves, is not bound.
const boundPatients = `(SELECT p.id FROM bindings b JOIN patients p ON p.client_id = b.client_id AND (b.patient_id = '' OR b.patient_id = p.id) WHERE b.contact_id = ?)`

// BoundPatients lists whose records a contact may see.
func (s *Store) BoundPatients(ctx context.Context, contactID string) ([]Patient, error) {
	return s.patients(ctx, "id IN "+boundPatients, contactID)
}

// ReportsFor lists the reports that a contact may know of, newest first.
func (s *Store) ReportsFor(ctx context.Context, contactID string, limit int) ([]Clinical, error) {
	return s.clinicals(ctx, "WHERE kind = ? AND status <> ? AND patient_id IN "+boundPatients+" ORDER BY at DESC, id DESC LIMIT ?",
		KindReport, EnteredInError, contactID, limit)
}

// ReportFor finds a report that a contact may know of. Somebody else's, one
// entered in error and one that does not exist are all ErrNotFound.
func (s *Store) ReportFor(ctx context.Context, contactID, id string) (Clinical, error) {
	list, err := s.clinicals(ctx, "WHERE id = ? AND kind = ? AND status <> ? AND patient_id IN "+boundPatients, id, KindReport, EnteredInError, contactID)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Clinical{}, err
	}
	return list[0], nil
}

// Series lists a patient's observations that have one of the codes and are not
// held, oldest first, the newest limit of them.
func (s *Store) Series(ctx context.Context, patientID string, codes []string, now time.Time, limit int) ([]Clinical, error) {
	list, err := s.clinicals(ctx, `WHERE kind = ? AND patient_id = ? AND status IN ? AND held_until <= ?
		AND id IN (SELECT id FROM clinical_codes WHERE hash IN ?) ORDER BY at DESC, id DESC LIMIT ?`,
		KindObservation, patientID, []string{Preliminary, Final, Amended, Corrected, Appended}, millis(now), s.hashes("code", codes), limit)
	slices.Reverse(list)
	return list, err
}

// BoundContacts lists who is bound to a patient's record, and so is told of it.
func (s *Store) BoundContacts(ctx context.Context, patientID string) ([]string, error) {
	var ids []string
	err := s.r.WithContext(ctx).Raw(`SELECT DISTINCT b.contact_id FROM patients p JOIN bindings b ON b.client_id = p.client_id AND (b.patient_id = '' OR b.patient_id = p.id)
		WHERE p.id = ? ORDER BY b.contact_id`, patientID).Scan(&ids).Error
	return ids, unavailable(s.dialect, err)
}
