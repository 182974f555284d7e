package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// A plan is started once whoever is first, its people alone see it, a change of
// its state takes back what waited, and death stops it.
func TestCarePlan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		patient := bound(t, db, "web:a")
		p := models.CarePlan{
			Key: "Appointment/a", Plan: "surgery", Service: "neutering", PatientID: patient.ID, PatientName: "豆豆", ClientID: patient.ClientID,
			ContactID: "web:a", Branch: "main", Start: db.Clock.Now(), State: models.PlanActive, Version: 1,
		}
		due := func(id, name string) models.Task {
			return models.Task{Key: id + name, Kind: "followup", Subject: models.AboutCarePlan(id), DueAt: db.Clock.Now().Add(time.Hour)}
		}
		won := 0
		for _, err := range crowd(6, func(int) error {
			mine := p
			return db.Do(bg(), write(func(tx *models.Tx) error {
				mine.ID = tx.NewID()
				started, err := tx.StartCarePlan(mine, []models.Task{due(mine.ID, "a")})
				if err == nil && !started {
					err = models.ErrGone
				}
				return err
			}))
		}) {
			if err == nil {
				won++
			} else {
				require.ErrorIs(t, err, models.ErrGone)
			}
		}
		require.Equal(t, 1, won)
		got, err := db.CarePlanByKey(bg(), p.Key)
		require.NoError(t, err)
		p.ID, p.CreatedAt, p.UpdatedAt = got.ID, got.CreatedAt, got.UpdatedAt
		assert.Equal(t, p, got)

		mine := models.Access{Patients: []string{patient.ID}}
		for name, see := range map[string]bool{"web:a": true, "web:b": false} {
			_, err := db.CarePlanFor(bg(), name, models.Access{}, p.ID)
			assert.Equal(t, see, err == nil, name)
		}
		list, err := db.CarePlansFor(bg(), "web:b", mine, db.Clock.Now().Add(-time.Hour), 5)
		require.NoError(t, err)
		assert.Len(t, list, 1, "who is bound to the patient")

		require.NoError(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.SetCarePlan(p.ID, 1, models.PlanPaused, nil) })))
		reason, err := db.Stands(bg(), models.AboutCarePlan(p.ID), 1)
		require.NoError(t, err)
		assert.Equal(t, "the plan is on-hold", reason)
		require.ErrorIs(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.SetCarePlan(p.ID, 1, models.PlanActive, nil) })), models.ErrGone)
		require.NoError(t, db.Do(bg(), write(func(tx *models.Tx) error {
			return tx.SetCarePlan(p.ID, 2, models.PlanActive, []models.Task{due(p.ID, "b")})
		})))
		states := func() map[string]string {
			tasks, err := db.TasksAbout(bg(), models.AboutCarePlan(p.ID))
			require.NoError(t, err)
			out := map[string]string{}
			for _, x := range tasks {
				out[x.Key] = x.State
			}
			return out
		}
		assert.Equal(t, map[string]string{p.ID + "a": models.TaskSuppressed, p.ID + "b": models.TaskDue}, states())

		require.NoError(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.PatientDied(patient.ID, tx.Now) })))
		assert.Equal(t, models.TaskSuppressed, states()[p.ID+"b"])
		found, err := db.CarePlans(bg(), models.CarePlanSearch{Patients: []string{patient.ID}, States: []string{models.PlanActive}, Limit: 5})
		require.NoError(t, err)
		assert.Len(t, found, 1)
	})
}
