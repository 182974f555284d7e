package client

import (
	"context"
	"errors"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
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
	missed := p.Status == models.NoShow && sameDay(t, p) // marked while they were on their way
	if !missed && (!ok || !sameDay(t, p) && t.Arg == "") {
		t.Say("late.none", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.bookings", nil, "/bookings"), t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	more := visitData(t, p)
	var does []outreach.Option
	if missed {
		does = []outreach.Option{{Text: "noshow.came_after_all", Command: "/arrived " + p.Number}}
	}
	reached, err := passOn(ctx, t, wish{Does: does, Kind: "late", Words: sentence(t), Branch: p.Slot.Branch, Roles: []models.Role{models.Desk}, More: map[string]any{
		"Number": p.Number, "Start": more["Start"], "Service": more["Service"], "Doctor": more["Doctor"], "Patient": p.PatientName,
	}})
	if err != nil {
		return err
	}
	more["Reached"], more["SameDay"] = reached, sameDay(t, p)
	if missed { // nobody asks why of somebody who is on their way
		t.Write(func(_ context.Context, tx *models.Tx) error {
			return tx.Drop(models.AboutAppointment(p.ID), "on the way")
		})
		t.Say("late.missed", more, t.Option("late.again", nil, "/book "+p.Slot.Service))
		return nil
	}
	tasks := outreach.LateNoShow(t.Clinic.Clinic, p)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.LateVisit(p.ID, true, tasks...) })
	key := "late.told"
	if !reached {
		key = "late.phone_only"
	}
	undo := "/undo late " + p.Number
	t.Undoable(undo)
	t.Say(key, more, t.Option("late.move", nil, "/move "+p.Number), t.Option("late.undo", nil, undo))
	return nil
}

// ConfirmVisit keeps the word that somebody comes, and names the visit.
type ConfirmVisit struct{}

// Name implements bot.Flow.
func (ConfirmVisit) Name() string { return "confirm" }

// Step implements bot.Flow. Arg of /confirm: a booking number.
func (ConfirmVisit) Step(ctx context.Context, t *bot.Turn) error {
	p, ok, err := nextVisit(ctx, t, t.Arg)
	if err != nil {
		return err
	}
	if !ok && (t.Arg != "" && p.ID != "") {
		data := visitData(t, p)
		data["Status"] = string(p.Status)
		t.Say("change.over", data, t.Option("bookings.book", nil, "/book"))
		return nil
	}
	if !ok {
		t.Say("confirm.none", nil, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	if p.Status == models.Booked {
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.ConfirmVisit(p.ID, true) })
		t.Undoable("/undo confirm " + p.Number)
	}
	t.Say("confirm.thanks", visitData(t, p))
	return nil
}

// nextVisit is the visit with a number, the one a push was just about, or the
// next one this person has.
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
	if p, ok, err := pushedVisit(ctx, t); err != nil || ok {
		return p, ok && p.Status == models.Booked && p.Slot.End.After(t.Now), err
	}
	list, err := upcoming(ctx, t)
	if err != nil || len(list) == 0 {
		return models.Appointment{}, false, err
	}
	return list[0], true, nil
}

// pushedVisit is the visit that the clinic said something about by itself since
// the person's last message: what they answer is about that one.
func pushedVisit(ctx context.Context, t *bot.Turn) (models.Appointment, bool, error) {
	pushed, err := t.Pushed(ctx)
	if err != nil {
		return models.Appointment{}, false, err
	}
	return subjectVisit(ctx, t, pushed.Subject)
}

// subjectVisit is the visit that a subject names, if this person may see it.
func subjectVisit(ctx context.Context, t *bot.Turn, subject string) (models.Appointment, bool, error) {
	id := models.SubjectID("Appointment", subject)
	if id == "" {
		return models.Appointment{}, false, nil
	}
	p, err := t.Store.AppointmentByID(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return p, false, nil
	}
	if err != nil {
		return p, false, err
	}
	access, err := records(ctx, t)
	return p, err == nil && access.Sees(t.Contact.ID, p), err
}

func sameDay(t *bot.Turn, p models.Appointment) bool {
	loc := t.Clinic.Location(p.Slot.Branch)
	return config.DateOf(p.Slot.Start.In(loc)) == config.DateOf(t.Now.In(loc))
}
