package fhir_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// A CarePlan that names a plan of the profile starts it, once; a later state
// changes it; plans that run here are read and searched beside those sent.
func TestCarePlanStartsAPlan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		c := open(t, db, "vet")
		c.people()
		plan := `{"resourceType":"CarePlan","identifier":[{"system":"urn:his","value":"CP1"}],"status":"active","intent":"plan","subject":{"reference":"Patient/01PATIENT1"},
"activity":[{"detail":{"status":"in-progress","instantiatesUri":["https://clinic.example/PlanDefinition/surgery"]}}]}`
		w := c.post("/fhir/CarePlan", plan)
		require.Equal(t, http.StatusCreated, w.Code, "%s", w.Body)
		require.Equal(t, http.StatusOK, c.post("/fhir/CarePlan", plan).Code)
		rows, err := c.CarePlansOf(context.Background(), "01PATIENT1")
		require.NoError(t, err)
		require.Len(t, rows, 1, "started once")
		assert.Equal(t, "surgery", rows[0].Plan)
		tasks, err := c.TasksAbout(context.Background(), models.AboutCarePlan(rows[0].ID))
		require.NoError(t, err)
		assert.NotEmpty(t, tasks)

		require.Equal(t, http.StatusOK, c.post("/fhir/CarePlan", strings.Replace(plan, `"active"`, `"revoked"`, 1)).Code)
		stopped, err := c.CarePlanByID(context.Background(), rows[0].ID)
		require.NoError(t, err)
		assert.Equal(t, models.PlanRevoked, stopped.State)

		own := models.CarePlan{
			ID: "own", Key: "Appointment/x", Plan: "surgery", Service: "neutering", PatientID: "01PATIENT1", PatientName: "豆豆",
			Start: c.Clock.Now().Add(-time.Hour), State: models.PlanActive, Version: 1,
		}
		c.do(func(_ context.Context, tx *models.Tx) error {
			_, err := tx.StartCarePlan(own, nil)
			return err
		})
		list, _ := c.search("/fhir/CarePlan?patient=01PATIENT1")
		require.Len(t, list, 2, "the one sent, and the one that runs here")
		assert.Len(t, c.all("/fhir/CarePlan?patient=01PATIENT1&_count=1"), 2)
		list, _ = c.search("/fhir/CarePlan?patient=01PATIENT1&status=active")
		require.Len(t, list, 1)
		assert.Equal(t, []any{"PlanDefinition/surgery"}, list[0]["instantiatesUri"])
		read := decode(t, c.get("/fhir/CarePlan/own").Body.Bytes())
		assert.Equal(t, "绝育手术", read["title"])
		none := strings.Replace(strings.Replace(plan, "CP1", "CP2", 1), "/surgery", "/unknown", 1)
		require.Equal(t, http.StatusCreated, c.post("/fhir/CarePlan", none).Code, "kept as it is")
	})
}
