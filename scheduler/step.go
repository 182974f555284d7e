package scheduler

import (
	"context"
	"time"
)

// stepAtLeast bounds how finely Step follows what is due.
const stepAtLeast = time.Second

// Step takes a clock that can be moved to a time, stopping wherever something
// is due on the way, so that it happens then. move sets the clock; flush sends
// what was put into the outbox.
func (s *Scheduler) Step(ctx context.Context, to time.Time, move func(time.Time), flush func(context.Context) error) error {
	for {
		if err := s.Drain(ctx); err != nil {
			return err
		}
		if err := flush(ctx); err != nil {
			return err
		}
		now := s.o.Clock.Now()
		if !now.Before(to) {
			return nil
		}
		next, err := s.NextDue(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(to) {
			next = to
		}
		if soonest := now.Add(stepAtLeast); next.Before(soonest) {
			next = soonest
		}
		if next.After(to) {
			next = to
		}
		move(next)
	}
}
