package models

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Claim says which rows a sender takes.
type Claim struct {
	Owner    string // of the lease, at most 32 characters
	Channel  string
	From, To Priority // both inclusive
	Limit    int
	Lease    time.Duration
	// Sure is set when there were more at the last claim: it is not asked first,
	// without a transaction, whether there is anything.
	Sure bool
}

// ClaimOutbox leases up to Limit due rows to the owner, the most urgent first.
// Most calls find nothing: they read only.
func (s *Store) ClaimOutbox(ctx context.Context, c Claim) ([]Outgoing, error) {
	now := millis(s.now())
	if !c.Sure {
		var first []struct{ ID string }
		query, args := s.dueOutbox(c, 1, now)
		if err := s.r.WithContext(ctx).Raw(query, args...).Scan(&first).Error; err != nil || len(first) == 0 {
			return nil, unavailable(s.dialect, err)
		}
	}
	due, args := s.dueOutbox(c, c.Limit, now)
	var out []Outgoing
	err := s.transact(ctx, func(tx *Tx) error {
		out = nil
		var rows []struct {
			Row outboxRow `gorm:"embedded"`
			Seq int64
		}
		err := tx.db.Raw("SELECT o.*, due.seq FROM ("+due+") due "+s.dialect.thenJoin()+" outbox o ON o.id = due.id"+s.dialect.skipLocked(), args...).Scan(&rows).Error
		if err != nil {
			return err
		}
		var ids []string
		for _, r := range rows {
			if r.Row.State != OutboxPending { // another copy took it meanwhile
				continue
			}
			if len(ids) == c.Limit {
				break
			}
			ids = append(ids, r.Row.ID)
			r.Row.Attempts++
			r.Row.State = OutboxSending
			// A body that the key does not open goes out empty, and the sender gives it up.
			o, _ := s.outgoing(r.Row)
			o.after = r.Seq
			out = append(out, o)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := s.fillBodies(tx.db, out); err != nil {
			return err
		}
		return tx.db.Exec(`UPDATE outbox SET state = ?, lease_owner = ?, lease_until = ?, attempts = attempts + 1, updated_at = ?
			WHERE id IN ?`, OutboxSending, c.Owner, millis(tx.Now.Add(c.Lease)), millis(tx.Now), ids).Error
	})
	slices.SortFunc(out, func(a, b Outgoing) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.NotBefore.Compare(b.NotBefore), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

// alone runs one statement as a transaction of its own, again after a deadlock.
func (s *Store) alone(ctx context.Context, run func(db *gorm.DB) error) error {
	var err error
	for range 10 {
		if err = run(s.w.WithContext(ctx)); err == nil || !s.dialect.retryable(err) || ctx.Err() != nil {
			break
		}
	}
	return unavailable(s.dialect, err)
}

// Outcome is how an attempt ended.
type Outcome struct {
	State   string // OutboxSent, OutboxFailed, OutboxUnknown, OutboxSuppressed, OutboxExpired; OutboxPending: again at Again; OutboxPaused: with its broadcast
	Receipt string
	Reason  string
	Again   time.Time
	Unspent bool   // with OutboxPending: nothing was tried, so no attempt is counted
	PutOff  bool   // with OutboxPending: it is not its time; it waits as if it were new, and holds nobody up
	Reach   string // with OutboxFailed: the contact cannot be reached any more; answers that wait for it fail
	Way     string // by which it was tried
	Unsure  bool   // with OutboxPending: it may have been delivered, and the next attempt goes the same way under the same key

	// Channels are where another contact of the same client may get it instead,
	// with OutboxFailed; the row then waits as that contact's.
	Channels []string
	// Lost is written in the same transaction when it stays OutboxFailed; nil
	// for nothing.
	Lost Write
	// Also is written in the same transaction whatever the outcome; nil for nothing.
	Also Write
}

// FinishOutbox records the outcome of an attempt. Only the lease's owner can;
// ErrGone when the lease is another's now. What was sent gets its number among
// the contact's deliveries; an attempt that was not the last is kept by itself.
func (s *Store) FinishOutbox(ctx context.Context, owner string, o Outgoing, end Outcome) error {
	var err error
	for range 10 {
		err = s.transact(ctx, func(tx *Tx) error { return tx.finish(ctx, owner, o, end) })
		if err == nil || !s.dialect.duplicate(err) {
			return err
		}
		// Another delivery to this contact took the number.
	}
	return err
}

func (tx *Tx) finish(ctx context.Context, owner string, o Outgoing, end Outcome) error {
	set := tx.outcome(o, end)
	if end.State == OutboxPaused { // nothing was tried
		state, err := tx.putBack(o.Batch)
		if err != nil {
			return err
		}
		set["state"], set["error"], set["attempts"] = state, "", o.Attempts-1
	}
	if end.State == OutboxSent {
		var last int64
		if err := tx.db.Raw("SELECT COALESCE(MAX(sent_seq), 0) FROM outbox WHERE contact_id = ?", o.ContactID).Scan(&last).Error; err != nil {
			return err
		}
		set["sent_seq"] = last + 1
	}
	res := tx.db.Model(&outboxRow{}).Where("id = ? AND lease_owner = ?", o.ID, owner).Updates(set)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if end.State == OutboxPending && !end.Unspent && !end.PutOff || len(end.Channels) > 0 {
		if err := tx.attempt(o, end); err != nil {
			return err
		}
	}
	if end.Reach != "" {
		if err := tx.unreachable(o, end); err != nil {
			return err
		}
	}
	return tx.afterwards(ctx, o, end)
}

// outcome is what changes in the row itself.
func (tx *Tx) outcome(o Outgoing, end Outcome) map[string]any {
	set := map[string]any{
		"state": end.State, "lease_owner": "", "lease_until": 0, "updated_at": millis(tx.Now),
		"receipt": cut(end.Receipt), "error": cut(end.Reason),
	}
	switch {
	case end.State == OutboxPending && end.PutOff:
		set["not_before"], set["attempts"] = millis(end.Again), 0
		if end.Way != "" { // it waits to go out with others
			set["way"] = end.Way
		}
	case end.State == OutboxPending && end.Unspent:
		set["not_before"], set["attempts"] = millis(end.Again), o.Attempts-1
	default:
		if end.State == OutboxPending {
			set["not_before"] = millis(end.Again)
		}
		if !end.Unsure {
			set["way"], set["begun_at"] = end.Way, 0
		}
	}
	return set
}

// attempt records one that was not the last.
func (tx *Tx) attempt(o Outgoing, end Outcome) error {
	err := tx.db.Exec("INSERT INTO outbox_attempts (outbox_id, attempt, at, state, error, contact_id, way) VALUES (?, ?, ?, ?, ?, ?, ?)",
		o.ID, o.Attempts, millis(tx.Now), end.State, cut(end.Reason), o.ContactID, end.Way).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return nil
	}
	return err
}

// unreachable records that the contact is lost on its channel. Answers to it
// are pointless from here on; a push may find another contact when its turn comes.
func (tx *Tx) unreachable(o Outgoing, end Outcome) error {
	now := millis(tx.Now)
	err := tx.db.Model(&contactRow{}).Where("id = ?", o.ContactID).Updates(map[string]any{"reach": end.Reach, "reach_at": now, "updated_at": now}).Error
	if err != nil {
		return err
	}
	return tx.db.Model(&outboxRow{}).Where("contact_id = ? AND state = ? AND kind = ''", o.ContactID, OutboxPending).
		Updates(map[string]any{"state": OutboxFailed, "error": cut(end.Reason), "updated_at": now}).Error
}

// afterwards lets somebody else have what failed, or tells of it.
func (tx *Tx) afterwards(ctx context.Context, o Outgoing, end Outcome) error {
	if end.State == OutboxFailed {
		found, err := tx.elsewhere(o, end.Channels)
		if err != nil {
			return err
		}
		if !found && end.Lost != nil {
			if err := end.Lost(ctx, tx); err != nil {
				return err
			}
			if err := tx.Handle(o.ID); err != nil { // somebody was told
				return err
			}
		}
	}
	if end.Also != nil {
		return end.Also(ctx, tx)
	}
	return nil
}

// BeginWay records the way a claimed row is about to go, before it goes.
// begunAt is when the first attempt under its key began, for a way that drops
// doubles for a while; zero for one that does not. ErrGone as for FinishOutbox.
func (s *Store) BeginWay(ctx context.Context, owner string, o Outgoing, way string, begunAt time.Time) error {
	return s.transact(ctx, func(tx *Tx) error {
		res := tx.db.Exec("UPDATE outbox SET way = ?, begun_at = ? WHERE id = ? AND lease_owner = ?", way, millis(begunAt), o.ID, owner)
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrGone
		}
		return res.Error
	})
}

// SplitOutbox makes a claimed row that is too long for its channel the first of
// several, each sent and repeated by itself. They follow it at once: their IDs
// begin with its own.
func (s *Store) SplitOutbox(ctx context.Context, owner string, o Outgoing, bodies [][]byte) error {
	return s.transact(ctx, func(tx *Tx) error {
		res := tx.db.Exec("UPDATE outbox SET body = ? WHERE id = ? AND lease_owner = ?", s.seal.Seal(bodies[0]), o.ID, owner)
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 {
			return ErrGone
		}
		for i, body := range bodies[1:] {
			part := o
			suffix := string([]byte{'.', 'a' + byte(i/26%26), 'a' + byte(i%26)})
			part.ID, part.Key, part.Body, part.Notice = o.ID+suffix, o.Key+suffix, body, nil // the notice stands for the whole
			part.Batch = ""                                                                  // its first row is counted
			if err := tx.Enqueue(part); err != nil {
				return err
			}
		}
		return nil
	})
}

// LapsedOutbox settles a channel's rows whose sender died: they wait again
// where the platform, or the way they were going, drops doubles by a key; else
// it is unknown whether they arrived. A sender that was only slow can still
// record the outcome of those. n counts all, unknown those that are.
func (s *Store) LapsedOutbox(ctx context.Context, channel string, idempotent bool) (n, unknown int64, err error) {
	err = s.transact(ctx, func(tx *Tx) error {
		again := "UPDATE outbox SET state = ?, lease_owner = '', lease_until = 0, updated_at = ? WHERE channel = ? AND state = ? AND lease_until < ?"
		if !idempotent {
			again += " AND begun_at > 0"
		}
		res := tx.db.Exec(again, OutboxPending, millis(tx.Now), channel, OutboxSending, millis(tx.Now))
		n, unknown = res.RowsAffected, 0
		if res.Error != nil || idempotent {
			return res.Error
		}
		res = tx.db.Exec("UPDATE outbox SET state = ?, error = ?, updated_at = ? WHERE channel = ? AND state = ? AND lease_until < ?",
			OutboxUnknown, "the sender stopped while sending", millis(tx.Now), channel, OutboxSending, millis(tx.Now))
		unknown = res.RowsAffected
		n += unknown
		return res.Error
	})
	return n, unknown, err
}

// OutboxAttempt is an attempt that was followed by another.
type OutboxAttempt struct {
	Attempt int
	At      time.Time
	Error   string
}

// OutboxAttempts lists the attempts before the last of a row.
func (s *Store) OutboxAttempts(ctx context.Context, id string) ([]OutboxAttempt, error) {
	var rows []struct {
		Attempt int
		At      int64
		Error   string
	}
	err := s.r.WithContext(ctx).Raw("SELECT attempt, at, error FROM outbox_attempts WHERE outbox_id = ? ORDER BY attempt", id).Scan(&rows).Error
	out := make([]OutboxAttempt, len(rows))
	for i, r := range rows {
		out[i] = OutboxAttempt{r.Attempt, fromMillis(r.At), r.Error}
	}
	return out, unavailable(s.dialect, err)
}
