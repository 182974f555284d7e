package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Knowledge is an entry that staff made of a question they answered. It is a
// draft until somebody else approves it.
type Knowledge struct {
	ID        string
	Question  string
	Answer    string
	By        string // the member of staff who wrote it
	CreatedAt time.Time
}

// Hash names the wording of an entry: an approval is of this wording.
func (k Knowledge) Hash() string {
	h := sha256.Sum256(fmt.Appendf(nil, "%q %q", k.Question, k.Answer))
	return hex.EncodeToString(h[:])
}

type knowledgeRow struct {
	ID        string `gorm:"primaryKey"`
	Question  string
	Answer    string
	CreatedBy string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (knowledgeRow) TableName() string { return "knowledge" }

// AddKnowledge keeps an entry.
func (tx *Tx) AddKnowledge(k Knowledge) error {
	return tx.db.Create(&knowledgeRow{ID: k.ID, Question: k.Question, Answer: k.Answer, CreatedBy: k.By, CreatedAt: millis(tx.Now)}).Error
}

// Knowledge lists the entries that staff made, oldest first.
func (s *Store) Knowledge(ctx context.Context) ([]Knowledge, error) {
	var rows []knowledgeRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM knowledge ORDER BY id LIMIT 10000").Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Knowledge, len(rows))
	for i, r := range rows {
		out[i] = Knowledge{ID: r.ID, Question: r.Question, Answer: r.Answer, By: r.CreatedBy, CreatedAt: fromMillis(r.CreatedAt)}
	}
	return out, nil
}
