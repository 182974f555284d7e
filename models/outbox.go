package models

import (
	"context"
	"fmt"
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
	State        string
	Attempts     int
	Receipt      string
	Error        string
	CreatedAt    time.Time
}

type outboxRow struct {
	ID           string `gorm:"primaryKey"`
	MsgKey       string
	ContactID    string
	Priority     int
	NotBefore    int64
	UselessAfter int64
	Body         []byte
	Opens        string
	State        string
	Attempts     int
	LeaseUntil   int64
	LeaseOwner   string
	Receipt      string
	Error        string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
}

func (outboxRow) TableName() string { return "outbox" }

func (s *Store) outgoing(r outboxRow) (Outgoing, error) {
	body, err := s.seal.Open(r.Body)
	if err != nil {
		return Outgoing{}, fmt.Errorf("open outbox row %s: %w", r.ID, err)
	}
	return Outgoing{
		ID: r.ID, Key: r.MsgKey, ContactID: r.ContactID, Priority: Priority(r.Priority), NotBefore: fromMillis(r.NotBefore),
		UselessAfter: fromMillis(r.UselessAfter), Body: body, Opens: r.Opens, State: r.State, Attempts: r.Attempts,
		Receipt: r.Receipt, Error: r.Error, CreatedAt: fromMillis(r.CreatedAt),
	}, nil
}

// Enqueue puts a message into the outbox unless one with its key is there.
func (tx *Tx) Enqueue(o Outgoing) error {
	if o.NotBefore.IsZero() {
		o.NotBefore = tx.Now
	}
	row := outboxRow{
		ID: tx.s.NewID(tx.Now), MsgKey: keyBytes(o.Key), ContactID: o.ContactID, Priority: int(o.Priority),
		NotBefore: millis(o.NotBefore), UselessAfter: millis(o.UselessAfter), Body: tx.s.seal.Seal(o.Body), Opens: o.Opens,
		State: OutboxPending, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	return tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
}

// ClaimOutbox leases up to limit rows that are due on the given channels to
// owner until now+lease, the most urgent first, and of each contact only the
// earliest unfinished one, so that order holds whoever sends.
func (s *Store) ClaimOutbox(ctx context.Context, owner string, channels []string, limit int, lease time.Duration) ([]Outgoing, error) {
	if len(channels) == 0 {
		return nil, nil
	}
	var out []Outgoing
	err := s.transact(ctx, func(tx *Tx) error {
		out = nil
		var rows []outboxRow
		now := millis(tx.Now)
		prefix := make([]string, len(channels))
		args := []any{OutboxPending, now}
		for i, c := range channels {
			prefix[i] = "o.contact_id LIKE ?"
			args = append(args, c+":%")
		}
		args = append(args, OutboxPending, OutboxSending, limit)
		err := tx.db.Raw(`SELECT o.* FROM outbox o WHERE o.state = ? AND o.not_before <= ? AND (`+strings.Join(prefix, " OR ")+`)
			AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.contact_id = o.contact_id AND e.id < o.id AND e.state IN (?, ?)
				AND e.priority <= o.priority AND e.not_before <= o.not_before)
			ORDER BY o.priority, o.not_before LIMIT ?`+s.dialect.skipLocked(), args...).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]string, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		err = tx.db.Exec(`UPDATE outbox SET state = ?, lease_owner = ?, lease_until = ?, attempts = attempts + 1, updated_at = ?
			WHERE id IN ?`, OutboxSending, owner, millis(tx.Now.Add(lease)), now, ids).Error
		if err != nil {
			return err
		}
		for _, r := range rows {
			r.Attempts++
			o, err := s.outgoing(r)
			if err != nil {
				return err
			}
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// FinishOutbox records the outcome of an attempt: OutboxSent, OutboxFailed,
// OutboxUnknown, OutboxSuppressed, OutboxExpired, or OutboxPending with the
// time to try again. Only the lease's owner can; others change nothing.
func (s *Store) FinishOutbox(ctx context.Context, owner, id, state, receipt, reason string, again time.Time) error {
	return s.transact(ctx, func(tx *Tx) error {
		set := map[string]any{"state": state, "lease_owner": "", "lease_until": 0, "receipt": cut(receipt, 255), "error": cut(reason, 255), "updated_at": millis(tx.Now)}
		if state == OutboxPending {
			set["not_before"] = millis(again)
		}
		return tx.db.Model(&outboxRow{}).Where("id = ? AND lease_owner = ?", id, owner).Updates(set).Error
	})
}

// LapsedOutbox gives rows whose sender died back: those on channels with an
// idempotency key wait again, others become unknown. It returns how many of each.
func (s *Store) LapsedOutbox(ctx context.Context, idempotent []string) (again, unknown int64, err error) {
	err = s.transact(ctx, func(tx *Tx) error {
		again, unknown = 0, 0
		for _, c := range idempotent {
			res := tx.db.Model(&outboxRow{}).Where("state = ? AND lease_until < ? AND contact_id LIKE ?", OutboxSending, millis(tx.Now), c+":%").
				Updates(map[string]any{"state": OutboxPending, "lease_owner": "", "updated_at": millis(tx.Now)})
			if res.Error != nil {
				return res.Error
			}
			again += res.RowsAffected
		}
		res := tx.db.Model(&outboxRow{}).Where("state = ? AND lease_until < ?", OutboxSending, millis(tx.Now)).
			Updates(map[string]any{"state": OutboxUnknown, "lease_owner": "", "error": "the sender stopped while sending", "updated_at": millis(tx.Now)})
		unknown = res.RowsAffected
		return res.Error
	})
	return again, unknown, err
}

// OutboxCount counts rows by state.
func (s *Store) OutboxCount(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		State string
		N     int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT state, COUNT(*) AS n FROM outbox GROUP BY state").Scan(&rows).Error
	out := map[string]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, unavailable(s.dialect, err)
}

// OutboxDue counts what is to go out by now and has not.
func (s *Store) OutboxDue(ctx context.Context, now time.Time) (n int64, err error) {
	err = s.r.WithContext(ctx).Raw("SELECT COUNT(*) FROM outbox WHERE state IN (?, ?) AND not_before <= ?",
		OutboxPending, OutboxSending, millis(now)).Scan(&n).Error
	return n, unavailable(s.dialect, err)
}

// OutboxSince lists a contact's delivered pushes after id, oldest first.
func (s *Store) OutboxSince(ctx context.Context, contactID, id string, limit int) ([]Outgoing, error) {
	var rows []outboxRow
	err := s.r.WithContext(ctx).Order("id").Limit(limit).
		Find(&rows, "contact_id = ? AND state = ? AND id > ?", contactID, OutboxSent, id).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Outgoing, len(rows))
	for i, r := range rows {
		if out[i], err = s.outgoing(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
