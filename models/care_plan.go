package models

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// States of a plan, FHIR's CarePlan.status.
const (
	PlanActive  = "active"
	PlanPaused  = "on-hold"
	PlanRevoked = "revoked"
	PlanDone    = "completed"
)

// CarePlan is a plan of the profile that runs for a patient: what is asked and
// said in the days after a procedure.
type CarePlan struct {
	ID            string
	Key           string // what started it; a second one with the same key is not started
	Plan          string // of the profile
	Service       string // what was done, "" for what the plan is named after
	PatientID     string // "" until the patient is on record
	PatientName   string
	ClientID      string
	ContactID     string // who is written to; "" for nobody: people call
	Branch        string
	Practitioner  string
	AppointmentID string    // the visit it came from, "" for none
	Start         time.Time // of the procedure: day 0
	State         string
	StartedBy     string // the member of staff, "" for a visit's end, "fhir" for another system
	Version       int
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

type carePlanRow struct {
	ID            string `gorm:"primaryKey"`
	PlanKey       string
	Plan          string
	Service       string
	PatientID     string
	PatientName   []byte
	ClientID      string
	ContactID     string
	Branch        string
	Practitioner  string
	AppointmentID string
	StartAt       int64
	State         string
	StartedBy     string
	Version       int
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	UpdatedAt     int64 `gorm:"autoUpdateTime:false"`
}

func (carePlanRow) TableName() string { return "care_plans" }

// AboutCarePlan names a plan that runs.
func AboutCarePlan(id string) string { return KindCarePlan + "/" + id }

// Running reports a plan that is neither over nor given up.
func (p *CarePlan) Running() bool { return p.State == PlanActive || p.State == PlanPaused }

// StartCarePlan keeps a new plan with what is due about it; started is false
// when one with its key is there.
func (tx *Tx) StartCarePlan(p CarePlan, tasks []Task) (started bool, err error) {
	err = tx.db.Create(&carePlanRow{
		ID: p.ID, PlanKey: keyBytes(p.Key), Plan: p.Plan, Service: p.Service, PatientID: p.PatientID, PatientName: tx.s.seal.SealText(p.PatientName),
		ClientID: p.ClientID, ContactID: p.ContactID, Branch: p.Branch, Practitioner: p.Practitioner, AppointmentID: p.AppointmentID,
		StartAt: millis(p.Start), State: PlanActive, StartedBy: p.StartedBy, Version: 1, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, tx.Schedule(tasks...)
}

// SetCarePlan changes the state of a plan of version was; tasks take the place
// of what waited. ErrGone when it was changed meanwhile.
func (tx *Tx) SetCarePlan(id string, was int, state string, tasks []Task) error {
	res := tx.db.Exec("UPDATE care_plans SET state = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?", state, was+1, millis(tx.Now), id, was)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return ErrGone
	}
	if err := tx.Drop(AboutCarePlan(id), "the plan is "+state); err != nil {
		return err
	}
	return tx.Schedule(tasks...)
}

// CarePlanByID finds a plan that runs or ran; ErrNotFound.
func (s *Store) CarePlanByID(ctx context.Context, id string) (CarePlan, error) {
	return s.carePlan(ctx, "WHERE id = ?", id)
}

// CarePlanByKey finds a plan by what started it; ErrNotFound.
func (s *Store) CarePlanByKey(ctx context.Context, key string) (CarePlan, error) {
	return s.carePlan(ctx, "WHERE plan_key = ?", keyBytes(key))
}

// CarePlansOf lists the plans of a patient, the newest first.
func (s *Store) CarePlansOf(ctx context.Context, patientID string) ([]CarePlan, error) {
	return s.carePlans(ctx, "WHERE patient_id = ? ORDER BY start_at DESC, id DESC", patientID)
}

// CarePlanFor finds a plan that a contact may see; somebody else's is ErrNotFound.
func (s *Store) CarePlanFor(ctx context.Context, contactID string, a Access, id string) (CarePlan, error) {
	return s.carePlan(ctx, "WHERE id = ? AND (contact_id = ? OR client_id IN ? OR patient_id IN ?)", id, contactID, orNone(a.Clients), orNone(a.Patients))
}

// CarePlansFor lists the plans that a contact may see and that were not given
// up, of procedures since a time, the newest first.
func (s *Store) CarePlansFor(ctx context.Context, contactID string, a Access, since time.Time, limit int) ([]CarePlan, error) {
	return s.carePlans(ctx, "WHERE (contact_id = ? OR client_id IN ? OR patient_id IN ?) AND start_at >= ? ORDER BY start_at DESC, id DESC LIMIT ?",
		contactID, orNone(a.Clients), orNone(a.Patients), millis(since), limit)
}

// CarePlanSearch selects; empty fields do not restrict. Results come newest
// first.
type CarePlanSearch struct {
	IDs, Patients, States []string
	From, To              time.Time // of Start, To exclusive
	BeforeAt              time.Time // Start and ID of the last one seen
	BeforeID              string
	Limit                 int
}

// CarePlans lists the plans that are for somebody on record.
func (s *Store) CarePlans(ctx context.Context, f CarePlanSearch) ([]CarePlan, error) {
	var q selection
	q.add("patient_id <> ?", "")
	oneOf(&q, "id IN ?", f.IDs)
	oneOf(&q, "patient_id IN ?", f.Patients)
	oneOf(&q, "state IN ?", f.States)
	if !f.From.IsZero() {
		q.add("start_at >= ?", millis(f.From))
	}
	if !f.To.IsZero() {
		q.add("start_at < ?", millis(f.To))
	}
	if !f.BeforeAt.IsZero() {
		at := millis(f.BeforeAt)
		q.add("(start_at < ? OR (start_at = ? AND id < ?))", at, at, f.BeforeID)
	}
	return s.carePlans(ctx, "WHERE "+q.String()+" ORDER BY start_at DESC, id DESC LIMIT ?", append(q.args, f.Limit)...)
}

func (s *Store) carePlan(ctx context.Context, tail string, args ...any) (CarePlan, error) {
	list, err := s.carePlans(ctx, tail, args...)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return CarePlan{}, err
	}
	return list[0], nil
}

func (s *Store) carePlans(ctx context.Context, tail string, args ...any) ([]CarePlan, error) {
	var rows []carePlanRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM care_plans "+strings.TrimSpace(tail), args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]CarePlan, len(rows))
	for i, r := range rows {
		out[i] = CarePlan{
			ID: r.ID, Key: r.PlanKey, Plan: r.Plan, Service: r.Service, PatientID: r.PatientID, ClientID: r.ClientID, ContactID: r.ContactID,
			Branch: r.Branch, Practitioner: r.Practitioner, AppointmentID: r.AppointmentID, Start: fromMillis(r.StartAt), State: r.State,
			StartedBy: r.StartedBy, Version: r.Version, CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
		}
		var err error
		if out[i].PatientName, err = s.seal.OpenText(r.PatientName); err != nil {
			return nil, fmt.Errorf("open plan %s: %w", r.ID, err)
		}
	}
	return out, nil
}
