package models

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// States of a case.
const (
	CaseOpen   = "open"
	CaseTaken  = "taken"
	CaseClosed = "closed"
)

// CaseCritical is the kind of a case about a result that must reach the doctor
// before the client; closing it lets the client see the result.
const CaseCritical = "critical"

// Case is something that a member of staff must deal with by a time: a call, a
// follow-up, a low score. It stays open until somebody closes it with a result.
type Case struct {
	ID        string
	Key       string // what it is; a second one with the same key is not opened
	Kind      string // what it is about and the group of its text "<kind>.case": reach, followup, survey, noshow …
	Urgent    bool
	Branch    string // "" any
	Roles     []Role // who deals with it
	For       string // the practitioner it is meant for, told first; "" any
	Subject   string
	ContactID string            // the client to get in touch with, "" for none
	Details   map[string]string // for its texts
	State     string
	Owner     string // the member of staff who took it
	Result    string
	DueAt     time.Time // zero: no limit
	SeenAt    time.Time // when the first of staff took it
	Answered  time.Time // when the client was last answered in the chat
	ClosedAt  time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}

type caseRow struct {
	ID        string `gorm:"primaryKey"`
	CaseKey   string
	Kind      string
	Urgent    bool
	Branch    string
	Roles     string
	For       string `gorm:"column:practitioner"`
	Subject   string
	ContactID string
	Details   []byte
	State     string
	Owner     string
	Result    []byte
	DueAt     int64
	SeenAt    int64
	Answered  int64 `gorm:"column:answered_at"`
	ClosedAt  int64
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (caseRow) TableName() string { return "cases" }

func (s *Store) caseOf(r caseRow) (Case, error) {
	c := Case{
		ID: r.ID, Key: r.CaseKey, Kind: r.Kind, Urgent: r.Urgent, Branch: r.Branch, For: r.For, Subject: r.Subject, ContactID: r.ContactID,
		State: r.State, Owner: r.Owner, DueAt: fromMillis(r.DueAt), SeenAt: fromMillis(r.SeenAt), Answered: fromMillis(r.Answered), ClosedAt: fromMillis(r.ClosedAt),
		CreatedAt: fromMillis(r.CreatedAt), UpdatedAt: fromMillis(r.UpdatedAt),
	}
	for _, role := range strings.Fields(r.Roles) {
		c.Roles = append(c.Roles, Role(role))
	}
	details, err := s.seal.Open(r.Details)
	if err == nil && len(details) > 0 {
		err = json.Unmarshal(details, &c.Details)
	}
	if err == nil {
		c.Result, err = s.seal.OpenText(r.Result)
	}
	if err != nil {
		return c, fmt.Errorf("open case %s: %w", r.ID, err)
	}
	return c, nil
}

// OpenCase opens a case; opened is false when one with its key is there.
func (tx *Tx) OpenCase(c Case) (opened bool, err error) {
	details, err := json.Marshal(c.Details)
	if err != nil {
		return false, err
	}
	roles := make([]string, len(c.Roles))
	for i, r := range c.Roles {
		roles[i] = string(r)
	}
	// Not "on conflict do nothing": MySQL would report the row found as affected.
	err = tx.db.Create(&caseRow{
		ID: c.ID, CaseKey: keyBytes(c.Key), Kind: c.Kind, Urgent: c.Urgent, Branch: c.Branch, Roles: strings.Join(roles, " "), For: c.For,
		Subject: c.Subject, ContactID: c.ContactID, Details: tx.s.seal.Seal(details), State: CaseOpen, DueAt: millis(c.DueAt),
		CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return false, nil
	}
	return err == nil, err
}

// AboutCase names a case.
func AboutCase(id string) string { return "Case/" + id }

// TakeCase makes a member of staff the owner of a case. ErrGone when it is
// closed, or another's.
func (tx *Tx) TakeCase(id, staffID string) error {
	res := tx.db.Exec("UPDATE cases SET state = ?, owner = ?, updated_at = ? WHERE id = ? AND (state = ? OR (state = ? AND owner = ?))",
		CaseTaken, staffID, millis(tx.Now), id, CaseOpen, CaseTaken, staffID)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	return res.Error
}

// GiveCase hands a case that was "from"'s ("" for nobody's) over to another
// member of staff. ErrGone when it is closed, or somebody else's by now.
func (tx *Tx) GiveCase(id, from, to string) error {
	res := tx.db.Exec("UPDATE cases SET state = ?, owner = ?, updated_at = ? WHERE id = ? AND state <> ? AND owner = ?",
		CaseTaken, to, millis(tx.Now), id, CaseClosed, from)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	return res.Error
}

// CloseCase closes a case with its result; what waited to be said about it is
// dropped. ErrGone when it was closed before.
func (tx *Tx) CloseCase(id, staffID, result string) error {
	res := tx.db.Exec("UPDATE cases SET state = ?, owner = ?, result = ?, closed_at = ?, updated_at = ? WHERE id = ? AND state <> ?",
		CaseClosed, staffID, tx.s.seal.SealText(result), millis(tx.Now), millis(tx.Now), id, CaseClosed)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	if res.Error != nil {
		return res.Error
	}
	if err := tx.Drop(AboutCase(id), "the case is closed"); err != nil {
		return err
	}
	return tx.releaseOf(id)
}

// releaseOf lets the client see what a closed critical case was about: a task,
// since the client is told of it as well.
func (tx *Tx) releaseOf(caseID string) error {
	var c caseRow
	if err := tx.db.Raw("SELECT * FROM cases WHERE id = ? AND kind = ?", caseID, CaseCritical).Scan(&c).Error; err != nil || c.ID == "" {
		return err
	}
	return tx.Schedule(Task{Key: "report-release:" + caseID, Kind: "report-release", Subject: c.Subject, DueAt: tx.Now, Priority: PriorityAlert})
}

// CaseByID finds a case; ErrNotFound.
func (s *Store) CaseByID(ctx context.Context, id string) (Case, error) {
	list, err := s.cases(ctx, "WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Case{}, err
	}
	return list[0], nil
}

// OpenCases lists what is not closed, the earliest limit first.
func (s *Store) OpenCases(ctx context.Context, limit int) ([]Case, error) {
	return s.cases(ctx, "WHERE state IN ? ORDER BY due_at, id LIMIT ?", []string{CaseOpen, CaseTaken}, limit)
}

// CasesFor lists what is not closed and is a member of staff's: of their role
// at their branch, or theirs whatever the role; a manager sees every role's.
// What is late comes first, what has no limit last.
func (s *Store) CasesFor(ctx context.Context, m Staff, limit int) ([]Case, error) {
	role := string(m.Role)
	return s.cases(ctx, `WHERE state IN ? AND (owner = ? OR ((? = ? OR roles = ? OR roles LIKE ? OR roles LIKE ? OR roles LIKE ?)
		AND (? = '' OR branch = '' OR branch = ?))) ORDER BY CASE WHEN due_at = 0 THEN 1 ELSE 0 END, due_at, id LIMIT ?`,
		[]string{CaseOpen, CaseTaken}, m.ID, role, string(Manager), role, role+" %", "% "+role, "% "+role+" %", m.Branch, m.Branch, limit)
}

// CaseByKey finds a case by what it is; ErrNotFound.
func (s *Store) CaseByKey(ctx context.Context, key string) (Case, error) {
	list, err := s.cases(ctx, "WHERE case_key = ?", keyBytes(key))
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Case{}, err
	}
	return list[0], nil
}

// CasesAbout lists the cases about a subject, oldest first.
func (s *Store) CasesAbout(ctx context.Context, subject string) ([]Case, error) {
	return s.cases(ctx, "WHERE subject = ? ORDER BY created_at, id", subject)
}

func (s *Store) cases(ctx context.Context, tail string, args ...any) ([]Case, error) {
	var rows []caseRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM cases "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Case, len(rows))
	var err error
	for i, r := range rows {
		if out[i], err = s.caseOf(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}
