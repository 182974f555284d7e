package client

import (
	"context"
	"slices"
	"strconv"
	"time"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/slots"
)

// perPage is how many times one message offers.
const perPage = 5

// askTime answers the wish for a time: holds the one moment asked for, or
// offers what is free in the span, or explains and offers the nearest.
func (a *arranger) askTime() error {
	b := a.b
	if len(b.Windows) == 0 {
		return a.offerAny()
	}
	if len(b.Windows) == 1 && b.Windows[0].exact() && b.Shown == 0 {
		return a.wantExactly(b.Windows[0].From)
	}
	var found []slots.Slot
	for _, w := range b.Windows {
		to := w.To
		if w.exact() {
			to = w.From.Add(slots.CellMinutes * time.Minute)
		}
		list, err := a.find(w.From, to)
		if err != nil {
			return err
		}
		found = append(found, list...)
	}
	if len(found) == 0 {
		return a.offerInstead(b.Windows[0].From, a.whyNone())
	}
	return a.offer("book.ask_time_in", spread(found, b.doctor() == ""), true)
}

// whyNone names what makes a whole span impossible, "" for taken.
func (a *arranger) whyNone() string {
	w := a.b.Windows[0]
	if !w.To.After(a.t.Now) && !w.From.After(a.t.Now) {
		return string(slots.ReasonPast)
	}
	to := w.To
	if !to.After(w.From) {
		to = w.From.Add(time.Minute)
	}
	// Asked of an empty calendar, a span without a start is closed, off duty or too far.
	q := a.query(w.From, to)
	from, until := slots.CellOf(w.From), slots.CellOf(to)
	empty := slots.NewBusySet(from-288, until+288)
	if len(a.t.Clinic.Slots.Find(q, empty, 1)) > 0 {
		return string(slots.ReasonBusy)
	}
	middle := w.From.Add(to.Sub(w.From) / 2).Truncate(30 * time.Minute)
	return string(a.t.Clinic.Slots.Why(q, middle, empty))
}

// offerAny offers the next times, the person's habits first.
func (a *arranger) offerAny() error {
	found, err := a.find(a.t.Now, time.Time{})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return a.offerInstead(a.t.Now, string(slots.ReasonBusy))
	}
	habits, err := a.habits()
	if err != nil {
		return err
	}
	ranked := slots.Rank(found, habits, perPage*8, a.t.Clinic.Location)
	return a.offer("book.ask_time", ranked, true)
}

// wantExactly holds the moment asked for, or says why not and what is near.
func (a *arranger) wantExactly(at time.Time) error {
	q := a.query(at, at.Add(slots.CellMinutes*time.Minute))
	busy, err := a.busy(q)
	if err != nil {
		return err
	}
	if found := a.t.Clinic.Slots.Find(q, busy, 1); len(found) > 0 {
		return a.take(found[0])
	}
	return a.offerInstead(at, string(a.t.Clinic.Slots.Why(q, at, busy)))
}

// take holds a slot and goes on; a slot that somebody else got first leads to
// the nearest others.
func (a *arranger) take(s slots.Slot) error {
	t, b := a.t, a.b
	if a.failed(models.ErrTaken) {
		b.forget()
		return a.offerInstead(s.Start, "taken")
	}
	s.Start, s.End = s.Start.In(t.Clinic.Location(s.Branch)), s.End.In(t.Clinic.Location(s.Branch))
	old := b.Hold
	b.Slot, b.Offers, b.Shown = &s, nil, 0
	b.Hold = t.Store.NewID(t.Now)
	b.HoldUntil = t.Now.Add(time.Duration(t.Clinic.Booking.HoldMinutes) * time.Minute)
	h := models.Hold{ID: b.Hold, ContactID: t.Contact.ID, Slot: s, ExpiresAt: b.HoldUntil}
	claims, moving := t.Clinic.Slots.Claims(s), b.Moving
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.ReleaseHold(old); err != nil {
			return err
		}
		return tx.TakeHold(h, claims, moving, models.MaxHolds)
	})
	return a.next()
}

// offerInstead explains why a wish cannot be met and offers the nearest times
// and a place on the wait list.
func (a *arranger) offerInstead(wanted time.Time, reason string) error {
	if wanted.Before(a.t.Now) {
		wanted = a.t.Now
	}
	q := a.query(a.t.Now, time.Time{})
	busy, err := a.busy(q)
	if err != nil {
		return err
	}
	list := a.withoutOwn(a.t.Clinic.Slots.Alternatives(q, wanted, busy, perPage*2))
	if reason == "" {
		reason = string(slots.ReasonBusy)
	}
	a.t.Say("book.why_"+reason, a.wish(wanted))
	full := reason == string(slots.ReasonBusy) || reason == "taken"
	colleagues := a.colleagues(busy)
	if !full { // a wish that can never be met is not kept to be refused again
		a.b.Windows = nil
	}
	if len(list) > 1 { // the same time next day first, then by the calendar
		slices.SortStableFunc(list[1:], func(x, y slots.Slot) int { return x.Start.Compare(y.Start) })
	}
	list = append(colleagues, slices.DeleteFunc(list, func(s slots.Slot) bool {
		return slices.ContainsFunc(colleagues, func(c slots.Slot) bool { return c.Start.Equal(s.Start) && c.Practitioner == s.Practitioner })
	})...)
	if len(list) == 0 {
		return a.ask(askTime, "book.no_time", a.serviceData(), a.waitOption(), a.t.Option("book.to_desk", nil, "/agent"))
	}
	return a.offer("book.ask_instead", list, full)
}

