package bot

import (
	"context"
	"strings"
	"sync"
	"time"

	"zhenban/models"
)

// lane delivers one channel's messages.
type lane struct {
	s          *Sender
	c          Channel
	idempotent bool
	wake       chan struct{}
	work       sync.WaitGroup

	mu        sync.Mutex
	busy      int       // deliveries under way
	bulk      int       // of both, bulk
	held      int       // claimed, waiting for their chat's bucket
	recording int       // delivered, not recorded yet
	queue     []waiting // claimed, and no worker free; the most urgent first
	paused    time.Time
	throttled int // answers in a row that said "slower"
	alarms    map[string]time.Time
	waysOff   map[string]time.Time // until when a way is not tried
	asked     uint64               // Drain's requests
	settled   uint64               // the latest request that was met
	changed   chan struct{}        // closed when settled rises

	mass      Masser // nil: it cannot say the same to many
	rules     models.MassRules
	massing   bool         // such calls are being looked after
	massed    time.Time    // when they were last
	massedFor uint64       // the request of Drain up to which nothing was left to do
	finisher  *finisher    // while run is under way
	looker    *looker      // and as long
	more      [2]bool      // of what cannot wait, of bulk: the last claim left some behind
	claimed   [2]time.Time // and when it was

	lapsed time.Time
	failed bool // the database was away at the last look
}

func newLane(s *Sender, c Channel) *lane {
	l := &lane{s: s, c: c, wake: make(chan struct{}, 1), alarms: map[string]time.Time{}, waysOff: map[string]time.Time{}, changed: make(chan struct{})}
	if i, ok := c.(Idempotent); ok {
		l.idempotent = i.Idempotent()
	}
	if m, ok := c.(Masser); ok {
		if l.rules, ok = m.Mass(); ok {
			l.mass = m
		}
	}
	return l
}

func (l *lane) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// settle asks for one look at the outbox from now on that finds nothing left to do.
func (l *lane) settle() func(context.Context) error {
	l.mu.Lock()
	l.asked++
	mine := l.asked
	l.mu.Unlock()
	l.rouse()
	return func(ctx context.Context) error {
		for {
			l.mu.Lock()
			met, changed := l.settled >= mine, l.changed
			l.mu.Unlock()
			if met {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-changed:
			}
		}
	}
}

func (l *lane) run(ctx, hard context.Context) {
	l.finisher = newFinisher(l)
	defer l.finisher.close() // last: what is under way is recorded
	l.looker = newLooker(l.s.o.Store, leased(l.s.o.Workers))
	defer l.looker.close()
	defer l.work.Wait()
	l.unparkAll(ctx)
	timer := l.s.o.Clock.NewTimer(pollEvery)
	defer timer.Stop()
	for ctx.Err() == nil {
		wait := l.round(ctx, hard)
		if wait == 0 {
			continue
		}
		timer.Stop()
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-timer.Chan():
		}
	}
}

// round claims what can go out now and starts its delivery. It returns how long
// to wait for the next look, 0 for none.
func (l *lane) round(ctx, hard context.Context) time.Duration {
	now := l.s.o.Clock.Now()
	l.mu.Lock()
	asked, paused, idle := l.asked, l.paused.Sub(now), l.busy+l.held+l.recording+len(l.queue) == 0
	l.mu.Unlock()
	if paused > 0 {
		if idle {
			l.met(asked)
		}
		return min(paused, time.Minute)
	}
	if now.Sub(l.lapsed) >= lapseEvery || now.Before(l.lapsed) {
		if l.lapse(ctx) {
			l.lapsed = now
		}
	}
	urgent, wait, err := l.claim(ctx, hard, models.PriorityReply, models.PriorityPush, now)
	if err != nil {
		return l.away(ctx, err)
	}
	bulk, bulkWait := claimedFull, time.Duration(0)
	if !l.more[0] || now.Sub(l.claimed[1]) >= pollEvery { // what cannot wait goes on at once
		if bulk, bulkWait, err = l.claim(ctx, hard, models.PriorityBulk, models.PriorityBulk, now); err != nil {
			return l.away(ctx, err)
		}
	}
	l.failed = false
	massing := l.massRound(hard, urgent == claimedNone && bulk == claimedNone && idle, asked, now)
	switch {
	case urgent == claimedAll || bulk == claimedAll:
		return 0
	case urgent == claimedSome || bulk == claimedSome:
		return pollEvery // its end wakes the lane
	case urgent == claimedNone && bulk == claimedNone && idle && !massing:
		l.met(asked)
	}
	for _, w := range []time.Duration{wait, bulkWait} {
		if w > 0 && w < pollEvery {
			return w
		}
	}
	return pollEvery
}

