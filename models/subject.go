package models

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// What a task, a push or a case is about is named as FHIR references do:
// Appointment/ID, Patient/ID, Wait/ID, Broadcast/ID …

// AboutAppointment names an appointment.
func AboutAppointment(id string) string { return "Appointment/" + id }

// AboutPatient names a patient.
func AboutPatient(id string) string { return "Patient/" + id }

// AboutWait names a place on the wait list.
func AboutWait(id string) string { return "Wait/" + id }

// AboutReport names a report.
func AboutReport(id string) string { return KindReport + "/" + id }

// AboutQuestion names a question.
func AboutQuestion(id string) string { return KindQuestion + "/" + id }

// died is the reason of what does not happen because the patient is dead.
const died = "the patient has died"

// SubjectID is the ID in a reference of a kind: SubjectID("Appointment", …);
// "" when it names something else.
func SubjectID(kind, subject string) string {
	id, ok := strings.CutPrefix(subject, kind+"/")
	if !ok {
		return ""
	}
	return id
}

// Stands looks at a subject again. The reason says why what is about it must
// not go out any more, "" that it may; version 0 is any.
func (s *Store) Stands(ctx context.Context, subject string, version int) (reason string, err error) {
	reason, err = stands(s.r.WithContext(ctx), subject, version)
	return reason, unavailable(s.dialect, err)
}

// standing is what is read of a subject.
type standing struct {
	ID      string
	State   string
	Version int
	Died    int64
}

// subjectQuery reads how it stands with several subjects of a kind; "" for no
// such kind.
func subjectQuery(kind string) string {
	switch kind {
	case "Appointment":
		return `SELECT a.id, a.status AS state, a.version, COALESCE(p.deceased_at, 0) AS died FROM appointments a
			LEFT JOIN patients p ON p.id = a.patient_id WHERE a.id IN ?`
	case "Patient":
		return "SELECT id, '' AS state, 0 AS version, deceased_at AS died FROM patients WHERE id IN ?"
	case "Case":
		return "SELECT id, state, 0 AS version, 0 AS died FROM cases WHERE id IN ?"
	case "Recall":
		return `SELECT r.id, r.state, r.version, COALESCE(p.deceased_at, 0) AS died FROM recalls r LEFT JOIN patients p ON p.id = r.patient_id WHERE r.id IN ?`
	case "MedicationRequest":
		return `SELECT c.id, c.state, c.version, COALESCE(p.deceased_at, 0) AS died FROM courses c LEFT JOIN patients p ON p.id = c.patient_id WHERE c.id IN ?`
	case KindCarePlan:
		return `SELECT c.id, CASE WHEN a.disowned_by = c.contact_id AND c.contact_id <> '' THEN 'not theirs' ELSE c.state END AS state, c.version,
			COALESCE(p.deceased_at, 0) AS died FROM care_plans c LEFT JOIN patients p ON p.id = c.patient_id
			LEFT JOIN appointments a ON a.id = c.appointment_id WHERE c.id IN ?`
	case KindConsent:
		return `SELECT c.id, c.status AS state, c.version, COALESCE(p.deceased_at, 0) AS died FROM treatment_consents c LEFT JOIN patients p ON p.id = c.patient_id WHERE c.id IN ?`
	case "Wait":
		return "SELECT id, state, 0 AS version, 0 AS died FROM waits WHERE id IN ?"
	case KindReport, KindObservation:
		return "SELECT id, status AS state, version, 0 AS died FROM clinical WHERE id IN ?"
	case KindQuestion:
		return "SELECT id, state, 0 AS version, 0 AS died FROM questions WHERE id IN ?"
	case "Invoice":
		return "SELECT id, status AS state, version, 0 AS died FROM invoices WHERE id IN ?"
	case "ServiceRequest":
		return `SELECT r.id, r.status AS state, r.version, COALESCE(p.deceased_at, 0) AS died FROM referrals r LEFT JOIN patients p ON p.id = r.patient_id WHERE r.id IN ?`
	case "Broadcast":
		return "SELECT id, state, 0 AS version, 0 AS died FROM broadcasts WHERE id IN ?"
	}
	return ""
}

// fallen says why what is about the subject must not go out any more.
func (r standing) fallen(kind string, version int) string {
	switch {
	case r.Died > 0:
		return died
	case kind == "Case" && r.State == CaseClosed:
		return "the case is closed"
	case kind == "Wait" && (r.State == WaitBooked || r.State == WaitEnded):
		return "the wait is over: " + r.State
	case kind == KindReport && (r.State == EnteredInError || r.State == Withdrawn):
		return "the report was withdrawn"
	case kind == KindCarePlan && r.State != PlanActive:
		return "the plan is " + r.State
	case kind == "Broadcast":
		return broadcastStands(r.State)
	case version > 0 && r.Version != version:
		return fmt.Sprintf("it was changed: %s", r.State)
	}
	return ""
}

const notThere = "it is not there any more"

func stands(db *gorm.DB, subject string, version int) (string, error) {
	kind, id, _ := strings.Cut(subject, "/")
	if kind == "" {
		return "", nil
	}
	query := subjectQuery(kind)
	if query == "" {
		return "", errNoKind(subject)
	}
	var row standing
	res := db.Raw(query, []string{id}).Scan(&row)
	if res.Error != nil || res.RowsAffected == 0 {
		return notThere, res.Error
	}
	return row.fallen(kind, version), nil
}

func errNoKind(subject string) error { return fmt.Errorf("subject %q: no such kind", subject) }

// Drop takes back what waits to happen or to be said about a subject, with the
// reason. What is being sent at this moment looks at the subject once more.
func (tx *Tx) Drop(subject, reason string) error {
	set := map[string]any{"state": TaskSuppressed, "reason": cut(reason), "updated_at": millis(tx.Now)}
	if err := tx.db.Model(&taskRow{}).Where("subject = ? AND state = ?", subject, TaskDue).Updates(set).Error; err != nil {
		return err
	}
	set = map[string]any{"state": OutboxSuppressed, "error": cut(reason), "updated_at": millis(tx.Now)}
	return tx.db.Model(&outboxRow{}).Where("subject = ? AND state = ?", subject, OutboxPending).Updates(set).Error
}
