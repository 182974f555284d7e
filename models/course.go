package models

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// States of a course of medicine, FHIR's MedicationRequest.status.
const (
	CourseActive  = "active"
	CoursePaused  = "on-hold"
	CourseStopped = "stopped"
	CourseEnded   = "completed"
)

// Course is a medicine to be taken at times of the day for some days, as
// staff wrote it. Dose is never interpreted.
type Course struct {
	ID           string
	PatientID    string // "" until the patient is on record
	PatientName  string
	ContactID    string // who is reminded
	Branch       string // whose clock the times are of
	Practitioner string
	Name, Dose   string
	Times        []string // HH:MM, in order
	FromOn       string   // YYYY-MM-DD, the first day
	Days         int
	First        int // which of the day's times is the first dose
	State        string
	StartedBy    string // the member of staff
	Version      int
	CreatedAt    time.Time
}

type courseRow struct {
	ID           string `gorm:"primaryKey"`
	PatientID    string
	ContactID    string
	Branch       string
	Practitioner string
	PatientName  []byte
	Name         []byte
	Dose         []byte
	Times        string
	FromOn       string
	Days         int
	First        int `gorm:"column:first_dose"`
	State        string
	StartedBy    string
	Version      int
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
}

func (courseRow) TableName() string { return "courses" }

// AboutCourse names a course of medicine.
func AboutCourse(id string) string { return "MedicationRequest/" + id }

// StartCourse keeps a new course with what is due about it.
func (tx *Tx) StartCourse(c Course, tasks []Task) error {
	seal := tx.s.seal
	err := tx.db.Create(&courseRow{
		ID: c.ID, PatientID: c.PatientID, ContactID: c.ContactID, Branch: c.Branch, Practitioner: c.Practitioner,
		PatientName: seal.SealText(c.PatientName), Name: seal.SealText(c.Name), Dose: seal.SealText(c.Dose),
		Times: strings.Join(c.Times, " "), FromOn: c.FromOn, Days: c.Days, First: c.First, State: CourseActive, StartedBy: c.StartedBy, Version: 1,
		CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}).Error
	if err != nil {
		return err
	}
	return tx.Schedule(tasks...)
}

// SetCourse changes the state of a course of version was; tasks take the place
// of what waited. ErrGone when it was changed meanwhile.
func (tx *Tx) SetCourse(id string, was int, state string, tasks []Task) error {
	res := tx.db.Exec("UPDATE courses SET state = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?", state, was+1, millis(tx.Now), id, was)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if err := tx.Drop(AboutCourse(id), "the course is "+state); err != nil {
		return err
	}
	return tx.Schedule(tasks...)
}

// CourseByID finds a course; ErrNotFound.
func (s *Store) CourseByID(ctx context.Context, id string) (Course, error) {
	list, err := s.courses(ctx, "id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Course{}, err
	}
	return list[0], nil
}

// CoursesOf lists the courses of a patient that are not over.
func (s *Store) CoursesOf(ctx context.Context, patientID string) ([]Course, error) {
	return s.courses(ctx, "patient_id = ? AND state IN ? ORDER BY id", patientID, []string{CourseActive, CoursePaused})
}

func (s *Store) courses(ctx context.Context, where string, args ...any) ([]Course, error) {
	var rows []courseRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM courses WHERE "+where, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Course, len(rows))
	for i, r := range rows {
		c := Course{
			ID: r.ID, PatientID: r.PatientID, ContactID: r.ContactID, Branch: r.Branch, Practitioner: r.Practitioner, Times: strings.Fields(r.Times),
			FromOn: r.FromOn, Days: r.Days, First: r.First, State: r.State, StartedBy: r.StartedBy, Version: r.Version, CreatedAt: fromMillis(r.CreatedAt),
		}
		for _, f := range []struct {
			sealed []byte
			to     *string
		}{{r.PatientName, &c.PatientName}, {r.Name, &c.Name}, {r.Dose, &c.Dose}} {
			var err error
			if *f.to, err = s.seal.OpenText(f.sealed); err != nil {
				return nil, fmt.Errorf("open course %s: %w", r.ID, err)
			}
		}
		out[i] = c
	}
	return out, nil
}
