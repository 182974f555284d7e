package cmd

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/handlers/staff"
	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates"
)

func TestAFeedsLinkWorksUntilItIsRevoked(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	book, err := templates.Load()
	require.NoError(t, err)
	profile, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	clinic, err := bot.NewClinic(profile, 1)
	require.NoError(t, err)
	a := &app{store: db.Store, book: book, clock: clockwork.NewFakeClockAt(storetest.Start()), clinic: &clinicHolder{}, log: slog.New(slog.DiscardHandler)}
	a.clinic.p.Store(clinic)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /calendar/{ticket}", a.serveCalendar)
	mux.HandleFunc("GET /calendar/feed/{ticket}", a.serveFeed)
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		body, err := io.ReadAll(w.Result().Body)
		require.NoError(t, err)
		return w.Code, string(body)
	}
	require.NoError(t, db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
		return tx.AddFeed(models.CalendarFeed{ID: "01FEED", Practitioner: "wang-xiaolin"})
	}))
	link := db.Ticket(staff.FeedPurpose, "01FEED")
	code, body := get("/calendar/feed/" + link + ".ics")
	require.Equal(t, http.StatusOK, code)
	require.True(t, strings.HasPrefix(body, "BEGIN:VCALENDAR\r\n"), body)
	for _, bad := range []string{
		"/calendar/feed/" + link,                                             // no file of a calendar
		"/calendar/" + link + ".ics",                                         // a feed is no visit
		"/calendar/feed/" + link[:len(link)-1] + "x.ics",                     // guessed
		"/calendar/feed/" + db.Ticket("calendar", "01FEED") + ".ics",         // a ticket for something else
		"/calendar/feed/" + db.Ticket(staff.FeedPurpose, "01OTHER") + ".ics", // never made
	} {
		code, _ := get(bad)
		require.Equal(t, http.StatusNotFound, code, bad)
	}
	require.NoError(t, db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.RevokeFeeds("wang-xiaolin") }))
	code, _ = get("/calendar/feed/" + link + ".ics")
	require.Equal(t, http.StatusNotFound, code)
}
