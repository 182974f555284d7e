package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"zhenban/models"
)

// push delivers a claimed row that is no answer: by the first way that works,
// else to another contact of the same client, else it is told to the desk.
func (l *lane) push(ctx context.Context, row models.Outgoing, look models.Look, now time.Time) {
	ways, end, err := l.ways(ctx, row, look, now)
	if err != nil {
		l.finish(ctx, row, l.unbegun(row, err))
		return
	}
	if end != nil {
		l.finish(ctx, row, doubted(row, *end))
		return
	}
	var tried []string
	var also []models.Write
	for _, w := range ways {
		if l.off(w, now) {
			tried = append(tried, w.Name+": switched off")
			continue
		}
		receipt, err := l.by(ctx, row, w, now)
		var begin *beginError
		if errors.As(err, &begin) {
			l.finish(ctx, row, l.unbegun(row, begin.err))
			return
		}
		if err != nil && l.next(ctx, row, w, err, now) {
			tried = append(tried, w.Name+": "+err.Error())
			if w.Spends {
				also = append(also, l.missed(row, w.Template))
			}
			continue
		}
		end := l.react(ctx, row, w, receipt, err)
		end.Also = joined(also, spent(row, w, end))
		l.finish(ctx, row, end)
		return
	}
	if end := l.parked(ctx, row, now); end != nil {
		l.finish(ctx, row, *end)
		return
	}
	reason, why := models.ReasonNoWay, whyWindow
	if len(tried) > 0 {
		reason = strings.Join(tried, "; ")
	}
	lost := l.lost(row, models.Outcome{State: models.OutboxFailed, Reason: reason}, why)
	lost.Also = joined(append(also, l.lacking(ctx, row)), nil)
	l.finish(ctx, row, lost)
}

// ways lists how the row can go out. end says what becomes of it instead.
func (l *lane) ways(ctx context.Context, row models.Outgoing, look models.Look, now time.Time) (ways []Way, end *models.Outcome, err error) {
	store := l.s.o.Store
	if look.Reach != models.ReachOpen {
		lost := l.lost(row, models.Outcome{State: models.OutboxFailed, Reason: "the contact is " + look.Reach}, look.Reach)
		return nil, &lost, nil
	}
	finder, ok := l.c.(Wayfinder)
	if !ok {
		return []Way{{Name: models.WayChat}}, nil, nil
	}
	r := Reached{Now: now, Parts: 1}
	if r.Heard, err = store.HeardSince(ctx, row.ContactID, now.Add(-lookBack)); err != nil {
		return nil, nil, err
	}
	if len(r.Heard) > 0 {
		if r.Delivered, err = store.DeliveredSince(ctx, row.ContactID, r.Heard[len(r.Heard)-1].At); err != nil {
			return nil, nil, err
		}
	}
	if r.Notice, err = models.ParseNotice(row.Notice); err != nil {
		return nil, nil, err
	}
	if r.Notice != nil {
		if r.Consents, err = store.NoticeConsents(ctx, row.ContactID); err != nil {
			return nil, nil, err
		}
	}
	if m, err := message(row); err == nil {
		r.Parts = max(1, len(l.c.Fit(m)))
	}
	ways = finder.Ways(r)
	if row.BegunAt.IsZero() {
		return ways, nil, nil
	}
	// It may have arrived already: only a repeat the same way is no second one.
	for _, w := range ways {
		if w.Name == row.Way && now.Sub(row.BegunAt) < w.Once {
			return []Way{w}, nil, nil
		}
	}
	return nil, &models.Outcome{State: models.OutboxUnknown, Way: row.Way, Reason: "it may have been delivered, and a repeat would not be noticed any more"}, nil
}

// beginError is an attempt that did not begin, because the database is away
// or the lease is another's.
type beginError struct{ err error }

func (e *beginError) Error() string { return e.err.Error() }

