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

func stands(db *gorm.DB, subject string, version int) (string, error) {
	kind, id, _ := strings.Cut(subject, "/")
	var row struct {
		State   string
		Version int
	}
	var query string
	switch kind {
	case "":
		return "", nil
	case "Appointment":
		query = "SELECT status AS state, version FROM appointments WHERE id = ?"
	case "Patient":
		query = "SELECT CASE WHEN deceased_at > 0 THEN 'deceased' ELSE '' END AS state, 0 AS version FROM patients WHERE id = ?"
	default:
		return "", fmt.Errorf("subject %q: no such kind", kind)
	}
	res := db.Raw(query, id).Scan(&row)
	switch {
	case res.Error != nil:
		return "", res.Error
	case res.RowsAffected == 0:
		return "it is not there any more", nil
	case kind == "Patient" && row.State != "":
		return "the patient has died", nil
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
