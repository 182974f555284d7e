package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

// benchTasks is reminders that become due: how late each is done while many
// more wait, what a look costs that finds nothing, and how fast what is due at
// once is done.
type benchTasks struct {
	Pending   int           `json:"pending"`
	LookFew   time.Duration `json:"look_few_pending_p50_ns"` // with fewPending waiting
	LookMany  time.Duration `json:"look_many_pending_p50_ns"`
	LookRatio float64       `json:"look_ratio"`
	PerSecond int           `json:"due_per_second"`
	Count     int           `json:"count"`
	Late50    time.Duration `json:"late_p50_ns"`
	Late99    time.Duration `json:"late_p99_ns"`
	LateMax   time.Duration `json:"late_max_ns"`
	DueAtOnce int           `json:"due_at_once"`
	Burst     float64       `json:"burst_per_second"`
	Floor     float64       `json:"burst_floor_per_second"`
	Ratio     float64       `json:"burst_ratio"`
	Idle      side          `json:"answers_while_nothing_is_due"`
	Busy      side          `json:"answers_while_tasks_run"`
}

const (
	fewPending  = 1000
	looks       = 400
	taskRate    = 500  // due a second
	taskVisits  = 2000 // visits that are reminded of
	taskBurst   = 1000 // due at once, a side, for each second of the measurement
	taskPause   = 2 * time.Second
	taskPatient = 2 * time.Minute
	taskPeople  = 8 // who write meanwhile
	taskBetween = 50 * time.Millisecond
)

// due is how many tasks are due at once on each side.
func (b *benchWorld) due() int { return max(200, int(taskBurst*b.o.duration.Seconds())) }

func (b *benchWorld) tasks(ctx context.Context) (*benchTasks, error) {
	store := b.app.store
	r := &benchTasks{Pending: b.o.pending, PerSecond: taskRate, DueAtOnce: b.due()}
	visits, err := b.remindable(ctx)
	if err != nil {
		return nil, err
	}
	far := b.w.Clock.Now().AddDate(0, 1, 0)
	wait := func(from, to int) error {
		return store.PutTasks(ctx, to-from, func(i int) models.Task {
			return benchReminder(visits[(from+i)%len(visits)], fmt.Sprintf("far:%d", from+i), far.Add(time.Duration(from+i)*time.Millisecond))
		})
	}
	few := min(fewPending, b.o.pending)
	if err := wait(0, few); err != nil {
		return nil, err
	}
	if r.LookFew, err = b.look(ctx); err != nil {
		return nil, err
	}
	fmt.Fprintf(b.progress, "  %d pending tasks are put into the table …\n", b.o.pending)
	if err := wait(few, b.o.pending); err != nil {
		return nil, err
	}
	if r.LookMany, err = b.look(ctx); err != nil {
		return nil, err
	}
	r.LookRatio = float64(r.LookMany) / float64(r.LookFew)
	if err := b.lateness(ctx, r, visits); err != nil {
		return nil, err
	}
	if err := b.burst(ctx, r, visits); err != nil {
		return nil, err
	}
	return r, b.meanwhile(ctx, r, visits)
}

// remindable puts visits of next month into the table, each of a contact on a
// channel that nothing is sent on: what is measured ends with the outbox.
func (b *benchWorld) remindable(ctx context.Context) ([]models.Appointment, error) {
	now := b.w.Clock.Now()
	clinic := b.app.clinic.current()
	service := clinic.Services[0].ID
	list := make([]models.Appointment, taskVisits)
	for i := range list {
		start := now.AddDate(0, 1, 0)
		list[i] = models.Appointment{
			ID: b.app.store.NewID(now), Number: fmt.Sprintf("T%07d", i), ContactID: fmt.Sprintf("bench:%d", i), PatientName: "豆豆",
			Slot: slots.Slot{Start: start, End: start.Add(time.Hour), Service: service, Branch: clinic.Branches[0].ID}, CreatedAt: now, UpdatedAt: now,
		}
	}
	err := b.app.store.PutContacts(ctx, len(list), func(i int) string { return list[i].ContactID })
	if err == nil {
		err = b.app.store.PutVisits(ctx, list, func(slots.Slot) []slots.Claim { return nil })
	}
	return list, err
}

func benchReminder(visit models.Appointment, key string, due time.Time) models.Task {
	payload, _ := json.Marshal(outreach.Remind{Lead: config.Lead{Minutes: 120}}) // cannot fail
	return models.Task{
		Key: key, Kind: outreach.TaskRemind, Subject: models.AboutAppointment(visit.ID), Version: 1, ContactID: visit.ContactID,
		Priority: models.PriorityPush, DueAt: due, Payload: payload,
	}
}

