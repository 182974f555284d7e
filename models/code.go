package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
	"time"
)

// What a one-time code is for.
const (
	CodeBind  = "bind"  // subject: the client's ID, or client/patient
	CodeStaff = "staff" // subject: the staff member's ID
)

// CodeLife is how long a binding code works (interface: 30 minutes).
const CodeLife = 30 * time.Minute

// codeAlphabet leaves out what is mixed up when read aloud or typed: 0 O 1 I L U V.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTWXYZ"

const codeDigits = "23456789"

// NewCode makes eight characters that cannot be guessed, at least one of them
// a digit, so that no word is one.
func NewCode() string {
	for {
		var b strings.Builder
		for range 8 {
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(codeAlphabet))))
			if err != nil {
				panic(err) // the system has no randomness
			}
			b.WriteByte(codeAlphabet[n.Int64()])
		}
		if strings.ContainsAny(b.String(), codeDigits) {
			return b.String()
		}
	}
}

// LooksLikeCode reports whether a text may be a one-time code, and its normal form.
func LooksLikeCode(text string) (string, bool) {
	t := strings.ToUpper(strings.TrimSpace(text))
	if len(t) != 8 || strings.Trim(t, codeAlphabet) != "" || !strings.ContainsAny(t, codeDigits) {
		return "", false
	}
	return t, true
}

func codeHash(code string) string {
	sum := sha256.Sum256([]byte("zhenban code " + strings.ToUpper(strings.TrimSpace(code))))
	return hex.EncodeToString(sum[:])
}

// IssueCode keeps a one-time code; only its digest is stored.
func (tx *Tx) IssueCode(code, purpose, subject, by string, expires time.Time) error {
	return tx.db.Exec("INSERT INTO codes (hash, purpose, subject, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
		codeHash(code), purpose, subject, by, millis(tx.Now), millis(expires)).Error
}

// UseCode spends a code and says what it is for. ErrCode when there is none,
// it ran out, or it was used.
func (tx *Tx) UseCode(code, by string) (purpose, subject string, err error) {
	hash := codeHash(code)
	res := tx.db.Exec("UPDATE codes SET used_at = ?, used_by = ? WHERE hash = ? AND used_at = 0 AND expires_at > ?",
		millis(tx.Now), by, hash, millis(tx.Now))
	if res.Error != nil {
		return "", "", res.Error
	}
	if res.RowsAffected == 0 {
		return "", "", ErrCode
	}
	var row struct{ Purpose, Subject string }
	err = tx.db.Raw("SELECT purpose, subject FROM codes WHERE hash = ?", hash).Scan(&row).Error
	return row.Purpose, row.Subject, err
}

// LookUpCode says what a code that still works is for, without spending it;
// ErrCode otherwise. Only UseCode decides.
func (s *Store) LookUpCode(ctx context.Context, code string) (purpose, subject string, err error) {
	var rows []struct{ Purpose, Subject string }
	err = s.r.WithContext(ctx).Raw("SELECT purpose, subject FROM codes WHERE hash = ? AND used_at = 0 AND expires_at > ?",
		codeHash(code), millis(s.now())).Scan(&rows).Error
	switch {
	case err != nil:
		return "", "", unavailable(s.dialect, err)
	case len(rows) == 0:
		return "", "", ErrCode
	}
	return rows[0].Purpose, rows[0].Subject, nil
}

// PruneCodes deletes codes that ran out before a moment.
func (s *Store) PruneCodes(ctx context.Context, before time.Time) error {
	return s.transact(ctx, func(tx *Tx) error {
		return tx.db.Exec("DELETE FROM codes WHERE expires_at < ?", millis(before)).Error
	})
}
