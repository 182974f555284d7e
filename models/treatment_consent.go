package models

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"
)

// KindConsent is FHIR's name of a consent; here always one to an examination
// or a treatment (scope "treatment"). Consent to keeping data is PrivacyConsent.
const KindConsent = "Consent"

// Kinds of what is put to a client.
const (
	ConsentToTreatment = "consent" // one wording, agreed to or declined
	ConsentChoice      = "choice"  // several ways of treating, one is chosen
)

// States of a consent, FHIR's Consent.status.
const (
	ConsentProposed = "proposed"
	ConsentActive   = "active"
	ConsentRejected = "rejected"
	ConsentInactive = "inactive"
)

// What can happen to a consent.
const (
	ConsentAsked     = "asked"
	ConsentAgreed    = "agreed" // or chosen
	ConsentDeclined  = "declined"
	ConsentWithdrawn = "withdrawn" // by who agreed
	ConsentPerformed = "performed" // it was carried out: nothing is left to withdraw
	ConsentReplaced  = "replaced"  // asked anew, with another wording or price
	ConsentRecalled  = "recalled"  // taken back by staff
)

// TreatmentConsent is what was put to a client about a patient, as it was put.
type TreatmentConsent struct {
	ID            string
	Number        string // what people say: T and eight digits
	Key           string // what it is asked for: asked once
	Kind          string
	Form          string // ID of the wording in the profile, "" for one written by hand
	Hash          string // of the wording as approved
	PatientID     string // "" while the patient is not on record
	ContactID     string // who was asked
	AppointmentID string // the visit it is for, "" for none
	Branch        string
	Practitioner  string
	AskedBy       string // the member of staff; "" the program
	Body          []byte // the wording and what it was filled with, JSON of outreach.Sheet
	Status        string
	Version       int
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// About names it as a subject.
func (c *TreatmentConsent) About() string { return KindConsent + "/" + c.ID }

// ConsentEvent is one thing that happened to a consent. Events are appended,
// each sealed and linked to the one before it.
type ConsentEvent struct {
	What      string
	Status    string // of the consent from then on
	ContactID string
	StaffID   string
	Body      []byte // JSON of outreach.Signed
	At        time.Time
}

type treatmentConsentRow struct {
	ID            string `gorm:"primaryKey"`
	Number        string
	AskKey        string
	Kind          string
	Form          string
	Hash          string
	PatientID     string
	ContactID     string
	AppointmentID string
	Branch        string
	Practitioner  string
	AskedBy       string
	Body          []byte
	Status        string
	Version       int
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	UpdatedAt     int64 `gorm:"autoUpdateTime:false"`
}

func (treatmentConsentRow) TableName() string { return "treatment_consents" }

type consentEventRow struct {
	ConsentID string `gorm:"primaryKey"`
	Seq       int    `gorm:"primaryKey;autoIncrement:false"`
	What      string
	Status    string
	ContactID string
	StaffID   string
	Body      []byte
	At        int64
	Link      string
}

func (consentEventRow) TableName() string { return "treatment_consent_events" }

// NewConsentNumber draws a number: T and eight digits, one more than a one-time code has.
func NewConsentNumber() string {
	n, err := rand.Int(rand.Reader, big.NewInt(90_000_000))
	if err != nil {
		panic(err) // the system has no randomness
	}
	return fmt.Sprintf("T%08d", n.Int64()+10_000_000)
}

// AskConsent keeps what is put to a client. ErrGone when its key was asked
// before, or the number is taken: another one is to be drawn.
func (tx *Tx) AskConsent(c TreatmentConsent) error {
	row := treatmentConsentRow{
		ID: c.ID, Number: c.Number, AskKey: keyBytes(c.Key), Kind: c.Kind, Form: c.Form, Hash: c.Hash, PatientID: c.PatientID, ContactID: c.ContactID,
		AppointmentID: c.AppointmentID, Branch: c.Branch, Practitioner: c.Practitioner, AskedBy: c.AskedBy, Body: tx.s.seal.Seal(c.Body),
		Status: ConsentProposed, Version: 1, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	if err := tx.db.Create(&row).Error; err != nil {
		if tx.s.dialect.duplicate(err) {
			return ErrGone
		}
		return err
	}
	return tx.consentEvent(c.ID, 1, "", ConsentEvent{What: ConsentAsked, Status: ConsentProposed, StaffID: c.AskedBy, ContactID: c.ContactID})
}

// DecideConsent appends what happened to a consent of version was. ErrGone
// when something else happened meanwhile. What waited about it is dropped.
func (tx *Tx) DecideConsent(id string, was int, e ConsentEvent) error {
	res := tx.db.Exec("UPDATE treatment_consents SET status = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?", e.Status, was+1, millis(tx.Now), id, was)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if err := tx.Drop(KindConsent+"/"+id, "the consent was "+e.What); err != nil {
		return err
	}
	var before []string
	if err := tx.db.Raw("SELECT link FROM treatment_consent_events WHERE consent_id = ? AND seq = ?", id, was).Scan(&before).Error; err != nil {
		return err
	}
	if len(before) == 0 {
		return fmt.Errorf("consent %s: event %d is missing", id, was)
	}
	return tx.consentEvent(id, was+1, before[0], e)
}

func (tx *Tx) consentEvent(id string, seq int, before string, e ConsentEvent) error {
	row := consentEventRow{id, seq, e.What, e.Status, e.ContactID, e.StaffID, tx.s.seal.Seal(e.Body), millis(tx.Now), ""}
	row.Link = tx.s.consentLink(before, row, e.Body)
	err := tx.db.Create(&row).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return ErrGone
	}
	return err
}

// consentLink is keyed and covers the event and, through the one before it,
// all before.
func (s *Store) consentLink(before string, r consentEventRow, body []byte) string {
	return s.seal.Index("consent", fmt.Sprintf("%s\x00%s\x00%d\x00%s\x00%s\x00%s\x00%s\x00%d\x00%s", before, r.ConsentID, r.Seq, r.What, r.Status, r.ContactID, r.StaffID, r.At, body))
}

// ConsentEvents lists what happened to a consent, oldest first. The error says
// so when one was changed or is missing.
func (s *Store) ConsentEvents(ctx context.Context, id string) ([]ConsentEvent, error) {
	var rows []consentEventRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM treatment_consent_events WHERE consent_id = ? ORDER BY seq", id).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out, before := make([]ConsentEvent, len(rows)), ""
	for i, r := range rows {
		body, err := s.seal.Open(r.Body)
		if err != nil {
			return nil, fmt.Errorf("open event %d of consent %s: %w", r.Seq, id, err)
		}
		if r.Seq != i+1 || r.Link != s.consentLink(before, r, body) {
			return nil, fmt.Errorf("event %d of consent %s was changed, or one before it is missing", r.Seq, id)
		}
		before = r.Link
		out[i] = ConsentEvent{r.What, r.Status, r.ContactID, r.StaffID, body, fromMillis(r.At)}
	}
	return out, nil
}
