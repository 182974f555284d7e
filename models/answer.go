package models

import (
	"context"
	"fmt"
	"time"
)

// Answer is what a person said to something the clinic asked by itself: how
// they are, whether a dose was taken. Each question is answered once.
type Answer struct {
	Subject   string // what was asked about
	Name      string // the question: a step, the time of a dose
	ContactID string
	Answer    string
	At        time.Time
}

type answerRow struct {
	Subject   string `gorm:"primaryKey"`
	Name      string `gorm:"primaryKey"`
	ContactID string
	Answer    []byte
	At        int64
}

func (answerRow) TableName() string { return "care_answers" }

// RecordAnswer keeps an answer. ErrGone when the question was answered before.
func (tx *Tx) RecordAnswer(a Answer) error {
	err := tx.db.Create(&answerRow{a.Subject, a.Name, a.ContactID, tx.s.seal.SealText(a.Answer), millis(tx.Now)}).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return ErrGone
	}
	return err
}

// Answers lists what was answered about a subject, the newest first.
func (s *Store) Answers(ctx context.Context, subject string) ([]Answer, error) {
	var rows []answerRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM care_answers WHERE subject = ? ORDER BY at DESC, name DESC", subject).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Answer, len(rows))
	for i, r := range rows {
		words, err := s.seal.OpenText(r.Answer)
		if err != nil {
			return nil, fmt.Errorf("open answer %s %s: %w", r.Subject, r.Name, err)
		}
		out[i] = Answer{r.Subject, r.Name, r.ContactID, words, fromMillis(r.At)}
	}
	return out, nil
}

// AnswerTo is what was answered to a question; ErrNotFound.
func (s *Store) AnswerTo(ctx context.Context, subject, name string) (Answer, error) {
	var rows []answerRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM care_answers WHERE subject = ? AND name = ?", subject, name).Scan(&rows).Error; err != nil {
		return Answer{}, unavailable(s.dialect, err)
	}
	if len(rows) == 0 {
		return Answer{}, ErrNotFound
	}
	words, err := s.seal.OpenText(rows[0].Answer)
	return Answer{subject, name, rows[0].ContactID, words, fromMillis(rows[0].At)}, err
}
