package models

import (
	"context"
	"encoding/json"
	"time"

	"zhenban/models/slots"
)

// MaxHolds is how many offered times one person keeps others from.
const MaxHolds = 2

// Hold keeps a slot for one contact for a short time.
type Hold struct {
	ID        string
	ContactID string
	Slot      slots.Slot
	ExpiresAt time.Time
}

type holdRow struct {
	ID        string `gorm:"primaryKey"`
	ContactID string
	Slot      []byte
	ExpiresAt int64
}

func (holdRow) TableName() string { return "holds" }

func (r holdRow) overlaps(s slots.Slot) (bool, error) {
	var own slots.Slot
	if err := json.Unmarshal(r.Slot, &own); err != nil {
		return false, err
	}
	return own.Start.Before(s.End) && s.Start.Before(own.End), nil
}

// TakeHold claims a slot until h.ExpiresAt. A contact has at most max holds:
// its oldest ones are let go. moving names the appointment that is being moved,
// whose own cells do not stand in the way. ErrTaken when somebody else was first.
func (tx *Tx) TakeHold(h Hold, claims []slots.Claim, moving string, max int) error {
	var mine []holdRow
	if err := tx.db.Order("expires_at, id").Find(&mine, "contact_id = ?", h.ContactID).Error; err != nil {
		return err
	}
	for i, m := range mine {
		overlaps, err := m.overlaps(h.Slot)
		if err != nil {
			return err
		}
		// Nobody is in two places at once: a hold on the same time is given up
		// for the new one.
		if m.ExpiresAt <= millis(tx.Now) || len(mine)-i >= max || overlaps {
			if err := tx.ReleaseHold(m.ID); err != nil {
				return err
			}
		}
	}
	if err := tx.take(h.ID, moving, claims, h.ExpiresAt); err != nil {
		return err
	}
	slot, err := json.Marshal(h.Slot)
	if err != nil {
		return err
	}
	return tx.db.Create(&holdRow{h.ID, h.ContactID, slot, millis(h.ExpiresAt)}).Error
}

// ReleaseHold gives a hold's cells back; none there is no error.
func (tx *Tx) ReleaseHold(id string) error {
	if id == "" {
		return nil
	}
	if err := tx.free(id, nil); err != nil {
		return err
	}
	return tx.db.Delete(&holdRow{}, "id = ?", id).Error
}

// Holds lists a contact's holds in force.
func (s *Store) Holds(ctx context.Context, contactID string) ([]Hold, error) {
	var rows []holdRow
	err := s.r.WithContext(ctx).Order("expires_at").Find(&rows, "contact_id = ? AND expires_at > ?", contactID, millis(s.now())).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Hold, len(rows))
	for i, r := range rows {
		out[i] = Hold{ID: r.ID, ContactID: r.ContactID, ExpiresAt: fromMillis(r.ExpiresAt)}
		if err := json.Unmarshal(r.Slot, &out[i].Slot); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// SweepHolds deletes holds that ran out and returns them. For a time that
// somebody waits for, task is asked in the same transaction what is to be done;
// nil for nothing.
func (s *Store) SweepHolds(ctx context.Context, limit int, task func(Hold) Task) ([]Hold, error) {
	var out []Hold
	err := s.transact(ctx, func(tx *Tx) error {
		out = nil
		var rows []holdRow
		if err := tx.db.Raw("SELECT * FROM holds WHERE expires_at <= ? ORDER BY expires_at LIMIT ?"+s.dialect.skipLocked(), millis(tx.Now), limit).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			h := Hold{ID: r.ID, ContactID: r.ContactID, ExpiresAt: fromMillis(r.ExpiresAt)}
			if err := json.Unmarshal(r.Slot, &h.Slot); err != nil {
				return err
			}
			if err := tx.ReleaseHold(r.ID); err != nil {
				return err
			}
			out = append(out, h)
			if task == nil || !h.Slot.Start.After(tx.Now) {
				continue
			}
			waits, err := tx.Read().WaitsOver(ctx, h.Slot.Start)
			if err != nil {
				return err
			}
			if len(waits) > 0 {
				if err := tx.Schedule(task(h)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return out, err
}
