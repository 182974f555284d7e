package models

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// States of a response, FHIR's QuestionnaireResponse.status.
const (
	ResponseInProgress = "in-progress" // saved for later
	ResponseCompleted  = "completed"
)

// QuestionnaireResponse is what somebody answered to a form.
type QuestionnaireResponse struct {
	ID         string
	Key        string // what it answers: a check-in of a day, an intake of a visit; answered once
	Form       string // ID in the profile
	Version    int    // of the profile whose form was asked
	Subject    string // what it is about: Appointment/ID, CarePlan/ID …
	PatientID  string
	ContactID  string // who answered
	Status     string
	Flag       string // the heaviest that its rules raised: red, yellow, ""
	Score      float64
	Answers    map[string]any // by linkId
	AuthoredAt time.Time      // of a completed one: when it was sent
}

type responseRow struct {
	ID          string `gorm:"primaryKey"`
	ResponseKey string
	Form        string
	Version     int `gorm:"column:profile_version"`
	Subject     string
	PatientID   string
	ContactID   string
	Status      string
	Flag        string
	Score       float64
	Answers     []byte
	AuthoredAt  int64
	UpdatedAt   int64 `gorm:"autoUpdateTime:false"`
}

func (responseRow) TableName() string { return "questionnaire_responses" }

// SaveResponse keeps a response: a new one, or what was saved for later gone
// on with. ErrGone when its key was answered before, by whomever.
func (tx *Tx) SaveResponse(r QuestionnaireResponse) error {
	answers, err := json.Marshal(r.Answers)
	if err != nil {
		return err
	}
	row := responseRow{
		ID: r.ID, ResponseKey: keyBytes(r.Key), Form: r.Form, Version: r.Version, Subject: r.Subject, PatientID: r.PatientID, ContactID: r.ContactID,
		Status: r.Status, Flag: r.Flag, Score: r.Score, Answers: tx.s.seal.Seal(answers), AuthoredAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	res := tx.db.Model(&responseRow{}).Where("response_key = ? AND status = ?", row.ResponseKey, ResponseInProgress).Updates(map[string]any{
		"profile_version": row.Version, "contact_id": row.ContactID, "status": row.Status, "flag": row.Flag, "score": row.Score,
		"answers": row.Answers, "authored_at": row.AuthoredAt, "updated_at": row.UpdatedAt,
	})
	if res.Error != nil || res.RowsAffected > 0 {
		return res.Error
	}
	err = tx.db.Create(&row).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return ErrGone
	}
	return err
}

// DropResponse forgets what was saved for later.
func (tx *Tx) DropResponse(key string) error {
	return tx.db.Exec("DELETE FROM questionnaire_responses WHERE response_key = ? AND status = ?", keyBytes(key), ResponseInProgress).Error
}

// ResponseByKey finds a response by what it answers; ErrNotFound.
func (s *Store) ResponseByKey(ctx context.Context, key string) (QuestionnaireResponse, error) {
	list, err := s.responses(ctx, "WHERE response_key = ?", keyBytes(key))
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return QuestionnaireResponse{}, err
	}
	return list[0], nil
}

// ResponsesAbout lists the completed responses about a subject, oldest first.
func (s *Store) ResponsesAbout(ctx context.Context, subject string) ([]QuestionnaireResponse, error) {
	return s.responses(ctx, "WHERE subject = ? AND status = ? ORDER BY authored_at, id", subject, ResponseCompleted)
}

// ResponsesOfPatient lists a patient's completed responses to a form, newest
// first.
func (s *Store) ResponsesOfPatient(ctx context.Context, patientID, form string, limit int) ([]QuestionnaireResponse, error) {
	return s.responses(ctx, "WHERE patient_id = ? AND form = ? AND status = ? ORDER BY authored_at DESC, id LIMIT ?", patientID, form, ResponseCompleted, limit)
}

// SavedResponses lists what a contact saved for later, newest first.
func (s *Store) SavedResponses(ctx context.Context, contactID string) ([]QuestionnaireResponse, error) {
	return s.responses(ctx, "WHERE contact_id = ? AND status = ? ORDER BY updated_at DESC, id LIMIT 20", contactID, ResponseInProgress)
}

func (s *Store) responses(ctx context.Context, tail string, args ...any) ([]QuestionnaireResponse, error) {
	var rows []responseRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM questionnaire_responses "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]QuestionnaireResponse, len(rows))
	for i, r := range rows {
		out[i] = QuestionnaireResponse{
			ID: r.ID, Key: r.ResponseKey, Form: r.Form, Version: r.Version, Subject: r.Subject, PatientID: r.PatientID, ContactID: r.ContactID,
			Status: r.Status, Flag: r.Flag, Score: r.Score, AuthoredAt: fromMillis(r.AuthoredAt),
		}
		answers, err := s.seal.Open(r.Answers)
		if err == nil && len(answers) > 0 {
			err = json.Unmarshal(answers, &out[i].Answers)
		}
		if err != nil {
			return nil, fmt.Errorf("open response %s: %w", r.ID, err)
		}
	}
	return out, nil
}
