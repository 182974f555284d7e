package models

import (
	"context"
	"slices"
	"time"
)

// ClaimMass takes over a call whose end is not known, or whose rows are not
// marked yet, once its lease has run out; ok is false when there is none.
func (s *Store) ClaimMass(ctx context.Context, channel, owner string, lease time.Duration) (m Mass, ok bool, err error) {
	now := s.now()
	var found []massRow
	err = s.r.WithContext(ctx).Raw("SELECT * FROM mass_sends WHERE channel = ? AND state IN ? AND lease_until <= ? ORDER BY begun_at LIMIT 1",
		channel, []string{MassSending, MassAccepted}, millis(now)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return Mass{}, false, unavailable(s.dialect, err)
	}
	err = s.transact(ctx, func(tx *Tx) error {
		res := tx.db.Exec("UPDATE mass_sends SET lease_owner = ?, lease_until = ?, updated_at = ? WHERE id = ? AND state = ? AND lease_until <= ?",
			owner, millis(now.Add(lease)), millis(now), found[0].ID, found[0].State, millis(now))
		ok = res.RowsAffected == 1
		return res.Error
	})
	return found[0].mass(), ok, err
}

// MassEnd is how a call ended, or an attempt at it.
type MassEnd struct {
	State   string // MassSending: not known, again at Again; MassAccepted, MassFailed, MassUnknown
	Calls   int    // made since BeginMass or ClaimMass, beyond the first
	Receipt string
	Reason  string
	Again   time.Time
	Lease   time.Duration // with MassAccepted: to mark the rows in
	Out     []string      // rows that were no part of the call that was taken: refused meanwhile
	Hold    time.Time     // no other call before
	Rows    string        // with MassFailed: OutboxPending, they wait for another call; OutboxFailed
	Until   time.Time     // with OutboxPending: when they are looked at should there be none
}

