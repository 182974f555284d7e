package models

import (
	"context"
	"errors"
)

// ErrUnderway is a report about something whose delivery is not recorded yet.
var ErrUnderway = errors.New("its delivery is not recorded yet")

// FailDelivered turns a row that was taken by a platform into one that failed,
// for the platform has told so afterwards; end says what becomes of it.
// Reports about what is not ours, or told of before, change nothing.
// ErrUnderway: it may be about what is being sent at this moment.
func (s *Store) FailDelivered(ctx context.Context, contactID, way, receipt string, end func(Outgoing) Outcome) error {
	list, err := s.outboxRows(ctx, "WHERE contact_id = ? AND sent_seq > 0 AND way = ? AND receipt = ? AND state = ? LIMIT 1", contactID, way, receipt, OutboxSent)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		under, err := s.outboxRows(ctx, "WHERE contact_id = ? AND state = ? AND way = ? LIMIT 1", contactID, OutboxSending, way)
		if err == nil && len(under) > 0 {
			err = ErrUnderway
		}
		return err
	}
	row := list[0]
	out := end(row)
	return s.transact(ctx, func(tx *Tx) error {
		res := tx.db.Exec("UPDATE outbox SET state = ?, error = ?, sent_seq = NULL, updated_at = ? WHERE id = ? AND state = ?",
			OutboxFailed, cut(out.Reason), millis(tx.Now), row.ID, OutboxSent)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		if len(out.Channels) > 0 {
			if err := tx.attempt(row, out); err != nil {
				return err
			}
		}
		return tx.afterwards(ctx, row, out)
	})
}
