package models

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// SurveyAnswer is what somebody said. Scores are 1 to 5, 0 for not said.
type SurveyAnswer struct {
	ID            string
	SurveyID      string
	Wave          string
	ContactID     string
	PatientID     string
	AppointmentID string
	Branch        string
	Service       string
	Practitioner  string
	Month         string
	Overall       int
	Result        int
	Care          int
	Environment   int
	Convenience   int
	Words         string
	Anonymous     bool
	At            time.Time // of an anonymous one: the first of its month
}

type surveyAnswerRow struct {
	ID            string `gorm:"primaryKey"`
	SurveyID      string
	Wave          string
	ContactID     string
	PatientID     string
	AppointmentID string
	Branch        string
	Service       string
	Practitioner  string
	Month         string
	Overall       int
	Result        int
	Care          int
	Environment   int
	Convenience   int
	Words         []byte
	Anonymous     bool
	At            int64
}

func (surveyAnswerRow) TableName() string { return "survey_answers" }

// Answer keeps an answer to a survey: one that was asked, or one that nobody
// asked and that is kept with it (State ""). ErrGone when it was answered
// before. begun is when the conversation about it began.
//
// Of an anonymous answer only branch, doctor, service and month are kept, under
// a random ID, and what the conversation itself kept since it began is blanked.
func (tx *Tx) Answer(s Survey, a SurveyAnswer, begun time.Time) error {
	if s.State == "" {
		s.State = SurveyAnswered
		switch err := tx.addSurvey(s); {
		case errors.Is(err, ErrDuplicate):
			return ErrGone
		case err != nil:
			return err
		}
	} else {
		res := tx.db.Exec("UPDATE surveys SET state = ? WHERE id = ? AND state = ?", SurveyAnswered, s.ID, SurveyAsked)
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 {
			return ErrGone
		}
	}
	row := surveyAnswerRow{
		ID: tx.NewID(), SurveyID: s.ID, Wave: s.Wave, ContactID: s.ContactID, PatientID: a.PatientID, AppointmentID: s.AppointmentID,
		Branch: s.Branch, Service: s.Service, Practitioner: s.Practitioner, Month: s.Month,
		Overall: a.Overall, Result: a.Result, Care: a.Care, Environment: a.Environment, Convenience: a.Convenience,
		Words: tx.s.seal.SealText(a.Words), Anonymous: a.Anonymous, At: millis(tx.Now),
	}
	if a.Anonymous {
		month, err := time.Parse("2006-01", s.Month)
		if err != nil {
			return fmt.Errorf("survey %s: month: %w", s.ID, err)
		}
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return err
		}
		row.ID, row.SurveyID, row.Wave, row.ContactID, row.PatientID, row.AppointmentID = hex.EncodeToString(random), "", "", "", "", ""
		row.At = millis(month)
		if err := tx.blank(s.ContactID, begun); err != nil {
			return err
		}
	}
	return tx.db.Create(&row).Error
}

// blank empties what the turns of a survey, and the replies in it that went
// out by themselves, kept since a moment. The turns stay: they are what makes
// each message take effect once.
func (tx *Tx) blank(contactID string, since time.Time) error {
	in, answer, body := tx.s.seal.Seal([]byte(`{"kind":"event"}`)), tx.s.seal.Seal([]byte(`{}`)), tx.s.seal.Seal([]byte(`{"text":"…"}`))
	err := tx.db.Exec("UPDATE turns SET inbound = ?, answer = ?, state = NULL WHERE contact_id = ? AND flow = 'survey' AND at >= ?",
		in, answer, contactID, millis(since)).Error
	if err != nil {
		return err
	}
	return tx.db.Exec("UPDATE outbox SET body = ? WHERE contact_id = ? AND priority = ? AND state = ? AND created_at >= ?",
		body, contactID, int(PriorityReply), OutboxSent, millis(since)).Error
}

// SurveyWords lists the newest answers with words, newest first.
func (s *Store) SurveyWords(ctx context.Context, month string, limit int) ([]SurveyAnswer, error) {
	return s.surveyAnswers(ctx, "month = ? AND LENGTH(words) > 0 ORDER BY at DESC, id LIMIT ?", month, limit)
}

// SurveyAnswers lists what was said in months, both inclusive, YYYY-MM.
func (s *Store) SurveyAnswers(ctx context.Context, from, to string) ([]SurveyAnswer, error) {
	return s.surveyAnswers(ctx, "month >= ? AND month <= ? ORDER BY month, at, id", from, to)
}

func (s *Store) surveyAnswers(ctx context.Context, where string, args ...any) ([]SurveyAnswer, error) {
	var rows []surveyAnswerRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM survey_answers WHERE "+where, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]SurveyAnswer, len(rows))
	for i, r := range rows {
		words, err := s.seal.OpenText(r.Words)
		if err != nil {
			return nil, fmt.Errorf("open survey answer %s: %w", r.ID, err)
		}
		out[i] = SurveyAnswer{
			r.ID, r.SurveyID, r.Wave, r.ContactID, r.PatientID, r.AppointmentID, r.Branch, r.Service, r.Practitioner, r.Month,
			r.Overall, r.Result, r.Care, r.Environment, r.Convenience, words, r.Anonymous, fromMillis(r.At),
		}
	}
	return out, nil
}
