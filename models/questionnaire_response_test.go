package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func TestResponseIsSavedGoneOnWithAndSentOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		r := models.QuestionnaireResponse{
			ID: "r1", Key: "checkin:p1:3", Form: "recovery", Version: 2, Subject: "CarePlan/p1", PatientID: "pat1", ContactID: "web:a",
			Status: models.ResponseInProgress, Answers: map[string]any{"pain": 3.0, "wound": []any{"red", "swollen"}},
		}
		save := func(r models.QuestionnaireResponse) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.SaveResponse(r) }))
		}
		require.NoError(t, save(r))
		saved, err := db.SavedResponses(bg(), "web:a")
		require.NoError(t, err)
		require.Len(t, saved, 1)
		assert.Equal(t, r.Answers, saved[0].Answers)

		r.ID, r.Status, r.Flag, r.Score = "r2", models.ResponseCompleted, "red", 7
		r.Answers["pain"] = 8.0
		require.NoError(t, save(r), "what was saved for later is gone on with")
		got, err := db.ResponseByKey(bg(), r.Key)
		require.NoError(t, err)
		assert.Equal(t, "r1", got.ID)
		assert.Equal(t, "red", got.Flag)
		assert.Equal(t, 8.0, got.Answers["pain"])

		r.ID, r.ContactID, r.Answers = "r3", "web:b", map[string]any{"pain": 0.0}
		require.ErrorIs(t, save(r), models.ErrGone, "two of a family: the first counts")
		about, err := db.ResponsesAbout(bg(), "CarePlan/p1")
		require.NoError(t, err)
		require.Len(t, about, 1)
		assert.Equal(t, "web:a", about[0].ContactID)
		of, err := db.ResponsesOfPatient(bg(), "pat1", "recovery", 5)
		require.NoError(t, err)
		require.Len(t, of, 1)
		require.NoError(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.DropResponse(r.Key) })))
		_, err = db.ResponseByKey(bg(), r.Key)
		require.NoError(t, err, "what was sent is not dropped")
	})
}
