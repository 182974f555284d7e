package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"zhenban/models"
)

const (
	maxAttempts = 8
	maxBegun    = 20 // beginnings of a task that never came to an end: the program dies of it
	firstRetry  = 5 * time.Second
	lastRetry   = 30 * time.Minute
	newerRetry  = time.Minute // of a task that only a newer version of the program knows
)

// round claims a batch of due tasks and runs it. more is set when there may be
// others due. hard outlives ctx by a grace, for what is in the middle.
func (s *worker) round(ctx, hard context.Context) (more bool, err error) {
	if err := s.settle(ctx); err != nil {
		return false, err
	}
	tasks, err := s.o.Store.ClaimTasks(ctx, s.owner, taskBatch, taskLease)
	if err != nil {
		s.owing = true // it may have been committed
		return false, err
	}
	switch len(tasks) {
	case 0:
		return false, nil
	case taskBatch:
		s.callHelp()
	}
	err = s.run(ctx, hard, tasks)
	s.o.Wake()
	return err == nil, err
}

// settle gives back what this copy claimed and could not end, since its
// database was away, and what copies that died left behind.
func (s *worker) settle(ctx context.Context) error {
	if s.owing {
		if err := s.o.Store.ReturnTasks(ctx, s.owner); err != nil {
			return err
		}
		s.owing = false
	}
	now := s.o.Clock.Now()
	if s.helper {
		return nil
	}
	if now.Sub(s.lapsed) < lapseEvery && !now.Before(s.lapsed) {
		return nil
	}
	n, err := s.o.Store.LapsedTasks(ctx)
	if err != nil {
		return err
	}
	if s.lapsed = now; n > 0 {
		s.o.Log.Warn("tasks of a copy that stopped are run again", "tasks", n)
	}
	return nil
}

// run runs claimed tasks, transaction by transaction, each short, so that
// nobody waits long for the writer. After a while the rest is given back: more
// urgent tasks may be due, and the lease stays far from its end.
func (s *worker) run(ctx, hard context.Context, tasks []models.Task) error {
	began := s.o.Clock.Now()
	for len(tasks) > 0 {
		if s.owing = true; ctx.Err() != nil || s.o.Clock.Since(began) > holdTime {
			err := s.o.Store.ReturnTasks(hard, s.owner)
			s.owing = err != nil
			return err
		}
		n, err := s.part(hard, tasks)
		if err != nil {
			return err
		}
		tasks = tasks[n:]
	}
	s.owing = false
	return nil
}

// part ends the first n of the tasks. A task that was begun before and did not
// end is alone in its transaction; where one is at fault those before it go
// first, so that nobody suffers from another's fault.
func (s *worker) part(ctx context.Context, tasks []models.Task) (n int, err error) {
	for i, t := range tasks {
		if t.Attempts > 1 {
			tasks = tasks[:max(i, 1)]
			break
		}
	}
	for {
		n, err := s.together(ctx, tasks)
		if err == nil || models.IsUnavailable(err) && s.o.Store.Ping(ctx) != nil {
			return n, err
		}
		var f *fault
		switch {
		case len(tasks) == 1, errors.As(err, &f) && f.at == 0:
			return 1, s.failed(ctx, tasks[0], err)
		case f != nil:
			tasks = tasks[:f.at]
		default: // the transaction as a whole, as when one of them is another copy's by now
			tasks = tasks[:len(tasks)/2]
		}
	}
}

// fault is an error of one of several tasks.
type fault struct {
	at   int
	kind string
	err  error
}

func (f *fault) Error() string { return f.kind + ": " + f.err.Error() }

func (f *fault) Unwrap() error { return f.err }

// ending is how a task ends.
type ending struct{ state, reason string }

// together runs as many tasks in one transaction as fit into partTime.
func (s *worker) together(ctx context.Context, tasks []models.Task) (n int, err error) {
	clinic := s.o.Clinic()
	ctx, cancel := context.WithTimeout(ctx, taskTime)
	defer cancel()
	err = s.o.Store.Do(ctx, func(ctx context.Context, tx *models.Tx) error {
		began := s.o.Clock.Now()
		ends := map[ending][]models.Task{}
		for n = 0; n < len(tasks) && (n == 0 || s.o.Clock.Since(began) < partTime); n++ {
			w := &Work{Tx: tx, Task: tasks[n], Now: tx.Now, Clinic: clinic, o: &s.o}
			end, err := s.one(ctx, w)
			if err != nil {
				return &fault{n, tasks[n].Kind, err}
			}
			ends[end] = append(ends[end], tasks[n])
		}
		for end, list := range ends {
			if err := s.end(tx, end, list); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func (s *worker) end(tx *models.Tx, end ending, list []models.Task) error {
	if end.state == models.TaskDue {
		return tx.PutOffTasks(s.owner, end.reason, tx.Now.Add(newerRetry), list...)
	}
	return tx.EndTasks(s.owner, end.state, end.reason, list...)
}

// one looks at a task's subject again and runs its job.
func (s *worker) one(ctx context.Context, w *Work) (end ending, err error) {
	defer catch(&err)
	t := w.Task
	if !t.UselessAfter.IsZero() && !w.Now.Before(t.UselessAfter) {
		return ending{models.TaskExpired, "too late to be of use"}, nil
	}
	job, ok := s.jobs[t.Kind]
	if !ok {
		s.unknown(ctx, t.Kind)
		return ending{models.TaskDue, "waits for a version of the program that knows " + t.Kind}, nil
	}
	if t.Attempts > maxBegun {
		return ending{}, errors.New("begun again and again, and never ended")
	}
	reason, err := w.Tx.Read().Stands(ctx, t.Subject, t.Version)
	if err != nil {
		return ending{}, err
	}
	if reason != "" {
		return ending{models.TaskSuppressed, reason}, nil
	}
	if err := job.Run(ctx, w); err != nil {
		return ending{}, err
	}
	if w.suppressed != "" {
		return ending{models.TaskSuppressed, w.suppressed}, nil
	}
	return ending{models.TaskDone, ""}, nil
}

// unknown tells of a kind of task once: copies of different versions beside
// each other are normal for a while, a kind that nobody knows is not.
func (s *worker) unknown(ctx context.Context, kind string) {
	if _, heard := s.unheard.LoadOrStore(kind, true); !heard {
		s.o.Alarm(ctx, "task_unknown", "tasks of the kind "+kind+" are due, which this version of the program does not know; they wait for one that does")
	}
}

// failed puts a task off, longer each time, and gives it up in the end.
func (s *worker) failed(ctx context.Context, t models.Task, cause error) error {
	if errors.Is(cause, models.ErrGone) { // another copy has it
		return nil
	}
	s.o.Log.LogAttrs(ctx, slog.LevelWarn, "task failed", slog.String("kind", t.Kind), slog.String("task", t.ID), slog.Int("attempt", t.Attempts), failure(cause))
	giveUp := t.Attempts >= maxAttempts && !models.IsUnavailable(cause) || t.Attempts > maxBegun
	err := s.o.Store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		if giveUp {
			return tx.EndTasks(s.owner, models.TaskFailed, cause.Error(), t)
		}
		return tx.RetryTask(s.owner, t, cause.Error(), tx.Now.Add(min(firstRetry<<min(t.Attempts-1, 10), lastRetry)))
	})
	switch {
	case errors.Is(err, models.ErrGone):
		return nil
	case err == nil && giveUp:
		s.o.Alarm(ctx, "task_failed", fmt.Sprintf("task %s (%s) was given up after %d attempts: %v", t.ID, t.Kind, t.Attempts, cause))
	}
	return err
}
