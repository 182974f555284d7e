package models

import (
	"context"
	"time"
)

// States of an invitation.
const (
	Invited  = "invited"
	Declined = "declined"
)

// Invitation is that a member was asked to come on a day of the year.
type Invitation struct {
	Occasion  string // which: checkup:2027-06-06
	ClientID  string
	ContactID string
	State     string
}

// Member is a client with a tier.
type Member struct{ ClientID, ContactID string }

// Members pages through the clients who have a tier, each with the chat that
// can be reached ("" for none).
func (s *Store) Members(ctx context.Context, after string, limit int) ([]Member, error) {
	var ids []string
	err := s.r.WithContext(ctx).Raw("SELECT id FROM clients WHERE id > ? AND tier <> '' ORDER BY id LIMIT ?", after, limit).Scan(&ids).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Member, len(ids))
	for i, id := range ids {
		out[i].ClientID = id
		if out[i].ContactID, err = s.ContactOfClient(ctx, id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Invite keeps that a member is invited; ErrDuplicate when it was before.
func (tx *Tx) Invite(occasion, clientID, contactID string) error {
	err := tx.db.Exec("INSERT INTO invitations (occasion, client_id, contact_id, state, at) VALUES (?, ?, ?, ?, ?)",
		occasion, clientID, contactID, Invited, millis(tx.Now)).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return ErrDuplicate
	}
	return err
}

// Decline keeps that whoever writes from a contact does not come. ErrGone when
// the contact was not invited.
func (tx *Tx) Decline(occasion, contactID string) error {
	res := tx.db.Exec("UPDATE invitations SET state = ?, at = ? WHERE contact_id = ? AND occasion = ?", Declined, millis(tx.Now), contactID, occasion)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	return res.Error
}

// Invitations pages through those invited who have not declined.
func (s *Store) Invitations(ctx context.Context, occasion, after string, limit int) ([]Invitation, error) {
	var out []Invitation
	err := s.r.WithContext(ctx).Raw(`SELECT occasion, client_id, contact_id, state FROM invitations WHERE occasion = ? AND client_id > ? AND state = ?
		ORDER BY client_id LIMIT ?`, occasion, after, Invited, limit).Scan(&out).Error
	return out, unavailable(s.dialect, err)
}

// Comes reports whether a client, or who writes from its contact, has a visit
// for a service that begins within a span of time.
func (s *Store) Comes(ctx context.Context, clientID, contactID, service string, from, to time.Time) (bool, error) {
	var n int64
	err := s.r.WithContext(ctx).Raw(`SELECT COUNT(*) FROM appointments WHERE (client_id = ? OR contact_id = ?) AND service = ? AND start_at >= ? AND start_at < ?
		AND status IN ?`, clientID, contactID, service, millis(from), millis(to), []AppointmentStatus{Booked, Arrived, Fulfilled}).Scan(&n).Error
	return n > 0, unavailable(s.dialect, err)
}

// Mourns reports whether a client's patients, of which there are some, have all
// died.
func (s *Store) Mourns(ctx context.Context, clientID string) (bool, error) {
	var row struct{ N, Dead int64 }
	err := s.r.WithContext(ctx).Raw("SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN deceased_at > 0 THEN 1 ELSE 0 END), 0) AS dead FROM patients WHERE client_id = ?",
		clientID).Scan(&row).Error
	return row.N > 0 && row.N == row.Dead, unavailable(s.dialect, err)
}
