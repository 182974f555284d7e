package models

import "time"

// PatientDied records a death. Everything that waits to happen or to be said
// about the patient is dropped in the same transaction: of their own, their
// visits, recalls and courses of medicine. ErrGone when it was recorded before.
func (tx *Tx) PatientDied(id string, at time.Time) error {
	res := tx.db.Exec("UPDATE patients SET deceased_at = ?, updated_at = ? WHERE id = ? AND deceased_at = 0", millis(at), millis(tx.Now), id)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	subjects, err := tx.subjectsOf(id)
	if err != nil {
		return err
	}
	for _, s := range subjects {
		if err := tx.Drop(s, died); err != nil {
			return err
		}
	}
	return nil
}

// PatientLives takes back a death recorded by mistake: what was dropped for it
// and is still to come waits again.
func (tx *Tx) PatientLives(id string) error {
	res := tx.db.Exec("UPDATE patients SET deceased_at = 0, updated_at = ? WHERE id = ? AND deceased_at > 0", millis(tx.Now), id)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	subjects, err := tx.subjectsOf(id)
	if err != nil {
		return err
	}
	for _, s := range subjects {
		err := tx.db.Exec("UPDATE tasks SET state = ?, reason = '', updated_at = ? WHERE subject = ? AND state = ? AND reason = ? AND due_at > ?",
			TaskDue, millis(tx.Now), s, TaskSuppressed, died, millis(tx.Now)).Error
		if err != nil {
			return err
		}
		err = tx.db.Exec("UPDATE outbox SET state = ?, error = '', updated_at = ? WHERE subject = ? AND state = ? AND error = ? AND not_before > ?",
			OutboxPending, millis(tx.Now), s, OutboxSuppressed, died, millis(tx.Now)).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// subjectsOf lists what can be said about a patient, as subjects.
func (tx *Tx) subjectsOf(patientID string) ([]string, error) {
	out := []string{AboutPatient(patientID)}
	for _, from := range []struct{ table, kind string }{{"appointments", "Appointment"}, {"recalls", "Recall"}, {"courses", "MedicationRequest"}, {"care_plans", KindCarePlan}} {
		var ids []string
		if err := tx.db.Raw("SELECT id FROM "+from.table+" WHERE patient_id = ? ORDER BY id", patientID).Scan(&ids).Error; err != nil {
			return nil, err
		}
		for _, id := range ids {
			out = append(out, from.kind+"/"+id)
		}
	}
	return out, nil
}
