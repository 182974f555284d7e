package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

// ErrOtherPatient says that an identifier that is known belongs to another patient.
var ErrOtherPatient = errors.New("this identifier belongs to another patient's record")

// Clinical is one thing about a patient as a system of the clinic sent it.
type Clinical struct {
	ID          string
	Kind        string // KindReport …
	PatientID   string
	Status      string
	Category    string // first code of its category: LAB, RAD …
	At          time.Time
	Issued      time.Time
	HeldUntil   time.Time // not shown to clients before; zero: not held
	Version     int
	Report      *Report
	Observation *Observation
	Source      []byte   // FHIR JSON, as it is given out again
	Keys        []string // what the sender calls it, system|value; only for keeping
	Codes       []string // what it can be searched by, system|code; only for keeping
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Held reports that it waits for the doctor.
func (c *Clinical) Held(now time.Time) bool { return now.Before(c.HeldUntil) }

// About names it as a subject.
func (c *Clinical) About() string { return c.Kind + "/" + c.ID }

// Fate is what became of something that was sent.
type Fate string

// What can become of it.
const (
	FateNew     Fate = "new"
	FateChanged Fate = "changed"
	FateSame    Fate = "same"  // it was here, word for word
	FateOlder   Fate = "older" // a later state of it is here
)

type clinicalRow struct {
	ID        string `gorm:"primaryKey"`
	Kind      string
	PatientID string
	Status    string
	Category  string
	At        int64
	IssuedAt  int64
	HeldUntil int64
	Version   int
	Digest    string
	Body      []byte
	Source    []byte
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (clinicalRow) TableName() string { return "clinical" }

// clinicalBody is what is sealed of it.
type clinicalBody struct {
	Report      *Report      `json:"report,omitempty"`
	Observation *Observation `json:"observation,omitempty"`
}

func (s *Store) clinical(r clinicalRow) (Clinical, error) {
	c := Clinical{
		ID: r.ID, Kind: r.Kind, PatientID: r.PatientID, Status: r.Status, Category: r.Category, At: fromMillis(r.At), Issued: fromMillis(r.IssuedAt),
		HeldUntil: fromMillis(r.HeldUntil), Version: r.Version, CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
	}
	var b clinicalBody
	body, err := s.seal.Open(r.Body)
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, &b)
	}
	if err == nil {
		c.Source, err = s.seal.Open(r.Source)
	}
	if err != nil {
		return c, fmt.Errorf("open %s %s: %w", r.Kind, r.ID, err)
	}
	c.Report, c.Observation = b.Report, b.Observation
	return c, nil
}

// Identified finds what a sender's identifier (system|value) means; "" when
// none of them is known.
func (s *Store) Identified(ctx context.Context, kind string, keys ...string) (id string, err error) {
	if len(keys) == 0 {
		return "", nil
	}
	var ids []string
	err = s.r.WithContext(ctx).Raw("SELECT id FROM clinical_keys WHERE kind = ? AND hash IN ? ORDER BY hash", kind, s.hashes("identifier", keys)).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", unavailable(s.dialect, err)
	}
	return ids[0], nil
}

func (s *Store) hashes(field string, values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, s.seal.Index(field, v))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Identify records what a sender calls something. ErrStale when another
// transaction was first: the whole is to be done again.
func (tx *Tx) Identify(kind, id string, keys ...string) error {
	for _, h := range tx.s.hashes("identifier", keys) {
		res := tx.db.Exec("INSERT INTO clinical_keys (kind, hash, id) SELECT ?, ?, ? FROM (SELECT 1 AS one) AS x WHERE NOT EXISTS (SELECT 1 FROM clinical_keys WHERE kind = ? AND hash = ? AND id = ?)",
			kind, h, id, kind, h, id)
		if tx.s.dialect.duplicate(res.Error) {
			return ErrStale
		}
		if res.Error != nil {
			return res.Error
		}
	}
	return nil
}

