package models

import (
	"context"
	"time"
)

// Undelivered lists what failed, or may have, since a time and nobody has dealt
// with, the newest first; messages to many are only counted, since a broadcast
// accounts for its own.
func (s *Store) Undelivered(ctx context.Context, since time.Time, limit int) (list []Outgoing, bulk int, err error) {
	list, err = s.outboxRows(ctx, "WHERE state IN ? AND updated_at >= ? AND handled_at = 0 AND priority < ? ORDER BY updated_at DESC, id LIMIT ?",
		[]string{OutboxFailed, OutboxUnknown}, millis(since), int(PriorityBulk), limit)
	if err != nil {
		return nil, 0, err
	}
	err = s.r.WithContext(ctx).Raw("SELECT COUNT(*) FROM outbox WHERE state IN ? AND updated_at >= ? AND handled_at = 0 AND priority = ?",
		[]string{OutboxFailed, OutboxUnknown}, millis(since), int(PriorityBulk)).Scan(&bulk).Error
	return list, bulk, unavailable(s.dialect, err)
}

// OutboxByID finds a row; ErrNotFound.
func (s *Store) OutboxByID(ctx context.Context, id string) (Outgoing, error) {
	list, err := s.outboxRows(ctx, "WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Outgoing{}, err
	}
	return list[0], nil
}

// Handle records that somebody deals with what was not delivered.
func (tx *Tx) Handle(id string) error {
	return tx.db.Exec("UPDATE outbox SET handled_at = ? WHERE id = ? AND handled_at = 0", millis(tx.Now), id).Error
}
