package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// asked is a consent put to a contact about a patient.
func asked(db *storetest.DB, contact, patient, key string) models.TreatmentConsent {
	return models.TreatmentConsent{
		ID: db.NewID(db.Clock.Now()), Number: models.NewConsentNumber(), Key: key, Kind: models.ConsentToTreatment, Form: "neutering", Hash: "h",
		PatientID: patient, ContactID: contact, Branch: "main", AskedBy: "li", Body: []byte(`{"patient":"豆豆"}`),
	}
}

// A consent is asked once a key, answered once a version, and its events can
// neither be changed nor left out unnoticed.
func TestConsentIsDecidedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := bound(t, db, "web:a")
		c := asked(db, "web:a", p.ID, "visit-1")
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.AskConsent(c) }),
			write(func(tx *models.Tx) error {
				return tx.Schedule(models.Task{Key: "k", Kind: "consent-remind", Subject: c.About(), Version: 1, DueAt: tx.Now})
			}))
		again := asked(db, "web:a", p.ID, "visit-1")
		require.ErrorIs(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.AskConsent(again) })), models.ErrGone)

		agree := models.ConsentEvent{What: models.ConsentAgreed, Status: models.ConsentActive, ContactID: "web:a", Body: []byte(`{"name":"王芳"}`)}
		won := 0
		for _, err := range crowd(6, func(int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.DecideConsent(c.ID, 1, agree) }))
		}) {
			if err == nil {
				won++
			} else {
				require.ErrorIs(t, err, models.ErrGone)
			}
		}
		require.Equal(t, 1, won)
		reason, err := db.Stands(bg(), c.About(), 1)
		require.NoError(t, err)
		assert.Equal(t, "it was changed: active", reason)
		tasks, err := db.TasksAbout(bg(), c.About())
		require.NoError(t, err)
		assert.Equal(t, models.TaskSuppressed, tasks[0].State, "the reminder does not come any more")

		db.Clock.Advance(time.Hour)
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.DecideConsent(c.ID, 2, models.ConsentEvent{What: models.ConsentWithdrawn, Status: models.ConsentInactive, ContactID: "web:a"})
		}))
		events, err := db.ConsentEvents(bg(), c.ID)
		require.NoError(t, err)
		require.Len(t, events, 3)
		assert.Equal(t, models.ConsentAsked, events[0].What)
		assert.JSONEq(t, `{"name":"王芳"}`, string(events[1].Body))
		assert.Equal(t, time.Hour, events[2].At.Sub(events[1].At))

		storetest.Exec(t, db.DSN, "UPDATE treatment_consent_events SET at = at + 1 WHERE consent_id = ? AND seq = 2", c.ID)
		_, err = db.ConsentEvents(bg(), c.ID)
		require.ErrorContains(t, err, "event 2 of consent")
	})
}

// Nobody but those bound to the record, those who made it, and who booked for
// a patient that is not on record, finds a consent.
func TestConsentsAreFoundByTheirPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := bound(t, db, "web:a")
		mine, unknown := asked(db, "web:a", p.ID, "1"), asked(db, "web:b", "", "2")
		own := models.Client{ID: "own", Name: "小李"}
		ownPatient := models.Patient{ID: "own-1", ClientID: "own", Kind: "pet", Name: "雪球"}
		made := asked(db, "web:b", ownPatient.ID, "3")
		do(t, db.Store,
			write(func(tx *models.Tx) error { return tx.SaveClient(own) }), write(func(tx *models.Tx) error { return tx.SavePatient(ownPatient) }),
			write(func(tx *models.Tx) error {
				return tx.SaveContact(models.Contact{ID: "web:b", Channel: "web", Address: "b", ClientID: "own", CreatedAt: tx.Now})
			}),
			write(func(tx *models.Tx) error { return tx.AskConsent(mine) }), write(func(tx *models.Tx) error { return tx.AskConsent(unknown) }),
			write(func(tx *models.Tx) error { return tx.AskConsent(made) }))
		for contact, want := range map[string][]string{"web:a": {mine.Number}, "web:b": {made.Number, unknown.Number}, "web:c": nil} {
			list, err := db.ConsentsFor(bg(), contact, 10)
			require.NoError(t, err)
			var got []string
			for _, c := range list {
				got = append(got, c.Number)
			}
			assert.ElementsMatch(t, want, got, contact)
		}
		_, err := db.ConsentFor(bg(), "web:b", mine.Number)
		require.ErrorIs(t, err, models.ErrNotFound)
		c, err := db.ConsentFor(bg(), "web:a", mine.Number)
		require.NoError(t, err)
		assert.JSONEq(t, `{"patient":"豆豆"}`, string(c.Body))
		waiting, err := db.ConsentsIn(bg(), models.ConsentProposed, "other", 10)
		require.NoError(t, err)
		assert.Empty(t, waiting, "of another branch")
		found, err := db.FindConsents(bg(), models.ConsentSearch{Patients: []string{p.ID}, Limit: 10})
		require.NoError(t, err)
		require.Len(t, found, 1)
	})
}
