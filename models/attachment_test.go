package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// What somebody sent is theirs to file and to take back; what belongs to a
// record stays; a row leaves only after it was dropped.
func TestAttachments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		do := func(fn func(tx *models.Tx) error) { t.Helper(); require.NoError(t, db.Do(bg(), write(fn))) }
		ids := func(list []models.Attachment, err error) []string {
			t.Helper()
			require.NoError(t, err)
			out := []string{}
			for _, a := range list {
				out = append(out, a.ID)
			}
			return out
		}
		at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
		for i, id := range []string{"a1", "a2", "a3"} {
			do(func(tx *models.Tx) error {
				return tx.SaveAttachment(models.Attachment{ID: id, ContactID: "web:a", File: "file-" + id, ContentType: "image/jpeg", Size: 7, Name: "伤口.jpg", At: at.Add(time.Duration(i) * time.Hour)})
			})
		}
		do(func(tx *models.Tx) error {
			return tx.SaveAttachment(models.Attachment{ID: "b1", ContactID: "web:b", File: "file-b1", ContentType: "image/png", Size: 8, At: at, DroppedAt: at})
		})
		do(func(tx *models.Tx) error {
			return tx.FileAttachments("web:b", []string{"a3"}, "other", "Appointment/9", "")
		})
		do(func(tx *models.Tx) error {
			return tx.FileAttachments("web:a", []string{"a1", "a2"}, "pat", "Appointment/1", "checkin:1:d1")
		})

		got, err := db.AttachmentByID(bg(), "a1")
		require.NoError(t, err)
		assert.Equal(t, models.Attachment{
			ID: "a1", ContactID: "web:a", PatientID: "pat", Subject: "Appointment/1", ResponseKey: "checkin:1:d1", File: "file-a1",
			ContentType: "image/jpeg", Size: 7, Name: "伤口.jpg", At: at,
		}, got)
		_, err = db.AttachmentByID(bg(), "b1")
		require.ErrorIs(t, err, models.ErrNotFound, "dropped before it was kept")
		assert.Equal(t, []string{"a2", "a1"}, ids(db.AttachmentsAbout(bg(), "Appointment/1", 9)))
		assert.Equal(t, []string{"a2", "a1"}, ids(db.AttachmentsOfPatient(bg(), "pat", 9)))
		assert.Equal(t, []string{"a1", "a2"}, ids(db.AttachmentsWith(bg(), "checkin:1:d1")))
		assert.Equal(t, []string{"a3", "a2"}, ids(db.AttachmentsFrom(bg(), "web:a", at, 9)), "somebody else's filing changed nothing")
		assert.Equal(t, []string{"a1", "a3"}, ids(db.AttachmentsByID(bg(), []string{"a3", "a1", "b1"})))

		do(func(tx *models.Tx) error {
			n, err := tx.DropAttachments("web:a")
			assert.EqualValues(t, 1, n, "what belongs to a record stays")
			return err
		})
		n, err := db.ExpireAttachments(bg(), at.Add(5*time.Hour), at, at.Add(24*time.Hour), 9)
		require.NoError(t, err)
		assert.Zero(t, n, "records are kept longer")
		n, err = db.ExpireAttachments(bg(), at.Add(5*time.Hour), at.Add(time.Minute), at.Add(24*time.Hour), 9)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
		assert.Equal(t, []string{"a2"}, ids(db.AttachmentsAbout(bg(), "Appointment/1", 9)))
		require.NoError(t, db.ForgetAttachment(bg(), "a2"))
		assert.Len(t, ids(db.DroppedAttachments(bg(), 9)), 3, "one that is kept is not forgotten")
		for _, id := range []string{"a1", "a3", "b1"} {
			require.NoError(t, db.ForgetAttachment(bg(), id))
		}
		assert.Empty(t, ids(db.DroppedAttachments(bg(), 9)))
	})
}
