package client

import (
	"context"
	"errors"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
)

// Undo takes a cancellation back while the time is still free.
type Undo struct{}

// Name implements bot.Flow.
func (Undo) Name() string { return "undo" }

// Step implements bot.Flow. Arg: the number of the cancelled booking.
func (Undo) Step(ctx context.Context, t *bot.Turn) error {
	p, err := findVisit(ctx, t, t.Arg)
	if err != nil {
		return sayMissing(t, err)
	}
	again := t.Option("cancel.again", nil, "/book "+p.Slot.Service)
	switch {
	case p.Status != models.Cancelled || errors.Is(t.Failed, models.ErrGone):
		data := visitData(t, p)
		data["Status"] = string(p.Status)
		t.Say("change.over", data, t.Option("book.to_bookings", nil, "/bookings"))
		return nil
	case errors.Is(t.Failed, models.ErrTaken) || !p.Slot.Start.After(t.Now) || t.Clinic.Service(p.Slot.Service) == nil:
		t.Say("cancel.undo_late", visitData(t, p), again)
		return nil
	}
	id, was, claims := p.ID, p.Version, t.Clinic.Slots.Claims(p.Slot)
	p.Status, p.Version = models.Booked, p.Version+1
	tasks := plan(t, p)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Restore(id, was, claims, tasks) })
	notifyDesk(t, "restored", p)
	t.Say("cancel.undone", visitData(t, p), t.Option("book.to_bookings", nil, "/bookings"))
	return nil
}

// yesNo reads a plain yes or no as the options it stands for.
func yesNo(t *bot.Turn) string {
	switch h := t.Heard(); h.Intent {
	case nlu.IntentYes, nlu.IntentConfirmVisit:
		return "yes"
	case nlu.IntentNo:
		return "no"
	}
	return ""
}
