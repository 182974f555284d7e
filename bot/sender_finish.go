package bot

import (
	"context"
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
}

type finishing struct {
	models.Finish
	err chan error
}

func newFinisher(l *lane) *finisher {
	f := &finisher{l: l, queue: make(chan finishing, 4*l.s.o.Workers), done: make(chan struct{})}
	go f.run()
	return f
}

// close waits until everything that was handed over is recorded.
func (f *finisher) close() {
	close(f.queue)
	<-f.done
}

func (f *finisher) run() {
	defer close(f.done)
	for first := range f.queue {
		group := append(make([]finishing, 0, finishGroup), first)
	fill:
		for len(group) < finishGroup {
			select {
			case next, ok := <-f.queue:
				if !ok {
					break fill
				}
				group = append(group, next)
			default:
				break fill
			}
		}
		f.record(group)
	}
}

func (f *finisher) record(group []finishing) {
	if len(group) > 1 {
		list := make([]models.Finish, len(group))
		for i, g := range group {
			list[i] = g.Finish
		}
		ctx, cancel := finishContext()
		err := f.l.s.o.Store.FinishSent(ctx, f.l.s.o.Owner, list)
		cancel()
		if err == nil || models.IsUnavailable(err) {
			for _, g := range group {
				g.err <- err
			}
			return
		}
	}
	for _, g := range group { // one of them is at fault: each alone, so that the others do not suffer
		ctx, cancel := finishContext()
		g.err <- f.l.s.o.Store.FinishOutbox(ctx, f.l.s.o.Owner, g.Row, g.End)
		cancel()
	}
}

// finishContext bounds a transaction that must not end with the caller: what
// was delivered is recorded whoever stops.
func finishContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 5*time.Second)
}

// record keeps one outcome, with others if it is a plain one.
func (l *lane) record(row models.Outgoing, end models.Outcome) error {
	f := models.Finish{Row: row, End: end}
	if !f.Plain() || l.finisher == nil {
		ctx, cancel := finishContext()
		defer cancel()
		return l.s.o.Store.FinishOutbox(ctx, l.s.o.Owner, row, end)
	}
	g := finishing{f, make(chan error, 1)}
	l.finisher.queue <- g
	return <-g.err
}
