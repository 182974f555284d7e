package scheduler

import (
	"context"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

// freed offers a time that came free to the wait list.
func freed(ctx context.Context, w *Work) error {
	var f outreach.Freed
	if err := w.Payload(&f); err != nil {
		return err
	}
	return w.offer(ctx, f)
}

// lapse hands an offer on that nobody answered, until nobody suits.
func lapse(ctx context.Context, w *Work) error {
	var f outreach.Freed
	if err := w.Payload(&f); err != nil {
		return err
	}
	id := models.SubjectID("Wait", w.Task.Subject)
	lapsed, err := w.Tx.LapseWait(id, f.Hold)
	if err != nil {
		return err
	}
	if !lapsed {
		w.Suppress("the offer was answered")
		return nil
	}
	if err := w.Tx.ReleaseHold(f.Hold); err != nil {
		return err
	}
	wait, err := w.Tx.Read().WaitByID(ctx, id)
	if err != nil {
		return err
	}
	err = w.Push(ctx, Push{
		Kind: models.KindVisit, Text: "wait.missed", Data: outreach.Same(w.waitData(wait, f.Slot)), UselessAfter: f.Slot.End,
		Options: []outreach.Option{{Text: "wait.book_other", Command: "/book " + wait.Service}, {Text: "wait.quit", Command: "/wait quit " + id}},
	})
	if err != nil {
		return err
	}
	return w.offer(ctx, f)
}

// endWait ends a wait whose span is past, and says so once.
func endWait(ctx context.Context, w *Work) error {
	id := models.SubjectID("Wait", w.Task.Subject)
	wait, err := w.Tx.Read().WaitByID(ctx, id)
	if err != nil {
		return err
	}
	ended, err := w.Tx.EndWait(id)
	if err != nil {
		return err
	}
	if !ended || w.Clinic.Service(wait.Service) == nil {
		w.Suppress("the wait was over before")
		return nil
	}
	loc := w.Clinic.Location(wait.Branch)
	from, to := wait.From.In(loc), wait.To.In(loc)
	return w.Push(ctx, Push{
		Kind: models.KindVisit, Loose: true, Text: "wait.over", UselessAfter: w.Now.AddDate(0, 0, 3),
		Data:    outreach.Same(map[string]any{"Service": w.Clinic.Service(wait.Service).Name, "From": from, "To": to, "OneDay": config.DateOf(from) == config.DateOf(to)}),
		Options: []outreach.Option{{Text: "wait.book_other", Command: "/book " + wait.Service}},
	})
}

// offer offers a time to the first person on the wait list it suits, and holds
// it for them. Nobody is offered the same time twice.
func (w *Work) offer(ctx context.Context, f outreach.Freed) error {
	if !f.Slot.End.After(w.Now) {
		return nil
	}
	waits, err := w.Tx.Read().WaitsOver(ctx, f.Slot.Start)
	if err != nil || len(waits) == 0 {
		return err
	}
	offers, err := w.Tx.Read().WaitOffers(ctx, waits)
	if err != nil {
		return err
	}
	for _, wait := range waits {
		if wait.ContactID == f.Except || w.Clinic.Service(wait.Service) == nil || offeredBefore(offers, wait, f.Slot) {
			continue
		}
		slot, err := w.suits(ctx, wait, f.Slot)
		if err != nil {
			return err
		}
		if slot == nil {
			continue
		}
		until, ok := w.offerUntil(*slot)
		if !ok {
			continue
		}
		return w.offerTo(ctx, wait, *slot, until)
	}
	return nil
}

func offeredBefore(offers []models.WaitOffer, wait models.Wait, s slots.Slot) bool {
	for _, o := range offers {
		if o.WaitID == wait.ID && o.Practitioner == s.Practitioner && o.Start.Before(s.End) && s.Start.Before(o.End) {
			return true
		}
	}
	return false
}

// offerUntil is how long an offer stands: some minutes, at night until some
// minutes after people are up. ok is false when the visit begins before that.
func (w *Work) offerUntil(s slots.Slot) (time.Time, bool) {
	from := w.Now
	if up := w.Clinic.Outreach.Quiet.Until(w.Now.In(w.Clinic.Location(""))); !up.IsZero() {
		from = up
	}
	until := w.Clinic.Visits.Wait.Offer.After(from)
	return until, until.Before(s.Start)
}

// reachBack is how long before a freed time a visit may begin that uses it.
const reachBack = 2 * time.Hour

// suits finds a time for a wait that uses what came free.
func (w *Work) suits(ctx context.Context, wait models.Wait, freed slots.Slot) (*slots.Slot, error) {
	q := slots.Query{
		Service: wait.Service, Branch: wait.Branch, Practitioner: wait.Practitioner, From: wait.From, To: wait.To, Now: w.Now,
	}
	if back := freed.Start.Add(-reachBack); back.After(q.From) {
		q.From = back
	}
	if freed.End.Before(q.To) {
		q.To = freed.End
	}
	ids, from, to := w.Clinic.Slots.Resources(q)
	busy, err := w.Tx.Read().Busy(ctx, ids, from, to, "")
	if err != nil {
		return nil, err
	}
	var best *slots.Slot
	for _, s := range w.Clinic.Slots.Find(q, busy, 0) {
		if !s.Start.Before(freed.End) || !freed.Start.Before(s.End) || wait.Practitioner == "" && s.Practitioner != freed.Practitioner {
			continue
		}
		if best == nil || s.Start.Sub(freed.Start).Abs() < best.Start.Sub(freed.Start).Abs() {
			best = &s
		}
	}
	return best, nil
}

func (w *Work) offerTo(ctx context.Context, wait models.Wait, s slots.Slot, until time.Time) error {
	hold := models.Hold{ID: w.Tx.NewID(), ContactID: wait.ContactID, Slot: s, ExpiresAt: until}
	if err := w.Tx.OfferWait(wait.ID, hold.ID, s, until); err != nil {
		return err
	}
	if err := w.Tx.TakeHold(hold, w.Clinic.Slots.Claims(s), "", models.MaxHolds); err != nil {
		return err
	}
	if err := w.Tx.Schedule(outreach.LapseTask(wait, hold)); err != nil {
		return err
	}
	data := w.waitData(wait, s)
	data["Until"] = until.In(w.Clinic.Location(s.Branch))
	err := w.Push(ctx, Push{
		Key: "wait:" + wait.ID + ":" + hold.ID, ContactID: wait.ContactID, Kind: models.KindVisit, UselessAfter: until,
		Subject: models.AboutWait(wait.ID), Opens: "wait", Text: "wait.offer", Data: outreach.Same(data),
		Notice: outreach.OfferNotice(w.Clinic.Clinic, models.Appointment{Slot: s, PatientName: wait.PatientName}, until),
		Options: []outreach.Option{
			{Text: "wait.accept", Command: "/wait take " + wait.ID},
			{Text: "wait.decline", Command: "/wait pass " + wait.ID},
			{Text: "wait.quit", Command: "/wait quit " + wait.ID},
		},
	})
	if err != nil {
		return err
	}
	return w.Speaker().Notify(w.Tx, outreach.Notice{
		Key: "wait:" + hold.ID, Branch: s.Branch, Roles: []models.Role{models.Desk}, Text: "wait.staff_hit", Data: outreach.Same(data),
	})
}

func (w *Work) waitData(wait models.Wait, s slots.Slot) map[string]any {
	return outreach.VisitData(w.Clinic.Clinic, models.Appointment{Slot: s, PatientName: wait.PatientName}, w.Now)
}