// Keep keeps what a system sent. What has one of its identifiers already is
// the same thing: it is brought up to date, unless a later state of it is here
// or nothing changed. The result is as it stands now.
func (tx *Tx) Keep(ctx context.Context, c Clinical) (Clinical, Fate, error) {
	id, err := tx.Read().Identified(ctx, c.Kind, c.Keys...)
	if err != nil {
		return c, "", err
	}
	body, err := json.Marshal(clinicalBody{c.Report, c.Observation})
	if err != nil {
		return c, "", err
	}
	row := clinicalRow{
		ID: c.ID, Kind: c.Kind, PatientID: c.PatientID, Status: c.Status, Category: c.Category, At: millis(c.At), IssuedAt: millis(c.Issued),
		HeldUntil: millis(c.HeldUntil), Version: 1, Digest: tx.s.seal.Index("content", string(c.Source)), Body: tx.s.seal.Seal(body),
		Source: tx.s.seal.Seal(c.Source), CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	if id == "" {
		if err := tx.db.Create(&row).Error; err != nil {
			return c, "", err
		}
		c.Version, c.CreatedAt, c.UpdatedAt = 1, tx.Now, tx.Now
		if err := tx.Identify(c.Kind, c.ID, c.Keys...); err != nil {
			return c, "", err
		}
		return c, FateNew, tx.codes(c)
	}
	var old clinicalRow
	if err := tx.db.Raw("SELECT * FROM clinical WHERE id = ?", id).Scan(&old).Error; err != nil {
		return c, "", err
	}
	late := old.laterThan(c)
	switch {
	case old.PatientID != c.PatientID:
		return c, "", ErrOtherPatient
	case old.Digest == row.Digest || late:
		kept, err := tx.s.clinical(old)
		if late && old.Digest != row.Digest {
			return kept, FateOlder, err
		}
		return kept, FateSame, err
	}
	row.ID, row.Version, row.CreatedAt = old.ID, old.Version+1, old.CreatedAt
	res := tx.db.Model(&clinicalRow{}).Where("id = ? AND version = ?", old.ID, old.Version).Select("*").Updates(&row)
	if res.Error == nil && res.RowsAffected == 0 {
		return c, "", ErrStale
	}
	if res.Error != nil {
		return c, "", res.Error
	}
	if err := tx.Identify(c.Kind, row.ID, c.Keys...); err != nil {
		return c, "", err
	}
	if err := tx.Drop(c.Kind+"/"+row.ID, "a newer version came"); err != nil {
		return c, "", err
	}
	c.ID, c.Version, c.CreatedAt, c.UpdatedAt = row.ID, row.Version, fromMillis(row.CreatedAt), tx.Now
	return c, FateChanged, tx.codes(c)
}

// laterThan reports that what is here is a later state of the same thing.
func (r *clinicalRow) laterThan(c Clinical) bool {
	return rank(c.Status) < rank(r.Status) && millis(c.Issued) <= r.IssuedAt
}

// Before finds what is here of a thing that was sent, its ID empty for nothing,
// and whether that is a later state: what came with the older one is to change
// nothing either.
func (s *Store) Before(ctx context.Context, c Clinical) (old Clinical, later bool, err error) {
	id, err := s.Identified(ctx, c.Kind, c.Keys...)
	if err != nil || id == "" {
		return old, false, err
	}
	var row clinicalRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM clinical WHERE id = ?", id).Scan(&row).Error; err != nil {
		return old, false, unavailable(s.dialect, err)
	}
	if row.PatientID != c.PatientID {
		return old, false, ErrOtherPatient
	}
	old, err = s.clinical(row)
	return old, row.laterThan(c), err
}

// codes makes it found by its codes.
func (tx *Tx) codes(c Clinical) error {
	if err := tx.db.Exec("DELETE FROM clinical_codes WHERE id = ?", c.ID).Error; err != nil {
		return err
	}
	type codeRow struct{ ID, Hash string }
	var rows []codeRow
	for _, h := range tx.s.hashes("code", c.Codes) {
		rows = append(rows, codeRow{c.ID, h})
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.db.Table("clinical_codes").Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// Hold keeps things from clients until a time, so that the doctor is first.
func (tx *Tx) Hold(until time.Time, ids ...string) error {
	return tx.db.Exec("UPDATE clinical SET held_until = ? WHERE id IN ?", millis(until), orNone(ids)).Error
}

// Release shows what was held.
func (tx *Tx) Release(ids ...string) error {
	return tx.db.Exec("UPDATE clinical SET held_until = 0 WHERE id IN ?", orNone(ids)).Error
}
