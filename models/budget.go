package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// budgetRow is a bucket that all copies share, as the moment at which it is
// full again (the generic cell rate algorithm): to spend one moves it on by
// the time that one takes to come back.
type budgetRow struct {
	Name   string `gorm:"primaryKey"`
	FreeAt int64  // Unix microseconds
}

func (budgetRow) TableName() string { return "budgets" }

// BudgetAhead is more than a bucket ever lies ahead beyond its slack: a hold
// ends within a minute. One that does was written before the clock was put
// back, and counts as full: nobody waits for the time to come round again.
const BudgetAhead = 2 * time.Minute

// SpendBudget takes one off the bucket called name, which gets one back every
// each and holds as many as come back in slack, and one more. ok is false when
// it is empty; full is then when it will be full again. It is one statement
// when it succeeds. Copies compare their own clocks: a second between them is
// a second's worth of messages, once.
func (s *Store) SpendBudget(ctx context.Context, name string, now time.Time, each, slack time.Duration) (ok bool, full time.Time, err error) {
	at := now.UnixMicro()
	last := at + (slack + BudgetAhead).Microseconds()
	for range 3 {
		var spent int64
		err := s.alone(ctx, func(db *gorm.DB) error {
			res := db.Exec("UPDATE budgets SET free_at = CASE WHEN free_at > ? AND free_at <= ? THEN free_at ELSE ? END + ? WHERE name = ? AND (free_at <= ? OR free_at > ?)",
				at, last, at, each.Microseconds(), name, at+slack.Microseconds(), last)
			spent = res.RowsAffected
			return res.Error
		})
		if err != nil || spent == 1 {
			return err == nil, time.Time{}, err
		}
		var rows []budgetRow
		if err := s.w.WithContext(ctx).Raw("SELECT name, free_at FROM budgets WHERE name = ?", name).Scan(&rows).Error; err != nil {
			return false, time.Time{}, unavailable(s.dialect, err)
		}
		if len(rows) == 1 && rows[0].FreeAt > at+slack.Microseconds() && rows[0].FreeAt <= last {
			return false, time.UnixMicro(rows[0].FreeAt), nil
		}
		if len(rows) == 0 {
			if err := s.newBudget(ctx, budgetRow{name, 0}); err != nil {
				return false, time.Time{}, err
			}
		}
	}
	return false, now.Add(slack + each), nil // others were quicker, three times
}

// HoldBudget lets nothing out of a bucket before until.
func (s *Store) HoldBudget(ctx context.Context, name string, until time.Time, slack time.Duration) error {
	full := until.UnixMicro() + slack.Microseconds()
	if err := s.newBudget(ctx, budgetRow{name, full}); err != nil {
		return err
	}
	return s.alone(ctx, func(db *gorm.DB) error {
		return db.Exec("UPDATE budgets SET free_at = ? WHERE name = ? AND (free_at < ? OR free_at > ?)", full, name, full, full+BudgetAhead.Microseconds()).Error
	})
}

func (s *Store) newBudget(ctx context.Context, row budgetRow) error {
	return s.alone(ctx, func(db *gorm.DB) error { return db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error })
}

// DeliveredLast is when the last n deliveries to a contact were recorded, the
// newest first.
func (s *Store) DeliveredLast(ctx context.Context, contactID string, n int) ([]time.Time, error) {
	var at []int64
	err := s.r.WithContext(ctx).Raw("SELECT updated_at FROM outbox WHERE contact_id = ? AND sent_seq > 0 ORDER BY sent_seq DESC LIMIT ?", contactID, n).Scan(&at).Error
	out := make([]time.Time, len(at))
	for i, ms := range at {
		out[i] = fromMillis(ms)
	}
	return out, unavailable(s.dialect, err)
}
