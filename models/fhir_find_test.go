package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// What other systems find of answers, cases and what was sent: by the patient
// that the subject leads to, page after page.
func TestFoundByOtherSystems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		do(t, db.Store, write(func(tx *models.Tx) error {
			for _, id := range []string{"r1", "r2", "r3"} {
				if err := tx.SaveResponse(models.QuestionnaireResponse{ID: id, Key: id, Form: "recovery", PatientID: "pat1", ContactID: "web:a", Status: models.ResponseCompleted}); err != nil {
					return err
				}
			}
			if err := tx.AskConsent(models.TreatmentConsent{ID: "consent1", Number: "T1", Key: "k", Kind: models.ConsentToTreatment, PatientID: "pat1"}); err != nil {
				return err
			}
			for id, subject := range map[string]string{"case1": "Consent/consent1", "case2": "Patient/pat2", "case3": "Question/q"} {
				if _, err := tx.OpenCase(models.Case{ID: id, Key: id, Kind: "noshow", Subject: subject}); err != nil {
					return err
				}
			}
			return nil
		}))
		enqueue(t, db, models.Outgoing{ID: "o1", Key: "o1", ContactID: "web:a", Kind: models.KindCare, Subject: "Patient/pat1"},
			models.Outgoing{ID: "o2", Key: "o2", ContactID: "web:b", Kind: models.KindStaff, Subject: "Patient/pat1"})
		for _, o := range claimAll(t, db.Store, "me", 10) {
			require.NoError(t, db.FinishOutbox(bg(), "me", o, models.Outcome{State: models.OutboxSent}))
		}

		first, err := db.FindResponses(bg(), models.ResponseSearch{Patients: []string{"pat1"}, Limit: 2})
		require.NoError(t, err)
		require.Len(t, first, 2)
		rest, err := db.FindResponses(bg(), models.ResponseSearch{AfterAt: first[1].AuthoredAt, AfterID: first[1].ID, Limit: 2})
		require.NoError(t, err)
		require.Len(t, rest, 1)
		assert.Equal(t, "r3", rest[0].ID)
		none, err := db.FindResponses(bg(), models.ResponseSearch{From: rest[0].AuthoredAt.Add(time.Millisecond), Limit: 2})
		require.NoError(t, err)
		assert.Empty(t, none)

		cases, err := db.FindCases(bg(), models.CaseSearch{Patients: []string{"pat1"}, Limit: 9})
		require.NoError(t, err)
		require.Len(t, cases, 1)
		assert.Equal(t, "case1", cases[0].ID)
		of, err := db.PatientsOfSubjects(bg(), []string{"Consent/consent1", "Patient/pat2", "Question/q", ""})
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"Consent/consent1": "pat1", "Patient/pat2": "pat2"}, of)

		sent, err := db.FindSent(bg(), models.SentSearch{Patients: []string{"pat1"}, Limit: 9})
		require.NoError(t, err)
		require.Len(t, sent, 1)
		assert.Equal(t, "o1", sent[0].ID)
	})
}
