package fhir_test

import (
	"strings"
	"testing"
	"time"

	"zhenban/models/storetest"
)

// What each resource looks like, to the letter. The files were also checked
// with the R4 schemas and profiles of the npm package fhir.
func TestGolden(t *testing.T) {
	c := open(t, storetest.Open(t, storetest.SQLite(t)), "vet")
	c.people()
	tomorrow := c.Clock.Now().Add(24 * time.Hour)
	c.book("01APPOINTMENT1", "01PATIENT1", "internal-visit", tomorrow)
	c.book("01APPOINTMENT2", "", "neutering", tomorrow.Add(24*time.Hour))
	for name, path := range map[string]string{
		"capability":           "metadata",
		"patients":             "Patient",
		"patient":              "Patient/01PATIENT1",
		"practitioners":        "Practitioner?_count=2",
		"services":             "HealthcareService?_count=3",
		"locations":            "Location",
		"schedules":            "Schedule?_count=2",
		"slots-free":           "Slot?service=vaccination&start=ge2026-11-24&start=lt2026-11-25&_count=3",
		"slots-busy":           "Slot?status=busy",
		"appointments":         "Appointment?date=ge2026-11-24",
		"outcome-unknown-type": "Medication",
		"outcome-bad-param":    "Appointment?date=yesterday",
	} {
		t.Run(name, func(t *testing.T) {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			w := c.get("/fhir/" + path + sep + "_pretty=true")
			wellFormed(t, name, any(decode(t, w.Body.Bytes())))
			golden(t, name, w.Body.Bytes())
		})
	}
}
