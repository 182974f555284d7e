package fhir_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

func TestPatients(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		c := open(t, db, "vet")
		c.people()
		for query, want := range map[string][]string{
			"":                            {"01PATIENT1", "01PATIENT2", "01PATIENT3", "01PATIENT4"},
			"_id=01PATIENT2,01PATIENT4,x": {"01PATIENT2", "01PATIENT4"},
			"identifier=P0001":            {"01PATIENT1"},
			"identifier=p0001":            {},
			"identifier=C0001":            {"01PATIENT1", "01PATIENT2"},
			"identifier=P0003,C0001":      {"01PATIENT1", "01PATIENT2", "01PATIENT3"},
			"identifier=urn:zhenban:patient-number|P0001": {"01PATIENT1"},
			"identifier=urn:zhenban:patient-number|C0001": {},
			"identifier=urn:zhenban:client-number|C0001":  {"01PATIENT1", "01PATIENT2"},
			"identifier=urn:other|P0001":                  {},
			"identifier=|P0001":                           {},
			"phone=13800000001":                           {"01PATIENT1", "01PATIENT2"},
			"phone=%2B86%20138-0000-0003":                 {"01PATIENT3"},
			"phone=+8613800000003":                        {"01PATIENT3"}, // an unescaped +
			"phone=13800000003,13800000004":               {"01PATIENT3", "01PATIENT4"},
			"phone=1380000000":                            {},
			"telecom=phone|13800000001":                   {"01PATIENT1", "01PATIENT2"},
			"telecom=email|a@b":                           {},
			"phone=13800000001&identifier=P0002":          {"01PATIENT2"},
		} {
			list, next := c.search("/fhir/Patient?" + query)
			assert.Equal(t, want, idsOf(list), query)
			assert.Empty(t, next)
		}
		assert.Equal(t, []string{"01PATIENT1", "01PATIENT2", "01PATIENT3", "01PATIENT4"}, idsOf(c.all("/fhir/Patient?_count=1&_total=none")))
		assert.Equal(t, []string{"01PATIENT1", "01PATIENT2"}, idsOf(c.all("/fhir/Patient?_count=1&identifier=C0001")))
	})
}

// Visits at one start, on pages of every size.
func TestAppointments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		c := open(t, db, "vet")
		c.people()
		loc := c.profile.Location("")
		day := func(d, h int) time.Time { return time.Date(2026, 11, d, h, 0, 0, 0, loc) }
		a := c.book("01A", "01PATIENT1", "vaccination", day(24, 14))
		b := c.book("01B", "01PATIENT2", "vaccination", day(24, 14))
		d := c.book("01C", "", "neutering", day(25, 9))
		e := c.book("01D", "01PATIENT1", "grooming", day(30, 9))
		require.Equal(t, a.Slot.Start, b.Slot.Start)
		c.do(func(_ context.Context, tx *models.Tx) error { return tx.SetStatus(e.ID, 1, models.Cancelled, nil) })
		for query, want := range map[string][]string{
			"":                            {"01A", "01B", "01C", "01D"},
			"_id=01B":                     {"01B"},
			"identifier=" + d.Number:      {"01C"},
			"identifier=b1000003":         {"01C"},
			"identifier=urn:x|b1000003":   {},
			"patient=01PATIENT1":          {"01A", "01D"},
			"patient=Patient/01PATIENT1,": nil,

			"patient=https://clinic.example/fhir/Patient/01PATIENT2": {"01B"},
			"practitioner=" + a.Slot.Practitioner:                    {"01A"},
			"practitioner=Practitioner/" + d.Slot.Practitioner:       {"01C"},

			"location=binjiang":                                 {"01A", "01B", "01C", "01D"},
			"location=elsewhere":                                {},
			"service-type=grooming,neutering":                   {"01C", "01D"},
			"service-type=urn:zhenban:service|grooming":         {"01D"},
			"service-type=urn:x|grooming":                       {},
			"status=cancelled":                                  {"01D"},
			"status=booked,cancelled":                           {"01A", "01B", "01C", "01D"},
			"status=waitlist":                                   {},
			"date=2026-11-24":                                   {"01A", "01B"},
			"date=2026-11":                                      {"01A", "01B", "01C", "01D"},
			"date=2027":                                         {},
			"date=ge2026-11-25":                                 {"01C", "01D"},
			"date=gt2026-11-24":                                 {"01C", "01D"},
			"date=sa2026-11-24":                                 {"01C", "01D"},
			"date=lt2026-11-25":                                 {"01A", "01B"},
			"date=eb2026-11-25":                                 {"01A", "01B"},
			"date=le2026-11-25":                                 {"01A", "01B", "01C"},
			"date=ge2026-11-25&date=lt2026-11-30":               {"01C"},
			"date=ge2026-11-25&date=lt2026-11-24":               {},
			"date=2026-11-24T14:00":                             {"01A", "01B"},
			"date=2026-11-24T14:00:00%2B08:00":                  {"01A", "01B"},
			"date=2026-11-24T14:00:00+08:00":                    {"01A", "01B"}, // an unescaped +
			"date=2026-11-24T06:00:00Z":                         {"01A", "01B"},
			"date=2026-11-24T06:00:00.000Z":                     {"01A", "01B"},
			"date=gt2026-11-24T06:00:00.000Z&date=lt2026-11-26": {"01C"},
			"date=2026-11-24T14:00:01%2B08:00":                  {},
			"date=2026-11-24&practitioner=nobody":               {},
		} {
			if want == nil {
				assert.Equal(t, 400, c.get("/fhir/Appointment?"+query).Code, query)
				continue
			}
			list, _ := c.search("/fhir/Appointment?" + query)
			assert.Equal(t, want, idsOf(list), query)
		}
		for count := 1; count < 6; count++ {
			list := c.all(fmt.Sprintf("/fhir/Appointment?_count=%d&date=ge2026", count))
			assert.Equal(t, []string{"01A", "01B", "01C", "01D"}, idsOf(list))
		}
	})
}

