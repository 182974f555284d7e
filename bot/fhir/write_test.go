package fhir_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates/outreach"
)

const pdf = "%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"

// report is a blood count of a dog, its observations contained.
func report(status, hgb, flag string) string {
	flags := ""
	if flag != "" {
		flags = fmt.Sprintf(`"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":%q}]}],`, flag)
	}
	return fmt.Sprintf(`{"resourceType":"DiagnosticReport","identifier":[{"system":"urn:lab","value":"R1"}],"status":%q,
"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"HM"}]}],
"code":{"coding":[{"system":"http://loinc.org","code":"58410-2"}],"text":"血常规"},"subject":{"reference":"Patient/01PATIENT1"},
"effectiveDateTime":"2026-11-22T10:00:00+08:00","performer":[{"display":"李建平"}],"conclusion":"轻度贫血，一周后复查。",
"contained":[{"resourceType":"Observation","id":"a","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"718-7"}],"text":"血红蛋白"},%s
"valueQuantity":{"value":%s,"unit":"g/L"},"referenceRange":[{"low":{"value":120,"unit":"g/L"},"high":{"value":180,"unit":"g/L"}}]}],
"result":[{"reference":"#a"}],"presentedForm":[{"contentType":"application/pdf","title":"血常规","data":%q}]}`, status, flags, hgb, base64.StdEncoding.EncodeToString([]byte(pdf)))
}

func id(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	return decode(t, w.Body.Bytes())["id"].(string)
}

// A report comes with its observations and its file, once however often it is
// posted; a later state brings it up to date, an older one changes nothing.
func TestReport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		c := open(t, db, "vet")
		c.people()
		w := c.post("/fhir/DiagnosticReport", report("preliminary", "101", "L"))
		require.Equal(t, http.StatusCreated, w.Code, "%s", w.Body)
		first := id(t, w)
		assert.Equal(t, "https://clinic.example/fhir/DiagnosticReport/"+first, w.Header().Get("Location"))
		for _, x := range []struct{ status, hgb, want string }{
			{"preliminary", "101", "preliminary"}, {"final", "101", "final"}, {"final", "101", "final"}, {"preliminary", "101", "final"}, {"corrected", "104", "corrected"},
		} {
			w := c.post("/fhir/DiagnosticReport", report(x.status, x.hgb, "L"))
			require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
			assert.Equal(t, first, id(t, w))
			assert.Equal(t, x.want, decode(t, w.Body.Bytes())["status"])
		}
		read := decode(t, c.get("/fhir/DiagnosticReport/"+first).Body.Bytes())
		form := read["presentedForm"].([]any)[0].(map[string]any)
		assert.Equal(t, base64.StdEncoding.EncodeToString([]byte(pdf)), form["data"])
		list, _ := c.search("/fhir/DiagnosticReport?patient=01PATIENT1&code=http://loinc.org|58410-2&category=HM&date=2026-11-22&identifier=urn:lab|R1")
		require.Len(t, list, 1)
		assert.NotContains(t, list[0]["presentedForm"].([]any)[0], "data", "a page leaves files out")
		list, _ = c.search("/fhir/Observation?patient=01PATIENT1&code=718-7")
		require.Len(t, list, 1)
		assert.EqualValues(t, 104, list[0]["valueQuantity"].(map[string]any)["value"])
		c.post("/fhir/DiagnosticReport", report("final", "50", "L"))
		list, _ = c.search("/fhir/Observation?patient=01PATIENT1&code=718-7")
		assert.EqualValues(t, 104, list[0]["valueQuantity"].(map[string]any)["value"], "a state that came late brings no values either")
		series := func() int {
			list, err := c.Series(context.Background(), "01PATIENT1", []string{"718-7"}, c.Clock.Now(), 10)
			require.NoError(t, err)
			return len(list)
		}
		assert.Equal(t, 1, series())
		without := strings.Replace(report("amended", "104", "L"), `"result":[{"reference":"#a"}],`, "", 1)
		require.Equal(t, http.StatusOK, c.post("/fhir/DiagnosticReport", without).Code)
		assert.Zero(t, series(), "what the report no longer lists leaves the trend")
		require.Equal(t, http.StatusOK, c.post("/fhir/DiagnosticReport", report("amended", "104", "L")).Code)
		assert.Equal(t, 1, series(), "and comes back with it")
		require.Equal(t, http.StatusOK, c.post("/fhir/DiagnosticReport", report("entered-in-error", "104", "L")).Code)
		assert.Zero(t, series(), "nor is what was withdrawn in it")
		other := strings.Replace(report("final", "101", ""), "01PATIENT1", "01PATIENT2", 1)
		assert.Equal(t, http.StatusConflict, c.post("/fhir/DiagnosticReport", other).Code, "its number is another patient's")

		looks, err := c.Looks(context.Background(), "DiagnosticReport/"+first, 10)
		require.NoError(t, err)
		assert.Len(t, looks, 2)
		broken, err := c.VerifyAudit(context.Background())
		require.NoError(t, err)
		assert.Empty(t, broken)
	})
}

