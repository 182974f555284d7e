package handlers_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/handlers"
	"zhenban/handlers/staff"
	"zhenban/handlers/talk"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates"
)

// TestFeedHoldsWhatStandsAndNobodysName reads a doctor's calendar as a program
// that follows it does, over the night the clocks go back.
func TestFeedHoldsWhatStandsAndNobodysName(t *testing.T) {
	ny, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	now := time.Date(2026, 10, 31, 9, 0, 0, 0, ny)
	k := talk.New(t, talk.Options{Zone: "America/New_York", Now: now, Routes: handlers.Routes})
	book, err := templates.Load()
	require.NoError(t, err)
	days := []int{0, 1, 2, 100}
	ids := make([]string, len(days))
	for i, day := range days {
		start := time.Date(2026, 10, 31+day, 15, 0, 0, 0, ny)
		s := slots.Slot{Start: start, End: start.Add(30 * time.Minute), Service: k.Clinic.Services[0].ID, Branch: "binjiang", Practitioner: "wang-xiaolin"}
		p := models.Appointment{ID: k.Store.NewID(now), Number: models.NewNumber(), ContactID: "web:a", PatientName: "豆豆", Slot: s}
		ids[i] = p.ID
		k.Do(func(_ context.Context, tx *models.Tx) error { return tx.Book(p, "", nil, 9, nil) })
	}
	feed := func() (*ics.Calendar, string) {
		body, err := staff.FeedBody(t.Context(), k.Clinic, k.Store, "wang-xiaolin", k.Clock.Now(), func(key string, data any) string {
			s, err := book.Render(config.Hans, key, data)
			require.NoError(t, err)
			return s
		})
		require.NoError(t, err)
		c, err := ics.ParseCalendar(bytes.NewReader(body))
		require.NoError(t, err)
		return c, string(body)
	}
	c, text := feed()
	require.Len(t, c.Events(), 3, "what is too far ahead is not in it")
	require.NotContains(t, text, "豆豆")
	for i, e := range c.Events() {
		at, err := e.GetStartAt()
		require.NoError(t, err)
		require.True(t, at.Equal(time.Date(2026, 10, 31+i, 15, 0, 0, 0, ny)), "three in the afternoon on either side of the change: %s", at)
	}
	k.Do(func(_ context.Context, tx *models.Tx) error { return tx.SetStatus(ids[1], 1, models.Cancelled, nil) })
	c, _ = feed()
	require.Len(t, c.Events(), 2, "a cancelled visit is gone")
}
