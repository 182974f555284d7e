package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Kinds of what is written about a visit.
const (
	NoteIntake = "intake" // answers before the visit, JSON
	NoteNoShow = "noshow" // why nobody came
	NoteDone   = "done"   // what staff add to the summary
)

// VisitNote is a text about a visit, kept sealed; one of each kind.
type VisitNote struct {
	AppointmentID string
	Kind          string
	Body          string
	Author        string // contact or member of staff
	At            time.Time
}

type visitNoteRow struct {
	AppointmentID string `gorm:"primaryKey"`
	Kind          string `gorm:"primaryKey"`
	Body          []byte
	Author        string
	At            int64
}

func (visitNoteRow) TableName() string { return "visit_notes" }

// NoteVisit writes a note; an earlier one of its kind gives way. An intake is
// marked on the visit too.
func (tx *Tx) NoteVisit(n VisitNote) error {
	row := visitNoteRow{n.AppointmentID, n.Kind, tx.s.seal.SealText(n.Body), n.Author, millis(tx.Now)}
	err := tx.db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "appointment_id"}, {Name: "kind"}},
		DoUpdates: clause.AssignmentColumns([]string{"body", "author", "at"}),
	}).Create(&row).Error
	if err != nil || n.Kind != NoteIntake {
		return err
	}
	return tx.db.Model(&appointmentRow{}).Where("id = ?", n.AppointmentID).Update("intake_at", millis(tx.Now)).Error
}

// DropNote takes a note back.
func (tx *Tx) DropNote(appointmentID, kind string) error {
	return tx.db.Exec("DELETE FROM visit_notes WHERE appointment_id = ? AND kind = ?", appointmentID, kind).Error
}

// VisitNote finds a note; ErrNotFound.
func (s *Store) VisitNote(ctx context.Context, appointmentID, kind string) (VisitNote, error) {
	return s.visitNote(ctx, "SELECT * FROM visit_notes WHERE appointment_id = ? AND kind = ?", appointmentID, kind)
}

// LastIntake is what was answered last before a visit of a patient, this visit
// excepted; ErrNotFound when there is nothing younger than a time.
func (s *Store) LastIntake(ctx context.Context, patientID, except string, after time.Time) (VisitNote, error) {
	if patientID == "" {
		return VisitNote{}, ErrNotFound
	}
	return s.visitNote(ctx, `SELECT n.* FROM appointments a JOIN visit_notes n ON n.appointment_id = a.id AND n.kind = ?
		WHERE a.patient_id = ? AND a.id <> ? AND n.at > ? ORDER BY n.at DESC LIMIT 1`, NoteIntake, patientID, except, millis(after))
}

func (s *Store) visitNote(ctx context.Context, query string, args ...any) (VisitNote, error) {
	var rows []visitNoteRow
	if err := s.r.WithContext(ctx).Raw(query, args...).Scan(&rows).Error; err != nil {
		return VisitNote{}, unavailable(s.dialect, err)
	}
	if len(rows) == 0 {
		return VisitNote{}, ErrNotFound
	}
	r := rows[0]
	body, err := s.seal.OpenText(r.Body)
	return VisitNote{r.AppointmentID, r.Kind, body, r.Author, fromMillis(r.At)}, err
}
