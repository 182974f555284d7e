package client

import (
	"context"

	"zhenban/bot"
	"zhenban/bot/calendar"
	"zhenban/config"
	"zhenban/models"
)

// CalendarEntry writes a visit as an iCalendar entry. text renders a text of
// ours. The entry names the clinic, the number and the place; what the visit
// is for stays in the chat, since a calendar is often shared.
func CalendarEntry(c *bot.Clinic, p models.Appointment, text func(key string, data any) string) []byte {
	data := map[string]any{"Clinic": c.Name, "Number": p.Number, "Doctor": config.Text(nil), "Phone": c.Phone, "Address": config.Text(nil)}
	if d := c.Practitioner(p.Slot.Practitioner); d != nil {
		data["Doctor"] = d.Name
	}
	url := ""
	if b := c.Branch(p.Slot.Branch); b != nil {
		data["Address"], url = b.Address, b.Map
	}
	loc := c.Location(p.Slot.Branch)
	return calendar.Entry(calendar.Visit{
		ID: p.ID, Sequence: p.Version - 1, Start: p.Slot.Start.In(loc), End: p.Slot.End.In(loc), Stamp: p.UpdatedAt,
		Summary: text("calendar.summary", data), Description: text("calendar.description", data), Location: text("calendar.location", data),
		URL: url, Cancelled: p.Status == models.Cancelled,
	})
}

// addToCalendar hands the entry over the way the channel can: as a file, or as
// a link where it takes none.
func addToCalendar(t *bot.Turn, p models.Appointment) {
	p.UpdatedAt = t.Now
	if t.Files {
		t.Add(bot.Message{Media: &bot.Media{
			Name: p.Number + ".ics", ContentType: calendar.ContentType, Data: CalendarEntry(t.Clinic, p, t.Text),
		}})
	}
}

// calendarOptions is the link for channels without files, where the clinic has
// a public address.
func calendarOptions(t *bot.Turn, p models.Appointment) []bot.Option {
	if t.Files || t.PublicURL == "" {
		return nil
	}
	label := "calendar.add"
	if p.Status == models.Cancelled {
		label = "calendar.remove"
	}
	return []bot.Option{{Label: t.Text(label, nil), Value: "/bookings " + p.Number, URL: t.PublicURL + "/calendar/" + t.Store.Ticket("calendar", p.ID) + ".ics"}}
}

// Calendar hands out the entry of the next visit once more; who works here gets
// the link to their own calendar.
type Calendar struct{}

// Name implements bot.Flow.
func (Calendar) Name() string { return "calendar" }

// Step implements bot.Flow.
func (Calendar) Step(ctx context.Context, t *bot.Turn) error {
	if t.Staff != nil {
		t.Then("/feed")
		return nil
	}
	p, ok, err := nextVisit(ctx, t, t.Arg)
	if err != nil {
		return err
	}
	if !ok {
		t.Say("bookings.none", nil, t.Option("bookings.book", nil, "/book"))
		return nil
	}
	t.Say("calendar.entry", visitData(t, p), append(calendarOptions(t, p), t.Option("book.to_bookings", nil, "/bookings"))...)
	addToCalendar(t, p)
	return nil
}
