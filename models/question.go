package models

import (
	"context"
	"strings"
)

// States of a question.
const (
	QuestionOpen     = "open"
	QuestionAnswered = "answered"
	QuestionDropped  = "dropped" // nobody has to answer it
)

// KindQuestion is what a question is called as a subject.
const KindQuestion = "Question"

// Question is what somebody asked and no approved entry answered.
type Question struct {
	ID        string
	Key       string // of its words: who asks the same shares it
	ContactID string
	CaseID    string
	Near      string // the entry that came nearest, "" none
	Words     string
	State     string
	Answer    string
	By        string // the member of staff who answered
}

// AskedOften is a question with how many people wait for its answer.
type AskedOften struct {
	Question
	Count int
}

type questionRow struct {
	ID         string `gorm:"primaryKey"`
	WordsKey   string
	ContactID  string
	CaseID     string
	Near       string
	Words      []byte
	State      string
	Answer     []byte
	AnsweredBy string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	UpdatedAt  int64 `gorm:"autoUpdateTime:false"`
}

func (questionRow) TableName() string { return "questions" }

func (s *Store) question(r questionRow) (q Question, err error) {
	q = Question{ID: r.ID, Key: r.WordsKey, ContactID: r.ContactID, CaseID: r.CaseID, Near: r.Near, State: r.State, By: r.AnsweredBy}
	if q.Words, err = s.seal.OpenText(r.Words); err == nil && len(r.Answer) > 0 {
		q.Answer, err = s.seal.OpenText(r.Answer)
	}
	return q, err
}

// AskQuestion keeps a question. Words that differ only in blanks, marks and
// case are the same question.
func (tx *Tx) AskQuestion(q Question) error {
	plain := strings.ToLower(strings.Join(strings.FieldsFunc(q.Words, func(r rune) bool { return strings.ContainsRune(" ?？!！。.,，~～\n\t", r) }), ""))
	return tx.db.Create(&questionRow{
		ID: q.ID, WordsKey: tx.s.seal.Index("question", plain), ContactID: q.ContactID, CaseID: q.CaseID, Near: q.Near,
		Words: tx.s.seal.SealText(q.Words), State: QuestionOpen, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}).Error
}

// SettleQuestion ends a question as answered or dropped. ErrGone when it was
// settled before.
func (tx *Tx) SettleQuestion(id, state, answer, by string) error {
	res := tx.db.Exec("UPDATE questions SET state = ?, answer = ?, answered_by = ?, updated_at = ? WHERE id = ? AND state = ?",
		state, tx.s.seal.SealText(answer), by, millis(tx.Now), id, QuestionOpen)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	return res.Error
}

// QuestionByID finds a question; ErrNotFound.
func (s *Store) QuestionByID(ctx context.Context, id string) (Question, error) {
	list, err := s.questions(ctx, "WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Question{}, err
	}
	return list[0], nil
}

// SameQuestions lists the open questions with a key, oldest first.
func (s *Store) SameQuestions(ctx context.Context, key string) ([]Question, error) {
	return s.questions(ctx, "WHERE state = ? AND words_key = ? ORDER BY id LIMIT 500", QuestionOpen, key)
}

func (s *Store) questions(ctx context.Context, tail string, args ...any) ([]Question, error) {
	var rows []questionRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM questions "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Question, len(rows))
	var err error
	for i, r := range rows {
		if out[i], err = s.question(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenQuestions lists what waits for an answer, what most people ask first,
// and among those the newest.
func (s *Store) OpenQuestions(ctx context.Context, limit int) ([]AskedOften, error) {
	var counts []struct {
		Newest string
		Asked  int
	}
	err := s.r.WithContext(ctx).Raw(`SELECT COUNT(*) AS asked, MAX(id) AS newest FROM questions WHERE state = ?
		GROUP BY words_key ORDER BY asked DESC, newest DESC LIMIT ?`, QuestionOpen, limit).Scan(&counts).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	var ids []string
	for _, c := range counts {
		ids = append(ids, c.Newest)
	}
	list, err := s.questions(ctx, "WHERE id IN ?", orNone(ids))
	if err != nil {
		return nil, err
	}
	var out []AskedOften
	for _, c := range counts {
		for _, q := range list {
			if q.ID == c.Newest {
				out = append(out, AskedOften{q, c.Asked})
			}
		}
	}
	return out, nil
}
