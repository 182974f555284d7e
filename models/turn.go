package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Turn is one inbound message with the answer decided for it and the state of
// the conversation after it. A contact's newest turn is its session.
type Turn struct {
	ContactID string
	Seq       int64  // 1, 2, 3 … per contact
	Key       string // what makes the inbound message one; unique over all
	At        time.Time
	In        []byte // the inbound message, JSON
	Answer    []byte // the answer, JSON
	Flow      string // the running conversation, "" for none
	State     []byte // its state, JSON; empty outside a flow
}

// keyBytes fits a key into its column; a longer one is replaced by its digest.
func keyBytes(key string) string {
	if len(key) <= 160 {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

const insertTurn = "INSERT INTO turns (contact_id, seq, msg_key, at, inbound, answer, flow, state) VALUES "

func (s *Store) turnArgs(t *Turn) []any {
	return []any{t.ContactID, t.Seq, keyBytes(t.Key), millis(t.At), s.seal.Seal(t.In), s.seal.Seal(t.Answer), t.Flow, s.seal.Seal(t.State)}
}

// CommitTurn keeps a turn, alone or with what it causes: all or nothing.
// ErrDuplicate: the message was answered before (TurnByKey has the answer).
// ErrStale: the contact's session is newer than the caller's. Errors of the
// writes come back as they are.
func (s *Store) CommitTurn(ctx context.Context, t Turn, writes ...Write) error {
	args := s.turnArgs(&t)
	var err error
	if len(writes) == 0 {
		err = s.commit.insert(ctx, t.ContactID, args)
	} else {
		var turnErr error
		err = s.transact(ctx, func(tx *Tx) error {
			turnErr = tx.db.Exec(insertTurn+"(?, ?, ?, ?, ?, ?, ?, ?)", args...).Error
			if turnErr != nil {
				return turnErr
			}
			return runAll(ctx, tx, writes)
		})
		if turnErr == nil {
			return err
		}
	}
	if err == nil || !s.dialect.duplicate(err) {
		return unavailable(s.dialect, err)
	}
	return s.whichKey(ctx, t.Key)
}

// whichKey tells the two unique keys apart by looking, not by parsing errors.
func (s *Store) whichKey(ctx context.Context, key string) error {
	_, err := s.TurnByKey(ctx, key)
	switch {
	case err == nil:
		return ErrDuplicate
	case errors.Is(err, ErrNotFound):
		return ErrStale
	default:
		return err
	}
}

const selectTurn = "SELECT contact_id, seq, msg_key, at, inbound, answer, flow, state FROM turns "

func (s *Store) oneTurn(ctx context.Context, where string, args ...any) (Turn, error) {
	var t Turn
	rows, err := s.turns(ctx, where, args...)
	if err != nil {
		return t, err
	}
	if len(rows) == 0 {
		return t, ErrNotFound
	}
	return rows[0], nil
}

func (s *Store) turns(ctx context.Context, where string, args ...any) ([]Turn, error) {
	rows, err := s.r.WithContext(ctx).Raw(selectTurn+where, args...).Rows()
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	defer rows.Close()
	var out []Turn
	for rows.Next() {
		var t Turn
		var at int64
		if err := rows.Scan(&t.ContactID, &t.Seq, &t.Key, &at, &t.In, &t.Answer, &t.Flow, &t.State); err != nil {
			return nil, fmt.Errorf("read turn: %w", err)
		}
		t.At = fromMillis(at)
		for _, f := range []*[]byte{&t.In, &t.Answer, &t.State} {
			if *f, err = s.seal.Open(*f); err != nil {
				return nil, fmt.Errorf("open turn %s/%d: %w", t.ContactID, t.Seq, err)
			}
		}
		out = append(out, t)
	}
	return out, unavailable(s.dialect, rows.Err())
}

// TurnByKey finds the turn of an inbound message; ErrNotFound if there is none.
func (s *Store) TurnByKey(ctx context.Context, key string) (Turn, error) {
	return s.oneTurn(ctx, "WHERE msg_key = ?", keyBytes(key))
}

// LastTurn is the contact's newest turn; ErrNotFound for a new contact.
func (s *Store) LastTurn(ctx context.Context, contactID string) (Turn, error) {
	return s.oneTurn(ctx, "WHERE contact_id = ? ORDER BY seq DESC LIMIT 1", contactID)
}

// TurnsSince lists turns after seq, oldest first.
func (s *Store) TurnsSince(ctx context.Context, contactID string, seq int64, limit int) ([]Turn, error) {
	return s.turns(ctx, "WHERE contact_id = ? AND seq > ? ORDER BY seq LIMIT ?", contactID, seq, limit)
}

// TurnsNewest lists the last limit turns, oldest first.
func (s *Store) TurnsNewest(ctx context.Context, contactID string, limit int) ([]Turn, error) {
	list, err := s.turns(ctx, "WHERE contact_id = ? ORDER BY seq DESC LIMIT ?", contactID, limit)
	slices.Reverse(list)
	return list, err
}

// PruneTurns deletes turns older than before, keeping each contact's newest.
// It returns how many went; call it again until it is 0.
func (s *Store) PruneTurns(ctx context.Context, before time.Time, limit int) (int64, error) {
	var gone int64
	err := s.transact(ctx, func(tx *Tx) error {
		type key struct {
			ContactID string
			Seq       int64
		}
		var keys []key
		err := tx.db.Raw(`SELECT t.contact_id, t.seq FROM turns t WHERE t.at < ?
			AND EXISTS (SELECT 1 FROM turns n WHERE n.contact_id = t.contact_id AND n.seq > t.seq)
			ORDER BY t.contact_id, t.seq LIMIT ?`, millis(before), limit).Scan(&keys).Error
		if err != nil {
			return err
		}
		gone = 0
		for _, k := range keys {
			res := tx.db.Exec("DELETE FROM turns WHERE contact_id = ? AND seq = ?", k.ContactID, k.Seq)
			if res.Error != nil {
				return res.Error
			}
			gone += res.RowsAffected
		}
		return nil
	})
	return gone, err
}
