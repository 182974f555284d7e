package models

import (
	"context"
	"time"
)

// Heard is that a contact said or did something: the key tells a channel what.
type Heard struct {
	Key string
	At  time.Time
}

// heardMost bounds how far back turns are looked at.
const heardMost = 32

// HeardSince lists what a contact said or did since a time, the newest first,
// at most 32.
func (s *Store) HeardSince(ctx context.Context, contactID string, since time.Time) ([]Heard, error) {
	var rows []struct {
		MsgKey string
		At     int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT msg_key, at FROM turns WHERE contact_id = ? ORDER BY seq DESC LIMIT ?", contactID, heardMost).Scan(&rows).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	var out []Heard
	for _, r := range rows {
		if r.At < millis(since) {
			break
		}
		out = append(out, Heard{r.MsgKey, fromMillis(r.At)})
	}
	return out, nil
}
