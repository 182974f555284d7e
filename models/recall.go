package models

import (
	"context"
	"time"
)

// States of a recall.
const (
	RecallOpen    = "open"
	RecallDone    = "done"    // it was for once, and was done
	RecallStopped = "stopped" // the person wants no more of it
)

// Recall is what a patient is to come back for: one of the profile's recalls,
// counted from the last time it was done.
type Recall struct {
	ID        string
	PatientID string
	Recall    string // ID in the profile
	ContactID string // who is told first, "" for whoever the patient's people are
	State     string
	LastOn    string // YYYY-MM-DD: when it was last done, or what it is counted from
	DueOn     string // YYYY-MM-DD
	Version   int    // rises with each change: what waited for an earlier one does not go out
	UpdatedAt time.Time
}

type recallRow struct {
	ID        string `gorm:"primaryKey"`
	PatientID string
	Recall    string
	ContactID string
	State     string
	LastOn    string
	DueOn     string
	Version   int
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (recallRow) TableName() string { return "recalls" }

// AboutRecall names a recall.
func AboutRecall(id string) string { return "Recall/" + id }

// SaveRecall inserts a recall, or replaces the one of the same patient and
// kind, of version was (0: there is none yet). What waited for it is dropped;
// tasks take its place. ErrGone when it was changed meanwhile.
func (tx *Tx) SaveRecall(r Recall, was int, tasks []Task) error {
	if was == 0 {
		err := tx.db.Create(&recallRow{
			r.ID, r.PatientID, r.Recall, r.ContactID, r.State, r.LastOn, r.DueOn, 1, millis(tx.Now), millis(tx.Now),
		}).Error
		if err != nil && tx.s.dialect.duplicate(err) {
			return ErrGone
		}
		if err != nil {
			return err
		}
		return tx.Schedule(tasks...)
	}
	res := tx.db.Exec("UPDATE recalls SET contact_id = ?, state = ?, last_on = ?, due_on = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?",
		r.ContactID, r.State, r.LastOn, r.DueOn, was+1, millis(tx.Now), r.ID, was)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if err := tx.Drop(AboutRecall(r.ID), "the recall was renewed or stopped"); err != nil {
		return err
	}
	return tx.Schedule(tasks...)
}

// RecallsOf lists a patient's recalls.
func (s *Store) RecallsOf(ctx context.Context, patientID string) ([]Recall, error) {
	return s.recalls(ctx, "patient_id = ? ORDER BY recall", patientID)
}

// RecallByID finds a recall; ErrNotFound.
func (s *Store) RecallByID(ctx context.Context, id string) (Recall, error) {
	list, err := s.recalls(ctx, "id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Recall{}, err
	}
	return list[0], nil
}

func (s *Store) recalls(ctx context.Context, where string, args ...any) ([]Recall, error) {
	var rows []recallRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM recalls WHERE "+where, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Recall, len(rows))
	for i, r := range rows {
		out[i] = Recall{r.ID, r.PatientID, r.Recall, r.ContactID, r.State, r.LastOn, r.DueOn, r.Version, fromMillis(r.UpdatedAt)}
	}
	return out, nil
}

// PeopleOf lists the contacts that may be told about a patient: those who
// named the patient in the chat, and those bound to the record. first comes
// first, if it is one of them and still there.
func (s *Store) PeopleOf(ctx context.Context, p Patient, first string) ([]Contact, error) {
	var rows []contactRow
	err := s.r.WithContext(ctx).Raw(`SELECT c.* FROM contacts c WHERE c.client_id = ? AND c.client_id <> ''
		UNION SELECT c.* FROM bindings b JOIN contacts c ON c.id = b.contact_id WHERE b.client_id = ? AND b.patient_id IN ('', ?)`,
		p.ClientID, p.ClientID, p.ID).Scan(&rows).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	var out []Contact
	for _, r := range rows {
		c := Contact{ID: r.ID, Channel: r.Channel, Address: r.Address, Language: r.Language, Reach: r.Reach, ClientID: r.ClientID}
		if r.ID == first {
			out = append([]Contact{c}, out...)
		} else {
			out = append(out, c)
		}
	}
	return out, nil
}

// BookedFor reports whether a patient has a visit to come for one of the services.
func (s *Store) BookedFor(ctx context.Context, patientID string, services []string, now time.Time) (bool, error) {
	var n int64
	err := s.r.WithContext(ctx).Raw("SELECT COUNT(*) FROM appointments WHERE patient_id = ? AND status IN ? AND service IN ? AND start_at > ?",
		patientID, []AppointmentStatus{Booked, Arrived}, orNone(services), millis(now)).Scan(&n).Error
	return n > 0, unavailable(s.dialect, err)
}
