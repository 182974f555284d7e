package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
func CalendarJobs() []CalendarJob {
	return []CalendarJob{
		{Name: "survey-week", Spec: "30 10 * * 1", Late: 3 * 24 * time.Hour, Run: surveyWeek},
		{Name: "tip-day", Spec: "0 10 * * *", Late: 2 * 24 * time.Hour, Run: tipDay},
		{Name: "checkup-day", Spec: "30 10 * * *", Late: 2 * 24 * time.Hour, Run: checkupDay},
	}
}

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

// next is when the job is due next. One that is overdue has failed: it is tried
// again in a minute.
func (j CalendarJob) next(ctx context.Context, o Options, now time.Time) (time.Time, error) {
	zone := o.Clinic().Location("")
	from, err := j.last(ctx, o, wall(now, zone))
	if err != nil || from.IsZero() {
		return time.Time{}, err
	}
	slots, err := j.after(from, from.AddDate(2, 0, 0), 1)
	if err != nil || len(slots) == 0 {
		return time.Time{}, err
	}
	at := instant(slots[0], zone)
	if !at.After(now) {
		at = now.Add(time.Minute)
	}
	return at, nil
}

// last is the job's newest slot up to a reading of the clock, zero for none.
func (j CalendarJob) last(ctx context.Context, o Options, reading time.Time) (time.Time, error) {
	last, err := o.Store.LastSlot(ctx, j.Name, reading.Format(slotForm))
	if err != nil || last == "" {
		return time.Time{}, err
	}
	at, err := time.Parse(slotForm, last)
	if err != nil {
		return at, fmt.Errorf("slot %q: %w", last, err)
	}
	return at, nil
}

// calendar runs what the calendar brings. A job that fails is tried again every
// minute until its slot comes too late; it keeps no other from its time. The
// error is the database's only.
func (s *Scheduler) calendar(ctx context.Context) error {
	s.calendarOnce.Lock()
	defer s.calendarOnce.Unlock()
	var away error
	for _, j := range s.o.Calendar {
		err := s.slots(ctx, j)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			delete(s.failing, j.Name)
		case models.IsUnavailable(err):
			away = fmt.Errorf("job %s: %w", j.Name, err)
		default:
			s.o.Log.LogAttrs(ctx, slog.LevelWarn, "calendar job failed; it is tried again in a minute", slog.String("job", j.Name), failure(err))
			if !s.failing[j.Name] {
				s.failing[j.Name] = true
				s.o.Alarm(ctx, "calendar_failed", fmt.Sprintf("calendar job %s fails, and is tried again until its time is over: %v", j.Name, err))
			}
		}
	}
	return away
}

// slots takes every slot of a job that has come since the last one.
func (s *Scheduler) slots(ctx context.Context, j CalendarJob) error {
	clinic := s.o.Clinic()
	now := s.o.Clock.Now()
	zone := clinic.Location("")
	from, err := j.last(ctx, s.o, wall(now, zone))
	if err != nil {
		return err
	}
	if from.IsZero() {
		return s.begin(ctx, j, wall(now, zone))
	}
	list, err := j.after(from, wall(now, zone), maxSlots)
	if err != nil {
		return err
	}
	var late []string // the oldest, so all before the first that is of use
	for len(list) > 0 && now.Sub(instant(list[0], zone)) > j.Late {
		late, list = append(late, list[0].Format(slotForm)), list[1:]
	}
	if len(late) > 0 {
		s.o.Log.Warn("slots of a calendar job came too late to be of use", "job", j.Name, "slots", len(late), "from", late[0], "to", late[len(late)-1])
		err := s.o.Store.Do(ctx, func(_ context.Context, tx *models.Tx) error { return tx.SkipSlots(j.Name, late) })
		if err != nil {
			return err
		}
	}
	for _, at := range list {
		if instant(at, zone).After(now) { // the clock shows it for the second time: it was taken the first time
			continue
		}
		if err := s.slot(ctx, j, clinic, at); err != nil {
			return err
		}
	}
	return nil
}

// begin makes a job that is new count from here on, unless another copy has
// begun it meanwhile.
func (s *Scheduler) begin(ctx context.Context, j CalendarJob, reading time.Time) error {
	name := reading.Format(slotForm)
	return s.o.Store.Do(ctx, func(ctx context.Context, tx *models.Tx) error {
		if last, err := tx.Read().LastSlot(ctx, j.Name, name); err != nil || last != "" {
			return err
		}
		return once(tx.Slot(j.Name, name, models.SlotBegan))
	})
}

// slot does one slot in one transaction with taking it.
func (s *Scheduler) slot(ctx context.Context, j CalendarJob, clinic Clinic, at time.Time) error {
	name := at.Format(slotForm)
	return s.o.Store.Do(ctx, func(ctx context.Context, tx *models.Tx) (err error) {
		defer catch(&err)
		if err := tx.Slot(j.Name, name, models.SlotDone); err != nil {
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
