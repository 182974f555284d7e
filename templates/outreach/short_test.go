package outreach_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

func TestVisitNotice(t *testing.T) {
	p, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	c, err := config.NewClinic(p)
	require.NoError(t, err)
	start := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	visit := models.Appointment{Number: "B1234567", PatientName: "豆豆", Slot: slots.Slot{
		Start: start, Service: p.Services[0].ID, Practitioner: p.Practitioners[0].ID, Branch: p.Branches[0].ID,
	}}
	n := outreach.VisitNotice("visit-reminder", c, visit)(config.Hans)
	assert.Equal(t, "2026-11-24T15:00:00+08:00", n.Fields["time"])
	assert.Equal(t, p.Services[0].Name.In(config.Hans), n.Fields["service"])
	assert.ElementsMatch(t, outreach.Notices()["visit-reminder"], slices.Collect(maps.Keys(n.Fields)))

	assert.NoError(t, outreach.CheckFields("visit-reminder", map[string]string{"thing1": "service"}))
	assert.ErrorContains(t, outreach.CheckFields("visit-reminder", map[string]string{"thing1": "colour"}), "no field colour")
	assert.ErrorContains(t, outreach.CheckFields("nothing", nil), "there is no notice nothing")
}
