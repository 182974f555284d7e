package bot

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"zhenban/models"
)

const (
	replayBatch   = 1000 // messages read from the spool at once
	replayLanes   = 8    // contacts replayed beside each other
	replayTries   = 5    // of a message that fails though the database is there
	pingTime      = 2 * time.Second
	lateCap       = 1000 // late answers kept in memory while the database is away
	replayBackOff = 10 * time.Second
)

// Run replays the spool whenever the database is there, until ctx is done.
func (i *Intake) Run(ctx context.Context) error {
	wait := &backoff.ExponentialBackOff{InitialInterval: 300 * time.Millisecond, RandomizationFactor: 0.3, Multiplier: 1.7, MaxInterval: replayBackOff}
	wait.Reset()
	for {
		if !i.backlog() {
			select {
			case <-ctx.Done():
				return nil
			case <-i.wake:
				continue
			}
		}
		if i.Replay(ctx) {
			wait.Reset()
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-i.o.Clock.After(wait.NextBackOff()):
		}
	}
}

func (i *Intake) backlog() bool {
	waiting, _ := i.o.Spool.Depth()
	return waiting > 0 || i.late.len() > 0
}

// Replay goes through the spool once. It reports whether it got on: false when
// the database is away or every message left failed.
func (i *Intake) Replay(ctx context.Context) bool {
	pctx, cancel := context.WithTimeout(ctx, pingTime)
	err := i.o.Ping(pctx)
	cancel()
	if err != nil || ctx.Err() != nil {
		return false
	}
	if !i.flushLate(ctx) {
		return false
	}
	list, err := i.o.Spool.list(replayBatch, nil)
	if err != nil {
		i.o.Log.Error("read the spool", "error", err)
		return false
	}
	if len(list) == 0 {
		return true
	}
	pass := &replayPass{i: i, stop: ctx}
	var lanes [replayLanes][]*spooled
	for _, m := range list { // oldest first; one contact, one lane
		h := fnv.New32a()
		_, _ = h.Write([]byte(m.Inbound.ContactID()))
		n := h.Sum32() % replayLanes
		lanes[n] = append(lanes[n], m)
	}
	var wg sync.WaitGroup
	for _, lane := range lanes {
		wg.Go(func() { pass.run(ctx, lane) })
	}
	wg.Wait()
	kept, away := pass.result()
	if kept > 0 {
		i.o.Log.Info("spooled messages replayed", "messages", kept)
	}
	return kept > 0 && !away
}

// replayPass is one pass through the spool.
type replayPass struct {
	i    *Intake
	stop context.Context

	mu   sync.Mutex
	kept int
	away bool
}

func (p *replayPass) result() (kept int, away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept, p.away
}

func (p *replayPass) run(ctx context.Context, list []*spooled) {
	failed := map[string]bool{} // contacts whose next message must wait
	for _, m := range list {
		if _, away := p.result(); away || p.stop.Err() != nil {
			return
		}
		id := m.Inbound.ContactID()
		if failed[id] {
			continue
		}
		kept, err := p.i.replay(ctx, m)
		p.mu.Lock()
		switch {
		case kept:
			p.kept++
		case models.IsUnavailable(err):
			p.away = true
		default:
			failed[id] = true
		}
		p.mu.Unlock()
	}
}

// replay gives one message to the engine and takes it out of the spool once
// the turn is kept. Repeating it is harmless: its key is the same.
func (i *Intake) replay(ctx context.Context, m *spooled) (kept bool, err error) {
	in := m.Inbound
	in.Inline, in.InlineUntil = 0, time.Time{}
	defer i.locks.lock(in.ContactID())()
	i.take(ctx, &in)
	reply, err := i.engine(ctx, in)
	if err == nil && len(reply.Inline) > 0 {
		// The turn was kept before the database went, its answer not delivered.
		err = i.o.Engine.Late(ctx, reply)
	}
	switch {
	case err == nil:
		i.o.Metrics.Turn(in.Channel, "replayed", 0)
		return true, i.o.Spool.remove(m)
	case models.IsUnavailable(err):
		return false, err
	case m.Tries+1 < replayTries:
		i.o.Log.Warn("spooled message failed", "channel", in.Channel, "contact", in.ContactID(), "try", m.Tries+1, "error", err)
		return false, firstOf(i.o.Spool.retry(m), err)
	}
	id := shortID()
	i.o.Log.Error("spooled message laid aside", "id", id, "channel", in.Channel, "contact", in.ContactID(), "error", err)
	i.o.Metrics.Turn(in.Channel, "dead", 0)
	if in.Kind != KindEvent {
		if e := i.push(ctx, in.ContactID(), "sorry:"+in.Key, i.o.Sorry(&in, "core.sorry", map[string]any{"ID": id})); models.IsUnavailable(e) {
			return false, e
		}
	}
	if e := i.o.Spool.bury(m); e != nil {
		return false, e
	}
	i.o.Alarm(ctx, "spool_dead", "a message could not be handled in "+fmt.Sprint(replayTries)+" tries and was laid aside, id "+id)
	return true, nil
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
