// Package scheduler is when the program acts by itself: one file a job. cron
// only wakes; what is due stands in the database, so that any number of copies
// may wake at once.
package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"zhenban/models"
)

// Options wires a Scheduler.
type Options struct {
	Store     *models.Store
	Now       func() time.Time
	Log       *slog.Logger
	Retention time.Duration // how long turns are kept
}

// Job is one thing that is done again and again. It may run on every copy at
// once and must find nothing to do the second time.
type Job struct {
	Name string
	Spec string // of robfig/cron
	Run  func(ctx context.Context, o Options) error
}

// Jobs lists every job.
func Jobs() []Job {
	return []Job{
		{Name: "holds", Spec: "@every 1m", Run: sweepHolds},
		{Name: "retention", Spec: "17 3 * * *", Run: prune},
	}
}

// Run wakes the jobs until ctx ends, then waits for those that run.
func Run(ctx context.Context, o Options) error {
	log := cronLog{o.Log}
	c := cron.New(cron.WithLogger(log), cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	for _, j := range Jobs() {
		_, err := c.AddFunc(j.Spec, func() {
			if err := j.Run(ctx, o); err != nil && ctx.Err() == nil {
				o.Log.Warn("job failed; it runs again at its next time", "job", j.Name, "error", err)
			}
		})
		if err != nil {
			return fmt.Errorf("job %s: %w", j.Name, err)
		}
	}
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	return nil
}

// cronLog keeps cron's own lines, which carry no content, at debug level.
type cronLog struct{ log *slog.Logger }

// Info implements cron.Logger.
func (l cronLog) Info(msg string, kv ...any) { l.log.Debug("cron: "+msg, kv...) }

// Error implements cron.Logger.
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error("cron: "+msg, append(kv, "error", err)...)
}