// colleagues are up to two times of other doctors within the wish, for somebody
// whose doctor has none there.
func (a *arranger) colleagues(busy slots.Busy) []slots.Slot {
	if a.b.doctor() == "" {
		return nil
	}
	var out []slots.Slot
	for _, w := range a.b.Windows {
		to := w.To
		if w.exact() {
			to = w.From.Add(slots.CellMinutes * time.Minute)
		}
		q := a.query(w.From, to)
		q.Practitioner = ""
		out = append(out, spread(a.t.Clinic.Slots.Find(q, busy, 0), true)...)
	}
	out = a.withoutOwn(out)
	return out[:min(len(out), 2)]
}

// withoutOwn leaves out the time that the visit being moved has now.
func (a *arranger) withoutOwn(list []slots.Slot) []slots.Slot {
	return slices.DeleteFunc(list, func(s slots.Slot) bool { return a.b.Moving != "" && s.Start.Equal(a.b.From) })
}

// offer shows a page of times.
func (a *arranger) offer(key string, list []slots.Slot, wait bool) error {
	b := a.b
	start := b.Shown * perPage
	if start >= len(list) {
		b.Shown, start = 0, 0
	}
	page := list[start:min(start+perPage, len(list))]
	b.Offers = page
	var options []bot.Option
	for i, s := range page {
		options = append(options, bot.Option{Label: a.slotLabel(s), Value: "t:" + strconv.Itoa(i)})
	}
	if len(list) > len(page) {
		options = append(options, a.t.Option("book.more_times", nil, "more"))
	}
	if wait && b.Moving == "" && len(b.Windows) > 0 {
		options = append(options, a.waitOption())
	}
	return a.ask(askTime, key, a.wish(list[0].Start), options...)
}

func (a *arranger) waitOption() bot.Option { return a.t.Option("book.wait", nil, "wait") }

// slotLabel names the doctor only where several may be meant, and the branch
// where there are several.
func (a *arranger) slotLabel(s slots.Slot) string {
	c := a.t.Clinic
	data := map[string]any{"Start": s.Start.In(c.Location(s.Branch)), "Doctor": c.Practitioner(s.Practitioner).Name, "Branch": nil}
	if len(c.Branches) > 1 && a.b.branch() == "" {
		data["Branch"] = c.Branch(s.Branch).Name
	}
	return a.t.Text("book.slot_line", data)
}

// wish is what texts about times can name.
func (a *arranger) wish(at time.Time) map[string]any {
	c := a.t.Clinic
	data := a.serviceData()
	data["At"] = at.In(c.Location(a.b.branch()))
	data["Exact"] = len(a.b.Windows) == 1 && a.b.Windows[0].exact()
	data["Doctor"] = nil
	if p := c.Practitioner(a.b.doctor()); p != nil {
		data["Doctor"] = p.Name
	}
	data["Horizon"] = c.Service(a.b.Service).HorizonDays
	data["Notice"] = c.Service(a.b.Service).NoticeHours
	data["Phone"] = c.Phone
	return data
}

func (a *arranger) find(from, to time.Time) ([]slots.Slot, error) {
	q := a.query(from, to)
	busy, err := a.busy(q)
	if err != nil {
		return nil, err
	}
	return a.t.Clinic.Slots.Find(q, busy, 0), nil
}

func (a *arranger) busy(q slots.Query) (*slots.BusySet, error) {
	ids, from, to := a.t.Clinic.Slots.Resources(q)
	holds, err := a.t.Store.Holds(a.ctx, a.t.Contact.ID)
	if err != nil {
		return nil, err
	}
	free := []string{a.b.Moving} // what is this person's own does not stand in their way
	for _, h := range holds {
		free = append(free, h.ID)
	}
	return a.t.Store.Busy(a.ctx, ids, from, to, free...)
}

// spread thins a long list: with any doctor, one slot a start is enough.
func spread(list []slots.Slot, anyDoctor bool) []slots.Slot {
	if !anyDoctor {
		return list
	}
	var out []slots.Slot
	for _, s := range list {
		if n := len(out); n == 0 || !out[n-1].Start.Equal(s.Start) {
			out = append(out, s)
		}
	}
	return out
}
