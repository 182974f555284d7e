package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
)

// ParkSilent lets rows of a broadcast whose contacts have been silent for
// longer than the window wait for a call to many, up to limit of them; until
// when, should there never be one. It returns how many.
func (s *Store) ParkSilent(ctx context.Context, b MassBatch, channel string, w Window, until time.Time, limit int) (int, error) {
	var ids []string
	now := s.now()
	err := s.r.WithContext(ctx).Raw(`SELECT o.id FROM outbox o WHERE o.batch = ? AND o.state = ? AND o.channel = ? AND o.way = '' AND o.not_before <= ?
		AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.contact_id = o.contact_id AND t.at > ? AND t.msg_key NOT LIKE ?) LIMIT ?`,
		b.ID, OutboxPending, channel, millis(now), millis(now.Add(-w.For)), w.Events, limit).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, unavailable(s.dialect, err)
	}
	slices.Sort(ids)
	var n int64
	err = s.alone(ctx, func(db *gorm.DB) error {
		res := db.Exec("UPDATE outbox SET way = ?, not_before = ? WHERE id IN ? AND state = ? AND way = ''", WayMass, millis(until), ids, OutboxPending)
		n = res.RowsAffected
		return res.Error
	})
	return int(n), err
}

// Unpark gives rows that wait for a call to many back to whoever sends singly;
// ids nil: all of a channel.
func (s *Store) Unpark(ctx context.Context, channel string, ids []string) error {
	return s.alone(ctx, func(db *gorm.DB) error {
		db = db.Model(&outboxRow{}).Where("channel = ? AND state = ? AND way = ?", channel, OutboxPending, WayMass)
		if ids != nil {
			db = db.Where("id IN ?", ids)
		}
		return db.Updates(map[string]any{"way": "", "not_before": millis(s.now())}).Error
	})
}

// MassParked counts the rows of a broadcast that wait for a call to many. busy
// reports that others are due or under way, of which some may join them.
func (s *Store) MassParked(ctx context.Context, b MassBatch, channel string) (n int, busy bool, err error) {
	db := s.r.WithContext(ctx)
	err = db.Raw("SELECT COUNT(*) FROM outbox WHERE batch = ? AND state = ? AND channel = ? AND way = ?", b.ID, OutboxPending, channel, WayMass).Scan(&n).Error
	if err == nil && n > 0 {
		err = db.Raw("SELECT EXISTS (SELECT 1 FROM outbox WHERE batch = ? AND channel = ? AND way <> ? AND (state = ? OR state = ? AND not_before <= ?))",
			b.ID, channel, WayMass, OutboxSending, OutboxPending, millis(s.now())).Scan(&busy).Error
	}
	return n, busy, unavailable(s.dialect, err)
}

// MassCandidates lists rows that wait for a call to many and are of use still.
func (s *Store) MassCandidates(ctx context.Context, b MassBatch, channel string, r MassRules) ([]MassRow, error) {
	m, now := may(b.Kind), s.now()
	args := append([]any{WayMass, massCounts(), millis(r.Month(now))}, m.args...)
	var rows []MassRow
	err := s.r.WithContext(ctx).Raw("SELECT o.id, o.contact_id, c.language, ("+hadMass+"o.contact_id) AS had, ("+m.sql+`) AS may
		FROM outbox o JOIN contacts c ON c.id = o.contact_id WHERE o.batch = ? AND o.state = ? AND o.channel = ? AND o.way = ? AND (o.useless_after = 0 OR o.useless_after > ?)
		ORDER BY o.id LIMIT ?`, append(args, b.ID, OutboxPending, channel, WayMass, millis(now), r.Most)...).Scan(&rows).Error
	return rows, unavailable(s.dialect, err)
}

// OneWording keeps the rows to whom a broadcast says the same as to most, and
// gives that wording's language.
func (s *Store) OneWording(ctx context.Context, b MassBatch, rows []MassRow) ([]MassRow, string, error) {
	texts, err := s.broadcastText(s.r.WithContext(ctx), b.ID)
	if err != nil {
		return nil, "", unavailable(s.dialect, err)
	}
	say := func(lang string) string {
		if body, ok := texts[lang]; ok {
			return string(body)
		}
		return string(texts[""])
	}
	count := map[string]int{}
	most := ""
	for _, r := range rows {
		count[say(r.Language)]++
		if most == "" || count[say(r.Language)] > count[say(most)] {
			most = r.Language
		}
	}
	return slices.DeleteFunc(rows, func(r MassRow) bool { return say(r.Language) != say(most) }), most, nil
}

// BroadcastBody is what a broadcast says in a language: a neutral message, JSON.
func (s *Store) BroadcastBody(ctx context.Context, id, language string) ([]byte, error) {
	texts, err := s.broadcastText(s.r.WithContext(ctx), id)
	if body, ok := texts[language]; ok {
		return body, nil
	}
	return texts[""], unavailable(s.dialect, err)
}

