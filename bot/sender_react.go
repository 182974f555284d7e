package bot

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"zhenban/models"
)

const (
	firstRetry = time.Second
	lastRetry  = 10 * time.Minute
	// oldest is when a message without an end of use is given up: a reply older
	// than the platforms' windows (48 h, WeChat) would only puzzle.
	oldest = 48 * time.Hour
	// mostAttempts is when a push is given up: some 48 h of lastRetry. It may have
	// waited for days before the first.
	mostAttempts = 300
	// switchedOff is how long a channel rests that may not send at all, before
	// one more try shows whether an operator has put it right.
	switchedOff = 15 * time.Minute
	// slowDowns is how many answers in a row must ask for patience before the
	// whole channel rests and not only the chat.
	slowDowns = 3
)

// react turns how an attempt went into what becomes of the row: the one place
// that acts on a SendError.
func (l *lane) react(ctx context.Context, row models.Outgoing, w Way, receipt string, err error) models.Outcome {
	now := l.s.o.Clock.Now()
	if err == nil {
		l.slower(0, now)
		return models.Outcome{State: models.OutboxSent, Receipt: receipt, Way: w.Name}
	}
	var e *SendError
	if !errors.As(err, &e) {
		e = &SendError{Code: "internal", Reaction: Unknown, Alarm: true, Err: err}
	}
	if e.Alarm || e.Reaction == SwitchOff {
		l.alarm(ctx, e.Code, e.Error())
	}
	end := models.Outcome{Reason: e.Error(), Way: w.Name}
	reaction := e.Reaction
	// What may have arrived is repeated under the same key only, and as long as
	// the key counts.
	end.Unsure = !row.BegunAt.IsZero()
	if reaction == Unknown && (l.idempotent || w.Once > 0) {
		reaction, end.Unsure = RetryLater, w.Once > 0
	}
	switch reaction {
	case RetryLater:
		if row.Kind == "" && now.Sub(row.CreatedAt) > oldest || row.Attempts > mostAttempts {
			end.State, end.Reason, end.Unsure = models.OutboxFailed, "given up after 48 h: "+end.Reason, false
			return l.lost(row, end, whyFailed)
		}
		l.slower(e.RetryAfter, now)
		end.State, end.Again = models.OutboxPending, now.Add(max(e.RetryAfter, retryIn(row.Attempts)))
		return end
	case SwitchOff:
		l.mu.Lock()
		l.paused = now.Add(switchedOff)
		l.mu.Unlock()
		end.State, end.Again = models.OutboxPending, now
		return end
	}
	if end.Unsure || reaction == Unknown {
		end.State, end.Unsure = models.OutboxUnknown, false
		return end
	}
	end.State = models.OutboxFailed
	if reaction == Unreachable {
		end.Reach = models.ReachLeft
		if e.Blocked {
			end.Reach = models.ReachBlocked
		}
		return l.lost(row, end, end.Reach)
	}
	return l.lost(row, end, whyFailed) // GiveUp; NoWindow of a message that is an answer
}

// slower notes whether the platform asked for patience; three times in a row
// is no longer about one chat.
func (l *lane) slower(after time.Duration, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if after == 0 {
		l.throttled = 0
		return
	}
	if l.throttled++; l.throttled >= slowDowns {
		l.s.o.Budget.Hold(l.c.Name(), now.Add(min(after, time.Minute)))
	}
}

// retryIn is the wait before the attempt after the nth: doubling, a quarter
// more or less so that what failed together does not come back together.
func retryIn(n int) time.Duration {
	d := lastRetry
	if n < 11 {
		d = min(firstRetry<<max(n-1, 0), lastRetry)
	}
	return d*3/4 + rand.N(d/2)
}
