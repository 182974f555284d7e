package scheduler

import (
	"context"
	"sync"
	"time"
)

// serverWorkers is how many batches a copy runs beside each other on a server,
// where most of a task's time is waiting for answers. A file has one writer.
const serverWorkers = 4

// worker runs tasks, batch after batch. The first looks for them; the others
// help when there is more than a batch.
type worker struct {
	*Scheduler
	owner  string // of the leases of its own
	helper bool
	lapsed time.Time
	owing  bool // tasks that were claimed may not have been ended or given back
	away   bool
}

func (s *Scheduler) newWorkers() []*worker {
	list := []*worker{{Scheduler: s, owner: s.o.Owner}}
	for i := 1; i < serverWorkers && s.o.Store.IsMySQL(); i++ {
		list = append(list, &worker{Scheduler: s, owner: s.o.Owner + "." + string(rune('0'+i)), helper: true})
	}
	return list
}

// callHelp wakes a worker that has nothing to do, if there is one.
func (s *Scheduler) callHelp() {
	select {
	case s.help <- struct{}{}:
	default:
	}
}

// work runs what is due until ctx ends.
func (s *Scheduler) work(ctx, hard context.Context) {
	var all sync.WaitGroup
	for _, w := range s.workers {
		all.Go(func() { w.loop(ctx, hard) })
	}
	all.Wait()
}

func (s *worker) loop(ctx, hard context.Context) {
	tick := s.o.Clock.NewTicker(tickEvery)
	defer tick.Stop()
	wake := s.wake
	if s.helper {
		wake = s.help
	}
	for look := !s.helper; ctx.Err() == nil; {
		if look {
			s.rounds.RLock()
			more, err := s.round(ctx, hard)
			s.rounds.RUnlock()
			if s.note(ctx, err); more && err == nil {
				continue
			}
		}
		select {
		case <-ctx.Done():
		case <-wake:
			look = true
		case <-tick.Chan():
			look = !s.helper || s.owing
		}
	}
}

// note logs a failure once, until it is over.
func (s *worker) note(ctx context.Context, err error) {
	if err != nil && !s.away && !s.helper && ctx.Err() == nil {
		s.o.Log.Warn("tasks not run; trying again", "error", err)
	}
	s.away = err != nil
}
