package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"zhenban/models"
)

// CalendarJob is done at times of the clinic's calendar. Each slot is a
// wall-clock time that fires once over all copies and restarts; where clocks
// are put forward over it, it fires at the moment they are.
type CalendarJob struct {
	Name string
	Spec string        // minute hour day month weekday, in the clinic's zone
	Late time.Duration // how late a slot is still of use; an older one is recorded as skipped
	Run  func(ctx context.Context, w *Work) error
}

// CalendarJobs lists what the calendar brings.
func CalendarJobs() []CalendarJob { return nil }

// slotForm writes a slot so that slots sort as text.
const slotForm = "2006-01-02T15:04"

// maxSlots bounds how many missed slots are looked at in one go.
const maxSlots = 10_000

// after lists the slots after a wall-clock time up to another one.
func (j CalendarJob) after(from, to time.Time, limit int) ([]time.Time, error) {
	schedule, err := cron.ParseStandard(j.Spec)
	if err != nil {
		return nil, fmt.Errorf("job %s: %w", j.Name, err)
	}
	var out []time.Time
	for at := schedule.Next(from); !at.IsZero() && !at.After(to) && len(out) < limit; at = schedule.Next(at) {
		out = append(out, at)
	}
	return out, nil
}

// wall is the reading of the clinic's clock at now, in a zone without changes,
// so that every reading is there once.
func wall(now time.Time, zone *time.Location) time.Time {
	t := now.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
}

// instant is when the clock shows a reading: the first time where it shows it
// twice, and the moment it jumps where it never does.
func instant(reading time.Time, zone *time.Location) time.Time {
	t := time.Date(reading.Year(), reading.Month(), reading.Day(), reading.Hour(), reading.Minute(), 0, 0, zone)
	if earlier := t.Add(-time.Hour); wall(earlier, zone).Equal(reading) {
		return earlier
	}
	return t
}

// next is when the job is due next; a job that is overdue is due now.
func (j CalendarJob) next(ctx context.Context, o Options, now time.Time) (time.Time, error) {
	last, err := o.Store.LastSlot(ctx, j.Name)
	if err != nil || last == "" {
		return time.Time{}, err
	}
	from, err := time.Parse(slotForm, last)
	if err != nil {
		return time.Time{}, fmt.Errorf("job %s: slot %q: %w", j.Name, last, err)
	}
	slots, err := j.after(from, from.AddDate(2, 0, 0), 1)
	if err != nil || len(slots) == 0 {
		return time.Time{}, err
	}
	return instant(slots[0], o.Clinic().Location("")), nil
}

// calendar runs what the calendar brings, and logs what does not work.
func (s *Scheduler) calendar(ctx context.Context) {
	if err := s.calendarOnce(ctx); err != nil && ctx.Err() == nil {
		s.o.Log.Warn("calendar job failed; it is tried again in a minute", "error", err)
	}
}

func (s *Scheduler) calendarOnce(ctx context.Context) error {
	var errs []error
	for _, j := range s.o.Calendar {
		if err := s.slots(ctx, j); err != nil {
			errs = append(errs, fmt.Errorf("job %s: %w", j.Name, err))
		}
	}
	return errors.Join(errs...)
}

// slots takes every slot of a job that has come since the last one.
func (s *Scheduler) slots(ctx context.Context, j CalendarJob) error {
	clinic := s.o.Clinic()
	now := s.o.Clock.Now()
	zone := clinic.Location("")
	last, err := s.o.Store.LastSlot(ctx, j.Name)
	if err != nil {
		return err
	}
	if last == "" { // new: it counts from here on
		return s.o.Store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
			return once(tx.Slot(j.Name, wall(now, zone).Format(slotForm), models.SlotBegan))
		})
	}
	from, err := time.Parse(slotForm, last)
	if err != nil {
		return fmt.Errorf("slot %q: %w", last, err)
	}
	list, err := j.after(from, wall(now, zone), maxSlots)
	if err != nil {
		return err
	}
	for _, at := range list {
		if instant(at, zone).After(now) {
			break
		}
		if err := s.slot(ctx, j, clinic, at, now.Sub(instant(at, zone)) > j.Late); err != nil {
			return err
		}
	}
	return nil
}

// slot does one slot in one transaction with taking it.
func (s *Scheduler) slot(ctx context.Context, j CalendarJob, clinic Clinic, at time.Time, late bool) error {
	state := models.SlotDone
	if late {
		state = models.SlotSkipped
	}
	name := at.Format(slotForm)
	return s.o.Store.Do(ctx, func(ctx context.Context, tx *models.Tx) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		if err := tx.Slot(j.Name, name, state); err != nil || late {
			return once(err)
		}
		w := &Work{Tx: tx, Now: tx.Now, Clinic: clinic, o: &s.o, Task: models.Task{Key: j.Name + ":" + name, Kind: j.Name, DueAt: instant(at, clinic.Location(""))}}
		return j.Run(ctx, w)
	})
}

// once takes it as done that another copy did it.
func once(err error) error {
	if errors.Is(err, models.ErrDuplicate) {
		return nil
	}
	return err
}
