package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhenban/models"
)

// massRepeat ends a call that was begun: by a copy that died, or without an
// answer. Under its key the platform takes it once; who refused meanwhile is
// left out of what has perhaps not been taken yet.
func (l *lane) massRepeat(ctx context.Context, m models.Mass) error {
	store := l.s.o.Store
	if m.State == models.MassAccepted {
		return store.SettleMass(ctx, l.s.o.Owner, m)
	}
	now := l.s.o.Clock.Now()
	b, err := store.MassBatch(ctx, m.Batch)
	if err != nil {
		return err
	}
	over := now.Sub(m.BegunAt) >= l.rules.Once
	if b.State == models.BroadcastPaused && !over {
		return l.massEnd(ctx, m, 0, models.MassEnd{State: models.MassSending, Again: now.Add(massAgain), Reason: models.PausedReason})
	}
	rows, err := store.MassRows(ctx, b, m)
	if err != nil {
		return err
	}
	if over || b.State != models.BroadcastRunning {
		return l.massEnd(ctx, m, len(rows), models.MassEnd{State: models.MassUnknown, Reason: "it may have been sent, and was not asked for again"})
	}
	return l.massCall(ctx, m, rows, true)
}

// massCall makes the call and records how it ended. unsure: it may have been
// taken before.
func (l *lane) massCall(ctx context.Context, m models.Mass, rows []models.MassRow, unsure bool) error {
	var to, out []string
	for _, r := range rows {
		if r.May {
			to = append(to, address(r.ContactID))
		} else {
			out = append(out, r.ID)
		}
	}
	end := models.MassEnd{}
	if unsure {
		end.Calls = 1
	}
	message, err := l.massMessage(ctx, m)
	switch {
	case models.IsUnavailable(err):
		return err // the lease runs out
	case err != nil:
		err = &SendError{Code: "body", Reaction: GiveUp, Alarm: true, Err: err}
	case len(to) < l.rules.Least:
		end.Calls = 0
		err = &SendError{Code: "too_few", Reaction: GiveUp, Err: errors.New("too few are left for a message to many")}
	default:
		var again bool
		end.Receipt, err = l.guarded(ctx, func(ctx context.Context) (string, error) {
			receipt, was, err := l.mass.SendMass(ctx, to, message, m.ID)
			again = was
			return receipt, err
		})
		if again {
			out = nil // they were named in the one that counts
		}
	}
	if err != nil {
		return l.massFailed(ctx, m, rows, to, end, unsure, err)
	}
	end.State, end.Out, end.Lease = models.MassAccepted, out, massLease
	m.Receipt = end.Receipt
	if err := l.massEnd(ctx, m, len(rows)-len(out), end); err != nil {
		return err
	}
	return l.s.o.Store.SettleMass(ctx, l.s.o.Owner, m)
}

// massMessage is what the call says.
func (l *lane) massMessage(ctx context.Context, m models.Mass) (Message, error) {
	body, err := l.s.o.Store.BroadcastBody(ctx, m.Batch, m.Language)
	if err != nil {
		return Message{}, err
	}
	var msg Message
	if err := json.Unmarshal(body, &msg); err != nil {
		return msg, fmt.Errorf("body: %w", err)
	}
	return msg, nil
}

// massFailed records a call that the platform did not take, as far as is known.
func (l *lane) massFailed(ctx context.Context, m models.Mass, rows []models.MassRow, to []string, end models.MassEnd, unsure bool, err error) error {
	now := l.s.o.Clock.Now()
	var e *SendError
	if !errors.As(err, &e) {
		e = &SendError{Code: "internal", Reaction: Unknown, Alarm: true, Err: err}
	}
	if e.Alarm || e.Reaction == SwitchOff {
		l.alarm(ctx, "mass_"+e.Code, e.Error())
	}
	end.Reason, end.State, end.Rows = e.Error(), models.MassFailed, models.OutboxFailed
	if unsure || e.Reaction == Unknown {
		end.State, end.Again = models.MassSending, now.Add(max(againIn(m.Attempts), e.RetryAfter))
		if end.Again.Sub(m.BegunAt) >= l.rules.Once || e.Code == "too_few" {
			end.State = models.MassUnknown
		}
		return l.massEnd(ctx, m, len(rows), end)
	}
	switch e.Reaction {
	case RetryLater:
		end.Rows, end.Hold, end.Until = models.OutboxPending, now.Add(max(e.RetryAfter, massAgain)), now.Add(parkTime)
	case SwitchOff: // each row is looked at singly
		end.Rows, end.Until = models.OutboxPending, now
		if e.OneWay {
			l.switchOff(massWay(), now)
			break
		}
		l.mu.Lock()
		l.paused = now.Add(switchedOff)
		l.mu.Unlock()
	case Unreachable:
		gone, err := l.mass.Strangers(ctx, to)
		if err != nil {
			end.Rows, end.Hold, end.Until = models.OutboxPending, now.Add(massAgain), now.Add(parkTime)
			break
		}
		if len(gone) == 0 {
			l.alarm(ctx, "mass_"+e.Code, e.Error())
			break
		}
		for i, a := range gone {
			gone[i] = l.c.Name() + ":" + a
		}
		if err := l.s.o.Store.LoseMass(ctx, m, gone, e.Error()); err != nil {
			return err
		}
		for _, id := range gone {
			l.s.o.Forget(id)
			l.s.o.Metrics.Sent(l.c.Name(), models.OutboxFailed)
		}
		end.Rows, end.Until = models.OutboxPending, now.Add(parkTime)
	}
	return l.massEnd(ctx, m, len(rows), end)
}

// againIn is the wait before a call is made again under its key: WeChat wants a
// minute at least; after three it doubles.
func againIn(attempts int) time.Duration {
	return min(massAgain<<min(max(attempts-3, 0), 5), 30*time.Minute)
}

// massEnd records how a call ended and counts its rows. What was taken must not
// be forgotten because the database is away for a moment.
func (l *lane) massEnd(ctx context.Context, m models.Mass, rows int, end models.MassEnd) error {
	outcome := map[string]string{models.MassAccepted: models.OutboxSent, models.MassUnknown: models.OutboxUnknown, models.MassFailed: end.Rows}[end.State]
	if outcome != "" && outcome != models.OutboxPending {
		for range rows {
			l.s.o.Metrics.Sent(l.c.Name(), outcome)
		}
	}
	if outcome == models.OutboxUnknown {
		l.alarm(ctx, "outbox_unknown", "a message to many may or may not have been delivered")
	}
	wait := 200 * time.Millisecond
	for spent := time.Duration(0); ; spent, wait = spent+wait, wait*2 {
		fctx, cancel := finishContext()
		err := l.s.o.Store.EndMass(fctx, l.s.o.Owner, m, end)
		cancel()
		if err == nil || !models.IsUnavailable(err) || spent+wait > massLease/2 || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-l.s.o.Clock.After(wait):
		}
	}
}
