package models

import (
	"context"
	"encoding/json"
	"time"

	"zhenban/models/slots"
)

// What a person says about their visit and its time stays. None of it is a
// change of the visit, so its Version, and with it every reminder, stays too.

// ConfirmVisit records that the person comes, or takes that back. ErrGone when
// the visit is not booked any more.
func (tx *Tx) ConfirmVisit(id string, confirmed bool) error {
	return tx.mind(id, "confirmed_at", confirmed)
}

// LateVisit records that the person will be late, or takes that back. tasks
// come on top of those that wait. ErrGone when the visit is not booked any more.
func (tx *Tx) LateVisit(id string, late bool, tasks ...Task) error {
	if err := tx.mind(id, "late_at", late); err != nil {
		return err
	}
	return tx.Schedule(tasks...)
}

func (tx *Tx) mind(id, column string, set bool) error {
	at := int64(0)
	if set {
		at = millis(tx.Now)
	}
	var n int64
	err := tx.db.Raw("SELECT COUNT(*) FROM appointments WHERE id = ? AND status = ?", id, Booked).Scan(&n).Error
	if err == nil && n == 0 {
		err = ErrGone
	}
	if err != nil {
		return err
	}
	return tx.db.Model(&appointmentRow{}).Where("id = ? AND status = ?", id, Booked).Update(column, at).Error
}

func (tx *Tx) slotOf(id string) (string, error) {
	var rows []appointmentRow
	if err := tx.db.Raw("SELECT * FROM appointments WHERE id = ?", id).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return "", err
	}
	a, err := tx.s.appointment(rows[0])
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(a.Slot)
	return string(b), err
}

// MoveBack gives a visit the time it had before, if that is still free:
// ErrTaken when it is not, ErrGone when the visit was changed since.
func (tx *Tx) MoveBack(id string, was int, to slots.Slot, claims []slots.Claim, tasks []Task) error {
	hold := tx.NewID()
	if err := tx.take(hold, id, claims, tx.Now.Add(time.Minute)); err != nil {
		return err
	}
	return tx.Move(id, was, hold, to, claims, tasks)
}

// Disown keeps everything about a visit away from a contact that says it is
// not theirs: one that booked it is its contact no more. ErrGone when the visit
// changed since the contact saw version was.
func (tx *Tx) Disown(id string, was int, contactID string, tasks []Task) error {
	res := tx.db.Exec(`UPDATE appointments SET contact_id = CASE WHEN contact_id = ? THEN '' ELSE contact_id END, disowned_by = ?,
		version = ?, updated_at = ? WHERE id = ? AND version = ?`, contactID, contactID, was+1, millis(tx.Now), id, was)
	return tx.disowned(res.RowsAffected, res.Error, id, tasks)
}

// Reclaim takes a Disown of the same contact back.
func (tx *Tx) Reclaim(id string, was int, contactID string, tasks []Task) error {
	res := tx.db.Exec(`UPDATE appointments SET contact_id = CASE WHEN contact_id = '' THEN ? ELSE contact_id END, disowned_by = '',
		version = ?, updated_at = ? WHERE id = ? AND version = ? AND disowned_by = ?`, contactID, was+1, millis(tx.Now), id, was, contactID)
	return tx.disowned(res.RowsAffected, res.Error, id, tasks)
}

func (tx *Tx) disowned(rows int64, err error, id string, tasks []Task) error {
	if err == nil && rows == 0 {
		err = ErrGone
	}
	if err != nil {
		return err
	}
	return tx.turnOver(id, tasks)
}

// Recall takes it back that nobody came: the person is there after all, or was.
// Its cells stay free: the time is past, or somebody else's. ErrGone when the
// visit is not a no-show of version was.
func (tx *Tx) Recall(id string, was int, to AppointmentStatus, tasks []Task) error {
	res := tx.db.Model(&appointmentRow{}).Where("id = ? AND version = ? AND status = ?", id, was, NoShow).
		Updates(map[string]any{"status": string(to), "version": was + 1, "updated_at": millis(tx.Now)})
	return tx.disowned(res.RowsAffected, res.Error, id, tasks)
}

// NoShows counts the visits that the same people did not come to since a time.
func (s *Store) NoShows(ctx context.Context, p Appointment, since time.Time) (int, error) {
	var n int64
	err := s.r.WithContext(ctx).Raw(`SELECT COUNT(*) FROM appointments WHERE ((contact_id = ? AND contact_id <> '') OR (client_id = ? AND client_id <> ''))
		AND status = ? AND start_at >= ?`, p.ContactID, p.ClientID, NoShow, millis(since)).Scan(&n).Error
	return int(n), unavailable(s.dialect, err)
}

// Readers lists the contacts that are told about a visit: who booked it, else
// whoever is bound to its patient or client, but for one that said it is not
// theirs.
func (s *Store) Readers(ctx context.Context, p Appointment) ([]Contact, error) {
	var rows []contactRow
	err := s.r.WithContext(ctx).Raw(`SELECT c.* FROM contacts c WHERE c.reach = ? AND c.id <> ? AND (c.id = ?
		OR (? = '' AND (c.id IN (SELECT contact_id FROM bindings WHERE client_id = ? AND client_id <> '' AND (patient_id = '' OR patient_id = ?))
		OR (c.client_id = ? AND c.client_id <> '')))) ORDER BY c.updated_at DESC, c.id LIMIT 10`,
		ReachOpen, p.DisownedBy, p.ContactID, p.ContactID, p.ClientID, p.PatientID, p.ClientID).Scan(&rows).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Contact, len(rows))
	for i, r := range rows {
		out[i] = Contact{ID: r.ID, Channel: r.Channel, Address: r.Address, Language: r.Language, Reach: r.Reach, ClientID: r.ClientID}
	}
	return out, nil
}

// LastCancelled is the visit that a contact gave up last, after a time;
// ErrNotFound.
func (s *Store) LastCancelled(ctx context.Context, contactID string, after time.Time) (Appointment, error) {
	list, err := s.appointments(ctx, "WHERE contact_id = ? AND status = ? AND updated_at > ? ORDER BY updated_at DESC, id LIMIT 1",
		contactID, Cancelled, millis(after))
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Appointment{}, err
	}
	return list[0], nil
}
