package cmd

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/sync/errgroup"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/handlers"
	"zhenban/media"
	"zhenban/models"
	"zhenban/scheduler"
	"zhenban/templates"
)

// app is the program wired: everything that `serve`, `demo`, `chat` and
// `bench` have in common.
type app struct {
	settings config.Settings
	log      *slog.Logger
	clock    clockwork.Clock // of the conversations; the demo moves it
	store    *models.Store
	media    media.Store
	clinic   *clinicHolder
	book     *templates.Book
	metrics  *bot.Metrics
	engine   *bot.Engine
	spool    *bot.Spool
	intake   *bot.Intake
	sender   *bot.Sender
	schedule *scheduler.Scheduler
	channels []bot.Channel
	parts    []func(ctx context.Context) error // run beside each other until ctx ends
}

// appOptions is what differs between the commands.
type appOptions struct {
	settings config.Settings
	clock    clockwork.Clock
	log      *slog.Logger
	spool    string          // path of the spool's file; "" beside the database
	owner    string          // of leases; "" for a random one
	jobs     []scheduler.Job // nil: all there are
	explicit bool            // the clinic was named on the command line: it becomes the one in force
	channels func(a *app) ([]bot.Channel, error)
}

// newApp opens the database, takes the clinic's profile and wires the engine.
// Close it when done.
func newApp(ctx context.Context, o appOptions) (*app, error) {
	// Reading profile and texts leaves much garbage. Collected as it comes, it
	// does not make an idle program large.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	a := &app{settings: o.settings, log: o.log, clock: o.clock, metrics: bot.NewMetrics()}
	key, file, err := dataKey(o.settings)
	if err != nil {
		return nil, err
	}
	if file != "" {
		o.log.Debug("data key", "file", file)
	}
	if a.store, err = models.Open(ctx, models.Options{DSN: o.settings.DB, DataKey: key, Now: o.clock.Now}); err != nil {
		return nil, err
	}
	if err := a.wire(ctx, o, key); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *app) wire(ctx context.Context, o appOptions, key string) error {
	var err error
	if a.clinic, err = openClinic(ctx, a.store, o.settings.Clinic, o.explicit); err != nil {
		return err
	}
	if a.media, err = openMedia(o.settings, a.store); err != nil {
		return err
	}
	if a.book, err = templates.Load(); err != nil {
		return err
	}
	if a.channels, err = o.channels(a); err != nil {
		return err
	}
	a.sender = bot.NewSender(bot.SenderOptions{
		Store: a.store, Channels: a.channels, Clock: a.clock, Log: a.log, Metrics: a.metrics, Alarm: a.alarm, Files: a.media,
		Owner: o.owner, Clinic: a.clinic.current, Forget: func(id string) { a.engine.Forget(id) },
		Book: a.book, Budget: budget(a.store),
	})
	a.engine, err = bot.NewEngine(bot.EngineOptions{
		Store: a.store, Clinic: a.clinic.current, Book: a.book, Routes: handlers.Routes(), Now: a.clock.Now, Log: a.log,
		Wake: a.sender.Wake, Channels: a.channels, Files: a.media, PublicURL: strings.TrimRight(a.settings.PublicURL, "/"),
	})
	if err != nil {
		return err
	}
	if a.spool, err = openSpool(o.spool, a.settings, key); err != nil {
		return err
	}
	a.intake = bot.NewIntake(bot.IntakeOptions{
		Engine: a.engine, Store: a.store, Spool: a.spool, Clock: a.clock, Log: a.log, Metrics: a.metrics, Sorry: a.engine.Sorry,
		Wake: a.sender.Wake, Alarm: a.alarm, Attachments: bot.NewAttachments(a.media, a.channels, a.log),
	})
	a.schedule = scheduler.New(scheduler.Options{
		Store: a.store, Clock: a.clock, Log: a.log, Book: a.book, Wake: a.sender.Wake, Alarm: a.alarm,
		Clinic: func() scheduler.Clinic {
			c := a.clinic.current()
			return scheduler.Clinic{Clinic: c.Clinic, Slots: c.Slots}
		},
		Retention: time.Duration(a.settings.Retention) * 24 * time.Hour, Files: a.media, Owner: o.owner, Tasks: o.jobs, Windows: bot.ReachOptions(a.channels).Windows,
	})
	a.parts = append(a.parts, a.sender.Run, a.intake.Run, a.watchClinic, a.schedule.Run)
	return nil
}

// budget is shared where several copies may run; nil: one process's own.
func budget(store *models.Store) bot.Budget {
	if store.IsMySQL() {
		return bot.NewSharedBuckets(store, nil)
	}
	return nil
}

// alarm is for what an operator must look at.
func (a *app) alarm(ctx context.Context, code, text string) {
	a.log.ErrorContext(ctx, "alarm: "+text, "code", code)
}

// watchClinic takes over a profile that `zhenban import clinic` changed.
func (a *app) watchClinic(ctx context.Context) error {
	tick := a.clock.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.Chan():
			if err := a.clinic.refresh(ctx, a.store); err != nil && ctx.Err() == nil {
				a.log.Warn("clinic profile not refreshed", "error", err)
			}
		}
	}
}

// run runs all parts until ctx ends or one fails, then waits for all.
func (a *app) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, part := range a.parts {
		g.Go(func() error { return part(ctx) })
	}
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return err
}

func (a *app) close() {
	if a.spool != nil {
		if err := a.spool.Close(); err != nil {
			a.log.Warn("spool not closed", "error", err)
		}
	}
	if err := a.store.Close(); err != nil {
		a.log.Warn("database not closed", "error", err)
	}
}
