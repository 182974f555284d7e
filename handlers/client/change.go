package client

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/models"
)

// Move gives a visit another time.
type Move struct{}

// Name implements bot.Flow.
func (Move) Name() string { return "move" }

// Step implements bot.Flow. Arg: the booking number; without one the only
// visit is meant, or the person picks.
func (Move) Step(ctx context.Context, t *bot.Turn) error {
	var b booking
	a, err := newArranger(ctx, t, &b)
	if err != nil {
		return err
	}
	if t.Command == "" {
		if err := t.State(&b); err != nil {
			return err
		}
		return a.proceed()
	}
	p, ok, err := whichVisit(ctx, t, "/move ")
	if err != nil || !ok {
		return err
	}
	b = booking{
		Service: p.Slot.Service, Branch: p.Slot.Branch, Practitioner: p.Slot.Practitioner, Patient: p.PatientID, Name: p.PatientName,
		Species: p.Species, Later: true, NoPhone: true, Moving: p.ID, Was: p.Version, From: p.Slot.Start, Number: p.Number,
	}
	if t.Clinic.Service(b.Service) == nil {
		t.Say("change.desk_only", visitData(t, p), t.Option("book.to_desk", nil, "/agent"))
		return nil
	}
	a.listenMove(p)
	if late(t, p) {
		t.Say("change.late", visitData(t, p))
	}
	if len(b.Windows) > 0 {
		return a.next()
	}
	return a.offerAround(p)
}

// Leave implements bot.Leaver.
func (Move) Leave(_ context.Context, t *bot.Turn) error { return leave(t) }

// listenMove takes the new time from the sentence. 把周三的改到周五 names the
// old day too: a reading on the visit's own day is the old one if others remain.
func (a *arranger) listenMove(p models.Appointment) {
	a.listen()
	if len(a.b.Windows) < 2 {
		return
	}
	day := p.Slot.Start.In(a.t.Clinic.Location(p.Slot.Branch)).Format("2006-01-02")
	var rest []window
	for _, w := range a.b.Windows {
		if w.From.In(a.t.Clinic.Location(p.Slot.Branch)).Format("2006-01-02") != day {
			rest = append(rest, w)
		}
	}
	if len(rest) > 0 {
		a.b.Windows = rest
	}
}

// offerAround offers the same time on the next day first, then what is nearest.
func (a *arranger) offerAround(p models.Appointment) error {
	q := a.query(a.t.Now, p.Slot.Start.AddDate(1, 0, 0))
	busy, err := a.busy(q)
	if err != nil {
		return err
	}
	list := a.t.Clinic.Slots.Alternatives(q, p.Slot.Start, busy, perPage*4)
	if len(list) == 0 {
		return a.ask(askTime, "book.no_time", a.serviceData(), a.t.Option("book.to_desk", nil, "/agent"))
	}
	return a.offer("change.ask_time", list, false)
}

// whichVisit finds the visit a command is about; ok is false when the answer
// already asks or explains.
func whichVisit(ctx context.Context, t *bot.Turn, command string) (p models.Appointment, ok bool, err error) {
	if t.Arg != "" {
		if p, err = findVisit(ctx, t, t.Arg); err != nil {
			return p, false, sayMissing(t, err)
		}
		if p.Status != models.Booked || !p.Slot.Start.After(t.Now) {
			data := visitData(t, p)
			data["Status"] = string(p.Status)
			t.Say("change.over", data, t.Option("bookings.book", nil, "/book"))
			return p, false, nil
		}
		return p, true, nil
	}
	if p, ok, err = pushedVisit(ctx, t); err != nil {
		return p, false, err
	}
	if ok && p.Status == models.Booked && p.Slot.Start.After(t.Now) {
		return p, true, nil
	}
	list, err := upcoming(ctx, t)
	if err != nil {
		return p, false, err
	}
	var open []models.Appointment
	for _, x := range list {
		if x.Status == models.Booked && x.Slot.Start.After(t.Now) {
			open = append(open, x)
		}
	}
	switch len(open) {
	case 0:
		t.Say("bookings.none", nil, t.Option("bookings.book", nil, "/book"))
		return p, false, nil
	case 1:
		return open[0], true, nil
	}
	t.Say("change.which", nil, visitOptions(t, open, command)...)
	return p, false, nil
}

// late reports a change on short notice.
func late(t *bot.Turn, p models.Appointment) bool {
	soon, _ := visitData(t, p)["Soon"].(bool)
	return soon && len(t.Clinic.Booking.LatePolicy) > 0
}

// Cancel gives a visit up.
type Cancel struct{}

// Name implements bot.Flow.
func (Cancel) Name() string { return "cancel" }

// Step implements bot.Flow. A visit whose number was written is cancelled at
// once, with a way to undo it; a tap ("ask" before the number) and a sentence
// without a number are confirmed first.
func (Cancel) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return cancelAnswer(ctx, t)
	}
	number, tapped := strings.CutPrefix(t.Arg, "ask ")
	t.Arg = number
	named := number != "" && !tapped
	p, ok, err := whichVisit(ctx, t, "/cancelbooking ask ")
	if err != nil || !ok {
		return err
	}
	if named {
		return cancelNow(t, p)
	}
	data := visitData(t, p)
	data["Late"] = late(t, p)
	t.Ask("cancel.confirm", data, t.Option("cancel.yes", nil, "yes"),
		t.Option("cancel.move", nil, "/move "+p.Number), t.Option("cancel.keep", nil, "no"))
	t.Keep(p.Number)
	return nil
}

func cancelAnswer(ctx context.Context, t *bot.Turn) error {
	var number string
	if err := t.State(&number); err != nil {
		return err
	}
	choice := t.Choice
	if choice == "" && !t.Stale && t.Range == 0 {
		choice = yesNo(t)
	}
	switch choice {
	case "yes":
		t.Arg = number
		p, err := findVisit(ctx, t, number)
		if err != nil {
			return sayMissing(t, err)
		}
		t.End()
		return cancelNow(t, p)
	case "no":
		t.Say("cancel.kept", nil, t.Option("book.to_bookings", nil, "/bookings"))
		t.End()
	default:
		t.Pass()
	}
	return nil
}

func cancelNow(t *bot.Turn, p models.Appointment) error {
	if errors.Is(t.Failed, models.ErrGone) || p.Status != models.Booked {
		data := visitData(t, p)
		data["Status"] = string(p.Status)
		t.Say("change.over", data, t.Option("book.to_bookings", nil, "/bookings"))
		return nil
	}
	id, was := p.ID, p.Version
	p.Status, p.Version = models.Cancelled, was+1
	tasks := plan(t, p)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SetStatus(id, was, models.Cancelled, tasks) })
	notifyDesk(t, "cancelled", p)
	data := visitData(t, p)
	data["Late"] = late(t, p)
	undo := "/undo " + p.Number
	t.Undoable(undo)
	options := []bot.Option{t.Option("cancel.again", nil, "/book "+p.Slot.Service), t.Option("cancel.undo", nil, undo)}
	t.Say("cancel.done", data, append(options, calendarOptions(t, p)...)...)
	addToCalendar(t, p)
	return nil
}
