package client

import (
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
	return calendar.Entry(calendar.Visit{
		ID: p.ID, Sequence: p.Version - 1, Start: p.Slot.Start, End: p.Slot.End, Stamp: p.UpdatedAt,
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
	return []bot.Option{{Label: t.Text("calendar.add", nil), Value: "/bookings " + p.Number, URL: t.PublicURL + "/calendar/" + t.Store.Ticket("calendar", p.ID) + ".ics"}}
}