// What a claim came to.
const (
	claimedNone = iota // nothing is due
	claimedSome        // all that is due
	claimedAll         // as much as there was room for: there may be more
	claimedFull        // there is no room
)

func (l *lane) claim(ctx, hard context.Context, from, to models.Priority, now time.Time) (int, time.Duration, error) {
	isBulk := from == models.PriorityBulk
	l.mu.Lock()
	room := min(leased(l.s.o.Workers)-l.busy-l.recording-len(l.queue), 4*l.s.o.Workers-l.held)
	if isBulk { // replies always find a worker
		room = min(room, l.s.o.Workers-l.busy, max(l.s.o.Workers/2, 1)-l.bulk)
	}
	l.mu.Unlock()
	class := 0
	if isBulk {
		class = 1
	}
	// While there is more than room, claims are made by half the workers at a
	// time, one transaction for many rows; but nobody waits long for that.
	least := 1
	if l.more[class] && now.Sub(l.claimed[class]) < pollEvery {
		least = max(l.s.o.Workers/(1+3*class), 1)
	}
	if room < least {
		return claimedFull, 0, nil
	}
	n, wait := l.s.o.Budget.Room(l.c.Name(), isBulk, now)
	if n == 0 {
		return claimedFull, wait, nil
	}
	room = min(room, n)
	rows, err := l.s.o.Store.ClaimOutbox(ctx, models.Claim{
		Owner: l.s.o.Owner, Channel: l.c.Name(), From: from, To: to, Limit: room, Lease: leaseTime, Sure: l.more[class],
	})
	if err != nil {
		return claimedFull, 0, err
	}
	for _, row := range rows {
		l.start(ctx, hard, row)
	}
	l.more[class], l.claimed[class] = len(rows) == room, now
	switch len(rows) {
	case 0:
		return claimedNone, 0, nil
	case room:
		return claimedAll, 0, nil
	}
	return claimedSome, 0, nil
}

// away notes that the outbox cannot be read, once.
func (l *lane) away(ctx context.Context, err error) time.Duration {
	if !l.failed && ctx.Err() == nil {
		l.s.o.Log.Warn("read the outbox", "channel", l.c.Name(), "error", err)
	}
	l.failed = true
	return pollEvery
}

func (l *lane) met(asked uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if asked > l.settled {
		l.settled = asked
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

func (l *lane) lapse(ctx context.Context) bool {
	n, unknown, err := l.s.o.Store.LapsedOutbox(ctx, l.c.Name(), l.idempotent)
	if err != nil {
		return false
	}
	if n > 0 {
		l.s.o.Log.Warn("deliveries of a copy that stopped", "channel", l.c.Name(), "messages", n, "unknown", unknown)
	}
	if unknown > 0 {
		l.alarm(ctx, "outbox_unknown", "messages may or may not have been delivered by a copy that stopped")
	}
	return true
}

// alarmEvery is how often the same alarm is raised at most.
const alarmEvery = time.Hour

func (l *lane) alarm(ctx context.Context, code, text string) {
	now := l.s.o.Clock.Now()
	l.mu.Lock()
	last, ok := l.alarms[code]
	if ok && now.Sub(last) < alarmEvery {
		l.mu.Unlock()
		return
	}
	l.alarms[code] = now
	l.mu.Unlock()
	l.s.o.Alarm(ctx, l.c.Name()+"_"+code, text)
}

// address is the part of a contact's identity that the channel knows.
func address(contactID string) string {
	_, a, _ := strings.Cut(contactID, ":")
	return a
}
