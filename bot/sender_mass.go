package bot

import (
	"context"
	"time"

	"zhenban/models"
)

const (
	// parkTime is how long a row waits for a call to many before it is looked at
	// singly again.
	parkTime = 12 * time.Hour
	parkPage = 2000 // rows that one statement lets wait
	// massLease outlives a call and the marking of its rows, a page at a time.
	massLease = 5 * time.Minute
	massAgain = time.Minute // before a call whose end is not known is repeated
)

// massWay is the way of a call to many, for the lane's list of those switched off.
func massWay() Way { return Way{Name: models.WayMass} }

// parked lets a row of a broadcast that cannot go out singly wait for a call to
// many, as long as its contact may have one this month; nil: it cannot.
func (l *lane) parked(ctx context.Context, row models.Outgoing, now time.Time) *models.Outcome {
	if l.mass == nil || row.Batch == "" || !row.BegunAt.IsZero() || l.off(massWay(), now) {
		return nil
	}
	had, err := l.s.o.Store.HadMass(ctx, row.ContactID, l.rules)
	if err != nil {
		end := l.unbegun(row, err)
		return &end
	}
	if had >= l.rules.PerContact {
		return nil
	}
	return &models.Outcome{State: models.OutboxPending, PutOff: true, Again: now.Add(parkTime), Way: models.WayMass, Reason: "waits to go out with others"}
}

// unparkAll gives back what waits for calls to many where none are made any more.
func (l *lane) unparkAll(ctx context.Context) {
	if _, can := l.c.(Masser); !can || l.mass != nil {
		return
	}
	if err := l.s.o.Store.Unpark(ctx, l.c.Name(), nil); err != nil && ctx.Err() == nil {
		l.s.o.Log.Warn("rows that wait for a call to many are not given back yet", "channel", l.c.Name(), "error", err)
	}
}

// massRound looks after calls to many beside the lane, once a second and when
// Drain asks. It reports whether somebody is at it. quiet: nothing else is due
// or under way, so that a look that finds nothing settles Drain's request.
func (l *lane) massRound(ctx context.Context, quiet bool, asked uint64, now time.Time) bool {
	if l.mass == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch wanted := quiet && l.massedFor < asked; {
	case l.massing:
		return true
	case !wanted && now.Sub(l.massed) < pollEvery && !now.Before(l.massed):
		return false
	}
	l.massing, l.massed = true, now
	l.work.Go(func() {
		did, err := l.massPass(ctx)
		if err != nil && ctx.Err() == nil {
			l.s.o.Log.Warn("calls to many", "channel", l.c.Name(), "error", err)
		}
		l.mu.Lock()
		l.massing = false
		switch {
		case did:
			l.massed = time.Time{} // there may be more
		case quiet:
			l.massedFor = asked
		}
		l.mu.Unlock()
		l.rouse()
	})
	return true
}

// massPass does one thing that is due: it ends a call that somebody began, or
// lets rows wait for one, or makes one.
func (l *lane) massPass(ctx context.Context) (did bool, err error) {
	store, name := l.s.o.Store, l.c.Name()
	m, ok, err := store.ClaimMass(ctx, name, l.s.o.Owner, massLease)
	if err != nil {
		return false, err
	}
	if ok {
		return true, l.massRepeat(ctx, m)
	}
	now := l.s.o.Clock.Now()
	if l.rests() || l.off(massWay(), now) {
		return false, nil
	}
	list, err := store.MassBatches(ctx)
	if err != nil || len(list) == 0 {
		return false, err
	}
	if hold, err := store.MassHold(ctx, name, l.rules); err != nil || !hold.IsZero() {
		return false, err
	}
	for _, b := range list {
		if did, err = l.massBatch(ctx, b, now); did || err != nil {
			return did, err
		}
	}
	return false, nil
}

// massBatch gathers the rows of one broadcast that can go out in no other way
// and makes the call when they are all there, or as many as it takes.
func (l *lane) massBatch(ctx context.Context, b models.MassBatch, now time.Time) (did bool, err error) {
	store, name := l.s.o.Store, l.c.Name()
	if c := l.s.clinic(); c != nil && !c.Outreach.Quiet.Until(now.In(c.Location(""))).IsZero() {
		return false, nil
	}
	n, err := store.ParkSilent(ctx, b, name, l.rules.Window, now.Add(parkTime), parkPage)
	if err != nil || n == parkPage {
		return true, err
	}
	did = n > 0
	waiting, busy, err := store.MassParked(ctx, b, name)
	complete := b.Expanded && !busy
	if err != nil || waiting == 0 || waiting < l.rules.Most && !complete {
		return did, err
	}
	release, ok, err := models.Tokens{Store: store}.Lock(ctx, "mass:"+name, time.Minute)
	if err != nil || !ok {
		return did, err
	}
	defer release()
	rows, err := store.MassCandidates(ctx, b, name, l.rules)
	if err != nil {
		return did, err
	}
	to, back, err := l.massAllowed(ctx, b, rows, now)
	if err == nil && len(back) > 0 { // each is judged by itself
		did, err = true, store.Unpark(ctx, name, back)
	}
	if err != nil || len(to) == 0 {
		return did, err
	}
	same, lang, err := store.OneWording(ctx, b, to)
	if err != nil {
		return did, err
	}
	if len(same) < l.rules.Least {
		if !complete {
			return did, nil
		}
		return true, store.FailParked(ctx, ids(same), models.ReasonTooFew)
	}
	m := models.Mass{ID: store.NewID(now), Channel: name, Batch: b.ID, Language: lang, BegunAt: now}
	rows, err = store.BeginMass(ctx, b, m, l.rules.Least, ids(same), l.s.o.Owner, massLease)
	if err != nil || len(rows) == 0 {
		return did, err
	}
	release() // the call itself holds up nobody
	return true, l.massCall(ctx, m, rows, false)
}

// massAllowed parts rows into those that may go out now, and those that others
// decide about.
func (l *lane) massAllowed(ctx context.Context, b models.MassBatch, rows []models.MassRow, now time.Time) (to []models.MassRow, back []string, err error) {
	var had map[string][]time.Time
	c := l.s.clinic()
	if c != nil && !c.Outreach.Caps.Of(string(b.Kind)).None() {
		contacts := make([]string, len(rows))
		for i, r := range rows {
			contacts[i] = r.ContactID
		}
		if had, err = l.s.o.Store.DeliveredOfKind(ctx, contacts, b.Kind, now.AddDate(0, 0, -7)); err != nil {
			return nil, nil, err
		}
	}
	for _, r := range rows {
		capped := len(had[r.ContactID]) > 0 && !c.Outreach.Caps.Of(string(b.Kind)).Next(now.In(c.Location("")), had[r.ContactID]).IsZero()
		if r.May && r.Had < l.rules.PerContact && !capped {
			to = append(to, r)
		} else {
			back = append(back, r.ID)
		}
	}
	return to, back, nil
}

func ids(rows []models.MassRow) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}

// clinic is the one in force; nil when there is none to ask.
func (s *Sender) clinic() *Clinic {
	if s.o.Clinic == nil {
		return nil
	}
	return s.o.Clinic()
}
