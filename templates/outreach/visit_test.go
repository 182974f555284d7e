package outreach_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

// clinic is a preset in another zone.
func clinic(t *testing.T, preset, zone string) *config.Clinic {
	t.Helper()
	p, _, err := config.LoadProfile(preset)
	require.NoError(t, err)
	p.Zone = zone
	for i := range p.Branches {
		p.Branches[i].Zone = zone
	}
	c, err := config.NewClinic(p)
	require.NoError(t, err)
	return c
}

func visit(c *config.Clinic, service string, start time.Time, status models.AppointmentStatus) models.Appointment {
	return models.Appointment{
		ID: "v1", ContactID: "web:a", Status: status, Version: 1,
		Slot: slots.Slot{Start: start, End: start.Add(30 * time.Minute), Service: service, Branch: c.Branches[0].ID},
	}
}

// dues is when each task of a plan is due, on the clock of the clinic.
func dues(c *config.Clinic, tasks []models.Task) map[string][]string {
	out := map[string][]string{}
	for _, t := range tasks {
		out[t.Kind] = append(out[t.Kind], t.DueAt.In(c.Location("")).Format("01-02 15:04 MST"))
	}
	return out
}

// TestStepsBeforeAVisitKeepToTheClock: days before are days of the calendar,
// hours are hours, on the nights that have 23 and 25 of them too.
func TestStepsBeforeAVisitKeepToTheClock(t *testing.T) {
	c := clinic(t, "surgery", "America/New_York")
	ny := c.Location("")
	for _, tc := range []struct {
		name       string
		start, now time.Time
		want       map[string][]string
	}{
		{"over the night the clocks go back", time.Date(2026, 11, 1, 10, 0, 0, 0, ny), time.Date(2026, 10, 20, 9, 0, 0, 0, ny), map[string][]string{
			outreach.TaskRemind: {"10-25 10:00 EDT", "10-31 10:00 EDT", "11-01 08:00 EST"}, outreach.TaskIntake: {"10-30 10:00 EDT"},
			outreach.TaskConsentAsk: {"10-29 10:00 EDT"}, outreach.TaskBrief: {"11-01 09:30 EST"}, outreach.TaskNoShow: {"11-01 10:30 EST"},
			outreach.TaskPrepare: {"10-25 10:00 EDT", "10-31 10:00 EDT"}, outreach.TaskPrepareOpen: {"10-29 16:00 EDT", "10-31 16:00 EDT"},
		}},
		{"over the night they go forward", time.Date(2026, 3, 8, 3, 15, 0, 0, ny), time.Date(2026, 3, 1, 9, 0, 0, 0, ny), map[string][]string{
			outreach.TaskRemind: {"03-07 03:15 EST", "03-08 00:15 EST"}, outreach.TaskIntake: {"03-06 03:15 EST"},
			outreach.TaskConsentAsk: {"03-05 03:15 EST"}, outreach.TaskBrief: {"03-08 01:45 EST"}, outreach.TaskNoShow: {"03-08 03:45 EDT"},
			outreach.TaskPrepare: {"03-01 10:00 EST", "03-07 10:00 EST"}, outreach.TaskPrepareOpen: {"03-05 16:00 EST", "03-07 16:00 EST"},
		}},
		{"a visit just before midnight is missed the day after", time.Date(2026, 6, 1, 23, 50, 0, 0, ny), time.Date(2026, 6, 1, 23, 0, 0, 0, ny), map[string][]string{
			outreach.TaskIntake: {"06-01 23:10 EDT"}, outreach.TaskConsentAsk: {"06-01 23:10 EDT"}, outreach.TaskBrief: {"06-01 23:20 EDT"}, outreach.TaskNoShow: {"06-02 00:20 EDT"},
		}},
		{"at the last moment nobody is asked anything", time.Date(2026, 6, 1, 10, 0, 0, 0, ny), time.Date(2026, 6, 1, 9, 40, 0, 0, ny), map[string][]string{
			outreach.TaskBrief: {"06-01 09:40 EDT"}, outreach.TaskNoShow: {"06-01 10:30 EDT"},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, dues(c, outreach.PlanVisit(c, visit(c, "double-eyelid", tc.start, models.Booked), tc.now)))
		})
	}
}

func TestWhatFollowsEachState(t *testing.T) {
	c := clinic(t, "vet", "Asia/Shanghai")
	start := time.Date(2026, 11, 24, 15, 0, 0, 0, c.Location(""))
	now := start.Add(40 * time.Minute)
	kinds := func(p models.Appointment) (out []string) {
		for _, task := range outreach.PlanVisit(c, p, now) {
			require.Equal(t, "Appointment/v1", task.Subject)
			require.Equal(t, p.Version, task.Version)
			out = append(out, task.Kind)
		}
		return out
	}
	require.Equal(t, []string{outreach.TaskFreed}, kinds(visit(c, "checkup", start, models.Cancelled)))
	require.Equal(t, []string{outreach.TaskFreed, outreach.TaskNoShowAsk}, kinds(visit(c, "checkup", start, models.NoShow)))
	require.Equal(t, []string{outreach.TaskBrief}, kinds(visit(c, "checkup", start, models.Arrived)))
	require.Contains(t, kinds(visit(c, "checkup", start, models.Fulfilled)), outreach.TaskSummary)
	for _, task := range outreach.PlanVisit(c, visit(c, "checkup", start, models.Fulfilled), now) {
		if task.Kind == outreach.TaskSummary {
			require.LessOrEqual(t, task.DueAt.Sub(now), 24*time.Hour, "a summary comes within a day")
		}
	}
	c.Visits.NoShow.Mark, c.Visits.Intake.Off, c.Visits.Summary.Off = config.MarkDesk, true, true
	require.Empty(t, kinds(visit(c, "checkup", start, models.Booked)))
	require.NotContains(t, kinds(visit(c, "checkup", start, models.Fulfilled)), outreach.TaskSummary)
}

func TestTheDeskIsGivenTimeForWhoIsLate(t *testing.T) {
	c := clinic(t, "vet", "Asia/Shanghai")
	p := visit(c, "checkup", time.Date(2026, 11, 24, 23, 30, 0, 0, c.Location("")), models.Booked)
	late := outreach.LateNoShow(c, p)
	require.Len(t, late, 1)
	require.Equal(t, p.Slot.Start.Add(time.Hour), late[0].DueAt)
	c.Visits.NoShow.Mark = config.MarkDesk
	require.Empty(t, outreach.LateNoShow(c, p))
}
