package client

import (
	"context"
	"errors"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Late tells the desk that somebody will be late for today's visit.
type Late struct{}

// Name implements bot.Flow.
func (Late) Name() string { return "late" }

// Step implements bot.Flow. Arg of /late: a booking number.
func (Late) Step(ctx context.Context, t *bot.Turn) error {
	p, ok, err := nextVisit(ctx, t, t.Arg)
	if err != nil {
		return err
	}
	if !ok || !sameDay(t, p) {
		t.Say("late.none", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.bookings", nil, "/bookings"), t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	more := visitData(t, p)
	reached, err := passOn(ctx, t, wish{Kind: "late", Words: sentence(t), Branch: p.Slot.Branch, Roles: []models.Role{models.Desk}, More: map[string]any{
		"Number": p.Number, "Start": more["Start"], "Service": more["Service"], "Doctor": more["Doctor"], "Patient": p.PatientName,
	}})
	if err != nil {
		return err
	}
	key := "late.told"
	if !reached {
		key = "late.phone_only"
	}
	t.Say(key, more, t.Option("late.move", nil, "/move "+p.Number))
	return nil
}

// ConfirmVisit thanks for the word that somebody comes, and names the visit.
type ConfirmVisit struct{}

// Name implements bot.Flow.
func (ConfirmVisit) Name() string { return "confirm" }

// Step implements bot.Flow. Arg of /confirm: a booking number.
func (ConfirmVisit) Step(ctx context.Context, t *bot.Turn) error {
	p, ok, err := nextVisit(ctx, t, t.Arg)
	if err != nil {
		return err
	}
	if !ok {
		t.Say("confirm.none", nil, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	t.Say("confirm.thanks", visitData(t, p))
	return nil
}

// nextVisit is the visit with a number, or the next one this person has.
func nextVisit(ctx context.Context, t *bot.Turn, number string) (models.Appointment, bool, error) {
	if number != "" {
		p, err := findVisit(ctx, t, number)
		switch {
		case err == nil:
			return p, p.Status == models.Booked && p.Slot.End.After(t.Now), nil
		case !errors.Is(err, models.ErrNotFound):
			return p, false, err
		}
	}
	list, err := upcoming(ctx, t)
	if err != nil || len(list) == 0 {
		return models.Appointment{}, false, err
	}
	return list[0], true, nil
}

func sameDay(t *bot.Turn, p models.Appointment) bool {
	loc := t.Clinic.Location(p.Slot.Branch)
	return config.DateOf(p.Slot.Start.In(loc)) == config.DateOf(t.Now.In(loc))
}
