package models

import (
	"context"
	"fmt"
)

// OutboxPaused is a row whose broadcast is paused: it waits for that to end.
const OutboxPaused = "paused"

// PausedReason is what Stands says of a broadcast that is paused: what is about
// it must not go out now, and is not lost either.
const PausedReason = "the broadcast is paused"

// broadcastStands reads the state of a broadcast as Stands answers.
func broadcastStands(state string) string {
	switch state {
	case BroadcastRunning:
		return ""
	case BroadcastPaused:
		return PausedReason
	}
	return "the broadcast is " + state
}

// putBack records that a row was not sent because its broadcast is paused; it
// waits again at once if the pause is over by now. The broadcast is locked, so
// that a resume sees either the row or the lock.
func (tx *Tx) putBack(batch string) (state string, err error) {
	var now string
	if err := tx.db.Raw("SELECT state FROM broadcasts WHERE id = ?"+tx.s.dialect.forUpdate(), batch).Scan(&now).Error; err != nil {
		return "", err
	}
	if now == BroadcastPaused {
		return OutboxPaused, nil
	}
	return OutboxPending, nil
}

// SettleBroadcast makes up to limit waiting rows follow the broadcast's state:
// paused rows wait again when it runs, pending ones are paused when it is, all
// of them are suppressed when it was stopped. It returns how many it changed.
func (tx *Tx) SettleBroadcast(b Broadcast, limit int) (int, error) {
	var from []string
	var to, reason string
	switch b.State {
	case BroadcastRunning:
		from, to = []string{OutboxPaused}, OutboxPending
	case BroadcastPaused:
		from, to = []string{OutboxPending}, OutboxPaused
	case BroadcastStopped:
		from, to, reason = []string{OutboxPaused, OutboxPending}, OutboxSuppressed, broadcastStands(BroadcastStopped)
	default:
		return 0, nil
	}
	var ids []string
	err := tx.db.Raw("SELECT id FROM outbox WHERE batch = ? AND state IN ? ORDER BY id LIMIT ?"+tx.s.dialect.skipLocked(), b.ID, from, limit).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(ids), tx.db.Exec("UPDATE outbox SET state = ?, error = ?, updated_at = ? WHERE id IN ? AND state IN ?", to, reason, millis(tx.Now), ids, from).Error
}

// BroadcastAccount is what became of the rows so far.
func (s *Store) BroadcastAccount(ctx context.Context, b Broadcast) (Account, error) {
	a := Account{Reasons: map[string]int64{}, OptedOut: b.Account.OptedOut, Replied: b.Account.Replied}
	var rows []struct {
		State string
		N     int64
	}
	if err := s.r.WithContext(ctx).Raw("SELECT state, COUNT(*) AS n FROM outbox WHERE batch = ? GROUP BY state", b.ID).Scan(&rows).Error; err != nil {
		return a, unavailable(s.dialect, err)
	}
	for _, r := range rows {
		switch r.State {
		case OutboxPending, OutboxSending, OutboxPaused:
			a.Waiting += r.N
		case OutboxSent:
			a.Sent = r.N
		case OutboxSuppressed:
			a.Suppressed = r.N
		case OutboxFailed:
			a.Failed = r.N
		case OutboxUnknown:
			a.Unknown = r.N
		case OutboxExpired:
			a.Expired = r.N
		default:
			return a, fmt.Errorf("broadcast %s: rows in state %q", b.ID, r.State)
		}
	}
	var err error
	if a.Mass, err = s.massAccount(ctx, b.ID); err != nil || a.Failed+a.Suppressed == 0 {
		return a, err
	}
	var reasons []struct {
		Error string
		N     int64
	}
	err = s.r.WithContext(ctx).Raw("SELECT error, COUNT(*) AS n FROM outbox WHERE batch = ? AND state IN ? GROUP BY error ORDER BY COUNT(*) DESC LIMIT 10",
		b.ID, []string{OutboxFailed, OutboxSuppressed}).Scan(&reasons).Error
	for _, r := range reasons {
		a.Reasons[r.Error] = r.N
	}
	return a, unavailable(s.dialect, err)
}

// BroadcastEcho counts who answered a broadcast and who opted out after it. It
// looks at each recipient, so that receiving a message need not count anything.
func (s *Store) BroadcastEcho(ctx context.Context, b Broadcast) (replied, optedOut int64, err error) {
	db, within := s.r.WithContext(ctx), RepliesWithin.Milliseconds()
	err = db.Raw(`SELECT COUNT(*) FROM outbox o WHERE o.batch = ? AND o.state = ? AND EXISTS (SELECT 1 FROM turns t WHERE t.contact_id = o.contact_id
		AND t.at > o.updated_at AND t.at <= o.updated_at + ?)`, b.ID, OutboxSent, within).Scan(&replied).Error
	if err != nil {
		return 0, 0, unavailable(s.dialect, err)
	}
	err = db.Raw(`SELECT COUNT(*) FROM preferences f WHERE f.kind = ? AND f.wanted = ? AND f.at >= ? AND EXISTS (SELECT 1 FROM outbox o
		WHERE o.contact_id = f.contact_id AND o.batch = ? AND f.at <= o.updated_at + ?)`, string(b.Kind), false, millis(b.StartedAt), b.ID, within).Scan(&optedOut).Error
	return replied, optedOut, unavailable(s.dialect, err)
}

// BatchRows counts the rows of a broadcast in a state.
func (s *Store) BatchRows(ctx context.Context, batch, state string) (n int64, err error) {
	err = s.r.WithContext(ctx).Raw("SELECT COUNT(*) FROM outbox WHERE batch = ? AND state = ?", batch, state).Scan(&n).Error
	return n, unavailable(s.dialect, err)
}
