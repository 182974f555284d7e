package models

import (
	"context"
	"time"
)

// Delivered is one delivery to a contact, without what it said.
type Delivered struct {
	Kind   Kind
	Way    string
	Urgent bool
	At     time.Time
}

// deliveredMost bounds how far back deliveries are looked at: more than any
// window or limit counts.
const deliveredMost = 64

// DeliveredSince lists what was delivered to a contact since a time, the
// newest first, at most 64.
func (s *Store) DeliveredSince(ctx context.Context, contactID string, since time.Time) ([]Delivered, error) {
	var rows []struct {
		Kind, Way string
		Urgent    bool
		UpdatedAt int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT kind, way, urgent, updated_at FROM outbox WHERE contact_id = ? AND sent_seq > 0 ORDER BY sent_seq DESC LIMIT ?",
		contactID, deliveredMost).Scan(&rows).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	var out []Delivered
	for _, r := range rows {
		if r.UpdatedAt < millis(since) {
			break
		}
		out = append(out, Delivered{Kind(r.Kind), r.Way, r.Urgent, fromMillis(r.UpdatedAt)})
	}
	return out, nil
}