// What a laboratory flags as critical is held, for the doctor to be first.
func TestCriticalIsHeld(t *testing.T) {
	c := vet(t)
	c.people()
	first := id(t, c.post("/fhir/DiagnosticReport", report("final", "31", "LL")))
	r, err := c.ClinicalByID(context.Background(), models.KindReport, first)
	require.NoError(t, err)
	assert.True(t, r.Held(c.Clock.Now()))
	assert.True(t, r.Report.Critical)
	list, err := c.Series(context.Background(), "01PATIENT1", []string{"718-7"}, c.Clock.Now(), 10)
	require.NoError(t, err)
	assert.Empty(t, list, "the trend does not tell it either")
	tasks, err := c.TasksAbout(context.Background(), models.AboutReport(first))
	require.NoError(t, err)
	var kinds []string
	for _, x := range tasks {
		kinds = append(kinds, x.Kind)
	}
	assert.Equal(t, []string{outreach.TaskReport, outreach.TaskReportRelease}, kinds)
}

// Every fault is told at once, with its path, and nothing is kept.
func TestFaults(t *testing.T) {
	c := vet(t)
	c.people()
	for body, want := range map[string]string{
		`{"resourceType":"DiagnosticReport","status":"done","subject":{"reference":"Patient/nobody"},"efectiveDateTime":"2026","conclusion":""}`:                                                                                                                                                                        "400 DiagnosticReport.conclusion DiagnosticReport.efectiveDateTime DiagnosticReport.status DiagnosticReport.code",
		`{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/nobody"}}`:                                                                                                                                                                                                  "422 Observation.subject.reference",
		`{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/01PATIENT1"},"valueString":"a","valueInteger":3,"effectiveDateTime":"yesterday"}`:                                                                                                                           "422 Observation.effectiveDateTime Observation.value[x]",
		`{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/01PATIENT1"},"valueQuantity":{"value":"5"},"referenceRange":[{"type":{"text":"n"}}]}`:                                                                                                                       "400 Observation.valueQuantity.value Observation.referenceRange[0].low",
		`{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PUT","url":"Patient"}},{"resource":{"resourceType":"Observation"},"request":{"method":"POST","url":"Observation"}},{"resource":{"resourceType":"Patient","name":[{"text":"不留下"}]},"request":{"method":"POST","url":"Patient"}}]}`: "422 Bundle.entry[0].request.method Bundle.entry[1].resource.status Bundle.entry[1].resource.code",
		`{"resourceType":"Bundle","type":"document"}`: "422 Bundle.type",
		`{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Medication"},"request":{"method":"POST","url":"Medication"}}]}`: "422 Bundle.entry[0].resource.resourceType",
		`{"resourceType":"Encounter","status":"finished","subject":{"reference":"Patient/01PATIENT1"}}`:                                                      "422 Encounter.class",
		`[]`: "400 ",
		`{"resourceType":"Patient","name":[{"text":"豆豆"}]} {}`:                           "400 ",
		`{"resourceType":"Patient","name":null,"active":"yes","birthDate":"2999-01-01"}`: "400 Patient.name Patient.birthDate Patient.active",
		`{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/01PATIENT1"},"valueQuantity":{"value":1e999},"effectiveDateTime":"2999"}`:                                                                                                                                                    "422 Observation.valueQuantity.value Observation.effectiveDateTime",
		`{"resourceType":"DiagnosticReport","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/01PATIENT1"},"contained":[{"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"}},{"resourceType":"Observation","id":"a","status":"final","code":{"text":"y"}}],"result":[{"reference":"#a"}]}`:    "422 DiagnosticReport.contained[1].id",
		`{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","name":[{"text":"不留下"}]},"request":{"method":"POST","url":"Patient"}},{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","name":[{"text":"也不留"}]},"request":{"method":"POST","url":"Patient"}}]}`: "422 Bundle.entry[1].fullUrl",
		`{"resourceType":"Patient","name":[null,{"family":null}]}`: "400 Patient.name[1].family Patient.name[0]",
	} {
		var head struct{ ResourceType string }
		_ = json.Unmarshal([]byte(body), &head)
		path := "/fhir/" + strings.Replace(head.ResourceType, "Bundle", "", 1)
		w := c.post(path, body)
		var paths []string
		for _, i := range decode(t, w.Body.Bytes())["issue"].([]any) {
			for _, p := range asList(i.(map[string]any)["expression"]) {
				paths = append(paths, p.(string))
			}
		}
		assert.Equal(t, want, fmt.Sprintf("%d %s", w.Code, strings.Join(paths, " ")), "%s: %s", body, w.Body)
	}
	assert.Len(t, c.all("/fhir/Patient"), 4)
	assert.Empty(t, c.all("/fhir/Observation"))
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

// A transaction's entries name each other; a batch's stand alone.
func TestTransaction(t *testing.T) {
	c := vet(t)
	body := `{"resourceType":"Bundle","type":"transaction","entry":[
{"fullUrl":"urn:uuid:r","resource":{"resourceType":"DiagnosticReport","identifier":[{"value":"R9"}],"status":"final","code":{"text":"血常规"},"subject":{"reference":"urn:uuid:p"},"result":[{"reference":"urn:uuid:o"}]},"request":{"method":"POST","url":"DiagnosticReport"}},
{"fullUrl":"urn:uuid:o","resource":{"resourceType":"Observation","status":"final","code":{"text":"血糖"},"subject":{"reference":"urn:uuid:p"},"valueQuantity":{"value":5.60,"unit":"mmol/L"}},"request":{"method":"POST","url":"Observation"}},
{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-animal","extension":[{"url":"species","valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"448169003"}]}}]}],"identifier":[{"system":"urn:his","value":"77"}],"name":[{"text":"奶茶"}],"gender":"female","contact":[{"relationship":[{"text":"owner"}],"name":{"text":"刘洋"},"telecom":[{"system":"phone","value":"13800000077"}]}]},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=77"}}]}`
	w := c.post("/fhir", body)
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	places := places(t, w.Body.Bytes())
	require.Len(t, places, 3)
	assert.True(t, strings.HasPrefix(places[0], "DiagnosticReport/") && strings.HasPrefix(places[2], "Patient/"))
	r := decode(t, c.get("/fhir/"+places[0]).Body.Bytes())
	assert.Equal(t, places[2], r["subject"].(map[string]any)["reference"])
	assert.Equal(t, places[1], r["result"].([]any)[0].(map[string]any)["reference"])
	assert.Contains(t, c.get("/fhir/"+places[1]).Body.String(), `"value":5.60`, "a decimal keeps its digits")
	p, err := c.PatientByIdentifier(context.Background(), "77")
	require.NoError(t, err)
	assert.Equal(t, "cat pet 奶茶 female", p.Species+" "+p.Kind+" "+p.Name+" "+p.Sex)
	client, err := c.ClientByID(context.Background(), p.ClientID)
	require.NoError(t, err)
	assert.Equal(t, "刘洋 +8613800000077 true", fmt.Sprint(client.Name, " ", client.Phone, " ", client.Verified))

	again := c.post("/fhir", body)
	assert.NotContains(t, again.Body.String(), "201")

	batch := strings.Replace(strings.Replace(body, `"transaction"`, `"batch"`, 1), `"value":"R9"`, `"value":"R10","use":""`, 1)
	w = c.post("/fhir", batch)
	require.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Body.String(), "Bundle.entry[0].resource.identifier[0].use", "an entry's fault is its own")
	assert.Contains(t, w.Body.String(), "Bundle.entry[1].resource.subject.reference", "a batch's entries do not see each other")
	assert.Contains(t, w.Body.String(), `"422 Unprocessable Entity"`)
	assert.Contains(t, w.Body.String(), `"200 OK","location":"Patient/`)
}