// Free slots are those that slots computes, on whatever pages; a booked one
// goes from the free to the busy.
func TestSlots(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		c := open(t, db, "vet")
		c.people()
		window := "start=ge2026-11-24&start=lt2026-11-26"
		from := time.Date(2026, 11, 24, 0, 0, 0, 0, c.profile.Location(""))
		q := slots.Query{Service: "vaccination", From: from, To: from.AddDate(0, 0, 2), Now: c.Clock.Now()}
		want := c.profile.Slots.Find(q, nil, 0)
		for _, count := range []int{1, 3, 7, 200} {
			got := c.all(fmt.Sprintf("/fhir/Slot?service=vaccination&%s&_count=%d", window, count))
			require.Len(t, got, len(want))
			for i := 1; i < len(got); i++ {
				assert.LessOrEqual(t, got[i-1]["start"], got[i]["start"])
			}
		}
		all := c.all("/fhir/Slot?" + window)
		var sum int
		for i := range c.profile.Services {
			q.Service = c.profile.Services[i].ID
			sum += len(c.profile.Slots.Find(q, nil, 0))
		}
		assert.Len(t, all, sum, "all services where none is named")

		first, _ := c.search("/fhir/Slot?service=HealthcareService/vaccination&" + window + "&_count=1")
		id := first[0]["id"].(string)
		require.Equal(t, "free", decode(t, c.get("/fhir/Slot/"+id).Body.Bytes())["status"])
		a := c.book("01A", "01PATIENT1", "vaccination", from)
		assert.Equal(t, first[0]["start"], a.Slot.Start.Format(time.RFC3339))
		assert.NotContains(t, idsOf(c.all("/fhir/Slot?service=vaccination&"+window)), id)
		assert.Equal(t, "busy", decode(t, c.get("/fhir/Slot/"+id).Body.Bytes())["status"], "taken since it was listed")

		busy, _ := c.search("/fhir/Slot?status=busy&" + window)
		assert.Equal(t, []string{"busy-01A"}, idsOf(busy))
		assert.Equal(t, "Schedule/"+a.Slot.Practitioner+".binjiang", busy[0]["schedule"].(map[string]any)["reference"])
		both := c.all("/fhir/Slot?status=free,busy&service-type=vaccination&_count=2&" + window)
		assert.Contains(t, idsOf(both), "busy-01A")
		list, _ := c.search("/fhir/Slot?_id=busy-01A,nothing")
		assert.Equal(t, []string{"busy-01A"}, idsOf(list))

		for query, n := range map[string]int{
			"status=busy&service=grooming": 0, "status=busy&service=vaccination": 1, "status=busy&schedule=" + a.Slot.Practitioner + ".binjiang": 1,
			"status=busy&schedule=nobody.nowhere": 0, "status=busy&start=2026-11-24": 1, "status=busy&start=gt2026-11-24": 0,
			"status=busy&practitioner=" + a.Slot.Practitioner + "&location=binjiang": 1, "status=busy-unavailable": 0,
			"service=nothing": 0, "service-type=urn:x|vaccination": 0, "start=lt2026-11-23": 0, "practitioner=nobody": 0,
			"status=busy&practitioner=zhou-qing&schedule=" + a.Slot.Practitioner + ".binjiang": 0,
		} {
			list, _ := c.search("/fhir/Slot?" + query)
			assert.Len(t, list, n, query)
		}
		c.do(func(_ context.Context, tx *models.Tx) error { return tx.SetStatus("01A", 1, models.Cancelled, nil) })
		assert.Contains(t, idsOf(c.all("/fhir/Slot?service=vaccination&"+window)), id, "free again")
		assert.Equal(t, 404, c.get("/fhir/Slot/busy-01A").Code)
		c.Clock.Advance(72 * time.Hour)
		assert.Equal(t, 404, c.get("/fhir/Slot/"+id).Code, "gone by")
	})
}

