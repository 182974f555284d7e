package models

import (
	"context"
	"time"
)

// States of a calendar job's slot.
const (
	SlotBegan   = "began" // from here on: where a job that is new starts counting
	SlotDone    = "done"
	SlotSkipped = "skipped" // the program was away and it came too late
)

// LastSlot is the newest slot of a calendar job, as Slot wrote it; "" for none.
func (s *Store) LastSlot(ctx context.Context, job string) (string, error) {
	var slot []string
	err := s.r.WithContext(ctx).Raw("SELECT slot FROM cron_slots WHERE job = ? ORDER BY slot DESC LIMIT 1", job).Scan(&slot).Error
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