// look is what a look for due tasks costs that finds none.
func (b *benchWorld) look(ctx context.Context) (time.Duration, error) {
	times := make([]time.Duration, looks)
	for i := range times {
		start := b.w.Clock.Now()
		list, err := b.app.store.ClaimTasks(ctx, "bench", 100, time.Minute)
		if err != nil {
			return 0, err
		}
		if len(list) > 0 {
			return 0, fmt.Errorf("%s is due", list[0].Key)
		}
		times[i] = b.w.Clock.Since(start)
	}
	slices.Sort(times)
	return quantile(times, .5), nil
}

// lateness lets taskRate reminders become due each second.
func (b *benchWorld) lateness(ctx context.Context, r *benchTasks, visits []models.Appointment) error {
	n := int(2 * b.o.duration.Seconds() * taskRate)
	from := b.w.Clock.Now().Add(taskPause)
	err := b.app.store.PutTasks(ctx, n, func(i int) models.Task {
		return benchReminder(visits[i%len(visits)], fmt.Sprintf("rate:%d", i), from.Add(time.Duration(i)*time.Second/taskRate))
	})
	if err != nil {
		return err
	}
	late, err := b.allDone(ctx, "rate:", 2*b.o.duration+taskPause)
	if err != nil {
		return err
	}
	slices.Sort(late)
	r.Count, r.Late50, r.Late99, r.LateMax = len(late), quantile(late, .5), quantile(late, .99), quantile(late, 1)
	return nil
}

// allDone waits until every task whose key has a prefix is done.
func (b *benchWorld) allDone(ctx context.Context, prefix string, first time.Duration) ([]time.Duration, error) {
	end := b.w.Clock.Now().Add(first + taskPatient)
	for wait := first; ; wait = 50 * time.Millisecond {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-b.w.Clock.After(wait):
		}
		late, open, err := b.app.store.TasksLate(ctx, prefix)
		if err != nil || open == 0 {
			return late, err
		}
		if b.w.Clock.Now().After(end) {
			return nil, fmt.Errorf("%d tasks were never done", open)
		}
	}
}

// burst is what is due at once, beside a bare loop over as many. Both are
// stamped as due an hour ago, so that what is measured is from the first look.
func (b *benchWorld) burst(ctx context.Context, r *benchTasks, visits []models.Appointment) error {
	floor, err := b.app.store.NewFloor(ctx)
	if err != nil {
		return err
	}
	soon := b.w.Clock.Now().Add(taskPause)
	put := func(prefix string, due time.Time) error {
		return b.app.store.PutTasks(ctx, r.DueAtOnce, func(i int) models.Task { return benchReminder(visits[i%len(visits)], fmt.Sprint(prefix, i), due) })
	}
	if err := put("burst:", soon); err != nil {
		return err
	}
	late, err := b.allDone(ctx, "burst:", taskPause)
	if err != nil {
		return err
	}
	r.Burst = float64(r.DueAtOnce) / slices.Max(late).Seconds()

	// The bare loop's tasks are of the distant past and are run at once by it
	// alone: the program looks for what is due too, so it must not be running.
	resume := b.app.schedule.Pause()
	defer resume()
	if err := put("bare:", soon); err != nil {
		return err
	}
	start := b.w.Clock.Now()
	for {
		n, err := floor.BareTasks(ctx, 100)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	r.Floor = float64(r.DueAtOnce) / b.w.Clock.Since(start).Seconds()
	r.Ratio = r.Burst / r.Floor
	return nil
}

// meanwhile is how long people wait for an answer while nothing is due, and
// while as much is due as the program can do.
func (b *benchWorld) meanwhile(ctx context.Context, r *benchTasks, visits []models.Appointment) error {
	list, err := b.people(b.address, "o-tasks-", true)
	if err != nil {
		return err
	}
	defer closeAll(list)
	texts := benchTexts()
	people := min(taskPeople, len(list))
	counts := make([]int, people)
	say := func(person int) error {
		counts[person]++
		_, err := list[person].say(texts[counts[person]%len(texts)])
		return err
	}
	r.Idle.paced(ctx, b.w.Clock, people, b.o.duration, taskBetween, say)
	enough := 4 * r.DueAtOnce // to last until the end
	err = b.app.store.PutTasks(ctx, enough, func(i int) models.Task {
		return benchReminder(visits[i%len(visits)], fmt.Sprint("busy:", i), b.w.Clock.Now())
	})
	if err != nil {
		return err
	}
	r.Busy.paced(ctx, b.w.Clock, people, b.o.duration, taskBetween, say)
	r.Idle.finish()
	r.Busy.finish()
	return errors.Join(r.Idle.err, r.Busy.err)
}