// The profile's resources in every preset: searched, read, and well formed.
func TestProfiles(t *testing.T) {
	for _, preset := range config.Presets() {
		c := open(t, storetest.Open(t, storetest.SQLite(t)), preset)
		p := c.profile
		for kind, n := range map[string]int{"Practitioner": len(p.Practitioners), "HealthcareService": len(p.Services), "Location": len(p.Branches)} {
			list := c.all("/fhir/" + kind + "?_count=4")
			assert.Len(t, list, n)
			assert.True(t, slices.IsSorted(idsOf(list)))
			for _, r := range list {
				assert.Equal(t, r, decode(t, c.get("/fhir/"+kind+"/"+r["id"].(string)).Body.Bytes()))
			}
		}
		for _, r := range c.all("/fhir/Schedule") {
			assert.Equal(t, r, decode(t, c.get("/fhir/Schedule/"+r["id"].(string)).Body.Bytes()))
		}
		slot, _ := c.search("/fhir/Slot?_count=1")
		assert.Len(t, slot, 1)
		who := p.Practitioners[0]
		for _, name := range []string{who.Name.In(config.Hans), who.Name.In(config.English)[:2]} {
			list, _ := c.search("/fhir/Practitioner?name=" + url.QueryEscape(name))
			assert.Contains(t, idsOf(list), who.ID)
		}
		list, _ := c.search("/fhir/Schedule?actor=Practitioner/" + who.ID)
		assert.NotEmpty(t, list)
		list, _ = c.search("/fhir/Schedule?actor=Location/" + p.Branches[0].ID)
		assert.NotEmpty(t, list)
		list, _ = c.search("/fhir/HealthcareService?location=" + p.Branches[0].ID)
		assert.NotEmpty(t, list)
		list, _ = c.search("/fhir/Location?name=nowhere")
		assert.Empty(t, list)
	}
}

// Everything the statement promises is taken, and nothing is served beyond it.
func TestCapabilities(t *testing.T) {
	c := vet(t)
	c.people()
	v := decode(t, c.get("/fhir/metadata").Body.Bytes())
	rest := v["rest"].([]any)[0].(map[string]any)
	samples := map[string]string{"token": "free", "reference": "x", "date": "2026-11", "string": "x"}
	for _, r := range rest["resource"].([]any) {
		kind := r.(map[string]any)["type"].(string)
		for _, p := range r.(map[string]any)["searchParam"].([]any) {
			param := p.(map[string]any)
			value := samples[param["type"].(string)]
			if name := param["name"].(string); name == "phone" || name == "telecom" {
				value = "13800000001"
			}
			if kind == "Appointment" && param["name"] == "status" {
				value = "booked"
			}
			if kind == "Consent" && param["name"] == "status" {
				value = "active"
			}
			if kind == "QuestionnaireResponse" && param["name"] == "status" || kind == "Task" && param["name"] == "status" {
				value = "completed"
			}
			if kind == "Schedule" && param["name"] == "actor" {
				value = "Practitioner/x"
			}
			w := c.get(fmt.Sprintf("/fhir/%s?%s=%s", kind, param["name"], value))
			assert.Equal(t, 200, w.Code, "%s %s: %s", kind, param["name"], w.Body)
		}
	}
	assert.Len(t, rest["resource"], 16)
}
