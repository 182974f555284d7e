package fhir_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// Whatever stands in a query, the answer is a Bundle or says what is wrong.
func FuzzSearchParams(f *testing.F) {
	c := vet(f)
	c.people()
	kinds := []string{"Patient", "Practitioner", "HealthcareService", "Location", "Schedule", "Slot", "Appointment"}
	for i, q := range []string{
		"identifier=urn:zhenban:patient-number|P0001&_count=2", "name=%E7%8E%8B", "location=Location/binjiang", "name=a,b\\,c",
		"actor=Practitioner/li-jianping", "service=vaccination&start=ge2026-11-24&start=lt2026-11-25&status=free,busy",
		"date=sa2026-11-24T09:00:00.5+08:00&patient=x", "_page=MS8xNzk1NDg3NDAwMDAwLzNrYTB1LTViOWQ2NjM1YzNmMzkwMTE", "_id=busy-01A",
		"a=%00&b=%ff", "date=ge0000-01-01", "date=eq9999-12-31T23:59:59Z", "phone=+86", "_format=xml",
	} {
		f.Add(uint8(i), q)
	}
	f.Fuzz(func(t *testing.T, kind uint8, query string) {
		r := httptest.NewRequest(http.MethodGet, "/fhir/"+kinds[int(kind)%len(kinds)], nil)
		r.URL.RawQuery = query
		r.Header.Set("Authorization", "Bearer "+apiToken)
		w := httptest.NewRecorder()
		c.api.ServeHTTP(w, r)
		var v struct {
			ResourceType string
			Link         []struct{ URL string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		switch {
		case w.Code == http.StatusOK && v.ResourceType == "Bundle":
			for _, l := range v.Link {
				if _, err := url.Parse(l.URL); err != nil {
					t.Error(err)
				}
			}
		case (w.Code == 400 || w.Code == 406) && v.ResourceType == "OperationOutcome":
		default:
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}
