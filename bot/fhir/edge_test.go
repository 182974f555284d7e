package fhir_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/fhir"
	"zhenban/models"
	"zhenban/models/storetest"
)

func vet(t testing.TB) *clinic { return open(t, storetest.Open(t, storetest.SQLite(t)), "vet") }

func TestToken(t *testing.T) {
	c := vet(t)
	c.people()
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Bearer " + apiToken + "x", "Basic " + apiToken, apiToken} {
		w := c.ask(http.MethodGet, "/fhir/Patient", "Authorization", header)
		require.Equal(t, http.StatusUnauthorized, w.Code, header)
		code, _, _ := outcome(t, w)
		assert.Equal(t, "login", code)
		assert.Contains(t, w.Header().Get("WWW-Authenticate"), `Bearer realm="zhenban"`)
		assert.NotContains(t, w.Body.String(), "豆豆")
		assert.NotContains(t, c.log.String(), apiToken)
	}
	assert.Equal(t, http.StatusUnauthorized, c.ask(http.MethodPost, "/fhir/NoSuch").Code, "before anything else")
	assert.Equal(t, http.StatusOK, c.ask(http.MethodGet, "/fhir/Patient", "Authorization", "bearer  "+apiToken).Code, "RFC 9110: the scheme has no case")
	assert.Equal(t, http.StatusOK, c.ask(http.MethodGet, "/fhir/metadata").Code, "for everybody")

	closed := fhir.New(fhir.Options{Store: c.Store, Clinic: func() *bot.Clinic { return c.profile }, Now: c.Clock.Now})
	for _, header := range []string{"", "Bearer ", "Bearer"} {
		r := httptest.NewRequest(http.MethodGet, "/fhir/Patient", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		closed.ServeHTTP(w, r)
		assert.Equal(t, http.StatusUnauthorized, w.Code, "an empty token lets nobody in")
	}
}

// Every refusal is an OperationOutcome that names what is at fault.
func TestRefusals(t *testing.T) {
	c := vet(t)
	c.people()
	for _, x := range []struct {
		method, path string
		status       int
		code, at     string
	}{
		{"POST", "Patient", 400, "structure", ""},
		{"POST", "Practitioner", 405, "not-supported", ""},
		{"PUT", "Patient/01PATIENT1", 405, "not-supported", ""},
		{"DELETE", "Patient/01PATIENT1", 405, "not-supported", ""},
		{"POST", "", 400, "structure", ""},
		{"GET", "", 404, "not-supported", ""},
		{"GET", "Medication", 404, "not-supported", ""},
		{"GET", "patient", 404, "not-supported", ""},
		{"GET", "Patient/01PATIENT1/_history/1", 404, "not-supported", ""},
		{"GET", "Patient/_search", 404, "not-supported", ""},
		{"GET", "Patient/$everything", 404, "not-found", ""},
		{"GET", "Patient/nobody", 404, "not-found", ""},
		{"GET", "Patient/no_id", 404, "not-found", ""},
		{"GET", "Practitioner/nobody", 404, "not-found", ""},
		{"GET", "HealthcareService/nothing", 404, "not-found", ""},
		{"GET", "Location/nowhere", 404, "not-found", ""},
		{"GET", "Schedule/nobody.nowhere", 404, "not-found", ""},
		{"GET", "Slot/zzz-0", 404, "not-found", ""},
		{"GET", "Slot/-", 404, "not-found", ""},
		{"GET", "Slot/busy-nothing", 404, "not-found", ""},
		{"GET", "Appointment/none", 404, "not-found", ""},
		{"GET", "Patient/01PATIENT1?name=x", 400, "not-supported", "http.name"},
		{"GET", "Patient?name=x", 400, "not-supported", "http.name"},
		{"GET", "Patient?phone:exact=1", 400, "not-supported", "http.phone"},
		{"GET", "Patient?_include=x", 400, "not-supported", "http._include"},
		{"GET", "Patient?identifier=a&identifier=b", 400, "invalid", "http.identifier"},
		{"GET", "Patient?identifier=", 400, "invalid", "http.identifier"},
		{"GET", "Patient?identifier=x|", 400, "invalid", "http.identifier"},
		{"GET", "Patient?identifier=" + strings.Repeat("a,", 60) + "a", 400, "too-costly", "http.identifier"},
		{"GET", "Patient?identifier=" + strings.Repeat("a", 600), 400, "invalid", "http.identifier"},
		{"GET", "Patient?phone=nothing", 400, "invalid", "http.phone"},
		{"GET", "Patient?phone=13800000001&telecom=13800000001", 400, "invalid", "http.telecom"},
		{"GET", "Patient?_count=0", 400, "invalid", "http._count"},
		{"GET", "Patient?_count=x", 400, "invalid", "http._count"},
		{"GET", "Patient?_count=1&_count=2", 400, "invalid", "http._count"},
		{"GET", "Patient?_total=accurate", 400, "invalid", "http._total"},
		{"GET", "Patient?_page=xx", 400, "invalid", "http._page"},
		{"GET", "Slot?_page=MS9h", 400, "invalid", "http._page"},
		{"GET", "Appointment?_page=MS9h", 400, "invalid", "http._page"},
		{"GET", "Patient?%zz", 400, "invalid", ""},
		{"GET", "Appointment?date=2026-13", 400, "invalid", "http.date"},
		{"GET", "Appointment?date=ne2026", 400, "invalid", "http.date"},
		{"GET", "Appointment?patient=Practitioner/x", 400, "invalid", "http.patient"},
		{"GET", "Appointment?patient=a%20b", 400, "invalid", "http.patient"},
		{"GET", "Appointment?status=here", 400, "invalid", "http.status"},
		{"GET", "Slot?status=taken", 400, "invalid", "http.status"},
		{"GET", "Slot?practitioner=a,b", 400, "too-costly", "http.practitioner"},
		{"GET", "Slot?_id=a&status=free", 400, "invalid", "http._id"},
	} {
		w := c.ask(x.method, "/fhir/"+x.path, "Authorization", "Bearer "+apiToken)
		require.Equal(t, x.status, w.Code, "%s %s: %s", x.method, x.path, w.Body)
		code, _, at := outcome(t, w)
		assert.Equal(t, x.code+" "+x.at, code+" "+at, "%s %s", x.method, x.path)
		if x.status == 405 {
			assert.Contains(t, w.Header().Get("Allow"), "GET, HEAD")
		}
	}
}