func TestIfNoneExist(t *testing.T) {
	c := vet(t)
	c.people()
	body := `{"resourceType":"Patient","name":[{"text":"豆豆"}]}`
	w := c.post("/fhir/Patient", body, "If-None-Exist", "identifier=P0001")
	assert.Equal(t, "200 01PATIENT1", fmt.Sprint(w.Code, " ", id(t, w)))
	assert.Equal(t, http.StatusPreconditionFailed, c.post("/fhir/Patient", body, "If-None-Exist", "identifier=C0001").Code)
	assert.Equal(t, http.StatusBadRequest, c.post("/fhir/Patient", body, "If-None-Exist", "color=red").Code)
	assert.Equal(t, http.StatusBadRequest, c.post("/fhir/Patient", body, "If-None-Exist", "_count=1").Code, "nothing is looked for")
	assert.Equal(t, http.StatusCreated, c.post("/fhir/Patient", body, "If-None-Exist", "identifier=P9999").Code)
}

func TestBind(t *testing.T) {
	c := vet(t)
	c.people()
	w := c.post("/fhir/Patient/01PATIENT1/$bind", "")
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	wellFormed(t, "Parameters", any(decode(t, w.Body.Bytes())))
	var p struct {
		ResourceType string
		Parameter    []struct{ Name, ValueString, ValueInstant string }
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	assert.Equal(t, "Parameters code expires", p.ResourceType+" "+p.Parameter[0].Name+" "+p.Parameter[1].Name)
	assert.Len(t, p.Parameter[0].ValueString, 8)
	assert.Equal(t, c.Clock.Now().Add(30*time.Minute).UTC().Format(time.RFC3339), p.Parameter[1].ValueInstant)
	_, subject, err := c.LookUpCode(context.Background(), p.Parameter[0].ValueString)
	require.NoError(t, err)
	assert.Equal(t, "01CLIENT1", subject)
	assert.Equal(t, 404, c.post("/fhir/Patient/nobody/$bind", "").Code)
	assert.Equal(t, 422, c.post("/fhir/Patient/01PATIENT4/$bind", "").Code, "known from a chat only")
}

// A visit posted takes its time like any other.
func TestPostAppointment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		c := open(t, db, "vet")
		c.people()
		c.do(func(_ context.Context, tx *models.Tx) error { return tx.Bind("web:x", "01CLIENT1", "", "code") })
		free, _ := c.search("/fhir/Slot?service=vaccination&practitioner=li-jianping&start=ge2026-11-25&_count=1")
		require.NotEmpty(t, free)
		start := free[0]["start"].(string)
		body := func(number, start string) string {
			return fmt.Sprintf(`{"resourceType":"Appointment","identifier":[{"system":"urn:his","value":%q}],"status":"booked","start":%q,"end":%q,
"serviceType":[{"coding":[{"system":"urn:zhenban:service","code":"vaccination"}]}],"participant":[{"actor":{"reference":"Patient/01PATIENT1"},"status":"accepted"},{"actor":{"reference":"Practitioner/li-jianping"},"status":"accepted"}]}`, number, start, start)
		}
		w := c.post("/fhir/Appointment", body("A1", start))
		require.Equal(t, http.StatusCreated, w.Code, "%s", w.Body)
		tasks, err := c.TasksAbout(context.Background(), models.AboutAppointment(id(t, w)))
		require.NoError(t, err)
		assert.NotEmpty(t, tasks, "its reminders are due")
		assert.Equal(t, http.StatusOK, c.post("/fhir/Appointment", body("A1", start)).Code, "the same again is the same")
		w = c.post("/fhir/Appointment", body("A2", start))
		require.Equal(t, http.StatusConflict, w.Code, "%s", w.Body)
		_, _, at := outcome(t, w)
		assert.Equal(t, "Appointment.start", at)
		assert.Equal(t, http.StatusUnprocessableEntity, c.post("/fhir/Appointment", body("A3", "2026-11-25T03:00:00+08:00")).Code)
	})
}

func TestBodyLimits(t *testing.T) {
	c := vet(t)
	assert.Equal(t, 415, c.post("/fhir/Patient", "<Patient/>", "Content-Type", "application/fhir+xml").Code)
	assert.Equal(t, 413, c.post("/fhir/Patient", `{"resourceType":"Patient","id":"`+strings.Repeat("x", 33<<20)+`"}`).Code)
	deep := strings.Repeat(`{"extension":[`, 300) + `{"url":"x"}` + strings.Repeat(`]}`, 300)
	assert.Equal(t, 400, c.post("/fhir/Patient", `{"resourceType":"Patient","extension":[`+deep+`]}`).Code)
}
