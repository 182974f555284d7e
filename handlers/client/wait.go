package client

import (
	"context"
	"errors"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

// Waiting rules: how many places one person may have, and how long a freed
// time is kept for whoever it is offered to.
const (
	maxWaits  = 3
	waitOffer = 15 * time.Minute
)

// joinWaitList keeps the wish that could not be met.
func (a *arranger) joinWaitList() error {
	t, b := a.t, a.b
	if a.failed(models.ErrLimit) {
		t.Say("wait.limit", map[string]any{"Max": maxWaits}, t.Option("book.to_bookings", nil, "/bookings"))
		t.End()
		return nil
	}
	w := models.Wait{
		ID: t.Store.NewID(t.Now), ContactID: t.Contact.ID, PatientID: b.Patient, PatientName: b.Name, Species: b.Species,
		Service: b.Service, Branch: b.branch(), Practitioner: b.doctor(), From: t.Now,
		To: t.Now.AddDate(0, 0, t.Clinic.Service(b.Service).HorizonDays),
	}
	if len(b.Windows) > 0 {
		w.From, w.To = b.Windows[0].From, b.Windows[0].To
		if b.Windows[0].exact() { // one moment is too narrow a wish: that half day
			w.From, w.To = w.From.Add(-2*time.Hour), w.From.Add(2*time.Hour)
		}
	}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.AddWait(w, maxWaits) })
	loc := t.Clinic.Location(w.Branch)
	t.Say("wait.joined", map[string]any{
		"Service": t.Clinic.Service(w.Service).Name, "From": w.From.In(loc), "To": w.To.In(loc), "Minutes": int(waitOffer.Minutes()),
	}, t.Option("wait.book_other", nil, "/book "+w.Service), t.Option("book.to_bookings", nil, "/bookings"))
	t.End()
	return nil
}

// offerFreed offers a time that came free to the first person on the wait list
// it suits, and holds it for them.
func offerFreed(ctx context.Context, t *bot.Turn, freed slots.Slot, owner string) error {
	if !freed.Start.After(t.Now) || errors.Is(t.Failed, models.ErrTaken) {
		return nil
	}
	waits, err := t.Store.WaitsOver(ctx, freed.Start)
	if err != nil {
		return err
	}
	for _, w := range waits {
		if w.ContactID == t.Contact.ID || t.Clinic.Service(w.Service) == nil {
			continue
		}
		slot, err := suits(ctx, t, w, freed, owner)
		if err != nil {
			return err
		}
		if slot != nil {
			return offerTo(ctx, t, w, *slot)
		}
	}
	return nil
}

// suits finds a time for a wait that uses what came free.
func suits(ctx context.Context, t *bot.Turn, w models.Wait, freed slots.Slot, owner string) (*slots.Slot, error) {
	q := slots.Query{
		Service: w.Service, Branch: w.Branch, Practitioner: w.Practitioner, From: later(w.From, freed.Start.Add(-2*time.Hour)),
		To: earlier(w.To, freed.End), Now: t.Now,
	}
	ids, from, to := t.Clinic.Slots.Resources(q)
	busy, err := t.Store.Busy(ctx, ids, from, to, owner)
	if err != nil {
		return nil, err
	}
	for _, s := range t.Clinic.Slots.Find(q, busy, 0) {
		if s.Start.Before(freed.End) && freed.Start.Before(s.End) && (w.Practitioner != "" || s.Practitioner == freed.Practitioner) {
			return &s, nil
		}
	}
	return nil, nil
}

func offerTo(ctx context.Context, t *bot.Turn, w models.Wait, s slots.Slot) error {
	c, err := t.Store.Contact(ctx, w.ContactID)
	if err != nil {
		return err
	}
	hold := models.Hold{ID: t.Store.NewID(t.Now), ContactID: w.ContactID, Slot: s, ExpiresAt: t.Now.Add(waitOffer)}
	claims := t.Clinic.Slots.Claims(s)
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.OfferWait(w.ID, hold.ID, hold.ExpiresAt); err != nil {
			return err
		}
		return tx.TakeHold(hold, claims, "", maxHolds)
	})
	lang := config.Language(c.Language)
	data := visitData(t, models.Appointment{Slot: s, PatientName: w.PatientName})
	data["Until"] = hold.ExpiresAt.In(t.Clinic.Location(s.Branch))
	t.Tell(w.ContactID, lang, "wait:"+w.ID+":"+hold.ID, "wait.offer", data,
		bot.Option{Label: t.TextIn(lang, "wait.accept", nil), Value: "/wait take " + w.ID},
		bot.Option{Label: t.TextIn(lang, "wait.decline", nil), Value: "/wait pass " + w.ID},
		bot.Option{Label: t.TextIn(lang, "wait.quit", nil), Value: "/wait quit " + w.ID})
	t.Notify(outreach.Notice{
		Key: "wait:" + hold.ID, Branch: s.Branch, Roles: []models.Role{models.Desk}, Text: "wait.staff_hit",
		Data: outreach.Same(data),
	})
	return nil
}

// Wait answers an offer from the wait list, or leaves the list.
type Wait struct{}

// Name implements bot.Flow.
func (Wait) Name() string { return "wait" }

// Step implements bot.Flow. Arg: take, pass or quit, and the wait's ID.
func (Wait) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		var b booking
		a, err := newArranger(ctx, t, &b)
		if err != nil {
			return err
		}
		if err := t.State(&b); err != nil {
			return err
		}
		return a.proceed()
	}
	verb, id, _ := strings.Cut(t.Arg, " ")
	w, err := t.Store.WaitByID(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && w.ContactID != t.Contact.ID {
		t.Say("wait.unknown", nil, t.Option("book.to_bookings", nil, "/bookings"))
		return nil
	}
	if err != nil {
		return err
	}
	switch verb {
	case "take":
		return takeOffer(ctx, t, w)
	case "pass":
		return passOffer(ctx, t, w, models.WaitOpen, "wait.passed")
	default:
		return passOffer(ctx, t, w, models.WaitEnded, "wait.left")
	}
}

// takeOffer goes on to the confirmation with the time that is held.
func takeOffer(ctx context.Context, t *bot.Turn, w models.Wait) error {
	holds, err := t.Store.Holds(ctx, t.Contact.ID)
	if err != nil {
		return err
	}
	for _, h := range holds {
		if h.ID != w.HoldID || w.State != models.WaitOffered {
			continue
		}
		s := h.Slot
		b := booking{
			Service: w.Service, Branch: s.Branch, Practitioner: s.Practitioner, Patient: w.PatientID, Name: w.PatientName, Species: w.Species,
			Slot: &s, Hold: h.ID, HoldUntil: h.ExpiresAt, Wait: w.ID,
		}
		a, err := newArranger(ctx, t, &b)
		if err != nil {
			return err
		}
		return a.next()
	}
	t.Say("wait.lapsed", nil, t.Option("wait.book_other", nil, "/book "+w.Service), t.Option("wait.quit", nil, "/wait quit "+w.ID))
	return nil
}

func passOffer(ctx context.Context, t *bot.Turn, w models.Wait, state, text string) error {
	holds, err := t.Store.Holds(ctx, t.Contact.ID)
	if err != nil {
		return err
	}
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.ReleaseHold(w.HoldID); err != nil {
			return err
		}
		return tx.CloseWait(w.ID, state)
	})
	for _, h := range holds {
		if h.ID == w.HoldID {
			if err := offerFreed(ctx, t, h.Slot, h.ID); err != nil {
				return err
			}
		}
	}
	t.Say(text, nil, t.Option("wait.book_other", nil, "/book "+w.Service))
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
