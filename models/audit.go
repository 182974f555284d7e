package models

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// Audited is one look at somebody's record.
type Audited struct {
	Chain   string
	Seq     int64
	At      time.Time
	Who     string // contact, or the fingerprint of a system's token
	What    string // report, file, trend, search …
	Subject string // DiagnosticReport/ID …
}

type auditRow struct {
	Chain   string `gorm:"primaryKey"`
	Seq     int64  `gorm:"primaryKey"`
	At      int64
	Who     string
	What    string
	Subject string
	Hash    string
}

func (auditRow) TableName() string { return "audit" }

// link is the hash of an entry and, through the one before it, of all before.
// It is keyed: who can write to the database but has not the data key cannot
// make one.
func (s *Store) link(before string, r auditRow) string {
	return s.seal.Index("audit", fmt.Sprintf("%s\x00%s\x00%d\x00%d\x00%s\x00%s\x00%s", before, r.Chain, r.Seq, r.At, r.Who, r.What, r.Subject))
}

// Audit appends to the log of looks. A chain has one writer at a time: a
// contact's is its own, since its turns follow each other. ErrStale when
// another was first.
func (tx *Tx) Audit(chain, who, what, subject string) error {
	var last auditRow
	if err := tx.db.Raw("SELECT * FROM audit WHERE chain = ? ORDER BY seq DESC LIMIT 1", chain).Scan(&last).Error; err != nil {
		return err
	}
	r := auditRow{Chain: chain, Seq: last.Seq + 1, At: millis(tx.Now), Who: who, What: what, Subject: subject}
	r.Hash = tx.s.link(last.Hash, r)
	err := tx.db.Create(&r).Error
	if tx.s.dialect.duplicate(err) {
		return ErrStale
	}
	return err
}

// Looks lists who looked at a subject, newest first.
func (s *Store) Looks(ctx context.Context, subject string, limit int) ([]Audited, error) {
	var rows []auditRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM audit WHERE subject = ? ORDER BY at DESC, chain, seq DESC LIMIT ?", subject, limit).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Audited, len(rows))
	for i, r := range rows {
		out[i] = Audited{r.Chain, r.Seq, fromMillis(r.At), r.Who, r.What, r.Subject}
	}
	return out, nil
}

// VerifyAudit walks every chain and names the first entry of each that was
// changed, or before which one is missing. What was cut off at the end of a
// chain cannot be seen in it.
func (s *Store) VerifyAudit(ctx context.Context) (broken []string, err error) {
	rows, err := s.r.WithContext(ctx).Raw("SELECT * FROM audit ORDER BY chain, seq").Rows()
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	defer rows.Close()
	var chain, before, bad string
	var seq int64
	for rows.Next() {
		var r auditRow
		if err := s.r.ScanRows(rows, &r); err != nil {
			return nil, err
		}
		if r.Chain != chain {
			chain, before, seq = r.Chain, "", 0
		}
		if bad != chain && (r.Seq != seq+1 || r.Hash != s.link(before, r)) {
			broken, bad = append(broken, chain+"/"+strconv.FormatInt(r.Seq, 10)), chain
		}
		before, seq = r.Hash, r.Seq
	}
	return broken, unavailable(s.dialect, rows.Err())
}
