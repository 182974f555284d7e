package client

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/models"
)

// Bookings shows the visits to come.
type Bookings struct{}

// Name implements bot.Flow.
func (Bookings) Name() string { return "bookings" }

// Step implements bot.Flow. Arg: a booking number to show one.
func (Bookings) Step(ctx context.Context, t *bot.Turn) error {
	if rest, ok := strings.CutPrefix(t.Arg+" ", "status "); ok {
		return visitStatus(ctx, t, strings.TrimSpace(rest))
	}
	list, err := upcoming(ctx, t)
	if err != nil {
		return err
	}
	if t.Arg != "" {
		p, err := findVisit(ctx, t, t.Arg)
		if err != nil {
			return sayMissing(t, err)
		}
		list = []models.Appointment{p}
	}
	switch len(list) {
	case 0:
		t.Say("bookings.none", nil, t.Option("bookings.book", nil, "/book"))
	case 1:
		p := list[0]
		data := visitData(t, p)
		data["Status"] = string(p.Status)
		if p.Status != models.Booked {
			t.Say("bookings.one", data, t.Option("bookings.book", nil, "/book"))
			break
		}
		t.Say("bookings.one", data, t.Option("bookings.move", nil, "/move "+p.Number),
			t.Option("bookings.cancel", nil, "/cancelbooking ask "+p.Number), t.Option("bookings.another", nil, "/book"))
	default:
		t.Say("bookings.many", map[string]any{"N": len(list)}, visitOptions(t, list, "/bookings ")...)
	}
	return saySoonWaits(ctx, t)
}

// visitStatus answers whether a visit stands: the one named, the one a push was
// about, the next one, or the one that was given up last.
func visitStatus(ctx context.Context, t *bot.Turn, number string) error {
	p, _, err := nextVisit(ctx, t, number)
	if err == nil && p.ID == "" {
		p, err = t.Store.LastCancelled(ctx, t.Contact.ID, t.Now.AddDate(0, 0, -30))
	}
	if errors.Is(err, models.ErrNotFound) {
		t.Say("bookings.none", nil, t.Option("bookings.book", nil, "/book"))
		return nil
	}
	if err != nil {
		return err
	}
	data := visitData(t, p)
	data["Status"] = string(p.Status)
	options := []bot.Option{t.Option("cancel.again", nil, "/book "+p.Slot.Service)}
	switch {
	case p.Status == models.Cancelled && p.Slot.Start.After(t.Now):
		options = append(options, t.Option("cancel.undo", nil, "/undo "+p.Number))
	case p.Status == models.Booked:
		options = []bot.Option{t.Option("bookings.cancel", nil, "/cancelbooking ask "+p.Number), t.Option("bookings.move", nil, "/move "+p.Number)}
	}
	t.Say("bookings.status", data, options...)
	return nil
}

// saySoonWaits adds what the person waits for.
func saySoonWaits(ctx context.Context, t *bot.Turn) error {
	waits, err := t.Store.Waits(ctx, t.Contact.ID, t.Now)
	if err != nil {
		return err
	}
	for _, w := range waits {
		s := t.Clinic.Service(w.Service)
		if s == nil || t.Arg != "" {
			continue
		}
		loc := t.Clinic.Location(w.Branch)
		t.Say("wait.line", map[string]any{"Service": s.Name, "From": w.From.In(loc), "To": w.To.In(loc)},
			t.Option("wait.quit", nil, "/wait quit "+w.ID))
	}
	return nil
}

// upcoming lists the visits to come that this contact may see.
func upcoming(ctx context.Context, t *bot.Turn) ([]models.Appointment, error) {
	access, err := records(ctx, t)
	if err != nil {
		return nil, err
	}
	return t.Store.Upcoming(ctx, t.Contact.ID, access, t.Now)
}

// findVisit finds a visit by number among those this contact may see;
// somebody else's is as if it did not exist.
func findVisit(ctx context.Context, t *bot.Turn, number string) (models.Appointment, error) {
	p, err := t.Store.AppointmentByNumber(ctx, number)
	if err != nil {
		return p, err
	}
	access, err := records(ctx, t)
	if err != nil {
		return p, err
	}
	if !access.Sees(t.Contact.ID, p) {
		return models.Appointment{}, models.ErrNotFound
	}
	return p, nil
}

// sayMissing answers a number that leads nowhere; other errors stay errors.
func sayMissing(t *bot.Turn, err error) error {
	if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	t.Say("bookings.missing", map[string]any{"Number": t.Arg}, t.Option("bookings.list", nil, "/bookings"), t.Option("bookings.book", nil, "/book"))
	return nil
}

// visitOptions lists visits, each as a command.
func visitOptions(t *bot.Turn, list []models.Appointment, command string) []bot.Option {
	var out []bot.Option
	for _, p := range list {
		out = append(out, bot.Option{Label: t.Text("bookings.line", visitData(t, p)), Value: command + p.Number})
	}
	return out
}
