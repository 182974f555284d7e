package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// Patient is who is treated: a pet, the client, or one of the family.
type Patient struct {
	ID          string
	ClientID    string
	Identifier  string // the clinic's own number
	Kind        string // pet or person
	Name        string
	Species     string
	Breed       string
	Sex         string // male, female
	Neutered    string // yes, no, "" unknown
	BirthDate   string // YYYY-MM-DD, or YYYY-MM, or YYYY
	WeightGrams int
	Relation    string // of a person to the client: self, child, parent, spouse …
	History     History
	DeceasedAt  time.Time // zero: alive. SavePatient leaves it as it is: see PatientDied
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// History is what the clinic must know beforehand.
type History struct {
	Vaccination string `json:"vaccination,omitempty"`
	Deworming   string `json:"deworming,omitempty"`
	Allergies   string `json:"allergies,omitempty"`
	Illness     string `json:"illness,omitempty"`
	Medication  string `json:"medication,omitempty"`
}

type patientRow struct {
	ID          string `gorm:"primaryKey"`
	ClientID    string
	Identifier  *string
	Kind        string
	Name        []byte
	Species     string
	Breed       []byte
	Sex         string
	Neutered    string
	BirthDate   string
	WeightGrams int
	Relation    string
	History     []byte
	DeceasedAt  int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	UpdatedAt   int64 `gorm:"autoUpdateTime:false"`
}

func (patientRow) TableName() string { return "patients" }

func (s *Store) patient(r patientRow) (Patient, error) {
	p := Patient{
		ID: r.ID, ClientID: r.ClientID, Kind: r.Kind, Species: r.Species, Sex: r.Sex, Neutered: r.Neutered,
		BirthDate: r.BirthDate, WeightGrams: r.WeightGrams, Relation: r.Relation,
		DeceasedAt: fromMillis(r.DeceasedAt), CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
	}
	if r.Identifier != nil {
		p.Identifier = *r.Identifier
	}
	var e1, e2, e3 error
	p.Name, e1 = s.seal.OpenText(r.Name)
	p.Breed, e2 = s.seal.OpenText(r.Breed)
	history, e3 := s.seal.Open(r.History)
	if len(history) > 0 {
		e3 = json.Unmarshal(history, &p.History)
	}
	return p, errors.Join(e1, e2, e3)
}

// SavePatient inserts or replaces a patient by ID.
func (tx *Tx) SavePatient(p Patient) error {
	history, err := json.Marshal(p.History)
	if err != nil {
		return err
	}
	row := patientRow{
		ID: p.ID, ClientID: p.ClientID, Identifier: optional(p.Identifier), Kind: p.Kind, Name: tx.s.seal.SealText(p.Name),
		Species: p.Species, Breed: tx.s.seal.SealText(p.Breed), Sex: p.Sex, Neutered: p.Neutered, BirthDate: p.BirthDate,
		WeightGrams: p.WeightGrams, Relation: p.Relation, History: tx.s.seal.Seal(history),
		CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	return tx.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"client_id", "identifier", "kind", "name", "species", "breed", "sex", "neutered",
			"birth_date", "weight_grams", "relation", "history", "updated_at",
		}),
	}).Create(&row).Error
}

func (s *Store) patients(ctx context.Context, where string, args ...any) ([]Patient, error) {
	var rows []patientRow
	if err := s.r.WithContext(ctx).Order("id").Limit(200).Where(where, args...).Find(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Patient, len(rows))
	for i, r := range rows {
		p, err := s.patient(r)
		if err != nil {
			return nil, err
		}
		out[i] = p
	}
	return out, nil
}

// PatientByID finds a patient; ErrNotFound.
func (s *Store) PatientByID(ctx context.Context, id string) (Patient, error) {
	return firstPatient(s.patients(ctx, "id = ?", id))
}

// PatientByIdentifier finds a patient by the clinic's own number; ErrNotFound.
func (s *Store) PatientByIdentifier(ctx context.Context, identifier string) (Patient, error) {
	return firstPatient(s.patients(ctx, "identifier = ?", identifier))
}

func firstPatient(list []Patient, err error) (Patient, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Patient{}, err
	}
	return list[0], nil
}

// PatientsOf lists whom a contact may book for: the patients it named itself
// in the chat (under own, its own client), and those of its bindings.
func (s *Store) PatientsOf(ctx context.Context, contactID, own string) ([]Patient, error) {
	return s.patients(ctx, `client_id = ? OR client_id IN (SELECT client_id FROM bindings WHERE contact_id = ? AND patient_id = '')
		OR id IN (SELECT patient_id FROM bindings WHERE contact_id = ? AND patient_id <> '')`, own, contactID, contactID)
}

// PatientsOfClient lists a client's patients.
func (s *Store) PatientsOfClient(ctx context.Context, clientID string) ([]Patient, error) {
	return s.patients(ctx, "client_id = ?", clientID)
}

// PatientsAfter pages through all patients by ID.
func (s *Store) PatientsAfter(ctx context.Context, after string, limit int) ([]Patient, error) {
	var rows []patientRow
	if err := s.r.WithContext(ctx).Order("id").Limit(limit).Find(&rows, "id > ?", after).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Patient, len(rows))
	for i, r := range rows {
		p, err := s.patient(r)
		if err != nil {
			return nil, err
		}
		out[i] = p
	}
	return out, nil
}
