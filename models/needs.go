package models

import (
	"context"
	"slices"
	"strings"
)

// The special needs that staff are told of before anything else.
const (
	NeedChild    = "child"
	NeedElderly  = "elderly"
	NeedDisabled = "disabled"
)

// Needs lists the special needs there are.
func Needs() []string { return []string{NeedChild, NeedElderly, NeedDisabled} }

// SplitNeeds reads a list as it is kept: comma separated, unknown words left out.
func SplitNeeds(s string) []string {
	said := strings.Split(s, ",")
	return slices.DeleteFunc(Needs(), func(n string) bool { return !slices.Contains(said, n) })
}

// SetNeeds keeps what a person told in the chat that they need, sealed.
func (tx *Tx) SetNeeds(contactID string, needs []string) error {
	return tx.db.Exec("UPDATE contacts SET needs = ?, updated_at = ? WHERE id = ?",
		tx.s.seal.SealText(strings.Join(needs, ",")), millis(tx.Now), contactID).Error
}

// NeedsTold is what a person told in the chat that they need.
func (s *Store) NeedsTold(ctx context.Context, contactID string) ([]string, error) {
	var sealed [][]byte
	if err := s.r.WithContext(ctx).Raw("SELECT needs FROM contacts WHERE id = ?", contactID).Scan(&sealed).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	if len(sealed) == 0 {
		return nil, nil
	}
	told, err := s.seal.OpenText(sealed[0])
	return SplitNeeds(told), err
}

// NeedsOf is all that is known of a contact's needs: what they told, and what
// stands in the records they are bound to.
func (s *Store) NeedsOf(ctx context.Context, contactID string) ([]string, error) {
	if contactID == "" {
		return nil, nil
	}
	told, err := s.NeedsTold(ctx, contactID)
	if err != nil {
		return nil, err
	}
	var kept []string
	err = s.r.WithContext(ctx).Raw(`SELECT c.needs FROM bindings b JOIN clients c ON c.id = b.client_id WHERE b.contact_id = ? AND c.needs <> ''`, contactID).Scan(&kept).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	return SplitNeeds(strings.Join(append(told, kept...), ",")), nil
}

// NeedsIn is NeedsOf a visit: of who booked it, and of the client it is kept under.
func (s *Store) NeedsIn(ctx context.Context, p Appointment) ([]string, error) {
	list, err := s.NeedsOf(ctx, p.ContactID)
	if err != nil || p.ClientID == "" {
		return list, err
	}
	var kept []string
	if err := s.r.WithContext(ctx).Raw("SELECT needs FROM clients WHERE id = ?", p.ClientID).Scan(&kept).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	return SplitNeeds(strings.Join(append(list, kept...), ",")), nil
}

// SetClientNeeds keeps the needs that staff note on a client's record.
func (tx *Tx) SetClientNeeds(clientID string, needs []string) error {
	return tx.db.Exec("UPDATE clients SET needs = ?, updated_at = ? WHERE id = ?", strings.Join(needs, ","), millis(tx.Now), clientID).Error
}
