package models

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

// States of a calendar job's slot.
const (
	SlotBegan   = "began" // from here on: where a job that is new starts counting
	SlotDone    = "done"
	SlotSkipped = "skipped" // the program was away and it came too late
)

// LastSlot is the newest slot of a calendar job that is not after a reading of
// the clock, both as Slot writes them; "" for none. What was taken by a clock
// that was ahead stays taken, and does not keep those before it from being looked at.
func (s *Store) LastSlot(ctx context.Context, job, reading string) (string, error) {
	var slot []string
	err := s.r.WithContext(ctx).Raw("SELECT slot FROM cron_slots WHERE job = ? AND slot <= ? ORDER BY slot DESC LIMIT 1", job, reading).Scan(&slot).Error
	if err != nil || len(slot) == 0 {
		return "", unavailable(s.dialect, err)
	}
	return slot[0], nil
}

// Slot takes a slot of a calendar job, a wall-clock time that sorts as text.
// ErrDuplicate when it was taken before: over all copies and restarts each
// fires once.
func (tx *Tx) Slot(job, slot, state string) error {
	err := tx.db.Exec("INSERT INTO cron_slots (job, slot, state, at) VALUES (?, ?, ?, ?)", job, slot, state, millis(tx.Now)).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return ErrDuplicate
	}
	return err
}

// SkipSlots records slots that came too late, those that were taken before excepted.
func (tx *Tx) SkipSlots(job string, list []string) error {
	for chunk := range slices.Chunk(list, taskChunk) {
		rows := make([]cronSlotRow, len(chunk))
		for i, slot := range chunk {
			rows[i] = cronSlotRow{Job: job, Slot: slot, State: SlotSkipped, At: millis(tx.Now)}
		}
		if err := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return err
		}
	}
	return nil
}

type cronSlotRow struct {
	Job   string `gorm:"primaryKey"`
	Slot  string `gorm:"primaryKey"`
	State string
	At    int64
}

func (cronSlotRow) TableName() string { return "cron_slots" }

// PruneSlots deletes slots before a reading of the clock, each job's newest excepted.
func (s *Store) PruneSlots(ctx context.Context, before string) error {
	return s.transact(ctx, func(tx *Tx) error {
		var rows []cronSlotRow
		err := tx.db.Raw("SELECT job, MAX(slot) AS slot FROM cron_slots GROUP BY job").Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := tx.db.Exec("DELETE FROM cron_slots WHERE job = ? AND slot < ? AND slot < ?", r.Job, before, r.Slot).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// CronSlot is one slot of a calendar job.
type CronSlot struct {
	Slot, State string
	At          time.Time
}

// Slots lists a calendar job's slots, oldest first.
func (s *Store) Slots(ctx context.Context, job string) ([]CronSlot, error) {
	var rows []struct {
		Slot, State string
		At          int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT slot, state, at FROM cron_slots WHERE job = ? ORDER BY slot", job).Scan(&rows).Error
	out := make([]CronSlot, len(rows))
	for i, r := range rows {
		out[i] = CronSlot{r.Slot, r.State, fromMillis(r.At)}
	}
	return out, unavailable(s.dialect, err)
}
