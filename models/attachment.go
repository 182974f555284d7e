package models

import (
	"context"
	"fmt"
	"time"
)

// Attachment is a photo or a document that a person sent in a chat (FHIR
// Attachment). Its bytes lie in the media store under File, which no other row
// names: whoever takes the row away may take them too.
type Attachment struct {
	ID          string
	ContactID   string // who sent it
	PatientID   string // of whom it is, "" while nobody said
	Subject     string // what it belongs to: Appointment/ID …
	ResponseKey string // the answers it was sent with, "" for none
	File        string
	ContentType string
	Size        int
	Name        string // as the sender called it
	At          time.Time
	DroppedAt   time.Time // not kept any more; the bytes go with the next sweep
}

type attachmentRow struct {
	ID          string `gorm:"primaryKey"`
	ContactID   string
	PatientID   string
	Subject     string
	ResponseKey string
	File        string
	ContentType string
	Size        int
	Name        []byte
	At          int64
	DroppedAt   int64
}

func (attachmentRow) TableName() string { return "attachments" }

// SaveAttachment keeps what somebody sent.
func (tx *Tx) SaveAttachment(a Attachment) error {
	row := attachmentRow{
		ID: a.ID, ContactID: a.ContactID, PatientID: a.PatientID, Subject: a.Subject, ResponseKey: keyOrNone(a.ResponseKey), File: a.File,
		ContentType: a.ContentType, Size: a.Size, Name: tx.s.seal.SealText(a.Name), At: millis(a.At), DroppedAt: millis(a.DroppedAt),
	}
	return tx.db.Create(&row).Error
}

func keyOrNone(key string) string {
	if key == "" {
		return ""
	}
	return keyBytes(key)
}

// FileAttachments says what a contact's attachments belong to: of whom they
// are, what they are about, with which answers they came. Somebody else's stay
// as they are.
func (tx *Tx) FileAttachments(contactID string, ids []string, patientID, subject, responseKey string) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.db.Model(&attachmentRow{}).Where("contact_id = ? AND id IN ?", contactID, ids).Updates(map[string]any{
		"patient_id": patientID, "subject": subject, "response_key": keyOrNone(responseKey),
	}).Error
}

// DropAttachments takes away what a contact sent, all or some of it, as far as
// it belongs to no record of a patient: what was sent with answers or about a
// procedure stays.
func (tx *Tx) DropAttachments(contactID string, ids ...string) (int64, error) {
	q := tx.db.Model(&attachmentRow{}).Where("contact_id = ? AND dropped_at = 0 AND subject = '' AND response_key = ''", contactID)
	if len(ids) > 0 {
		q = q.Where("id IN ?", ids)
	}
	res := q.Update("dropped_at", millis(tx.Now))
	return res.RowsAffected, res.Error
}

// ExpireAttachments takes away what is older than a time, and of what belongs
// to a record what is older than another, at most limit at once. The pages of a report
// stay with it.
func (s *Store) ExpireAttachments(ctx context.Context, before, recordBefore, now time.Time, limit int) (n int64, err error) {
	err = s.transact(ctx, func(tx *Tx) error {
		var ids []string
		if err := tx.db.Raw(`SELECT id FROM attachments WHERE dropped_at = 0 AND at < ? AND (at < ? OR (subject = '' AND response_key = ''))
			AND subject NOT LIKE 'DiagnosticReport/%' ORDER BY at LIMIT ?`,
			millis(before), millis(recordBefore), limit).Scan(&ids).Error; err != nil || len(ids) == 0 {
			return err
		}
		res := tx.db.Exec("UPDATE attachments SET dropped_at = ? WHERE id IN ?", millis(now), ids)
		n = res.RowsAffected
		return res.Error
	})
	return n, err
}

// DroppedAttachments lists what waits for the sweep, at most limit.
func (s *Store) DroppedAttachments(ctx context.Context, limit int) ([]Attachment, error) {
	return s.attachments(ctx, "WHERE dropped_at > 0 ORDER BY dropped_at, id LIMIT ?", limit)
}

// ForgetAttachment deletes the row of one whose bytes are gone.
func (s *Store) ForgetAttachment(ctx context.Context, id string) error {
	return s.transact(ctx, func(tx *Tx) error {
		return tx.db.Exec("DELETE FROM attachments WHERE id = ? AND dropped_at > 0", id).Error
	})
}

// AttachmentByID finds one that is kept; ErrNotFound.
func (s *Store) AttachmentByID(ctx context.Context, id string) (Attachment, error) {
	list, err := s.attachments(ctx, "WHERE id = ? AND dropped_at = 0", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Attachment{}, err
	}
	return list[0], nil
}

// AttachmentsByID lists those of some that are kept, oldest first.
func (s *Store) AttachmentsByID(ctx context.Context, ids []string) ([]Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.attachments(ctx, "WHERE id IN ? AND dropped_at = 0 ORDER BY at, id", ids)
}

// AttachmentsFrom lists what a contact sent after a time, newest first.
func (s *Store) AttachmentsFrom(ctx context.Context, contactID string, after time.Time, limit int) ([]Attachment, error) {
	return s.attachments(ctx, "WHERE contact_id = ? AND at > ? AND dropped_at = 0 ORDER BY at DESC, id DESC LIMIT ?", contactID, millis(after), limit)
}

// AttachmentsOfPatient lists a patient's, newest first.
func (s *Store) AttachmentsOfPatient(ctx context.Context, patientID string, limit int) ([]Attachment, error) {
	return s.attachments(ctx, "WHERE patient_id = ? AND dropped_at = 0 ORDER BY at DESC, id DESC LIMIT ?", patientID, limit)
}

// AttachmentsWith lists those that came with some answers, oldest first.
func (s *Store) AttachmentsWith(ctx context.Context, responseKey string) ([]Attachment, error) {
	return s.attachments(ctx, "WHERE response_key = ? AND dropped_at = 0 ORDER BY at, id", keyBytes(responseKey))
}

// AttachmentsAbout lists those of a subject, newest first.
func (s *Store) AttachmentsAbout(ctx context.Context, subject string, limit int) ([]Attachment, error) {
	return s.attachments(ctx, "WHERE subject = ? AND dropped_at = 0 ORDER BY at DESC, id DESC LIMIT ?", subject, limit)
}

func (s *Store) attachments(ctx context.Context, tail string, args ...any) ([]Attachment, error) {
	var rows []attachmentRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM attachments "+tail, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Attachment, len(rows))
	for i, r := range rows {
		name, err := s.seal.OpenText(r.Name)
		if err != nil {
			return nil, fmt.Errorf("open attachment %s: %w", r.ID, err)
		}
		out[i] = Attachment{
			ID: r.ID, ContactID: r.ContactID, PatientID: r.PatientID, Subject: r.Subject, ResponseKey: r.ResponseKey, File: r.File,
			ContentType: r.ContentType, Size: r.Size, Name: name, At: fromMillis(r.At), DroppedAt: fromMillis(r.DroppedAt),
		}
	}
	return out, nil
}
