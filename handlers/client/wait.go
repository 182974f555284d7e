package client

import (
	"context"
	"errors"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// joinWaitList keeps the wish that could not be met.
func (a *arranger) joinWaitList() error {
	t, b := a.t, a.b
	if a.failed(models.ErrLimit) {
		t.Say("wait.limit", map[string]any{"Max": t.Clinic.Visits.Wait.Places}, t.Option("book.to_bookings", nil, "/bookings"))
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
	places := t.Clinic.Visits.Wait.Places
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddWait(w, places); err != nil {
			return err
		}
		return tx.Schedule(outreach.WaitEndTask(w))
	})
	loc := t.Clinic.Location(w.Branch)
	t.Say("wait.joined", map[string]any{
		"Service": t.Clinic.Service(w.Service).Name, "From": w.From.In(loc), "To": w.To.In(loc), "Minutes": int(t.Clinic.Visits.Wait.Offer.After(t.Now).Sub(t.Now).Minutes()),
	}, t.Option("wait.book_other", nil, "/book "+w.Service), t.Option("book.to_bookings", nil, "/bookings"))
	t.End()
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
	if id := models.SubjectID("Wait", t.Arg); id != "" { // a short answer to the offer
		switch yesNo(t) {
		case "yes":
			t.Arg = "take " + id
		case "no":
			t.Arg = "pass " + id
		default:
			t.Pass()
			return nil
		}
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
	now := t.Now
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.ReleaseHold(w.HoldID); err != nil {
			return err
		}
		for _, h := range holds {
			if h.ID == w.HoldID {
				if err := tx.Schedule(outreach.FreedTask(h.Slot, "passed:"+h.ID, now)); err != nil {
					return err
				}
			}
		}
		return tx.CloseWait(w.ID, state)
	})
	t.Say(text, nil, t.Option("wait.book_other", nil, "/book "+w.Service))
	return nil
}
