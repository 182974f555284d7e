package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zhenban/models"
)

const (
	maxAttempts = 8
	firstRetry  = 5 * time.Second
	lastRetry   = 30 * time.Minute
)

// round claims a batch of due tasks and runs it. more is set when there may be
// others due.
func (s *Scheduler) round(ctx context.Context) (more bool, err error) {
	s.once.Lock()
	defer s.once.Unlock()
	now := s.o.Clock.Now()
	if now.Sub(s.lapsed) >= lapseEvery || now.Before(s.lapsed) {
		n, err := s.o.Store.LapsedTasks(ctx)
		if err != nil {
			return false, err
		}
		if s.lapsed = now; n > 0 {
			s.o.Log.Warn("tasks of a copy that stopped are run again", "tasks", n)
		}
	}
	tasks, err := s.o.Store.ClaimTasks(ctx, s.o.Owner, taskBatch, taskLease)
	if err != nil || len(tasks) == 0 {
		return false, err
	}
	if err := s.run(ctx, tasks); err != nil && len(tasks) > 1 && !models.IsUnavailable(err) {
		// One of them is at fault: each alone, so that the others do not suffer.
		for _, t := range tasks {
			s.alone(ctx, t)
		}
	} else if err != nil {
		for _, t := range tasks {
			s.failed(ctx, t, err)
		}
	}
	s.o.Wake()
	return true, nil
}

func (s *Scheduler) alone(ctx context.Context, t models.Task) {
	if err := s.run(ctx, []models.Task{t}); err != nil {
		s.failed(ctx, t, err)
	}
}

// run runs tasks in one transaction.
func (s *Scheduler) run(ctx context.Context, tasks []models.Task) error {
	clinic := s.o.Clinic()
	return s.o.Store.Do(ctx, func(ctx context.Context, tx *models.Tx) error {
		var done []models.Task
		for _, t := range tasks {
			state, reason, err := s.one(ctx, &Work{Tx: tx, Task: t, Now: tx.Now, Clinic: clinic, o: &s.o})
			if err != nil {
				return fmt.Errorf("%s: %w", t.Kind, err)
			}
			if state == models.TaskDone && reason == "" {
				done = append(done, t)
				continue
			}
			if err := tx.EndTasks(s.o.Owner, state, reason, t); err != nil {
				return err
			}
		}
		return tx.EndTasks(s.o.Owner, models.TaskDone, "", done...)
	})
}

// one looks at a task's subject again and runs its job.
func (s *Scheduler) one(ctx context.Context, w *Work) (state, reason string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	t := w.Task
	if !t.UselessAfter.IsZero() && !w.Now.Before(t.UselessAfter) {
		return models.TaskExpired, "too late to be of use", nil
	}
	reason, err = w.Tx.Read().Stands(ctx, t.Subject, t.Version)
	if err != nil {
		return "", "", err
	}
	if reason != "" {
		return models.TaskSuppressed, reason, nil
	}
	job, ok := s.jobs[t.Kind]
	if !ok {
		return "", "", errors.New("no such job in this version of the program")
	}
	if err := job.Run(ctx, w); err != nil {
		return "", "", err
	}
	if w.suppressed != "" {
		return models.TaskSuppressed, w.suppressed, nil
	}
	return models.TaskDone, "", nil
}

// failed puts a task off, longer each time, and gives it up in the end.
func (s *Scheduler) failed(ctx context.Context, t models.Task, cause error) {
	if errors.Is(cause, models.ErrGone) || ctx.Err() != nil { // another copy has it; or it will, when the lease runs out
		return
	}
	giveUp := t.Attempts >= maxAttempts && !models.IsUnavailable(cause)
	err := s.o.Store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		if giveUp {
			return tx.EndTasks(s.o.Owner, models.TaskFailed, cause.Error(), t)
		}
		return tx.RetryTask(s.o.Owner, t, cause.Error(), tx.Now.Add(min(firstRetry<<min(t.Attempts-1, 10), lastRetry)))
	})
	if err != nil && ctx.Err() == nil {
		s.o.Log.Warn("task not put off; its lease will run out", "kind", t.Kind, "task", t.ID, "error", err)
	}
	s.o.Log.Warn("task failed", "kind", t.Kind, "task", t.ID, "attempt", t.Attempts, "error", cause)
	if giveUp {
		s.o.Alarm(ctx, "task_failed", fmt.Sprintf("task %s (%s) was given up after %d attempts: %v", t.ID, t.Kind, t.Attempts, cause))
	}
}
