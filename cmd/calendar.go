package cmd

import (
	"net/http"
	"strings"

	"zhenban/bot/calendar"
	"zhenban/handlers/client"
	"zhenban/handlers/staff"
)

// serveCalendar gives the calendar entry behind a link that only the person who
// booked was shown. What is wrong with a link is not told apart.
func (a *app) serveCalendar(w http.ResponseWriter, r *http.Request) {
	ticket, ok := strings.CutSuffix(r.PathValue("ticket"), ".ics")
	id, err := a.store.OpenTicket("calendar", ticket)
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	p, err := a.store.AppointmentByID(r.Context(), id)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	c := a.clinic.current()
	a.writeCalendar(w, p.Number, func(text func(string, any) string) ([]byte, error) { return client.CalendarEntry(c, p, text), nil })
}

// serveFeed gives a doctor's calendar behind a link that only they were shown,
// until they revoke it.
func (a *app) serveFeed(w http.ResponseWriter, r *http.Request) {
	ticket, ok := strings.CutSuffix(r.PathValue("ticket"), ".ics")
	id, err := a.store.OpenTicket(staff.FeedPurpose, ticket)
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	f, err := a.store.FeedByID(r.Context(), id)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	c := a.clinic.current()
	a.writeCalendar(w, "visits", func(text func(string, any) string) ([]byte, error) {
		return staff.FeedBody(r.Context(), c, a.store, f.Practitioner, a.clock.Now(), text)
	})
}

func (a *app) writeCalendar(w http.ResponseWriter, name string, write func(text func(string, any) string) ([]byte, error)) {
	var failed error
	body, err := write(func(key string, data any) string {
		s, err := a.book.Render(a.clinic.current().Language, key, data)
		if err != nil {
			failed = err
		}
		return s
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		a.log.Error("calendar not written", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", calendar.ContentType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.ics"`)
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("X-Robots-Tag", "noindex")
	_, _ = w.Write(body)
}
