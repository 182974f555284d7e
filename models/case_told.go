package models

import (
	"context"
	"encoding/json"
	"time"
)

// Told lists the contacts of staff that were told of a case.
func (tx *Tx) Told(caseID string) ([]Contact, error) {
	var rows []contactRow
	err := tx.db.Raw(`SELECT id, channel, language FROM contacts WHERE id IN (SELECT contact_id FROM outbox WHERE subject = ? AND kind = ?) ORDER BY id`,
		AboutCase(caseID), string(KindStaff)).Scan(&rows).Error
	out := make([]Contact, len(rows))
	for i, r := range rows {
		out[i] = Contact{ID: r.ID, Channel: r.Channel, Language: r.Language}
	}
	return out, err
}

// DueContacts lists the contacts for whom something of a kind is due about a
// subject.
func (tx *Tx) DueContacts(subject, kind string) ([]string, error) {
	var out []string
	err := tx.db.Raw("SELECT contact_id FROM tasks WHERE subject = ? AND state = ? AND kind = ?", subject, TaskDue, kind).Scan(&out).Error
	return out, err
}

// CaseSeen keeps when the first of staff took a case; first is false when
// somebody had it before.
func (tx *Tx) CaseSeen(id string) (first bool, err error) {
	res := tx.db.Exec("UPDATE cases SET seen_at = ? WHERE id = ? AND seen_at = 0", millis(tx.Now), id)
	return res.RowsAffected > 0, res.Error
}

// CaseAnswered keeps that the client of a case was answered in the chat.
func (tx *Tx) CaseAnswered(id string) error {
	return tx.db.Exec("UPDATE cases SET answered_at = ? WHERE id = ?", millis(tx.Now), id).Error
}

// RetellCase changes what a case tells, as long as it is not closed. Nobody is
// told of the change.
func (tx *Tx) RetellCase(key string, details map[string]string) error {
	sealed, err := json.Marshal(details)
	if err != nil {
		return err
	}
	return tx.db.Exec("UPDATE cases SET details = ?, updated_at = ? WHERE case_key = ? AND state <> ?",
		tx.s.seal.Seal(sealed), millis(tx.Now), keyBytes(key), CaseClosed).Error
}

// CasesOf lists the cases about a client's own words since a time, or still
// open, the newest first.
func (s *Store) CasesOf(ctx context.Context, contactID string, since time.Time, limit int) ([]Case, error) {
	return s.cases(ctx, "WHERE contact_id = ? AND (created_at >= ? OR state <> ?) ORDER BY created_at DESC, id DESC LIMIT ?",
		contactID, millis(since), CaseClosed, limit)
}
