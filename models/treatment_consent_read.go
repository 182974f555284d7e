package models

import (
	"context"
	"fmt"
)

func (s *Store) treatmentConsents(ctx context.Context, tail string, args ...any) ([]TreatmentConsent, error) {
	var rows []treatmentConsentRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM treatment_consents "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]TreatmentConsent, len(rows))
	for i, r := range rows {
		body, err := s.seal.Open(r.Body)
		if err != nil {
			return nil, fmt.Errorf("open consent %s: %w", r.ID, err)
		}
		out[i] = TreatmentConsent{
			ID: r.ID, Number: r.Number, Key: r.AskKey, Kind: r.Kind, Form: r.Form, Hash: r.Hash, PatientID: r.PatientID, ContactID: r.ContactID,
			AppointmentID: r.AppointmentID, Branch: r.Branch, Practitioner: r.Practitioner, AskedBy: r.AskedBy, Body: body, Status: r.Status,
			Version: r.Version, CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
		}
	}
	return out, nil
}

func firstConsent(list []TreatmentConsent, err error) (TreatmentConsent, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return TreatmentConsent{}, err
	}
	return list[0], nil
}

// ConsentByNumber finds a consent; ErrNotFound.
func (s *Store) ConsentByNumber(ctx context.Context, number string) (TreatmentConsent, error) {
	return firstConsent(s.treatmentConsents(ctx, "WHERE number = ?", number))
}

// ConsentByID finds a consent; ErrNotFound.
func (s *Store) ConsentByID(ctx context.Context, id string) (TreatmentConsent, error) {
	return firstConsent(s.treatmentConsents(ctx, "WHERE id = ?", id))
}

// ConsentByKey finds a consent by what it is asked for; ErrNotFound.
func (s *Store) ConsentByKey(ctx context.Context, key string) (TreatmentConsent, error) {
	return firstConsent(s.treatmentConsents(ctx, "WHERE ask_key = ?", keyBytes(key)))
}

// consentsFor are the consents a contact may know of: of patients whose record
// it is bound to or made itself, and, while the patient is not on record, of
// the visits it booked.
const consentsFor = `((patient_id <> '' AND (patient_id IN ` + boundPatients + ` OR patient_id IN (SELECT p.id FROM patients p JOIN contacts c ON c.client_id = p.client_id WHERE c.id = ? AND c.client_id <> '')))
	OR (patient_id = '' AND contact_id = ?))`

// ConsentsFor lists the consents that a contact may know of, newest first.
func (s *Store) ConsentsFor(ctx context.Context, contactID string, limit int) ([]TreatmentConsent, error) {
	return s.treatmentConsents(ctx, "WHERE "+consentsFor+" ORDER BY id DESC LIMIT ?", contactID, contactID, contactID, limit)
}

// ConsentFor finds a consent that a contact may know of. Somebody else's and
// one that does not exist are both ErrNotFound.
func (s *Store) ConsentFor(ctx context.Context, contactID, number string) (TreatmentConsent, error) {
	return firstConsent(s.treatmentConsents(ctx, "WHERE number = ? AND "+consentsFor, number, contactID, contactID, contactID))
}

// ConsentsOfVisit lists the consents for a visit, newest first.
func (s *Store) ConsentsOfVisit(ctx context.Context, appointmentID string) ([]TreatmentConsent, error) {
	return s.treatmentConsents(ctx, "WHERE appointment_id = ? ORDER BY id DESC LIMIT 50", appointmentID)
}

// ConsentsOfPatient lists the consents about a patient, newest first.
func (s *Store) ConsentsOfPatient(ctx context.Context, patientID string, limit int) ([]TreatmentConsent, error) {
	return s.treatmentConsents(ctx, "WHERE patient_id = ? ORDER BY id DESC LIMIT ?", patientID, limit)
}

// ConsentSearch selects; empty fields do not restrict. Results are in the
// order of their IDs, which is that of time.
type ConsentSearch struct {
	IDs, Patients, Statuses []string
	After                   string // the last ID seen
	Limit                   int
}

// FindConsents lists consents to treatment, oldest first; choices are none.
func (s *Store) FindConsents(ctx context.Context, f ConsentSearch) ([]TreatmentConsent, error) {
	var q selection
	q.add("kind = ?", ConsentToTreatment)
	q.add("id > ?", f.After)
	oneOf(&q, "id IN ?", f.IDs)
	oneOf(&q, "patient_id IN ?", f.Patients)
	oneOf(&q, "status IN ?", f.Statuses)
	return s.treatmentConsents(ctx, "WHERE "+q.String()+" ORDER BY id LIMIT ?", append(q.args, f.Limit)...)
}

// ConsentsIn lists the consents in a state, newest first; of a branch and of
// none, or of all for "".
func (s *Store) ConsentsIn(ctx context.Context, status, branch string, limit int) ([]TreatmentConsent, error) {
	if branch == "" {
		return s.treatmentConsents(ctx, "WHERE status = ? ORDER BY id DESC LIMIT ?", status, limit)
	}
	return s.treatmentConsents(ctx, "WHERE status = ? AND branch IN ('', ?) ORDER BY id DESC LIMIT ?", status, branch, limit)
}
