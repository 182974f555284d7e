package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Waves of a survey: what made the clinic ask. Those after a procedure are
// named by their lead: 7d, 30d, 90d.
const (
	WaveVisit  = "visit"  // after the visit
	WaveSample = "sample" // the weekly sample
	WaveSpot   = "spot"   // a QR code at the clinic
	WaveOwn    = "own"    // nobody asked
)

// States of a survey.
const (
	SurveyAsked    = "asked"
	SurveyAnswered = "answered"
)

// Survey is one question how it was, answered once at most. That somebody
// answered is kept here; what they said is a SurveyAnswer.
type Survey struct {
	ID            string
	Key           string // what it is about; there is one survey with a key
	Wave          string
	ContactID     string
	AppointmentID string // "" for none
	Branch        string
	Service       string
	Practitioner  string
	Month         string // of asking, YYYY-MM in the clinic's zone: results are by month
	AskedAt       time.Time
	State         string
}

type surveyRow struct {
	ID            string `gorm:"primaryKey"`
	SurveyKey     string
	Wave          string
	ContactID     string
	AppointmentID string
	Branch        string
	Service       string
	Practitioner  string
	Month         string
	AskedAt       int64
	State         string
}

func (surveyRow) TableName() string { return "surveys" }

// SurveyKey is the key of the survey about a visit. A visit has one for
// itself, whoever asks, and one more for each wave after a procedure.
func SurveyKey(appointmentID, wave string) string {
	switch wave {
	case WaveVisit, WaveSample, WaveSpot, WaveOwn:
		return "visit:" + appointmentID
	}
	return "later:" + appointmentID + ":" + wave
}

// addSurvey inserts a survey; ErrDuplicate when there is one with its key.
func (tx *Tx) addSurvey(s Survey) error {
	err := tx.db.Create(&surveyRow{
		ID: s.ID, SurveyKey: keyBytes(s.Key), Wave: s.Wave, ContactID: s.ContactID, AppointmentID: s.AppointmentID, Branch: s.Branch,
		Service: s.Service, Practitioner: s.Practitioner, Month: s.Month, AskedAt: millis(tx.Now), State: s.State,
	}).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return ErrDuplicate
	}
	return err
}

// AskSurvey keeps that a contact is asked. ErrDuplicate when this was asked or
// answered before, ErrLimit when the contact was asked something else less
// than apart ago; the contact's row decides, so that two copies asking at once
// are one after the other.
func (tx *Tx) AskSurvey(s Survey, apart time.Duration) error {
	var n int64
	if err := tx.db.Raw("SELECT COUNT(*) FROM surveys WHERE survey_key = ?", keyBytes(s.Key)).Scan(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return ErrDuplicate
	}
	turn := struct {
		ContactID string
		AskedAt   int64
	}{s.ContactID, 0}
	if err := tx.db.Table("survey_contacts").Clauses(clause.OnConflict{DoNothing: true}).Create(&turn).Error; err != nil {
		return err
	}
	res := tx.db.Exec("UPDATE survey_contacts SET asked_at = ? WHERE contact_id = ? AND asked_at <= ?",
		millis(tx.Now), s.ContactID, millis(tx.Now.Add(-apart)))
	switch {
	case res.Error != nil:
		return res.Error
	case res.RowsAffected == 0:
		return ErrLimit
	}
	s.State = SurveyAsked
	return tx.addSurvey(s)
}

// SurveyByID finds a survey; ErrNotFound.
func (s *Store) SurveyByID(ctx context.Context, id string) (Survey, error) {
	return s.survey(ctx, "id = ?", id)
}

// SurveyByKey finds a survey by what it is about; ErrNotFound.
func (s *Store) SurveyByKey(ctx context.Context, key string) (Survey, error) {
	return s.survey(ctx, "survey_key = ?", keyBytes(key))
}

func (s *Store) survey(ctx context.Context, where string, arg any) (Survey, error) {
	var rows []surveyRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM surveys WHERE "+where, arg).Scan(&rows).Error; err != nil {
		return Survey{}, unavailable(s.dialect, err)
	}
	if len(rows) == 0 {
		return Survey{}, ErrNotFound
	}
	r := rows[0]
	return Survey{r.ID, r.SurveyKey, r.Wave, r.ContactID, r.AppointmentID, r.Branch, r.Service, r.Practitioner, r.Month, fromMillis(r.AskedAt), r.State}, nil
}

// AskedSurvey is the newest survey about a visit that a contact was asked and
// has not answered; ErrNotFound.
func (s *Store) AskedSurvey(ctx context.Context, contactID, appointmentID string) (Survey, error) {
	var ids []string
	err := s.r.WithContext(ctx).Raw("SELECT id FROM surveys WHERE appointment_id = ? AND contact_id = ? AND state = ? ORDER BY asked_at DESC, id DESC LIMIT 1",
		appointmentID, contactID, SurveyAsked).Scan(&ids).Error
	if err != nil {
		return Survey{}, unavailable(s.dialect, err)
	}
	if len(ids) == 0 {
		return Survey{}, ErrNotFound
	}
	return s.SurveyByID(ctx, ids[0])
}