// DeliveredOfKind is when contacts were sent pushes of a kind that count
// against its limit, or may have been by a call to many.
func (s *Store) DeliveredOfKind(ctx context.Context, contacts []string, kind Kind, since time.Time) (map[string][]time.Time, error) {
	out := map[string][]time.Time{}
	for chunk := range slices.Chunk(contacts, reachChunk) {
		var rows []struct {
			ContactID string
			UpdatedAt int64
		}
		err := s.r.WithContext(ctx).Raw("SELECT contact_id, updated_at FROM outbox WHERE contact_id IN ? AND (state = ? OR way = ? AND state IN ?) AND kind = ? AND urgent = ? AND updated_at >= ?",
			chunk, OutboxSent, WayMass, massCounts(), string(kind), false, millis(since)).Scan(&rows).Error
		if err != nil {
			return nil, unavailable(s.dialect, err)
		}
		for _, r := range rows {
			out[r.ContactID] = append(out[r.ContactID], fromMillis(r.UpdatedAt))
		}
	}
	return out, nil
}

// massHeld is how long rows stay leased to their call: beyond the time in which
// it is settled one way or another.
const massHeld = 26 * time.Hour

var errTooFew = errors.New("too few for one call")

// BeginMass records a call before it is made: the rows that may still have it
// are leased to the call, the call to the owner. What the broadcast's state,
// the contacts' reach and their refusals say counts as of this transaction.
// It gives the rows; none when they are fewer than the platform takes.
func (s *Store) BeginMass(ctx context.Context, b MassBatch, m Mass, least int, ids []string, owner string, lease time.Duration) ([]MassRow, error) {
	var rows []MassRow
	slices.Sort(ids)
	err := s.transact(ctx, func(tx *Tx) error {
		var state string
		if err := tx.db.Raw("SELECT state FROM broadcasts WHERE id = ?"+s.dialect.forUpdate(), b.ID).Scan(&state).Error; err != nil {
			return err
		}
		if state != BroadcastRunning {
			return errTooFew
		}
		c := may(b.Kind)
		for chunk := range slices.Chunk(ids, rowsPerInsert) {
			args := []any{OutboxSending, m.ID, millis(tx.Now.Add(massHeld)), millis(tx.Now), millis(tx.Now), chunk, OutboxPending, WayMass}
			err := tx.db.Exec(`UPDATE outbox SET state = ?, lease_owner = ?, lease_until = ?, begun_at = ?, attempts = attempts + 1, updated_at = ?
				WHERE id IN ? AND state = ? AND way = ? AND EXISTS (SELECT 1 FROM contacts c WHERE c.id = outbox.contact_id AND `+c.sql+")", append(args, c.args...)...).Error
			if err != nil {
				return err
			}
		}
		var err error
		if rows, err = tx.massRows(b, m); err != nil {
			return err
		}
		if len(rows) < max(least, 1) {
			return errTooFew
		}
		return tx.db.Create(&massRow{
			ID: m.ID, Channel: m.Channel, Batch: b.ID, Language: m.Language, State: MassSending, Total: len(rows), Attempts: 1, BegunAt: millis(tx.Now),
			LeaseUntil: millis(tx.Now.Add(lease)), LeaseOwner: owner, UpdatedAt: millis(tx.Now),
		}).Error
	})
	if errors.Is(err, errTooFew) {
		return nil, nil
	}
	return rows, err
}

// MassRows lists the rows that a call has.
func (s *Store) MassRows(ctx context.Context, b MassBatch, m Mass) (rows []MassRow, err error) {
	err = s.transact(ctx, func(tx *Tx) error {
		rows, err = tx.massRows(b, m)
		return err
	})
	return rows, err
}

func (tx *Tx) massRows(b MassBatch, m Mass) ([]MassRow, error) {
	c := may(b.Kind)
	var rows []MassRow
	err := tx.db.Raw("SELECT o.id, o.contact_id, c.language, ("+c.sql+`) AS may FROM outbox o JOIN contacts c ON c.id = o.contact_id
		WHERE o.batch = ? AND o.state = ? AND o.lease_owner = ? ORDER BY o.id`, append(append([]any{}, c.args...), b.ID, OutboxSending, m.ID)...).Scan(&rows).Error
	return rows, err
}

// FailParked ends rows that wait for a call to many and will get none.
func (s *Store) FailParked(ctx context.Context, ids []string, reason string) error {
	return s.alone(ctx, func(db *gorm.DB) error {
		return db.Model(&outboxRow{}).Where("id IN ? AND state = ? AND way = ?", ids, OutboxPending, WayMass).
			Updates(map[string]any{"state": OutboxFailed, "way": "", "error": cut(reason), "updated_at": millis(s.now())}).Error
	})
}
