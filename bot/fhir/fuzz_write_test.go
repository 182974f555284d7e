package fhir_test

import (
	"encoding/json"
	"testing"
)

// Whatever is posted, the answer is FHIR: a resource, a Bundle, or what is
// wrong with it.
func FuzzPost(f *testing.F) {
	c := vet(f)
	c.people()
	kinds := []string{"", "/Patient", "/Observation", "/DiagnosticReport", "/Encounter", "/CarePlan", "/Appointment"}
	f.Add(uint8(3), report("final", "101", "LL"))
	f.Add(uint8(3), report("preliminary", "1e9", ""))
	for i, body := range []string{
		`{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","contact":[{"telecom":[{"system":"phone","value":"1"}]}]},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=a|b"}}]}`,
		`{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-animal","extension":[{"url":"species","valueCodeableConcept":{"text":"狗"}}]}],"deceasedBoolean":true,"birthDate":"2020-02"}`,
		`{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"identifier":{"value":"P0001"}},"valueRatio":{"numerator":{"value":1},"denominator":{"value":1e400}},"referenceRange":[{"age":{"low":{"value":1,"code":"mo"}},"text":"a"}]}`,
		`{"resourceType":"DiagnosticReport","contained":[1,{"id":"a"}],"result":[{"reference":"#a"},{"reference":"#"}],"presentedForm":[{"data":"!"}]}`,
		`{"resourceType":"Encounter","status":"finished","class":{},"subject":{"reference":"#x"},"contained":[{"id":"x","identifier":[{"value":"P0001"}]}]}`,
		`{"resourceType":"CarePlan","status":"active","intent":"plan","subject":{"reference":"Patient/01PATIENT1"},"category":[{"coding":[{"code":""}]}]}`,
		`{"resourceType":"Appointment","status":"booked","start":"2026-11-25T10:00:00+08:00","serviceType":[{"coding":[{"code":"vaccination"}]}],"participant":[{"actor":{"reference":"Patient/01PATIENT1"}},{"actor":{"reference":"Practitioner/"}}]}`,
	} {
		f.Add(uint8(i), body)
	}
	f.Fuzz(func(t *testing.T, kind uint8, body string) {
		if len(body) > 20_000 {
			return
		}
		w := c.post("/fhir"+kinds[int(kind)%len(kinds)], body)
		var v struct{ ResourceType string }
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || v.ResourceType == "" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		switch w.Code {
		case 200, 201, 400, 405, 409, 412, 413, 422:
		default:
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}
