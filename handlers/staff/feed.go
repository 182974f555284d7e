package staff

import (
	"context"
	"errors"
	"time"

	"zhenban/bot"
	"zhenban/bot/calendar"
	"zhenban/config"
	"zhenban/models"
)

// FeedPurpose is what the ticket in a feed's link is for.
const FeedPurpose = "feed"

// How much a doctor's calendar shows, in days from today.
const (
	feedBack  = 7
	feedAhead = 56
)

// Feed gives a doctor the link to a calendar of their own visits. Arg of /feed:
// "new" for another link, "off" for none; either way the old one leads nowhere
// from then on.
type Feed struct{}

// Name implements bot.Flow.
func (Feed) Name() string { return "feed" }

// Step implements bot.Flow.
func (Feed) Step(ctx context.Context, t *bot.Turn) error {
	who := t.Clinic.Practitioner(t.Staff.Practitioner)
	switch {
	case who == nil:
		t.Say("feed.nobody", nil, t.Option("menu.today", nil, "/today"))
		return nil
	case t.PublicURL == "":
		t.Say("feed.no_address", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	f, err := t.Store.FeedOf(ctx, who.ID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	fresh := models.CalendarFeed{ID: t.Store.NewID(t.Now), Practitioner: who.ID, CreatedBy: t.Contact.ID}
	switch {
	case t.Arg == "off":
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RevokeFeeds(who.ID) })
		t.Say("feed.off", nil, t.Option("feed.start", nil, "/feed"), t.Option("menu.today", nil, "/today"))
		return nil
	case t.Arg == "new":
		t.Write(func(_ context.Context, tx *models.Tx) error {
			if err := tx.RevokeFeeds(who.ID); err != nil {
				return err
			}
			return tx.AddFeed(fresh)
		})
		f = fresh
	case err != nil: // none yet
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.AddFeed(fresh) })
		f = fresh
	}
	link := t.PublicURL + "/calendar/feed/" + t.Store.Ticket(FeedPurpose, f.ID) + ".ics"
	t.Say("feed.link", map[string]any{"Doctor": who.Name, "Link": link, "Weeks": feedAhead / 7},
		bot.Option{Label: t.Text("feed.open", nil), Value: "/feed", URL: link}, t.Option("feed.new", nil, "/feed new"), t.Option("feed.stop", nil, "/feed off"))
	return nil
}

// FeedBody writes the visits of a practitioner around now as a calendar. It
// names the service and the booking number and no patient: calendars are shown
// on many screens. Cancelled visits are not in it, so they go from the
// calendars that follow it.
func FeedBody(ctx context.Context, c *bot.Clinic, store *models.Store, practitioner string, now time.Time, text func(key string, data any) string) ([]byte, error) {
	name := config.Text{config.Hans: practitioner}
	if p := c.Practitioner(practitioner); p != nil {
		name = p.Name
	}
	list, err := store.Appointments(ctx, models.AppointmentFilter{
		Practitioner: practitioner, From: now.AddDate(0, 0, -feedBack), To: now.AddDate(0, 0, feedAhead),
	})
	if err != nil {
		return nil, err
	}
	var visits []calendar.Visit
	for _, p := range list {
		if p.Status == models.Cancelled || p.Status == models.NoShow {
			continue
		}
		loc := c.Location(p.Slot.Branch)
		data := map[string]any{"Number": p.Number, "Service": config.Text{config.Hans: p.Slot.Service}, "Branch": config.Text(nil), "Species": config.Text(nil)}
		if s := c.Service(p.Slot.Service); s != nil {
			data["Service"] = s.Name
		}
		if b := c.Branch(p.Slot.Branch); b != nil {
			data["Branch"] = b.Name
		}
		if s := c.SpeciesByID(p.Species); s != nil {
			data["Species"] = s.Name
		}
		visits = append(visits, calendar.Visit{
			ID: p.ID, Sequence: p.Version - 1, Start: p.Slot.Start.In(loc), End: p.Slot.End.In(loc), Stamp: p.UpdatedAt,
			Summary: text("feed.summary", data), Location: text("feed.location", data),
		})
	}
	return calendar.Feed(text("feed.name", map[string]any{"Doctor": name, "Clinic": c.Name}), visits), nil
}
