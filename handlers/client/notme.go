package client

import (
	"context"
	"errors"

	"zhenban/bot"
	"zhenban/models"
)

// NotMe keeps everything about a visit away from somebody who says it is not
// theirs, and tells the desk. Arg of /notme: the booking's number.
type NotMe struct{}

// Name implements bot.Flow.
func (NotMe) Name() string { return "notme" }

// Step implements bot.Flow.
func (NotMe) Step(ctx context.Context, t *bot.Turn) error {
	p, err := findVisit(ctx, t, t.Arg)
	if err != nil {
		return sayMissing(t, err)
	}
	who, me, was := p.ContactID, t.Contact.ID, p.Version
	if p.ContactID == me {
		p.ContactID = ""
	}
	p.DisownedBy, p.Version = me, was+1
	tasks := plan(t, p)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Disown(p.ID, was, me, tasks) })
	data := visitData(t, p)
	reached, err := passOn(ctx, t, wish{Kind: "notme", Words: sentence(t), Branch: p.Slot.Branch, Roles: []models.Role{models.Desk}, More: map[string]any{
		"Number": p.Number, "Start": data["Start"], "Service": data["Service"], "Patient": p.PatientName, "Booked": who == me, "VisitPhone": data["Phone"],
	}})
	if err != nil {
		return err
	}
	undo := "/undo notme " + p.Number
	t.Undoable(undo)
	data["Reached"] = reached
	t.Say("notme.noted", data, t.Option("notme.undo", nil, undo), t.Option("menu.agent", nil, "/agent"))
	return nil
}

// undoNotMe takes it back: the visit is theirs after all.
func undoNotMe(ctx context.Context, t *bot.Turn, number string) error {
	p, err := t.Store.AppointmentByNumber(ctx, number)
	if err == nil && p.DisownedBy != t.Contact.ID {
		err = models.ErrNotFound
	}
	if err != nil {
		t.Arg = number
		return sayMissing(t, err)
	}
	if errors.Is(t.Failed, models.ErrGone) {
		t.Say("change.gone", map[string]any{"Number": p.Number}, t.Option("book.to_bookings", nil, "/bookings"))
		return nil
	}
	me, was := t.Contact.ID, p.Version
	if p.ContactID == "" {
		p.ContactID = me
	}
	p.DisownedBy, p.Version = "", was+1
	tasks := plan(t, p)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Reclaim(p.ID, was, me, tasks) })
	notifyDesk(t, "reclaimed", p)
	t.Undone()
	t.Say("notme.undone", visitData(t, p), t.Option("book.to_bookings", nil, "/bookings"))
	return nil
}
