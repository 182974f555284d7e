package models

import (
	"context"
	"time"

	"zhenban/models/slots"
)

// States of a wait.
const (
	WaitOpen    = "waiting"
	WaitOffered = "offered"
	WaitBooked  = "booked"
	WaitEnded   = "ended"
)

// Wait is a place on the wait list: somebody who wants a time that is taken.
type Wait struct {
	ID           string
	ContactID    string
	PatientID    string
	PatientName  string
	Species      string
	Service      string
	Branch       string // "" any
	Practitioner string // "" any
	From, To     time.Time
	State        string
	HoldID       string    // of the slot offered
	OfferedUntil time.Time // when the offer runs out
	CreatedAt    time.Time
}

type waitRow struct {
	ID           string `gorm:"primaryKey"`
	ContactID    string
	PatientID    string
	PatientName  []byte
	Species      string
	Service      string
	Branch       string
	Practitioner string
	FromAt       int64
	ToAt         int64
	State        string
	HoldID       string
	OfferedUntil int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
}

func (waitRow) TableName() string { return "waits" }

func (s *Store) wait(r waitRow) (Wait, error) {
	name, err := s.seal.OpenText(r.PatientName)
	return Wait{
		ID: r.ID, ContactID: r.ContactID, PatientID: r.PatientID, PatientName: name, Species: r.Species, Service: r.Service,
		Branch: r.Branch, Practitioner: r.Practitioner, From: fromMillis(r.FromAt), To: fromMillis(r.ToAt), State: r.State,
		HoldID: r.HoldID, OfferedUntil: fromMillis(r.OfferedUntil), CreatedAt: fromMillis(r.CreatedAt),
	}, err
}

// AddWait puts somebody on the wait list. ErrLimit when the contact waits for
// max times already.
func (tx *Tx) AddWait(w Wait, max int) error {
	var open int64
	err := tx.db.Raw("SELECT COUNT(*) FROM waits WHERE contact_id = ? AND state IN ? AND to_at > ?",
		w.ContactID, []string{WaitOpen, WaitOffered}, millis(tx.Now)).Scan(&open).Error
	if err != nil {
		return err
	}
	if int(open) >= max {
		return ErrLimit
	}
	return tx.db.Create(&waitRow{
		ID: w.ID, ContactID: w.ContactID, PatientID: w.PatientID, PatientName: tx.s.seal.SealText(w.PatientName), Species: w.Species,
		Service: w.Service, Branch: w.Branch, Practitioner: w.Practitioner, FromAt: millis(w.From), ToAt: millis(w.To),
		State: WaitOpen, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}).Error
}

// WaitOffer is a time that a wait was offered.
type WaitOffer struct {
	WaitID       string
	Practitioner string
	Start, End   time.Time
}

type waitOfferRow struct {
	WaitID       string `gorm:"primaryKey"`
	Practitioner string `gorm:"primaryKey"`
	StartAt      int64  `gorm:"primaryKey"`
	EndAt        int64
	At           int64
}

func (waitOfferRow) TableName() string { return "wait_offers" }

// WaitOffers lists what the waits were offered before, so that nobody is
// offered the same time twice.
func (s *Store) WaitOffers(ctx context.Context, waits []Wait) ([]WaitOffer, error) {
	ids := make([]string, len(waits))
	for i, w := range waits {
		ids[i] = w.ID
	}
	var rows []waitOfferRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM wait_offers WHERE wait_id IN ?", orNone(ids)).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]WaitOffer, len(rows))
	for i, r := range rows {
		out[i] = WaitOffer{r.WaitID, r.Practitioner, fromMillis(r.StartAt), fromMillis(r.EndAt)}
	}
	return out, nil
}

// OfferWait marks a wait as offered a time that is held; an earlier offer that
// ran out does not count. ErrGone when it is not waiting, ErrDuplicate when it
// was offered this very time before.
func (tx *Tx) OfferWait(id, hold string, s slots.Slot, until time.Time) error {
	row := waitOfferRow{id, s.Practitioner, millis(s.Start), millis(s.End), millis(tx.Now)}
	if err := tx.db.Create(&row).Error; err != nil {
		if tx.s.dialect.duplicate(err) {
			return ErrDuplicate
		}
		return err
	}
	res := tx.db.Model(&waitRow{}).Where("id = ? AND (state = ? OR (state = ? AND offered_until <= ?))", id, WaitOpen, WaitOffered, millis(tx.Now)).
		Updates(map[string]any{"state": WaitOffered, "hold_id": hold, "offered_until": millis(until), "updated_at": millis(tx.Now)})
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	return res.Error
}

// LapseWait puts a wait back whose offer nobody answered; lapsed is false when
// it was answered, or is another offer's by now.
func (tx *Tx) LapseWait(id, hold string) (lapsed bool, err error) {
	res := tx.db.Model(&waitRow{}).Where("id = ? AND state = ? AND hold_id = ?", id, WaitOffered, hold).
		Updates(map[string]any{"state": WaitOpen, "hold_id": "", "offered_until": 0, "updated_at": millis(tx.Now)})
	return res.RowsAffected == 1, res.Error
}

// EndWait ends a wait whose span is past; ended is false when it was over.
func (tx *Tx) EndWait(id string) (ended bool, err error) {
	res := tx.db.Model(&waitRow{}).Where("id = ? AND state IN ?", id, []string{WaitOpen, WaitOffered}).
		Updates(map[string]any{"state": WaitEnded, "hold_id": "", "offered_until": 0, "updated_at": millis(tx.Now)})
	return res.RowsAffected == 1, res.Error
}

// CloseWait ends a wait in WaitBooked or WaitEnded, or puts it back to WaitOpen.
func (tx *Tx) CloseWait(id, state string) error {
	return tx.db.Model(&waitRow{}).Where("id = ?", id).
		Updates(map[string]any{"state": state, "hold_id": "", "offered_until": 0, "updated_at": millis(tx.Now)}).Error
}

// WaitsOver lists who waits for a time in a span that holds start, the longest
// waiting first; who let an offer run out waits again.
func (s *Store) WaitsOver(ctx context.Context, start time.Time) ([]Wait, error) {
	return s.waits(ctx, "(state = ? OR (state = ? AND offered_until <= ?)) AND from_at <= ? AND to_at > ?",
		WaitOpen, WaitOffered, millis(s.now()), millis(start), millis(start))
}

// Waits lists a contact's open and offered waits.
func (s *Store) Waits(ctx context.Context, contactID string, now time.Time) ([]Wait, error) {
	return s.waits(ctx, "contact_id = ? AND state IN ? AND to_at > ?", contactID, []string{WaitOpen, WaitOffered}, millis(now))
}

// WaitByID finds one; ErrNotFound.
func (s *Store) WaitByID(ctx context.Context, id string) (Wait, error) {
	list, err := s.waits(ctx, "id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Wait{}, err
	}
	return list[0], nil
}

func (s *Store) waits(ctx context.Context, where string, args ...any) ([]Wait, error) {
	var rows []waitRow
	if err := s.r.WithContext(ctx).Order("created_at, id").Limit(100).Where(where, args...).Find(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Wait, len(rows))
	for i, r := range rows {
		w, err := s.wait(r)
		if err != nil {
			return nil, err
		}
		out[i] = w
	}
	return out, nil
}
