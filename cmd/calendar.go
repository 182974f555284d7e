package cmd

import (
	"net/http"
	"strings"

	"zhenban/bot/calendar"
	"zhenban/handlers/client"
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
	var failed error
	body := client.CalendarEntry(c, p, func(key string, data any) string {
		s, err := a.book.Render(c.Language, key, data)
		if err != nil {
			failed = err
		}
		return s
	})
	if failed != nil {
		a.log.Error("calendar entry not written", "error", failed)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", calendar.ContentType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+p.Number+`.ics"`)
	w.Header().Set("Cache-Control", "private, no-store")
	_, _ = w.Write(body)
}
