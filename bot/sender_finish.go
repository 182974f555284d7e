package bot

import (
	"context"
	"sync"
	"time"

	"zhenban/models"
)

// finishGroup is how many outcomes one transaction records at most.
const finishGroup = 64

// finisher records outcomes of a lane: those that came while the last
// transaction was under way, together. Nobody waits for company.
type finisher struct {
	l     *lane
	queue chan finishing
	done  chan struct{}
	alone sync.WaitGroup // outcomes that did not go with the others
}

type finishing struct {
	models.Finish
	ctx context.Context //nolint:containedctx // of the delivery, to end waiting with it
}

func newFinisher(l *lane) *finisher {
	f := &finisher{l: l, queue: make(chan finishing, 2*leased(l.s.o.Workers)), done: make(chan struct{})}
	go f.run()
	return f
}

// close waits until everything that was handed over is recorded.
func (f *finisher) close() {
	close(f.queue)
	<-f.done
	f.alone.Wait()
}

func (f *finisher) run() {
	defer close(f.done)
	for first := range f.queue {
		f.record(gather(first, f.queue, finishGroup))
	}
}

func (f *finisher) record(group []finishing) {
	list := make([]models.Finish, len(group))
	for i, g := range group {
		list[i] = g.Finish
	}
	ctx, cancel := finishContext()
	gone, err := f.l.s.o.Store.FinishSent(ctx, f.l.s.o.Owner, list)
	cancel()
	if err == nil {
		for _, id := range gone {
			f.l.s.o.Log.Error("outcome of a delivery not kept: its lease ran out", "channel", f.l.c.Name(), "row", id)
		}
		f.l.recorded(len(group))
		return
	}
	for _, g := range group { // one of them is at fault: each alone, so that the others do not suffer
		f.alone.Go(func() {
			f.l.keep(g.ctx, g.Row, g.End)
			f.l.recorded(1)
		})
	}
}

// finishContext bounds a transaction that must not end with the caller: what
// was delivered is recorded whoever stops.
func finishContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 5*time.Second)
}

// leased is how many rows a lane holds at most, those included whose outcome
// is being recorded: what is unknown after a crash.
func leased(workers int) int { return 2 * workers }

// recorded frees the room of outcomes that are kept.
func (l *lane) recorded(n int) {
	l.mu.Lock()
	l.recording -= n
	l.mu.Unlock()
	l.rouse()
}
