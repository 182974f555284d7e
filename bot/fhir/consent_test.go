package fhir_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates/outreach"
)

// Consents are found by patient and status, with the very text that was
// signed; choices and other patients' are not among them, and a look is kept.
func TestConsents(t *testing.T) {
	c := open(t, storetest.Open(t, storetest.SQLite(t)), "vet")
	c.people()
	form := &c.profile.Consents[0]
	ask := func(id, patient, kind string) {
		sheet := outreach.SheetOf(c.profile.Clinic, form, models.Appointment{}, "豆豆")
		c.do(func(_ context.Context, tx *models.Tx) error {
			return tx.AskConsent(models.TreatmentConsent{
				ID: id, Number: "T1000000" + id[len(id)-1:], Key: id, Kind: kind, Form: form.ID, Hash: form.Hash(), PatientID: patient, Body: sheet.JSON(),
			})
		})
	}
	ask("01CONSENT1", "01PATIENT1", models.ConsentToTreatment)
	ask("01CONSENT2", "01PATIENT1", models.ConsentToTreatment)
	ask("01CONSENT3", "01PATIENT2", models.ConsentToTreatment)
	ask("01CONSENT4", "01PATIENT1", models.ConsentChoice)
	c.Clock.Advance(time.Hour)
	said := outreach.Signed{Language: config.Hans, Wording: "全文", Name: "陈晓雨", As: "owner"}
	c.do(func(_ context.Context, tx *models.Tx) error {
		return tx.DecideConsent("01CONSENT2", 1, models.ConsentEvent{What: models.ConsentAgreed, Status: models.ConsentActive, Body: said.JSON()})
	})
	found := func(query string) []any {
		t.Helper()
		w := c.get("/fhir/Consent" + query)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		list, _ := decode(t, w.Body.Bytes())["entry"].([]any)
		return list
	}
	assert.Len(t, found("?patient=Patient/01PATIENT1"), 2)
	assert.Len(t, found("?patient=01PATIENT1&status=active"), 1)
	assert.Len(t, found("?_count=2"), 2)
	assert.Equal(t, http.StatusBadRequest, c.get("/fhir/Consent?status=signed").Code)
	assert.Equal(t, http.StatusNotFound, c.get("/fhir/Consent/01CONSENT4").Code)

	w := c.get("/fhir/Consent/01CONSENT2")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	r := decode(t, w.Body.Bytes())
	wellFormed(t, "consent", any(r))
	assert.Equal(t, "active", r["status"])
	assert.Equal(t, "陈晓雨", r["performer"].([]any)[0].(map[string]any)["display"])
	text, err := base64.StdEncoding.DecodeString(r["sourceAttachment"].(map[string]any)["data"].(string))
	require.NoError(t, err)
	assert.Equal(t, "全文", string(text))
	looks, err := c.Looks(context.Background(), "Consent/01CONSENT2", 10)
	require.NoError(t, err)
	assert.NotEmpty(t, looks)
}
