package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Approval is a decision of the clinic's people about a content of the profile
// exactly as it read: a care tip, an aftercare text, an entry of the knowledge
// base. A text that changes has another hash, and nobody decided about it yet.
type Approval struct {
	Kind     string // tip, aftercare, knowledge …
	ID       string // of the content, within its kind
	Hash     string // of its wording in every language, at most 64 characters
	Approved bool   // false: refused
	By       string // the member of staff
	At       time.Time
}

type approvalRow struct {
	Kind      string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Hash      string `gorm:"primaryKey"`
	Approved  bool
	DecidedBy string
	At        int64
}

func (approvalRow) TableName() string { return "approvals" }

// Decide keeps a decision; a later one about the same wording takes its place.
func (tx *Tx) Decide(a Approval) error {
	row := approvalRow{a.Kind, a.ID, a.Hash, a.Approved, a.By, millis(tx.Now)}
	return tx.db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "kind"}, {Name: "id"}, {Name: "hash"}},
		DoUpdates: clause.AssignmentColumns([]string{"approved", "decided_by", "at"}),
	}).Create(&row).Error
}

// Approvals are the decisions about one kind of content.
type Approvals map[[2]string]Approval // by ID and hash

// Approvals reads what was decided about a kind of content.
func (s *Store) Approvals(ctx context.Context, kind string) (Approvals, error) {
	var rows []approvalRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM approvals WHERE kind = ?", kind).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make(Approvals, len(rows))
	for _, r := range rows {
		out[[2]string{r.ID, r.Hash}] = Approval{r.Kind, r.ID, r.Hash, r.Approved, r.DecidedBy, fromMillis(r.At)}
	}
	return out, nil
}

// Allow reports whether a content may be shown: what was decided about this
// very wording, else what its file says.
func (a Approvals) Allow(id, hash string, file bool) bool {
	if d, ok := a[[2]string{id, hash}]; ok {
		return d.Approved
	}
	return file
}

// Decided is the decision about this very wording, if there is one.
func (a Approvals) Decided(id, hash string) (Approval, bool) {
	d, ok := a[[2]string{id, hash}]
	return d, ok
}
