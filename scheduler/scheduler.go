// Package scheduler is when the program acts by itself: one file a job. What
// is due stands in the database; cron and a ticker only wake whoever looks, so
// that any number of copies may wake at once.
package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/robfig/cron/v3"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates"
	"zhenban/templates/outreach"
)

// Options wires a Scheduler.
type Options struct {
	Store     *models.Store
	Clock     clockwork.Clock
	Log       *slog.Logger
	Book      *templates.Book
	Clinic    func() Clinic                                // in force now
	Wake      func()                                       // called when something was put into the outbox; nil for none
	Alarm     func(ctx context.Context, code, text string) // something an operator must look at; nil: only logged
	Owner     string                                       // this copy, at most 32 characters; "" for a random one
	Retention time.Duration                                // how long turns are kept
	Files     Files                                        // the media store; nil: nothing is swept there
	Windows   map[string]models.Window                     // of channels that close to who is silent, for who has several contacts
	Tasks     []Job                                        // nil: Jobs()
	Calendar  []CalendarJob                                // nil: CalendarJobs()
}

// Files deletes what the media store keeps under a key; what is not there is no
// error.
type Files interface {
	Delete(ctx context.Context, key string) error
}

// Clinic is the profile in force and its index of free times.
type Clinic struct {
	*config.Clinic
	Slots *slots.Index
}

// Job runs the tasks of a kind. Run acts through w only: what it writes is
// committed with the task's end, or not at all, and it may be run again.
type Job struct {
	Kind string
	Run  func(ctx context.Context, w *Work) error
}

// Jobs lists what can be due.
func Jobs() []Job {
	return []Job{
		{Kind: outreach.TaskRemind, Run: remind},
		{Kind: outreach.TaskSurvey, Run: survey},
		{Kind: outreach.TaskSurveySample, Run: surveySample},
		{Kind: outreach.TaskTips, Run: tips},
		{Kind: outreach.TaskCheckupInvite, Run: checkupInvite},
		{Kind: outreach.TaskCheckupRemind, Run: checkupRemind},
		{Kind: outreach.TaskCaseLate, Run: caseLate},
		{Kind: outreach.TaskCaseClimb, Run: caseClimb},
		{Kind: outreach.TaskCaseSnooze, Run: caseSnooze},
		{Kind: outreach.TaskReport, Run: reportCame},
		{Kind: outreach.TaskReportOverdue, Run: reportOverdue},
		{Kind: outreach.TaskReportRelease, Run: reportRelease},
		{Kind: outreach.TaskMade, Run: made},
		{Kind: outreach.TaskIntake, Run: askIntake},
		{Kind: outreach.TaskBrief, Run: brief},
		{Kind: outreach.TaskNoShow, Run: markNoShow},
		{Kind: outreach.TaskNoShowAsk, Run: askNoShow},
		{Kind: outreach.TaskSummary, Run: summary},
		{Kind: outreach.TaskFreed, Run: freed},
		{Kind: outreach.TaskWaitLapse, Run: lapse},
		{Kind: outreach.TaskWaitEnd, Run: endWait},
		{Kind: outreach.TaskPrepare, Run: prepare},
		{Kind: outreach.TaskPrepareOpen, Run: prepareOpen},
		{Kind: outreach.TaskFollowup, Run: followup},
		{Kind: outreach.TaskDischarge, Run: discharge},
		{Kind: outreach.TaskPlanEnd, Run: planEnd},
		{Kind: outreach.TaskCheckinMissed, Run: checkinMissed},
		{Kind: outreach.TaskVisitDone, Run: visitDone},
		{Kind: outreach.TaskRecall, Run: recall},
		{Kind: outreach.TaskDose, Run: dose},
		{Kind: outreach.TaskCourseEnd, Run: courseEnd},
		{Kind: outreach.TaskConsentAsk, Run: askConsent},
		{Kind: outreach.TaskConsentRemind, Run: remindConsent},
		{Kind: outreach.TaskConsentCall, Run: callConsent},
		{Kind: outreach.TaskBroadcastStart, Run: startBroadcast},
		{Kind: outreach.TaskBroadcastExpand, Run: expandBroadcast},
		{Kind: outreach.TaskBroadcastTick, Run: tickBroadcast},
		{Kind: outreach.TaskBroadcastEcho, Run: echoBroadcast},
	}
}

// chore is housekeeping that every copy may do at once: the second finds
// nothing left.
type chore struct {
	name string
	spec string // of robfig/cron
	run  func(ctx context.Context, o Options) error
}