// by makes one attempt one way.
func (l *lane) by(ctx context.Context, row models.Outgoing, w Way, now time.Time) (string, error) {
	if w.Name == models.WayChat {
		m, err := l.fit(ctx, row)
		if err != nil {
			if errors.Is(err, models.ErrGone) || models.IsUnavailable(err) {
				return "", &beginError{err}
			}
			return "", &SendError{Code: "body", Reaction: GiveUp, Err: err}
		}
		return l.guarded(ctx, func(ctx context.Context) (string, error) {
			return l.c.Send(ctx, address(row.ContactID), m, row.Key)
		})
	}
	begun := row.BegunAt
	if begun.IsZero() && w.Once > 0 {
		begun = now
	}
	if err := l.s.o.Store.BeginWay(ctx, l.s.o.Owner, row, w.Name, begun); err != nil {
		return "", &beginError{err}
	}
	n, err := models.ParseNotice(row.Notice)
	if err != nil {
		return "", &SendError{Code: "notice", Reaction: GiveUp, Alarm: true, Err: err}
	}
	finder, _ := l.c.(Wayfinder) // who else would have named such a way
	return l.guarded(ctx, func(ctx context.Context) (string, error) {
		return finder.SendBy(ctx, w, address(row.ContactID), n, row.Key)
	})
}

// next says whether a failure is of this way only, so that the next one is
// tried at once: it is closed, it cannot carry this, or it asks to wait until
// the message is of no use.
func (l *lane) next(ctx context.Context, row models.Outgoing, w Way, err error, now time.Time) bool {
	var e *SendError
	if !errors.As(err, &e) || !row.BegunAt.IsZero() {
		return false
	}
	switch {
	case e.Reaction == NoWindow, e.Reaction == GiveUp:
	case e.Reaction == SwitchOff && e.OneWay:
		l.switchOff(w, now)
	case e.Reaction == RetryLater && !row.UselessAfter.IsZero() && !now.Add(e.RetryAfter).Before(row.UselessAfter):
	default:
		return false
	}
	if e.Alarm {
		l.alarm(ctx, e.Code, e.Error())
	}
	return true
}

// off reports a way that the platform does not let us use.
func (l *lane) off(w Way, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.waysOff[w.Name])
}

func (l *lane) switchOff(w Way, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waysOff[w.Name] = now.Add(switchedOff)
}

// unbegun lets a row wait that was not tried.
func (l *lane) unbegun(row models.Outgoing, err error) models.Outcome {
	now := l.s.o.Clock.Now()
	if errors.Is(err, models.ErrGone) || models.IsUnavailable(err) {
		return models.Outcome{State: models.OutboxPending, Again: now, Unspent: true}
	}
	return models.Outcome{State: models.OutboxPending, Reason: err.Error(), Again: now.Add(retryIn(row.Attempts)), Unsure: !row.BegunAt.IsZero()}
}

// spent takes off the consent that a delivery used up.
func spent(row models.Outgoing, w Way, end models.Outcome) models.Write {
	if !w.Spends || end.State != models.OutboxSent {
		return nil
	}
	return func(_ context.Context, tx *models.Tx) error { return tx.SpendNotice(row.ContactID, w.Template) }
}

// missed notes a consent that turned out to be used up, so that the next chat
// asks for one.
func (l *lane) missed(row models.Outgoing, template string) models.Write {
	return func(_ context.Context, tx *models.Tx) error { return tx.MissNotice(row.ContactID, template) }
}

// lacking notes the consent that a push which found no way would have needed.
func (l *lane) lacking(ctx context.Context, row models.Outgoing) models.Write {
	c, ok := l.c.(Consenter)
	n, err := models.ParseNotice(row.Notice)
	if !ok || err != nil || n == nil {
		return nil
	}
	consents, err := l.s.o.Store.NoticeConsents(ctx, row.ContactID)
	if err != nil {
		return nil // it is asked for another time
	}
	template, lacks := c.Lacks(n, consents)
	if !lacks {
		return nil
	}

	return l.missed(row, template)
}

func joined(list []models.Write, last models.Write) models.Write {
	var all []models.Write
	for _, w := range append(list, last) {
		if w != nil {
			all = append(all, w)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return func(ctx context.Context, tx *models.Tx) error {
		for _, w := range all {
			if err := w(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	}
}
