package models

import (
	"errors"

	"gorm.io/gorm"
)

// elsewhere makes a row that cannot reach its contact one of another contact
// of the same client, on another of the channels given: one who is bound to
// the whole record, has not refused the kind and was not tried before. The row
// stays the same one, so that it goes out once. found is false when there is
// nobody.
func (tx *Tx) elsewhere(o Outgoing, channels []string) (found bool, err error) {
	client, err := tx.clientOf(o)
	if err != nil || client == "" || len(channels) == 0 {
		return false, err
	}
	var to []contactRow
	err = tx.db.Raw(`SELECT c.id, c.channel FROM contacts c
		WHERE c.id IN (SELECT b.contact_id FROM bindings b WHERE b.client_id = ? AND b.patient_id = '' UNION SELECT own.id FROM contacts own WHERE own.client_id = ?)
		AND c.channel IN ? AND c.reach = ? AND c.id <> ?
		AND c.id NOT IN (SELECT a.contact_id FROM outbox_attempts a WHERE a.outbox_id = ?)
		AND c.channel <> (SELECT r.channel FROM outbox r WHERE r.id = ?)
		AND NOT EXISTS (SELECT 1 FROM preferences p WHERE p.contact_id = c.id AND p.kind = ? AND p.wanted = ?)
		ORDER BY c.updated_at DESC, c.id LIMIT 1`,
		client, client, channels, ReachOpen, o.ContactID, o.ID, o.ID, string(o.Kind), false).Scan(&to).Error
	if err != nil || len(to) == 0 {
		return false, err
	}
	set := map[string]any{"contact_id": to[0].ID, "channel": to[0].Channel, "state": OutboxPending, "not_before": millis(tx.Now), "way": "", "begun_at": 0}
	return true, tx.db.Model(&outboxRow{}).Where("id = ?", o.ID).Updates(set).Error
}

// clientOf is the client that a push is for: of what it is about, else the one
// client its contact has; "" where that is not plain.
func (tx *Tx) clientOf(o Outgoing) (string, error) {
	query, arg := "", o.ContactID
	switch {
	case SubjectID("Appointment", o.Subject) != "":
		query, arg = "SELECT client_id FROM appointments WHERE id = ? AND client_id <> ''", SubjectID("Appointment", o.Subject)
	case SubjectID(KindCarePlan, o.Subject) != "":
		query, arg = "SELECT client_id FROM care_plans WHERE id = ? AND client_id <> ''", SubjectID(KindCarePlan, o.Subject)
	case SubjectID("Patient", o.Subject) != "":
		query, arg = "SELECT client_id FROM patients WHERE id = ? AND client_id <> ''", SubjectID("Patient", o.Subject)
	}
	var ids []string
	if query != "" {
		if err := tx.db.Raw(query, arg).Scan(&ids).Error; err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return "", err
		}
		if len(ids) == 1 {
			return ids[0], nil
		}
		ids = nil
	}
	err := tx.db.Raw(`SELECT client_id FROM bindings WHERE contact_id = ? AND patient_id = '' UNION SELECT client_id FROM contacts WHERE id = ? AND client_id <> ''`,
		o.ContactID, o.ContactID).Scan(&ids).Error
	if err != nil || len(ids) != 1 {
		return "", err
	}
	return ids[0], nil
}
