package models

import (
	"context"

	"gorm.io/gorm/clause"
)

// Kind is what a push is, as a person can refuse or ask for it, and as quiet
// hours and limits are set.
type Kind string

// The kinds of push.
const (
	KindVisit    Kind = "visit"    // about a visit agreed on: reminders, changes, what to bring, summaries
	KindCare     Kind = "care"     // follow-up, recalls, medication
	KindSurvey   Kind = "survey"   // how it was
	KindNotice   Kind = "notice"   // what every client must know: closures, moved branches
	KindTip      Kind = "tip"      // care tips, only for who asked for them
	KindActivity Kind = "activity" // what the clinic would like to sell, only for who asked for it
	KindStaff    Kind = "staff"    // to the clinic's own people
)

// Refusable lists what a person can refuse or ask for.
func Refusable() []Kind {
	return []Kind{KindVisit, KindCare, KindSurvey, KindNotice, KindTip, KindActivity}
}

// OptIn reports a kind that goes only to who asked for it (Advertising Law,
// art. 43: nothing commercial without consent).
func (k Kind) OptIn() bool { return k == KindTip || k == KindActivity }

// RefusedReason begins the reason of what was not sent because the person does
// not want its kind, which follows.
const RefusedReason = "refused: "

type preferenceRow struct {
	ContactID string `gorm:"primaryKey"`
	Kind      string `gorm:"primaryKey"`
	Wanted    bool
	At        int64
}

func (preferenceRow) TableName() string { return "preferences" }

// Prefer records that a contact wants a kind of push, or not.
func (tx *Tx) Prefer(contactID string, kind Kind, wanted bool) error {
	row := preferenceRow{contactID, string(kind), wanted, millis(tx.Now)}
	return tx.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "contact_id"}, {Name: "kind"}}, DoUpdates: clause.AssignmentColumns([]string{"wanted", "at"}),
	}).Create(&row).Error
}

// Preferences is what a contact said it wants and does not.
func (s *Store) Preferences(ctx context.Context, contactID string) (map[Kind]bool, error) {
	var rows []preferenceRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM preferences WHERE contact_id = ?", contactID).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make(map[Kind]bool, len(rows))
	for _, r := range rows {
		out[Kind(r.Kind)] = r.Wanted
	}
	return out, nil
}

// Wants reports whether a push of a kind may go to a contact: not refused, and
// asked for where it must be.
func (s *Store) Wants(ctx context.Context, contactID string, kind Kind) (bool, error) {
	if kind == "" || kind == KindStaff {
		return true, nil
	}
	var said []bool
	err := s.r.WithContext(ctx).Raw("SELECT wanted FROM preferences WHERE contact_id = ? AND kind = ?", contactID, string(kind)).Scan(&said).Error
	if err != nil {
		return false, unavailable(s.dialect, err)
	}
	if len(said) > 0 {
		return said[0], nil
	}
	return !kind.OptIn(), nil
}
