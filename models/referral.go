package models

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// States of a referral, FHIR's ServiceRequest.status.
const (
	ReferralDraft     = "draft"     // asked for, not decided
	ReferralActive    = "active"    // arranged with where it goes
	ReferralCompleted = "completed" // the patient was seen there
	ReferralRevoked   = "revoked"   // it does not take place
)

// Referral sends a patient on to another hospital.
type Referral struct {
	ID          string
	Number      string // U and seven digits
	PatientID   string // "" for somebody who is not on record
	PatientName string
	ContactID   string // who is told, "" for nobody
	To          string // of the profile's list
	Place       string // what it was called when it was asked for
	Reason      string
	Note        string // what staff wrote last: whom to ask for there, what else to bring
	Share       bool   // the client agreed that the health record goes along
	Status      string
	At          time.Time // the appointment there; zero: not known yet
	By          string    // the member of staff who wrote it, "" when the client asked
	Version     int
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// AboutReferral names a referral.
func AboutReferral(id string) string { return "ServiceRequest/" + id }

// NewReferralNumber makes a referral's number: U and seven digits.
func NewReferralNumber() string { return newNumber("U") }

type referralBody struct {
	PatientName string `json:"n,omitempty"`
	Place       string `json:"p,omitempty"`
	Reason      string `json:"r,omitempty"`
	Note        string `json:"o,omitempty"`
}

type referralRow struct {
	ID        string `gorm:"primaryKey"`
	Number    string
	PatientID string
	ContactID string
	Target    string
	Body      []byte
	Share     bool
	Status    string
	At        int64
	CreatedBy string
	Version   int
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (referralRow) TableName() string { return "referrals" }

// SaveReferral keeps a referral: a new one of version was 0, or in place of
// the version that was read. ErrGone when it was changed meanwhile. What
// waited to be said about an earlier version is dropped.
func (tx *Tx) SaveReferral(r Referral, was int) error {
	body, err := json.Marshal(referralBody{r.PatientName, r.Place, r.Reason, r.Note})
	if err != nil {
		return err
	}
	sealed := tx.s.seal.Seal(body)
	if was == 0 {
		err := tx.db.Create(&referralRow{
			ID: r.ID, Number: r.Number, PatientID: r.PatientID, ContactID: r.ContactID, Target: r.To, Body: sealed, Share: r.Share, Status: r.Status,
			At: millis(r.At), CreatedBy: r.By, Version: 1, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
		}).Error
		if err != nil && tx.s.dialect.duplicate(err) {
			return ErrGone
		}
		return err
	}
	res := tx.db.Exec("UPDATE referrals SET target = ?, body = ?, share = ?, status = ?, at = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?",
		r.To, sealed, r.Share, r.Status, millis(r.At), was+1, millis(tx.Now), r.ID, was)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	if res.Error != nil {
		return res.Error
	}
	return tx.Drop(AboutReferral(r.ID), "the referral is "+r.Status)
}

// ReferralByID finds a referral; ErrNotFound.
func (s *Store) ReferralByID(ctx context.Context, id string) (Referral, error) {
	return firstReferral(s.referrals(ctx, "id = ?", id))
}

// ReferralByNumber finds a referral by its number; ErrNotFound.
func (s *Store) ReferralByNumber(ctx context.Context, number string) (Referral, error) {
	return firstReferral(s.referrals(ctx, "number = ?", number))
}

// ReferralsFor lists the referrals that a contact may see, newest first: their
// own, and those of patients they are bound to.
func (s *Store) ReferralsFor(ctx context.Context, contactID string, limit int) ([]Referral, error) {
	return s.referrals(ctx, "(contact_id = ? OR (patient_id <> '' AND patient_id IN "+boundPatients+")) ORDER BY created_at DESC, id DESC LIMIT ?", contactID, contactID, limit)
}

// ReferralFor finds a referral that a contact may see; ErrNotFound.
func (s *Store) ReferralFor(ctx context.Context, contactID, id string) (Referral, error) {
	return firstReferral(s.referrals(ctx, "id = ? AND (contact_id = ? OR (patient_id <> '' AND patient_id IN "+boundPatients+"))", id, contactID, contactID))
}

// OpenReferrals lists those that are not over, oldest first.
func (s *Store) OpenReferrals(ctx context.Context, limit int) ([]Referral, error) {
	return s.referrals(ctx, "status IN ? ORDER BY created_at, id LIMIT ?", []string{ReferralDraft, ReferralActive}, limit)
}

func firstReferral(list []Referral, err error) (Referral, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Referral{}, err
	}
	return list[0], nil
}

func (s *Store) referrals(ctx context.Context, where string, args ...any) ([]Referral, error) {
	var rows []referralRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM referrals WHERE "+where, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Referral, len(rows))
	for i, r := range rows {
		out[i] = Referral{
			ID: r.ID, Number: r.Number, PatientID: r.PatientID, ContactID: r.ContactID, To: r.Target, Share: r.Share, Status: r.Status,
			At: fromMillis(r.At), By: r.CreatedBy, Version: r.Version, CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
		}
		body, err := s.seal.Open(r.Body)
		var b referralBody
		if err == nil {
			err = json.Unmarshal(body, &b)
		}
		if err != nil {
			return nil, fmt.Errorf("open referral %s: %w", r.ID, err)
		}
		out[i].PatientName, out[i].Place, out[i].Reason, out[i].Note = b.PatientName, b.Place, b.Reason, b.Note
	}
	return out, nil
}
