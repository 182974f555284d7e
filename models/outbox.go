package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// Priority orders what waits to go out; bulk never delays a reply.
type Priority int

// Priorities, the most urgent first.
const (
	PriorityReply Priority = 1
	PriorityAlert Priority = 2
	PriorityPush  Priority = 3
	PriorityBulk  Priority = 4
)

// States of an outbox row.
const (
	OutboxPending    = "pending"
	OutboxSending    = "sending"
	OutboxSent       = "sent"
	OutboxFailed     = "failed"
	OutboxUnknown    = "unknown"    // it may have arrived; shown to staff
	OutboxSuppressed = "suppressed" // what it was about is over
	OutboxExpired    = "expired"    // too late to be of use
)

// Outgoing is one message to deliver.
type Outgoing struct {
	ID           string
	Key          string // what it is about; a second one with the same key is not kept
	ContactID    string
	Priority     Priority
	NotBefore    time.Time
	UselessAfter time.Time // zero: never
	Body         []byte    // a neutral message, JSON
	Opens        string    // conversation to open on delivery
	Kind         Kind      // of a push: what a person can refuse; "" for answers
	Subject      string    // what it is about; it goes out only while that stands
	Version      int       // of the subject; 0 for any
	Batch        string    // the broadcast it belongs to
	Urgent       bool      // waits for no quiet hours and counts against no limit
	Notice       []byte    // what it says in named fields, JSON of a Notice; nil: it has no short form
	Way          string    // how it went out, or is going out; "" before
	BegunAt      time.Time // when an attempt began whose end is not known, by a way that drops doubles for a while
	State        string
	Attempts     int
	Receipt      string
	Error        string
	CreatedAt    time.Time
	UpdatedAt    time.Time // of what was sent: when
	SentSeq      int64     // the contact's 1st, 2nd, 3rd … delivery; 0 before it
	after        int64     // of a claimed row: how many deliveries the contact had had
}

type outboxRow struct {
	ID           string `gorm:"primaryKey"`
	MsgKey       string
	ContactID    string
	Channel      string
	Priority     int
	NotBefore    int64
	UselessAfter int64
	Body         []byte
	Opens        string
	Kind         string
	Subject      string
	Version      int `gorm:"column:subject_version"`
	Batch        string
	Urgent       bool
	Notice       []byte
	Way          string
	BegunAt      int64
	HandledAt    int64
	State        string
	Attempts     int
	LeaseUntil   int64
	LeaseOwner   string
	SentSeq      *int64
	Receipt      string
	Error        string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
}

func (outboxRow) TableName() string { return "outbox" }

func (s *Store) outgoing(r outboxRow) (Outgoing, error) {
	o := Outgoing{
		ID: r.ID, Key: r.MsgKey, ContactID: r.ContactID, Priority: Priority(r.Priority), NotBefore: fromMillis(r.NotBefore),
		UselessAfter: fromMillis(r.UselessAfter), Opens: r.Opens, State: r.State, Attempts: r.Attempts,
		Receipt: r.Receipt, Error: r.Error, CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
		Kind: Kind(r.Kind), Subject: r.Subject, Version: r.Version, Batch: r.Batch, Way: r.Way,
		Urgent: r.Urgent, BegunAt: fromMillis(r.BegunAt),
	}
	if r.SentSeq != nil {
		o.SentSeq = *r.SentSeq
	}
	var err error
	if o.Body, err = s.seal.Open(r.Body); err == nil && len(r.Notice) > 0 {
		o.Notice, err = s.seal.Open(r.Notice)
	}
	if err != nil {
		return o, fmt.Errorf("open outbox row %s: %w", r.ID, err)
	}
	return o, nil
}

// Enqueue puts a message into the outbox unless one with its key is there.
func (tx *Tx) Enqueue(o Outgoing) error {
	if o.NotBefore.IsZero() {
		o.NotBefore = tx.Now
	}
	if o.ID == "" {
		o.ID = tx.s.NewID(tx.Now)
	}
	channel, _, _ := strings.Cut(o.ContactID, ":")
	row := outboxRow{
		ID: o.ID, MsgKey: keyBytes(o.Key), ContactID: o.ContactID, Channel: channel, Priority: int(o.Priority),
		NotBefore: millis(o.NotBefore), UselessAfter: millis(o.UselessAfter), Body: tx.s.seal.Seal(o.Body), Opens: o.Opens,
		Kind: string(o.Kind), Subject: o.Subject, Version: o.Version, Batch: o.Batch, Urgent: o.Urgent,
		State: OutboxPending, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	if len(o.Notice) > 0 {
		row.Notice = tx.s.seal.Seal(o.Notice)
	}
	return tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
}

// OutboxCount counts by state what is not over (pending, sending) and what
// somebody must look at (failed, unknown); what was sent is not counted, since
// its number only grows.
func (s *Store) OutboxCount(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		State string
		N     int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT state, COUNT(*) AS n FROM outbox WHERE state IN ? GROUP BY state",
		[]string{OutboxPending, OutboxSending, OutboxFailed, OutboxUnknown}).Scan(&rows).Error
	out := map[string]int64{OutboxPending: 0, OutboxSending: 0, OutboxFailed: 0, OutboxUnknown: 0}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, unavailable(s.dialect, err)
}

// OutboxByKey finds a row by what it is about; ErrNotFound.
func (s *Store) OutboxByKey(ctx context.Context, key string) (Outgoing, error) {
	list, err := s.outboxRows(ctx, "WHERE msg_key = ?", keyBytes(key))
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Outgoing{}, err
	}
	return list[0], nil
}

// OutboxSince lists what was delivered to a contact after its delivery number
// seq (Outgoing.SentSeq), in the order of delivery.
func (s *Store) OutboxSince(ctx context.Context, contactID string, seq int64, limit int) ([]Outgoing, error) {
	return s.outboxRows(ctx, "WHERE contact_id = ? AND sent_seq > ? ORDER BY sent_seq LIMIT ?", contactID, seq, limit)
}

// OutboxNewest lists the last limit deliveries to a contact, in their order.
func (s *Store) OutboxNewest(ctx context.Context, contactID string, limit int) ([]Outgoing, error) {
	list, err := s.outboxRows(ctx, "WHERE contact_id = ? AND sent_seq > 0 ORDER BY sent_seq DESC LIMIT ?", contactID, limit)
	slices.Reverse(list)
	return list, err
}

func (s *Store) outboxRows(ctx context.Context, tail string, args ...any) ([]Outgoing, error) {
	var rows []outboxRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM outbox "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Outgoing, len(rows))
	var err error
	for i, r := range rows {
		if out[i], err = s.outgoing(r); err != nil {
			return nil, err
		}
	}
	return out, unavailable(s.dialect, s.fillBodies(s.r.WithContext(ctx), out))
}

// maxNote is the width of the columns for receipts, errors and sources, in bytes.
const maxNote = 255

func cut(s string) string {
	if len(s) <= maxNote {
		return s
	}
	return strings.ToValidUTF8(s[:maxNote], "")
}
