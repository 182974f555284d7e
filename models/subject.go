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

// subjectQuery reads how it stands with a subject of a kind; "" for no kind.
func subjectQuery(kind string) string {
	switch kind {
	case "Appointment":
		return `SELECT a.status AS state, a.version, COALESCE(p.deceased_at, 0) AS died FROM appointments a
			LEFT JOIN patients p ON p.id = a.patient_id WHERE a.id = ?`
	case "Patient":
		return "SELECT '' AS state, 0 AS version, deceased_at AS died FROM patients WHERE id = ?"
	case "Case":
		return "SELECT state, 0 AS version, 0 AS died FROM cases WHERE id = ?"
	case "Recall":
		return `SELECT r.state, r.version, COALESCE(p.deceased_at, 0) AS died FROM recalls r LEFT JOIN patients p ON p.id = r.patient_id WHERE r.id = ?`
	case "MedicationRequest":
		return `SELECT c.state, c.version, COALESCE(p.deceased_at, 0) AS died FROM courses c LEFT JOIN patients p ON p.id = c.patient_id WHERE c.id = ?`
	case KindCarePlan:
		return `SELECT CASE WHEN a.disowned_by = c.contact_id AND c.contact_id <> '' THEN 'not theirs' ELSE c.state END AS state, c.version,
			COALESCE(p.deceased_at, 0) AS died FROM care_plans c LEFT JOIN patients p ON p.id = c.patient_id
			LEFT JOIN appointments a ON a.id = c.appointment_id WHERE c.id = ?`
	case KindConsent:
		return `SELECT c.status AS state, c.version, COALESCE(p.deceased_at, 0) AS died FROM treatment_consents c LEFT JOIN patients p ON p.id = c.patient_id WHERE c.id = ?`
	case "Wait":
		return "SELECT state, 0 AS version, 0 AS died FROM waits WHERE id = ?"
	case KindReport, KindObservation:
		return "SELECT status AS state, version, 0 AS died FROM clinical WHERE id = ?"
	case KindQuestion:
		return "SELECT state, 0 AS version, 0 AS died FROM questions WHERE id = ?"
	case "Invoice":
		return "SELECT status AS state, version, 0 AS died FROM invoices WHERE id = ?"
	case "ServiceRequest":
		return `SELECT r.status AS state, r.version, COALESCE(p.deceased_at, 0) AS died FROM referrals r LEFT JOIN patients p ON p.id = r.patient_id WHERE r.id = ?`
	case "Broadcast":
		return "SELECT state, 0 AS version, 0 AS died FROM broadcasts WHERE id = ?"
	}
	return ""
}

func stands(db *gorm.DB, subject string, version int) (string, error) {
	kind, id, _ := strings.Cut(subject, "/")
	var row struct {
		State   string
		Version int
		Died    int64
	}
	if kind == "" {
		return "", nil
	}
	query := subjectQuery(kind)
	if query == "" {
		return "", fmt.Errorf("subject %q: no such kind", kind)
	}
	res := db.Raw(query, id).Scan(&row)
	switch {
	case res.Error != nil:
		return "", res.Error
	case res.RowsAffected == 0:
		return "it is not there any more", nil
	case row.Died > 0:
		return died, nil
	case kind == "Case" && row.State == CaseClosed:
		return "the case is closed", nil
	case kind == "Wait" && (row.State == WaitBooked || row.State == WaitEnded):
		return "the wait is over: " + row.State, nil
	case kind == KindReport && (row.State == EnteredInError || row.State == Withdrawn):
		return "the report was withdrawn", nil
	case kind == KindCarePlan && row.State != PlanActive:
		return "the plan is " + row.State, nil
	case kind == "Broadcast":
		return broadcastStands(row.State), nil
	case version > 0 && row.Version != version:
		return fmt.Sprintf("it was changed: %s", row.State), nil
	}
	return "", nil
}

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