func TestNegotiation(t *testing.T) {
	c := vet(t)
	for accept, status := range map[string]int{
		"": 200, "*/*": 200, "application/fhir+json": 200, "application/json": 200, "application/fhir+json; fhirVersion=4.0": 200,
		"text/html, application/xhtml+xml, */*;q=0.8": 200, "application/fhir+xml": 406, "text/html": 406,
		"application/fhir+json; fhirVersion=5.0": 406, "application/fhir+json;q=0": 406, ";;;": 406,
	} {
		var headers []string
		if accept != "" {
			headers = []string{"Accept", accept}
		}
		w := c.get("/fhir/Location", headers...)
		assert.Equal(t, status, w.Code, accept)
		assert.Equal(t, "application/fhir+json; charset=utf-8", w.Header().Get("Content-Type"))
	}
	for format, status := range map[string]int{"json": 200, "application/fhir+json": 200, "application%2Ffhir%2Bjson": 200, "xml": 406} {
		w := c.get("/fhir/Location?_format=" + format)
		assert.Equal(t, status, w.Code, format)
	}
	w := c.get("/fhir/Location?_format=xml", "Accept", "application/json")
	_, _, at := outcome(t, w)
	assert.Equal(t, "http._format", at, "_format wins")
	assert.Contains(t, c.get("/fhir/Location?_pretty=true").Body.String(), "\n  ")
	head := c.ask(http.MethodHead, "/fhir/Location", "Authorization", "Bearer "+apiToken)
	assert.Equal(t, 200, head.Code)
	assert.Equal(t, "no-store", head.Header().Get("Cache-Control"))
}

