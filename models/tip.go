package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// SubscribeTopic keeps that a contact wants care tips of a topic. afresh
// forgets what it wanted before: who refused them all does not get the others
// again by asking for one.
func (tx *Tx) SubscribeTopic(contactID, topic string, afresh bool) error {
	if afresh {
		if err := tx.db.Exec("DELETE FROM tip_topics WHERE contact_id = ?", contactID).Error; err != nil {
			return err
		}
	}
	row := struct {
		ContactID string
		Topic     string
		At        int64
	}{contactID, topic, millis(tx.Now)}
	if err := tx.db.Table("tip_topics").Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return err
	}
	return tx.Prefer(contactID, KindTip, true)
}

// UnsubscribeTopic takes it back; with the last topic gone no tip is wanted.
func (tx *Tx) UnsubscribeTopic(contactID, topic string) error {
	if err := tx.db.Exec("DELETE FROM tip_topics WHERE contact_id = ? AND topic = ?", contactID, topic).Error; err != nil {
		return err
	}
	var left int64
	if err := tx.db.Raw("SELECT COUNT(*) FROM tip_topics WHERE contact_id = ?", contactID).Scan(&left).Error; err != nil || left > 0 {
		return err
	}
	return tx.Prefer(contactID, KindTip, false)
}

// TipTopics lists the topics a contact asked for; none means every topic, where
// it wants tips at all.
func (s *Store) TipTopics(ctx context.Context, contactID string) ([]string, error) {
	var out []string
	err := s.r.WithContext(ctx).Raw("SELECT topic FROM tip_topics WHERE contact_id = ? ORDER BY at, topic", contactID).Scan(&out).Error
	return out, unavailable(s.dialect, err)
}

// TipReaders pages through who wants care tips and can be reached.
func (s *Store) TipReaders(ctx context.Context, after string, limit int) ([]Contact, error) {
	var rows []contactRow
	err := s.r.WithContext(ctx).Raw(`SELECT c.id, c.language, c.client_id, c.reach FROM preferences p JOIN contacts c ON c.id = p.contact_id
		WHERE p.kind = ? AND p.wanted = ? AND p.contact_id > ? ORDER BY p.contact_id LIMIT ?`, string(KindTip), true, after, limit).Scan(&rows).Error
	out := make([]Contact, len(rows))
	for i, r := range rows {
		out[i] = Contact{ID: r.ID, Language: r.Language, ClientID: r.ClientID, Reach: r.Reach}
	}
	return out, unavailable(s.dialect, err)
}

// TipsSent is which care tips a contact was sent.
func (s *Store) TipsSent(ctx context.Context, contactID string) (map[string]bool, error) {
	var ids []string
	err := s.r.WithContext(ctx).Raw("SELECT tip_id FROM tip_sent WHERE contact_id = ?", contactID).Scan(&ids).Error
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, unavailable(s.dialect, err)
}

// TipSent keeps that a contact was sent a care tip.
func (tx *Tx) TipSent(contactID, tipID string) error {
	row := struct {
		ContactID string
		TipID     string
		At        int64
	}{contactID, tipID, millis(tx.Now)}
	return tx.db.Table("tip_sent").Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
}

// LivingPatientsOf is PatientsOf without those who have died; any reports
// whether there are or were any at all.
func (s *Store) LivingPatientsOf(ctx context.Context, contactID, own string) (living []Patient, any bool, err error) {
	list, err := s.PatientsOf(ctx, contactID, own)
	for _, p := range list {
		if p.DeceasedAt.IsZero() {
			living = append(living, p)
		}
	}
	return living, len(list) > 0, err
}

// DoneServices lists what was done for a contact or its patients since a time.
func (s *Store) DoneServices(ctx context.Context, contactID string, patients []string, since time.Time) ([]string, error) {
	var out []string
	err := s.r.WithContext(ctx).Raw(`SELECT DISTINCT service FROM appointments WHERE (contact_id = ? OR patient_id IN ?) AND status = ? AND start_at >= ?
		ORDER BY service`, contactID, orNone(patients), string(Fulfilled), millis(since)).Scan(&out).Error
	return out, unavailable(s.dialect, err)
}