func chores() []chore {
	return []chore{
		{"holds", "@every 1m", sweepHolds},
		{"retention", "17 3 * * *", prune},
	}
}

const (
	tickEvery  = 250 * time.Millisecond // how late a task may be found due
	lapseEvery = 15 * time.Second       // looks for what copies that died left behind
	taskLease  = time.Minute
	taskBatch  = 100
	holdTime   = time.Second           // how long claimed tasks wait for their turn before they are given back
	partTime   = 10 * time.Millisecond // of a transaction, after which it takes on no more tasks
	taskTime   = 30 * time.Second      // of a transaction, after which it is given up
	graceTime  = 10 * time.Second      // after SIGTERM, for the transaction under way
)

// Scheduler runs what is due.
type Scheduler struct {
	o    Options
	jobs map[string]Job
	wake chan struct{}
	help chan struct{}

	workers []*worker
	rounds  sync.RWMutex // held by each round; whole by who wants none beside it
	unheard sync.Map     // kinds of tasks that this version does not know, told of already

	calendarOnce sync.Mutex // one look at the calendar at a time in this copy
	failing      map[string]bool
}

// New wires a Scheduler; Run starts it.
func New(o Options) *Scheduler {
	if o.Wake == nil {
		o.Wake = func() {}
	}
	if o.Alarm == nil {
		log := o.Log
		o.Alarm = func(ctx context.Context, code, text string) { log.ErrorContext(ctx, text, "code", code) }
	}
	if o.Owner == "" {
		o.Owner = o.Store.NewID(o.Clock.Now())
	}
	if o.Tasks == nil {
		o.Tasks = Jobs()
	}
	if o.Calendar == nil {
		o.Calendar = CalendarJobs()
	}
	s := &Scheduler{o: o, jobs: map[string]Job{}, wake: make(chan struct{}, 1), help: make(chan struct{}), failing: map[string]bool{}}
	for _, j := range o.Tasks {
		s.jobs[j.Kind] = j
	}
	s.workers = s.newWorkers()
	return s
}

// Run looks for what is due until ctx ends, then waits for what runs.
func (s *Scheduler) Run(ctx context.Context) error {
	log := cronLog{s.o.Log}
	c := cron.New(cron.WithLogger(log), cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	for _, j := range chores() {
		_, err := c.AddFunc(j.spec, func() {
			if err := j.run(ctx, s.o); err != nil && ctx.Err() == nil {
				s.o.Log.Warn("chore failed; it runs again at its next time", "chore", j.name, "error", err)
			}
		})
		if err != nil {
			return fmt.Errorf("chore %s: %w", j.name, err)
		}
	}
	calendar := func() {
		if err := s.calendar(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.Warn("calendar not looked at; it is in a minute", "error", err)
		}
	}
	if _, err := c.AddFunc("* * * * *", calendar); err != nil {
		return err
	}
	hard, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		select {
		case <-s.o.Clock.After(graceTime):
			cancel()
		case <-hard.Done():
		}
	})()
	c.Start()
	calendar() // what came up while the program was away
	s.work(ctx, hard)
	<-c.Stop().Done()
	return nil
}

// Wake tells that something became due.
func (s *Scheduler) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Drain runs everything that is due at this moment and returns when it is done.
func (s *Scheduler) Drain(ctx context.Context) error {
	if err := s.calendar(ctx); err != nil {
		return err
	}
	s.rounds.Lock() // what the workers took is done by then
	defer s.rounds.Unlock()
	for {
		if more, err := s.workers[0].round(ctx, ctx); err != nil || !more {
			return err
		}
	}
}

// Pause keeps this copy from running tasks until it is told to resume.
func (s *Scheduler) Pause() (resume func()) {
	s.rounds.Lock()
	return s.rounds.Unlock
}

// NextDue is the next moment from now on at which a task, a push or a calendar
// job is due, the zero time for never.
func (s *Scheduler) NextDue(ctx context.Context) (time.Time, error) {
	now := s.o.Clock.Now()
	next, err := s.o.Store.NextDue(ctx, now)
	if err != nil {
		return next, err
	}
	for _, j := range s.o.Calendar {
		at, err := j.next(ctx, s.o, now)
		if err != nil {
			return next, err
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, nil
}

// cronLog keeps cron's own lines, which carry no content, at debug level.
type cronLog struct{ log *slog.Logger }

// Info implements cron.Logger.
func (l cronLog) Info(msg string, kv ...any) { l.log.Debug("cron: "+msg, kv...) }

// Error implements cron.Logger.
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error("cron: "+msg, append(kv, "error", err)...)
}
