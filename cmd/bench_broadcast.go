package cmd

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// benchBroadcast is one message to many: how long it takes until a row stands
// for everybody, and what that costs whoever writes meanwhile.
type benchBroadcast struct {
	Recipients int           `json:"recipients"`
	Expand     time.Duration `json:"expand_ns"`
	Memory     int64         `json:"memory_above_idle_bytes"` // resident, at the highest
	Idle50     time.Duration `json:"reply_idle_p50_ns"`
	Idle99     time.Duration `json:"reply_idle_p99_ns"`
	Replies    int           `json:"replies"`
	Reply50    time.Duration `json:"reply_p50_ns"`
	Reply99    time.Duration `json:"reply_p99_ns"`
	Pause      time.Duration `json:"pause_settled_ns"` // until no row is due any more
}

const (
	broadcastMost    = 100_000
	broadcastWriters = 4
	broadcastRhythm  = 20 * time.Millisecond // a writer's pause
)

func (b *benchWorld) broadcast(ctx context.Context) (*benchBroadcast, error) {
	many := min(broadcastMost, b.o.pending)
	r := &benchBroadcast{Recipients: many}
	// On a channel that nothing is sent on: what is measured ends with the rows.
	if err := b.app.store.PutContacts(ctx, many, func(i int) string { return fmt.Sprintf("many:%06d", i) }); err != nil {
		return nil, err
	}
	idle, err := b.writers(ctx, func() bool { return false }, 2*time.Second)
	if err != nil {
		return nil, err
	}
	r.Idle50, r.Idle99 = quantile(idle, .5), quantile(idle, .99)
	id, err := b.startBroadcast(ctx)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory()
	before := resident()
	peak := before
	start := b.w.Clock.Now()
	var failed error
	expanded := func() bool {
		peak = max(peak, resident())
		bc, err := b.app.store.Broadcast(ctx, id)
		if failed = err; err == nil && bc.Expanded && r.Expand == 0 {
			r.Expand = b.w.Clock.Since(start)
			if bc.Audience < int64(many) {
				failed = fmt.Errorf("%d rows for %d people", bc.Audience, many)
			}
		}
		return r.Expand > 0 || failed != nil
	}
	b.app.schedule.Wake()
	times, err := b.writers(ctx, expanded, 2*time.Minute)
	if err != nil || failed != nil {
		return nil, fmt.Errorf("%w %w", err, failed)
	}
	r.Memory, r.Replies, r.Reply50, r.Reply99 = peak-before, len(times), quantile(times, .5), quantile(times, .99)
	return r, b.pauseAll(ctx, id, r)
}

// startBroadcast leaves a broadcast as an approval leaves it at its time.
func (b *benchWorld) startBroadcast(ctx context.Context) (string, error) {
	now := b.w.Clock.Now()
	bc := models.Broadcast{
		ID: b.app.store.NewID(now), Kind: models.KindNotice, Author: "bench", AuthorContact: "many:000000", State: models.BroadcastRunning, StartedAt: now,
		Segment: "*", Texts: map[string]string{string(config.Hans): "停诊半天"}, Messages: map[string]models.Message{"": {Text: "停诊半天"}},
	}
	return bc.ID, b.app.store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		bc := bc
		if err := tx.SaveBroadcast(&bc); err != nil {
			return err
		}
		return tx.Schedule(outreach.BroadcastExpand(bc, tx.Now))
	})
}

// writers lets a few people write at an easy pace until done, and looks at done
// meanwhile.
func (b *benchWorld) writers(ctx context.Context, done func() bool, most time.Duration) ([]time.Duration, error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	var times []time.Duration
	var failed error
	stop := make(chan struct{})
	for i := range broadcastWriters {
		p, err := b.dial(b.address, "writer"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		all.Go(func() {
			defer p.close()
			for {
				at := b.w.Clock.Now()
				_, err := p.say("几点开门")
				took := b.w.Clock.Since(at)
				mu.Lock()
				if times = append(times, took); err != nil {
					failed = err
				}
				mu.Unlock()
				select {
				case <-stop:
					return
				case <-b.w.Clock.After(broadcastRhythm):
				}
			}
		})
	}
	end := b.w.Clock.Now().Add(most)
	for !done() && b.w.Clock.Now().Before(end) && ctx.Err() == nil {
		<-b.w.Clock.After(10 * time.Millisecond)
	}
	close(stop)
	all.Wait()
	slices.Sort(times)
	return times, failed
}

// pauseAll pauses it and waits until no row of it is due.
func (b *benchWorld) pauseAll(ctx context.Context, id string, r *benchBroadcast) error {
	start := b.w.Clock.Now()
	err := b.app.store.Do(ctx, func(ctx context.Context, tx *models.Tx) error {
		bc, err := tx.TurnBroadcast(ctx, id, []string{models.BroadcastRunning}, models.BroadcastPaused, nil)
		if err != nil {
			return err
		}
		return tx.Schedule(outreach.BroadcastTick(outreach.BroadcastTask{ID: id, Version: bc.Version}, tx.Now))
	})
	if err != nil {
		return err
	}
	b.app.schedule.Wake()
	for ctx.Err() == nil {
		left, err := b.app.store.BatchRows(ctx, id, models.OutboxPending)
		if err != nil {
			return err
		}
		if left == 0 {
			break
		}
		<-b.w.Clock.After(20 * time.Millisecond)
	}
	r.Pause = b.w.Clock.Since(start)
	return ctx.Err()
}

// resident is the memory of this process, in bytes; 0 where /proc is not.
func resident() int64 {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

func (r *benchBroadcast) rows(t *benchTable) {
	if r == nil {
		return
	}
	t.row(fmt.Sprintf("broadcast to %d: rows for everybody in", r.Recipients), short(r.Expand), "≤ 5s", r.Expand <= 5*time.Second)
	t.row("  memory above idle", fmt.Sprintf("%d MiB", r.Memory>>20), "≤ 64 MiB", r.Memory <= 64<<20)
	t.row("  a reply meanwhile p50 / p99", fmt.Sprintf("%s / %s of %d", short(r.Reply50), short(r.Reply99), r.Replies), "p99 ≤ 100ms", r.Reply99 <= 100*time.Millisecond)
	t.row("  a reply before it p50 / p99", fmt.Sprintf("%s / %s", short(r.Idle50), short(r.Idle99)), "", true)
	t.row("  paused: no row due after", short(r.Pause), "", true)
}
