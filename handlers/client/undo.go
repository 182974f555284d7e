package client

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Undo takes back what somebody did to a visit: a cancellation or a move while
// the old time is free, that they come or come late, that it is not theirs.
type Undo struct{}

// Name implements bot.Flow.
func (Undo) Name() string { return "undo" }

// undoCancelFor is how long a cancellation is found that is taken back without
// saying which.
const undoCancelFor = 24 * time.Hour

// Step implements bot.Flow. Arg: the number of the cancelled booking, or what
// is taken back and the number; nothing for what was done last.
func (Undo) Step(ctx context.Context, t *bot.Turn) error {
	if t.Arg == "" {
		_, t.Arg, _ = strings.Cut(t.Undo(), " ")
	}
	if t.Arg == "" {
		p, err := t.Store.LastCancelled(ctx, t.Contact.ID, t.Now.Add(-undoCancelFor))
		if errors.Is(err, models.ErrNotFound) {
			t.Say("undo.nothing", nil, t.Option("book.to_bookings", nil, "/bookings"), t.Option("menu.agent", nil, "/agent"))
			return nil
		}
		if err != nil {
			return err
		}
		t.Arg = p.Number
	}
	t.Undone()
	what, rest, _ := strings.Cut(t.Arg, " ")
	switch what {
	case "late":
		return undoWord(ctx, t, rest, "late")
	case "confirm":
		return undoWord(ctx, t, rest, "confirm")
	case "move":
		return undoMove(ctx, t, rest)
	case "notme":
		return undoNotMe(ctx, t, rest)
	case "missed":
		return undoMissed(ctx, t, rest)
	}
	return undoCancel(ctx, t)
}

func undoCancel(ctx context.Context, t *bot.Turn) error {
	p, err := findVisit(ctx, t, t.Arg)
	if err != nil {
		return sayMissing(t, err)
	}
	again := t.Option("cancel.again", nil, "/book "+p.Slot.Service)
	switch {
	case p.Status != models.Cancelled || errors.Is(t.Failed, models.ErrGone):
		sayOver(t, p)
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
	t.Say("cancel.undone", visitData(t, p), append([]bot.Option{t.Option("book.to_bookings", nil, "/bookings")}, calendarOptions(t, p)...)...)
	addToCalendar(t, p)
	return nil
}

// undoWord takes back the word that somebody comes, or comes late.
func undoWord(ctx context.Context, t *bot.Turn, number, what string) error {
	t.Arg = number
	p, err := findVisit(ctx, t, number)
	if err != nil {
		return sayMissing(t, err)
	}
	if p.Status != models.Booked || errors.Is(t.Failed, models.ErrGone) {
		sayOver(t, p)
		return nil
	}
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if what == "late" {
			return tx.LateVisit(p.ID, false)
		}
		return tx.ConfirmVisit(p.ID, false)
	})
	if what == "late" {
		notifyDesk(t, "in_time", p)
	}
	t.Say("undo."+what, visitData(t, p), t.Option("bookings.move", nil, "/move "+p.Number),
		t.Option("bookings.cancel", nil, "/cancelbooking ask "+p.Number))
	return nil
}

// undoMissed takes back why somebody did not come.
func undoMissed(ctx context.Context, t *bot.Turn, number string) error {
	t.Arg = number
	p, err := findVisit(ctx, t, number)
	if err != nil {
		return sayMissing(t, err)
	}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.DropNote(p.ID, models.NoteNoShow) })
	t.Notify(outreach.Notice{
		Key: "missed-undo:" + p.ID + ":" + t.In.Key, Branch: p.Slot.Branch, Roles: []models.Role{models.Desk}, Text: "noshow.untold", Data: outreach.Same(visitData(t, p)),
	})
	options := []bot.Option{t.Option("noshow.came", nil, "/missed "+p.Number+" came")}
	if t.Clinic.Service(p.Slot.Service) != nil {
		options = append(options, t.Option("missed.again", nil, "/book "+p.Slot.Service))
	}
	t.Say("undo.missed", visitData(t, p), append(options, t.Option("menu.agent", nil, "/agent"))...)
	return nil
}

// undoMove gives a visit the time back that it had before it moved. arg: the
// number and the version that the move made.
func undoMove(ctx context.Context, t *bot.Turn, arg string) error {
	number, made, _ := strings.Cut(arg, " ")
	t.Arg = number
	p, err := findVisit(ctx, t, number)
	if err != nil {
		return sayMissing(t, err)
	}
	version, _ := strconv.Atoi(made)
	switch {
	case p.Status != models.Booked || p.Version != version || p.MovedFrom == nil || errors.Is(t.Failed, models.ErrGone):
		t.Say("change.gone", map[string]any{"Number": p.Number}, t.Option("book.to_bookings", nil, "/bookings"))
		return nil
	case errors.Is(t.Failed, models.ErrTaken) || !p.MovedFrom.Start.After(t.Now) || t.Clinic.Service(p.Slot.Service) == nil:
		data := visitData(t, p)
		data["Old"] = p.MovedFrom.Start.In(t.Clinic.Location(p.MovedFrom.Branch))
		t.Say("undo.move_late", data, t.Option("bookings.move", nil, "/move "+p.Number))
		return nil
	}
	from, was := p.Slot, p.Version
	to := *p.MovedFrom
	p.Slot, p.Version, p.MovedFrom = to, was+1, &from
	claims := t.Clinic.Slots.Claims(to)
	tasks := append(plan(t, p), outreach.FreedTask(from, p.ID+":"+strconv.Itoa(p.Version), t.Now))
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.MoveBack(p.ID, was, to, claims, tasks) })
	notifyDesk(t, "moved", p)
	t.Say("undo.move", visitData(t, p), append([]bot.Option{t.Option("book.to_bookings", nil, "/bookings")}, calendarOptions(t, p)...)...)
	addToCalendar(t, p)
	return nil
}

// sayOver says what became of a visit that cannot be changed any more.
func sayOver(t *bot.Turn, p models.Appointment) {
	data := visitData(t, p)
	data["Status"] = string(p.Status)
	t.Say("change.over", data, t.Option("book.to_bookings", nil, "/bookings"))
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