// EndMass records how a call ended. ErrGone when the lease is another's now.
func (s *Store) EndMass(ctx context.Context, owner string, m Mass, end MassEnd) error {
	return s.transact(ctx, func(tx *Tx) error {
		lease := time.Time{}
		switch end.State {
		case MassSending:
			lease = end.Again
		case MassAccepted:
			lease = tx.Now.Add(end.Lease)
		}
		res := tx.db.Exec(`UPDATE mass_sends SET state = ?, receipt = ?, error = ?, hold_until = ?, lease_until = ?, attempts = attempts + ?, total = total - ?, updated_at = ?
			WHERE id = ? AND lease_owner = ? AND state = ?`,
			end.State, end.Receipt, cut(end.Reason), millis(end.Hold), millis(lease), end.Calls, len(end.Out), millis(tx.Now), m.ID, owner, MassSending)
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 {
			return ErrGone
		}
		set := map[string]any{"error": cut(end.Reason), "lease_owner": "", "lease_until": 0, "begun_at": 0, "updated_at": millis(tx.Now)}
		rows := tx.db.Model(&outboxRow{}).Where("batch = ? AND state = ? AND lease_owner = ?", m.Batch, OutboxSending, m.ID)
		switch {
		case end.State == MassUnknown:
			set["state"] = OutboxUnknown
			return rows.Updates(set).Error
		case end.State == MassFailed:
			set["state"] = end.Rows
			if end.Rows == OutboxPending {
				set["not_before"] = millis(end.Until)
			}
			return rows.Updates(set).Error
		case end.State == MassAccepted && len(end.Out) > 0:
			set["state"], set["way"] = OutboxSuppressed, ""
			for chunk := range slices.Chunk(end.Out, rowsPerInsert) {
				err := tx.db.Model(&outboxRow{}).Where("id IN ? AND state = ? AND lease_owner = ?", chunk, OutboxSending, m.ID).Updates(set).Error
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// LoseMass ends rows of a call that was refused because of them: the contacts
// are lost on the channel.
func (s *Store) LoseMass(ctx context.Context, m Mass, contacts []string, reason string) error {
	return s.transact(ctx, func(tx *Tx) error {
		now := millis(tx.Now)
		for chunk := range slices.Chunk(contacts, rowsPerInsert) {
			err := tx.db.Exec("UPDATE contacts SET reach = ?, reach_at = ?, updated_at = ? WHERE id IN ?", ReachLeft, now, now, chunk).Error
			if err == nil {
				err = tx.db.Exec(`UPDATE outbox SET state = ?, error = ?, way = '', begun_at = 0, lease_owner = '', lease_until = 0, updated_at = ?
					WHERE batch = ? AND state = ? AND lease_owner = ? AND contact_id IN ?`, OutboxFailed, cut(reason), now, m.Batch, OutboxSending, m.ID, chunk).Error
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// settleChunk is how many rows one statement marks.
const settleChunk = 200

// SettleMass marks the rows of a call that was taken as sent, each with its
// number among its contact's deliveries. Repeated after a copy died it goes on
// with what is left.
func (s *Store) SettleMass(ctx context.Context, owner string, m Mass) error {
	for {
		var rows []Outgoing
		err := s.w.WithContext(ctx).Raw("SELECT id, contact_id FROM outbox WHERE batch = ? AND state = ? AND lease_owner = ? ORDER BY id LIMIT ?",
			m.Batch, OutboxSending, m.ID, settleChunk).Scan(&rows).Error
		if err != nil {
			return unavailable(s.dialect, err)
		}
		if len(rows) == 0 {
			break
		}
		list := make([]Finish, len(rows))
		for i, r := range rows {
			list[i] = Finish{r, Outcome{State: OutboxSent, Receipt: m.Receipt, Way: WayMass}}
		}
		if _, err := s.FinishSent(ctx, m.ID, list); err == nil {
			continue
		}
		for _, f := range list { // another delivery to one of them took its number
			if err := s.FinishOutbox(ctx, m.ID, f.Row, f.End); err != nil {
				return err
			}
		}
	}
	return s.transact(ctx, func(tx *Tx) error {
		err := tx.db.Exec("UPDATE mass_sends SET state = ?, lease_until = 0, updated_at = ? WHERE id = ? AND lease_owner = ? AND state = ?",
			MassSent, millis(tx.Now), m.ID, owner, MassAccepted).Error
		if err != nil {
			return err
		}
		return tx.failReported(m.Channel, m.Receipt)
	})
}

// MassReport is what a platform tells of a call when it is done with it.
type MassReport struct {
	Channel, Receipt string
	Fault            string // "" when it went out
	Total            int64  // recipients named
	Filtered         int64  // of these, left after those were taken out who may have no more
	Sent, Failed     int64
}

// ReportMass keeps a report, once; rows of a call that did not go out after
// all have failed.
func (s *Store) ReportMass(ctx context.Context, r MassReport) error {
	return s.transact(ctx, func(tx *Tx) error {
		err := tx.db.Exec("DELETE FROM mass_reports WHERE channel = ? AND receipt = ?", r.Channel, r.Receipt).Error
		if err == nil {
			err = tx.db.Exec("INSERT INTO mass_reports (channel, receipt, fault, total, filtered, sent, failed, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				r.Channel, r.Receipt, r.Fault, r.Total, r.Filtered, r.Sent, r.Failed, millis(tx.Now)).Error
		}
		if err != nil {
			return err
		}
		return tx.failReported(r.Channel, r.Receipt)
	})
}

// failReported ends the rows of a call as the platform's report says. The
// report may come before the rows are marked, and after.
func (tx *Tx) failReported(channel, receipt string) error {
	var found []struct{ ID, Batch, Fault string }
	err := tx.db.Raw(`SELECT m.id, m.batch, r.fault FROM mass_sends m JOIN mass_reports r ON r.channel = m.channel AND r.receipt = m.receipt
		WHERE m.channel = ? AND m.receipt = ? AND m.state = ? AND r.fault <> ''`, channel, receipt, MassSent).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return err
	}
	err = tx.db.Exec("UPDATE mass_sends SET state = ?, error = ? WHERE id = ?", MassFailed, found[0].Fault, found[0].ID).Error
	if err != nil {
		return err
	}
	return tx.db.Exec("UPDATE outbox SET state = ?, error = ?, sent_seq = NULL, updated_at = ? WHERE batch = ? AND state = ? AND way = ? AND receipt = ?",
		OutboxFailed, ReasonReview+" "+found[0].Fault, millis(tx.Now), found[0].Batch, OutboxSent, WayMass, receipt).Error
}

// MassAccount is what calls to many have come to, in a broadcast's account.
type MassAccount struct {
	Calls    int64 `json:"calls,omitempty"`    // that the platform took
	Total    int64 `json:"total,omitempty"`    // recipients of these
	Reported int64 `json:"reported,omitempty"` // calls that the platform has told the end of; the rest is of these
	Sent     int64 `json:"sent,omitempty"`
	Filtered int64 `json:"filtered,omitempty"` // taken out by the platform: they have had their month's, or refuse
	Failed   int64 `json:"failed,omitempty"`
}

func (s *Store) massAccount(ctx context.Context, batch string) (a MassAccount, err error) {
	err = s.r.WithContext(ctx).Raw(`SELECT COUNT(*) AS calls, COALESCE(SUM(m.total), 0) AS total, COUNT(r.receipt) AS reported, COALESCE(SUM(r.sent), 0) AS sent,
		COALESCE(SUM(r.total - r.filtered), 0) AS filtered, COALESCE(SUM(r.failed), 0) AS failed
		FROM mass_sends m LEFT JOIN mass_reports r ON r.channel = m.channel AND r.receipt = m.receipt WHERE m.batch = ? AND m.receipt <> ''`, batch).Scan(&a).Error
	return a, unavailable(s.dialect, err)
}