// An instance has a version that stays as long as its content does.
func TestVersions(t *testing.T) {
	c := vet(t)
	c.people()
	a := c.book("01APPOINTMENT1", "01PATIENT1", "internal-visit", c.Clock.Now().Add(24*time.Hour))
	for _, path := range []string{
		"Patient/01PATIENT1", "Appointment/01APPOINTMENT1", "Practitioner/li-jianping", "Location/binjiang",
		"HealthcareService/vaccination", "Schedule/li-jianping.binjiang", "Slot/busy-01APPOINTMENT1",
	} {
		w := c.get("/fhir/" + path)
		require.Equal(t, 200, w.Code, path)
		m := decode(t, w.Body.Bytes())["meta"].(map[string]any)
		tag := w.Header().Get("ETag")
		assert.Equal(t, fmt.Sprintf(`W/"%s"`, m["versionId"]), tag)
		for _, match := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, "*"} {
			again := c.get("/fhir/"+path, "If-None-Match", match)
			assert.Equal(t, http.StatusNotModified, again.Code)
			assert.Empty(t, again.Body.Bytes())
			assert.Equal(t, tag, again.Header().Get("ETag"))
		}
		assert.Equal(t, 200, c.get("/fhir/"+path, "If-None-Match", `W/"0"`).Code)
	}
	before := c.get("/fhir/Appointment/01APPOINTMENT1").Header().Get("ETag")
	owner := c.get("/fhir/Patient/01PATIENT2").Header().Get("ETag")
	c.Clock.Advance(time.Minute)
	c.do(func(_ context.Context, tx *models.Tx) error {
		if err := tx.SetStatus(a.ID, 1, models.Arrived, nil); err != nil {
			return err
		}
		return tx.SaveClient(models.Client{ID: "01CLIENT1", Identifier: "C0001", Name: "陈晓雨", Phone: "+8613800000009", Verified: true})
	})
	w := c.get("/fhir/Appointment/01APPOINTMENT1", "If-None-Match", before)
	assert.Equal(t, 200, w.Code)
	v := decode(t, w.Body.Bytes())
	assert.Equal(t, "arrived", v["status"])
	assert.Equal(t, "2026-11-23T01:01:00.000Z", v["meta"].(map[string]any)["lastUpdated"])
	assert.Equal(t, "Mon, 23 Nov 2026 01:01:00 GMT", w.Header().Get("Last-Modified"))
	assert.Equal(t, 200, c.get("/fhir/Patient/01PATIENT2", "If-None-Match", owner).Code, "its owner's phone is part of it")
}

// What went wrong here is told as a number only; the log has the rest.
func TestFaultsOfOurs(t *testing.T) {
	c := vet(t)
	c.people()
	storetest.Exec(t, c.DSN, "UPDATE patients SET name = 'not sealed' WHERE id = '01PATIENT1'")
	w := c.get("/fhir/Patient/01PATIENT1")
	assert.Equal(t, 500, w.Code)
	code, text, _ := outcome(t, w)
	assert.Equal(t, "exception", code)
	assert.Regexp(t, `^internal error [A-Z2-7]{8}$`, text)
	assert.Contains(t, c.log.String(), strings.TrimPrefix(text, "internal error "))

	c.profile = nil // a nil profile panics
	w = c.get("/fhir/Practitioner")
	assert.Equal(t, 500, w.Code)
	code, _, _ = outcome(t, w)
	assert.Equal(t, "exception", code)
}

func TestDatabaseAway(t *testing.T) {
	c := vet(t)
	require.NoError(t, c.Close())
	for _, path := range []string{"Patient", "Appointment", "Slot", "Practitioner", "Patient/x"} {
		w := c.get("/fhir/" + path)
		assert.Equal(t, 503, w.Code, path)
		code, _, _ := outcome(t, w)
		assert.Equal(t, "transient", code)
		assert.NotEmpty(t, w.Header().Get("Retry-After"))
	}
	assert.Equal(t, 200, c.get("/fhir/metadata").Code)
}

// The log says who read what kind and how many, nothing of what it said.
func TestAudit(t *testing.T) {
	c := vet(t)
	c.people()
	c.get("/fhir/Patient?phone=13800000001")
	c.get("/fhir/Patient/01PATIENT1")
	c.get("/fhir/Patient/13800000001")
	log := c.log.String()
	assert.Regexp(t, `msg="fhir access" who=[0-9a-f]{8} method=GET resource=Patient id="" count=2 status=200`, log)
	assert.Regexp(t, `resource=Patient id=01PATIENT1 count=1 status=200`, log)
	assert.Regexp(t, `resource=Patient id="" count=0 status=404`, log)
	for _, secret := range []string{"豆豆", "陈", "138000", apiToken} {
		assert.NotContains(t, log, secret)
	}
}

// Links begin with the public address, or with what the request came to.
func TestBase(t *testing.T) {
	c := vet(t)
	api := fhir.New(fhir.Options{Store: c.Store, Clinic: func() *bot.Clinic { return c.profile }, Token: apiToken, Now: c.Clock.Now})
	r := httptest.NewRequest(http.MethodGet, "http://10.0.0.7:8080/fhir/Practitioner?_count=1&name=%E7%8E%8B", nil)
	r.Header.Set("Authorization", "Bearer "+apiToken)
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	assert.Contains(t, w.Body.String(), `"http://10.0.0.7:8080/fhir/Practitioner/wang-xiaolin"`)
	r.Header.Set("X-Forwarded-Proto", "https")
	w = httptest.NewRecorder()
	api.ServeHTTP(w, r)
	assert.Contains(t, w.Body.String(), `"https://10.0.0.7:8080/fhir/Practitioner?_count=1&name=%E7%8E%8B"`)
}
