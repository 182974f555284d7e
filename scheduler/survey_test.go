package scheduler

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

func TestSampleIsReproducible(t *testing.T) {
	chosen, other := 0, 0
	const n = 20_000
	for i := range n {
		id := fmt.Sprintf("01K%023d", i)
		in := outreach.Sampled("2026-W48", id, 10)
		require.Equal(t, in, outreach.Sampled("2026-W48", id, 10))
		if in {
			chosen++
		}
		if in && outreach.Sampled("2026-W49", id, 10) {
			other++
		}
		require.False(t, outreach.Sampled("2026-W48", id, 0))
		require.True(t, outreach.Sampled("2026-W48", id, 100))
	}
	require.InDelta(t, n/10, chosen, n/100)
	require.InDelta(t, n/100, other, n/200, "another week chooses afresh")
}

// visits are fulfilled visits of different people, ten a day from a day on.
func visits(t *testing.T, o Options, from time.Time, days int) []models.Appointment {
	t.Helper()
	var out []models.Appointment
	for d := range days {
		for i := range 10 {
			start := from.AddDate(0, 0, d).Add(time.Duration(i) * time.Hour)
			contact := fmt.Sprintf("web:p%d-%d", d, i)
			p := models.Appointment{
				ID: o.Store.NewID(start), Number: models.NewNumber(), ContactID: contact, PatientName: "豆豆", Status: models.Booked,
				Slot: slots.Slot{Start: start, End: start.Add(20 * time.Minute), Service: "checkup", Branch: "binjiang", Practitioner: "li-jianping"},
			}
			require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
				if err := tx.SaveContact(models.Contact{ID: contact, Channel: "web", Address: contact[4:], Reach: models.ReachOpen}); err != nil {
					return err
				}
				if err := tx.Book(p, "", nil, 5, nil); err != nil {
					return err
				}
				return tx.SetStatus(p.ID, 1, models.Fulfilled, nil)
			}))
			p.Version, p.Status = 2, models.Fulfilled
			out = append(out, p)
		}
	}
	return out
}

func surveyedVisits(t *testing.T, o Options, list []models.Appointment) []string {
	t.Helper()
	var out []string
	for _, p := range list {
		if s, err := o.Store.SurveyByKey(t.Context(), models.SurveyKey(p.ID, models.WaveSample)); err == nil && s.Wave == models.WaveSample {
			out = append(out, p.ID)
		}
	}
	return out
}

// Two copies take the sample of the week before, once; who answered already is
// left out, and so is the week that is running.
func TestWeeklySample(t *testing.T) {
	sunday := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC) // 15:00 in Shanghai
	o, clock := base(t, sunday)
	clinic := o.Clinic()
	clinic.Surveys = config.Surveys{Sample: 30, Apart: config.Lead{Days: 5}, Low: 2}
	last := visits(t, o, time.Date(2026, 11, 16, 1, 0, 0, 0, time.UTC), 7)
	this := visits(t, o, time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), 1)
	var want []string
	rated := ""
	for _, p := range last {
		if !outreach.Sampled("2026-W47", p.ID, 30) {
			continue
		}
		if rated == "" {
			rated = p.ID
			require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
				s := models.Survey{ID: "own", Key: models.SurveyKey(p.ID, models.WaveOwn), Wave: models.WaveOwn, ContactID: p.ContactID, AppointmentID: p.ID, Month: "2026-11"}
				return tx.Answer(s, models.SurveyAnswer{Overall: 4}, tx.Now)
			}))
			continue
		}
		want = append(want, p.ID)
	}
	require.NotEmpty(t, want)
	first, second := New(o), New(o)
	require.NoError(t, first.Drain(t.Context()))
	require.NoError(t, second.Drain(t.Context()))
	require.Empty(t, surveyedVisits(t, o, last), "not before Monday")
	clock.Advance(24 * time.Hour)
	require.NoError(t, first.Drain(t.Context()))
	require.NoError(t, second.Drain(t.Context()))
	require.Equal(t, want, surveyedVisits(t, o, last))
	require.Empty(t, surveyedVisits(t, o, this))
	clock.Advance(time.Hour)
	require.NoError(t, second.Drain(t.Context()))
	require.Equal(t, want, surveyedVisits(t, o, last))
}

// Whose animal has died is not asked how the operation went, nor is anybody
// twice within a few days, nor who refused.
func TestNobodyIsAskedOutOfPlace(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	o, clock := base(t, now)
	list := visits(t, o, now.AddDate(0, 0, -2), 1)
	reason := func(i int, prepare func(tx *models.Tx, p models.Appointment) error) string {
		p := list[i]
		require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
			if prepare != nil {
				if err := prepare(tx, p); err != nil {
					return err
				}
			}
			return tx.Schedule(outreach.SampleTask(p, tx.Now))
		}))
		require.NoError(t, New(o).Drain(t.Context()))
		tasks, err := o.Store.TasksAbout(t.Context(), models.AboutAppointment(p.ID))
		require.NoError(t, err)
		return tasks[len(tasks)-1].Reason
	}
	require.Empty(t, reason(0, nil))
	require.Contains(t, reason(1, func(tx *models.Tx, p models.Appointment) error {
		return tx.Prefer(p.ContactID, models.KindSurvey, false)
	}), "refused")
	require.Contains(t, reason(2, func(tx *models.Tx, p models.Appointment) error {
		s := models.Survey{ID: "x", Key: "visit:another", Wave: models.WaveVisit, ContactID: p.ContactID, Month: "2026-11"}
		return tx.AskSurvey(s, time.Hour)
	}), "short time ago")
	require.Contains(t, reason(3, func(tx *models.Tx, p models.Appointment) error {
		s := models.Survey{ID: "y", Key: models.SurveyKey(p.ID, models.WaveOwn), Wave: models.WaveOwn, ContactID: p.ContactID, Month: "2026-11"}
		return tx.Answer(s, models.SurveyAnswer{Overall: 5}, tx.Now)
	}), "answered before")
	clock.Advance(time.Minute)
}
