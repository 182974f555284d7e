package models

import (
	"context"
	"time"
)

// SendFloor is the least that sending what is kept costs: rows are claimed by
// the batch, and each is marked when it was posted. It keeps no order, looks at
// nothing again and records no attempt.
type SendFloor struct{ s *Store }

// NewSendFloor makes the floor's table anew, with n rows that wait.
func (s *Store) NewSendFloor(ctx context.Context, n int, body []byte) (*SendFloor, error) {
	for _, statement := range []string{
		"DROP TABLE IF EXISTS bench_outbox",
		"CREATE TABLE bench_outbox (id BIGINT NOT NULL PRIMARY KEY, state SMALLINT NOT NULL, at BIGINT NOT NULL, body BLOB)",
		"CREATE INDEX bench_outbox_state ON bench_outbox (state, id)",
	} {
		if _, err := s.sql.ExecContext(ctx, statement); err != nil {
			return nil, unavailable(s.dialect, err)
		}
	}
	for from := 0; from < n; from += 500 {
		err := s.transact(ctx, func(tx *Tx) error {
			for id := from; id < min(from+500, n); id++ {
				if err := tx.db.Exec("INSERT INTO bench_outbox (id, state, at, body) VALUES (?, 0, 0, ?)", id, body).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return &SendFloor{s}, nil
}

// SendFloorRow is one row to post.
type SendFloorRow struct {
	ID   int64
	Body []byte
}

// Claim takes up to limit rows in one transaction.
func (f *SendFloor) Claim(ctx context.Context, limit int) ([]SendFloorRow, error) {
	var rows []SendFloorRow
	err := f.s.transact(ctx, func(tx *Tx) error {
		rows = nil
		if err := tx.db.Raw("SELECT id, body FROM bench_outbox WHERE state = 0 ORDER BY id LIMIT ?"+f.s.dialect.skipLocked(), limit).Scan(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]int64, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		return tx.db.Exec("UPDATE bench_outbox SET state = 1 WHERE id IN ?", ids).Error
	})
	return rows, err
}

// Mark records that a row was sent.
func (f *SendFloor) Mark(ctx context.Context, id int64, now time.Time) error {
	return unavailable(f.s.dialect, f.s.w.WithContext(ctx).Exec("UPDATE bench_outbox SET state = 2, at = ? WHERE id = ?", millis(now), id).Error)
}
