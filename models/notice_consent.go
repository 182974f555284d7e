package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// NoticeConsent is what a contact agreed to for one template of WeChat's
// subscription notices: each consent lets one notice through, or any number
// where the account may ask for lasting ones.
type NoticeConsent struct {
	Template  string
	Left      int
	RefusedAt time.Time // zero: not refused since the last consent
	MissedAt  time.Time // when one was lacking last; zero once it was asked for again
}

// LastingConsent is how many notices a lasting consent lets through.
const LastingConsent = 1_000_000_000

type noticeConsentRow struct {
	ContactID string `gorm:"primaryKey"`
	Template  string `gorm:"primaryKey"`
	LeftCount int
	RefusedAt int64
	MissedAt  int64
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (noticeConsentRow) TableName() string { return "notice_consents" }

// NoticeConsents lists what a contact agreed to, by template.
func (s *Store) NoticeConsents(ctx context.Context, contactID string) (map[string]NoticeConsent, error) {
	var rows []noticeConsentRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM notice_consents WHERE contact_id = ?", contactID).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make(map[string]NoticeConsent, len(rows))
	for _, r := range rows {
		out[r.Template] = NoticeConsent{r.Template, r.LeftCount, fromMillis(r.RefusedAt), fromMillis(r.MissedAt)}
	}
	return out, nil
}

// consent makes sure there is a row, then changes it.
func (tx *Tx) consent(contactID, template string, set map[string]any) error {
	err := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&noticeConsentRow{ContactID: contactID, Template: template, UpdatedAt: millis(tx.Now)}).Error
	if err != nil {
		return err
	}
	set["updated_at"] = millis(tx.Now)
	return tx.db.Model(&noticeConsentRow{}).Where("contact_id = ? AND template = ?", contactID, template).Updates(set).Error
}

// GrantNotice adds n notices that a contact agreed to; LastingConsent for any
// number.
func (tx *Tx) GrantNotice(contactID, template string, n int) error {
	left := clause.Expr{SQL: "left_count + ?", Vars: []any{n}}
	if n >= LastingConsent {
		left = clause.Expr{SQL: "?", Vars: []any{LastingConsent}}
	}
	return tx.consent(contactID, template, map[string]any{"left_count": left, "refused_at": 0, "missed_at": 0})
}

// RefuseNotice records that a contact wants no more of a template.
func (tx *Tx) RefuseNotice(contactID, template string) error {
	return tx.consent(contactID, template, map[string]any{"left_count": 0, "refused_at": millis(tx.Now), "missed_at": 0})
}

// SpendNotice takes one notice off what was agreed to.
func (tx *Tx) SpendNotice(contactID, template string) error {
	return tx.db.Exec("UPDATE notice_consents SET left_count = left_count - 1, updated_at = ? WHERE contact_id = ? AND template = ? AND left_count > 0 AND left_count < ?",
		millis(tx.Now), contactID, template, LastingConsent).Error
}

// MissNotice records that a consent was lacking, so that it is asked for.
func (tx *Tx) MissNotice(contactID, template string) error {
	return tx.consent(contactID, template, map[string]any{"left_count": 0, "missed_at": millis(tx.Now)})
}

// AskedNotice records that a consent was asked for.
func (tx *Tx) AskedNotice(contactID, template string) error {
	return tx.consent(contactID, template, map[string]any{"missed_at": 0})
}
