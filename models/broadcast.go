package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

// States of a broadcast.
const (
	BroadcastDraft    = "draft"
	BroadcastWaiting  = "waiting"  // for the approval of a second person
	BroadcastApproved = "approved" // goes out at its time
	BroadcastRunning  = "running"
	BroadcastPaused   = "paused"
	BroadcastStopped  = "stopped" // ended before everybody had it
	BroadcastDone     = "done"
	BroadcastDropped  = "dropped" // a draft that was thrown away
)

// Broadcast is one message to many: written by one, approved by another, sent
// to whoever the segment names, a row of the outbox each.
type Broadcast struct {
	ID            string
	Kind          Kind
	Texts         map[string]string  // as written, by language; what a language lacks is said in the first there is
	Messages      map[string]Message // as sent, by language; made at the approval
	Segment       string             // as written
	Compiled      string             // the same with values as they are kept: Segment.Canonical
	Certificate   string             // number of the review certificate, where the law asks for one
	Author        string             // of staff
	AuthorContact string             // where progress is told
	Approver      string
	Reason        string // why it was sent back
	State         string
	Version       int // rises with every change
	ScheduledAt   time.Time
	StartedAt     time.Time
	EndedAt       time.Time
	ReachedTo     string // contact up to which rows were written
	Expanded      bool   // rows were written for everybody
	Audience      int64  // rows written
	LeftOut       LeftOut
	Account       Account           // of one that has ended
	Windows       map[string]Window // not kept: channels that close to who is silent, to choose among a person's contacts
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// LeftOut is how many the segment names that get no row, and why.
type LeftOut struct {
	NotAsked int64 `json:"not_asked,omitempty"` // never asked for a kind that goes only to who did
	Refused  int64 `json:"refused,omitempty"`
	Left     int64 `json:"left,omitempty"`    // unfollowed
	Blocked  int64 `json:"blocked,omitempty"` // refuse messages
	NoChat   int64 `json:"no_chat,omitempty"` // in the records only: nobody of theirs ever wrote
	Double   int64 `json:"double,omitempty"`  // another contact of the same person has it
}

// Account is what became of the rows of a broadcast. The states add up to the
// audience at any time.
type Account struct {
	Waiting    int64            `json:"waiting"` // pending, being sent, paused
	Sent       int64            `json:"sent"`
	Suppressed int64            `json:"suppressed"`
	Failed     int64            `json:"failed"`
	Unknown    int64            `json:"unknown"`
	Expired    int64            `json:"expired"`
	Reasons    map[string]int64 `json:"reasons,omitempty"` // of what failed or was suppressed
	OptedOut   int64            `json:"opted_out"`         // after it began, of those who were sent it
	Replied    int64            `json:"replied"`           // wrote within RepliesWithin of its arrival
	Mass       MassAccount      `json:"mass,omitzero"`     // of Sent and Failed, those by calls to many
}

// Audience is the sum of all states.
func (a Account) Audience() int64 {
	return a.Waiting + a.Sent + a.Suppressed + a.Failed + a.Unknown + a.Expired
}

// RepliesWithin is how long after a broadcast arrived a message counts as a
// reply to it.
const RepliesWithin = 3 * 24 * time.Hour

type broadcastRow struct {
	ID            string `gorm:"primaryKey"`
	Kind          string
	Content       []byte
	Messages      []byte
	Segment       string
	Compiled      string
	Certificate   string
	Author        string
	AuthorContact string
	Approver      string
	Reason        string
	State         string
	Version       int
	ScheduledAt   int64
	StartedAt     int64
	EndedAt       int64
	ReachedTo     string
	Expanded      bool
	Audience      int64
	LeftOut       []byte
	Account       []byte
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	UpdatedAt     int64 `gorm:"autoUpdateTime:false"`
}

func (broadcastRow) TableName() string { return "broadcasts" }

func (s *Store) broadcast(r broadcastRow) (Broadcast, error) {
	b := Broadcast{
		ID: r.ID, Kind: Kind(r.Kind), Segment: r.Segment, Compiled: r.Compiled, Certificate: r.Certificate, Author: r.Author, AuthorContact: r.AuthorContact,
		Approver: r.Approver, Reason: r.Reason, State: r.State, Version: r.Version, ScheduledAt: fromMillis(r.ScheduledAt),
		StartedAt: fromMillis(r.StartedAt), EndedAt: fromMillis(r.EndedAt), ReachedTo: r.ReachedTo, Expanded: r.Expanded, Audience: r.Audience,
		CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
	}
	for _, part := range []struct {
		sealed []byte
		to     any
	}{{r.Content, &b.Texts}, {r.Messages, &b.Messages}, {r.LeftOut, &b.LeftOut}, {r.Account, &b.Account}} {
		plain, err := s.seal.Open(part.sealed)
		if err == nil && len(plain) > 0 {
			err = json.Unmarshal(plain, part.to)
		}
		if err != nil {
			return b, fmt.Errorf("open broadcast %s: %w", r.ID, err)
		}
	}
	return b, nil
}

func (tx *Tx) sealJSON(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	return tx.s.seal.Seal(plain), err
}

// SaveBroadcast keeps a new broadcast, or changes one that stands as it was
// read: ErrGone when somebody changed it since. b gets its new version.
func (tx *Tx) SaveBroadcast(b *Broadcast) error {
	row := broadcastRow{
		ID: b.ID, Kind: string(b.Kind), Segment: b.Segment, Compiled: b.Compiled, Certificate: b.Certificate, Author: b.Author, AuthorContact: b.AuthorContact,
		Approver: b.Approver, Reason: cut(b.Reason), State: b.State, Version: b.Version + 1, ScheduledAt: millis(b.ScheduledAt),
		StartedAt: millis(b.StartedAt), EndedAt: millis(b.EndedAt), ReachedTo: b.ReachedTo, Expanded: b.Expanded, Audience: b.Audience,
		CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	var errs [4]error
	row.Content, errs[0] = tx.sealJSON(b.Texts)
	row.Messages, errs[1] = tx.sealJSON(b.Messages)
	row.LeftOut, errs[2] = tx.sealJSON(b.LeftOut)
	row.Account, errs[3] = tx.sealJSON(b.Account)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	if b.Version == 0 {
		err := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
		if err == nil {
			b.Version = row.Version
		}
		return err
	}
	res := tx.db.Model(&broadcastRow{}).Where("id = ? AND version = ?", b.ID, b.Version).Select("*").Omit("id", "created_at").Updates(&row)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	b.Version = row.Version
	return nil
}

// TurnBroadcast moves a broadcast to another state and changes what goes with
// it. ErrGone when it is in none of the states from.
func (tx *Tx) TurnBroadcast(ctx context.Context, id string, from []string, to string, change func(b *Broadcast)) (Broadcast, error) {
	b, err := tx.LockBroadcast(ctx, id)
	if err != nil {
		return b, err
	}
	if !slices.Contains(from, b.State) {
		return b, ErrGone
	}
	b.State = to
	if change != nil {
		change(&b)
	}
	return b, tx.SaveBroadcast(&b)
}

// Broadcast finds a broadcast; ErrNotFound.
func (s *Store) Broadcast(ctx context.Context, id string) (Broadcast, error) {
	list, err := s.broadcasts(ctx, "WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Broadcast{}, err
	}
	return list[0], nil
}

// LockBroadcast reads a broadcast and holds it until the transaction ends, so
// that what is decided by its state is still so when it is written.
func (tx *Tx) LockBroadcast(ctx context.Context, id string) (Broadcast, error) {
	list, err := tx.Read().broadcasts(ctx, "WHERE id = ?"+tx.s.dialect.forUpdate(), id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Broadcast{}, err
	}
	return list[0], nil
}

// Broadcasts lists the newest broadcasts in any of the states.
func (s *Store) Broadcasts(ctx context.Context, limit int, states ...string) ([]Broadcast, error) {
	return s.broadcasts(ctx, "WHERE state IN ? ORDER BY id DESC LIMIT ?", states, limit)
}

func (s *Store) broadcasts(ctx context.Context, tail string, args ...any) ([]Broadcast, error) {
	var rows []broadcastRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM broadcasts "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Broadcast, len(rows))
	var err error
	for i, r := range rows {
		if out[i], err = s.broadcast(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}
