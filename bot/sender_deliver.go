package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"zhenban/models"
)

// start delivers a claimed row beside the lane, as soon as its chat's bucket allows.
func (l *lane) start(ctx, hard context.Context, row models.Outgoing) {
	isBulk := row.Priority == models.PriorityBulk
	count := func(busy, held int) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.busy, l.held = l.busy+busy, l.held+held
		if isBulk { // bulk that waits for its chat takes the room of bulk, not of replies
			l.bulk += busy + held
		}
	}
	wait := l.s.o.Budget.Take(l.c.Name(), address(row.ContactID), isBulk, l.s.o.Clock.Now())
	if wait == 0 {
		if l.queued(row, isBulk) {
			return
		}
		l.work.Go(func() {
			l.deliver(hard, row)
			for next, ok := l.ready(isBulk); ok; next, ok = l.ready(isBulk) {
				if ctx.Err() != nil || l.rests() || l.s.o.Clock.Since(next.at) > leaseTime/4 { // not begun: the next copy may have it, or this one again
					l.finish(hard, next.row, models.Outcome{State: models.OutboxPending, Again: next.row.NotBefore, Unspent: true})
					continue
				}
				l.deliver(hard, next.row)
			}
			l.rouse()
		})
		return
	}
	count(0, 1)
	l.work.Go(func() {
		for wait > 0 {
			select {
			case <-ctx.Done(): // not begun: the next copy may have it
				l.finish(hard, row, models.Outcome{State: models.OutboxPending, Again: row.NotBefore, Unspent: true})
				count(0, -1)
				return
			case <-l.s.o.Clock.After(wait):
			}
			wait = l.s.o.Budget.Take(l.c.Name(), address(row.ContactID), isBulk, l.s.o.Clock.Now())
		}
		count(1, -1)
		l.deliver(hard, row)
		count(-1, 0)
		l.rouse()
	})
}

// waiting is a claimed row for which all workers were busy.
type waiting struct {
	row models.Outgoing
	at  time.Time
}

// queued puts a row behind those that are being delivered when all workers are
// busy; else one more of them is, and the row is its.
func (l *lane) queued(row models.Outgoing, isBulk bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !isBulk && l.busy >= l.s.o.Workers {
		at, _ := slices.BinarySearchFunc(l.queue, row.Priority+1, func(w waiting, p models.Priority) int { return cmp.Compare(w.row.Priority, p) })
		l.queue = slices.Insert(l.queue, at, waiting{row, l.s.o.Clock.Now()})
		return true
	}
	l.busy++
	if isBulk {
		l.bulk++
	}
	return false
}

// ready gives a worker that is done its next row; one that finds none is free.
func (l *lane) ready(isBulk bool) (waiting, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 || isBulk {
		l.busy--
		if isBulk {
			l.bulk--
		}
		return waiting{}, false
	}
	next := l.queue[0]
	l.queue = slices.Delete(l.queue, 0, 1)
	return next, true
}

// rests reports that the channel is switched off for a while.
func (l *lane) rests() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.s.o.Clock.Now().Before(l.paused)
}

// deliver makes one attempt and records how it ended.
func (l *lane) deliver(ctx context.Context, row models.Outgoing) {
	now := l.s.o.Clock.Now()
	if !row.UselessAfter.IsZero() && !now.Before(row.UselessAfter) {
		l.finish(ctx, row, doubted(row, models.Outcome{State: models.OutboxExpired, Reason: "too late to be of use"}))
		return
	}
	look, end := l.cleared(ctx, row)
	if end != nil {
		l.finish(ctx, row, doubted(row, *end))
		return
	}
	if row.Kind != "" && row.Kind != models.KindStaff || len(row.Notice) > 0 {
		l.push(ctx, row, look, now)
		return
	}
	chat := Way{Name: models.WayChat}
	receipt, err := l.by(ctx, row, chat, now)
	var begin *beginError
	if errors.As(err, &begin) { // the lease runs out by itself
		l.finish(ctx, row, l.unbegun(row, begin.err))
		return
	}
	l.finish(ctx, row, l.react(ctx, row, chat, receipt, err))
}

// fit reads the row's message. A push that is too long for the channel becomes
// several rows; answers were cut before they were kept.
func (l *lane) fit(ctx context.Context, row models.Outgoing) (Message, error) {
	m, err := message(row)
	if err != nil {
		return m, err
	}
	if err := Fill(ctx, l.s.o.Files, &m); err != nil {
		return m, fmt.Errorf("file: %w", err)
	}
	parts := l.c.Fit(m)
	switch len(parts) {
	case 0:
		return m, errors.New("body: nothing to send")
	case 1:
		return parts[0], nil
	}
	bodies := make([][]byte, len(parts))
	for i := range parts {
		if bodies[i], err = json.Marshal(parts[i]); err != nil {
			return m, fmt.Errorf("body: %w", err)
		}
	}
	return parts[0], l.s.o.Store.SplitOutbox(ctx, l.s.o.Owner, row, bodies)
}

// message reads what a row says.
func message(row models.Outgoing) (Message, error) {
	var m Message
	if len(row.Body) == 0 {
		return m, errors.New("body: none, or kept under another data key")
	}
	if err := json.Unmarshal(row.Body, &m); err != nil {
		return m, fmt.Errorf("body: %w", err)
	}
	return m, nil
}

// guarded bounds a call to a platform, and makes a panic a failure.
func (l *lane) guarded(ctx context.Context, send func(context.Context) (string, error)) (receipt string, err error) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = &SendError{Code: "panic", Reaction: Unknown, Alarm: true, Err: &panicError{value: p}}
		}
	}()
	return send(ctx)
}

// finish records an outcome: a plain one with those that come at the same
// time, after which its worker is free, any other at once.
func (l *lane) finish(ctx context.Context, row models.Outgoing, end models.Outcome) {
	l.s.o.Metrics.Sent(l.c.Name(), outcomeName(end))
	f := models.Finish{Row: row, End: end}
	if !f.Plain() {
		l.keep(ctx, row, end)
		return
	}
	l.mu.Lock()
	l.recording++
	l.mu.Unlock()
	l.finisher.queue <- finishing{f, ctx}
}

// keep records one outcome. What was delivered must not be forgotten because
// the database is away for a moment, so it is tried until the lease is near its end.
func (l *lane) keep(ctx context.Context, row models.Outgoing, end models.Outcome) {
	wait := 200 * time.Millisecond
	for spent := time.Duration(0); ; spent, wait = spent+wait, wait*2 {
		fctx, cancel := finishContext()
		err := l.s.o.Store.FinishOutbox(fctx, l.s.o.Owner, row, end)
		cancel()
		switch {
		case err == nil:
			if end.Reach != "" || end.Also != nil {
				l.s.o.Forget(row.ContactID)
			}
			if end.State == models.OutboxFailed && (len(end.Channels) > 0 || end.Lost != nil) {
				l.s.passed.Add(1)
				l.s.Wake()
			}
			return
		case !models.IsUnavailable(err) || spent+wait > leaseTime/2 || ctx.Err() != nil:
			l.s.o.Log.Error("outcome of a delivery not kept", "channel", l.c.Name(), "row", row.ID, "state", end.State, "error", err)
			return
		}
		select {
		case <-ctx.Done():
		case <-l.s.o.Clock.After(wait):
		}
	}
}

func outcomeName(end models.Outcome) string {
	switch {
	case end.State == models.OutboxPending && (end.Unspent || end.PutOff):
		return "put_off"
	case end.State == models.OutboxPending:
		return "retry"
	}
	return end.State
}
