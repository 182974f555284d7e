package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/spf13/cobra"

	"zhenban/bot"
	"zhenban/bot/fhir"
	"zhenban/bot/webchat"
)

func serveCommand(w World) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run in production",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := w.settings(file)
			if err != nil {
				return err
			}
			ctx := c.Context()
			var p *platforms
			a, err := newApp(ctx, appOptions{settings: s, clock: w.Clock, log: w.logger(s), channels: func(a *app) ([]bot.Channel, error) {
				if p, err = openPlatforms(a, w.Clock, webchat.Options{}); err != nil {
					return nil, err
				}
				return p.list(), nil
			}})
			if err != nil {
				return err
			}
			defer a.close()
			return serveHTTP(ctx, w, a, p, nil)
		},
	}
	c.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	return c
}

// serveHTTP listens and runs everything until ctx ends: first no more is
// taken, then what was taken is finished. ready is told the address.
func serveHTTP(ctx context.Context, w World, a *app, p *platforms, ready func(url string), more ...func(*http.ServeMux)) error {
	mounts := append(p.mount(a), more...)
	mounts = append(mounts, func(mux *http.ServeMux) {
		mux.HandleFunc("GET /calendar/{ticket}", a.serveCalendar)
		mux.HandleFunc("GET /calendar/feed/{ticket}", a.serveFeed)
	})
	if token := a.settings.API.Token.Reveal(); token != "" {
		api := fhir.New(fhir.Options{
			Store: a.store, Clinic: a.clinic.current, Token: token, Now: a.clock.Now, Log: a.log, Base: a.settings.PublicURL,
			Files: a.media, Wake: a.sender.Wake, Book: a.book,
		})
		mounts = append(mounts, func(mux *http.ServeMux) {
			mux.Handle("/fhir/", api)
			mux.Handle("POST /fhir", api) // where a Bundle goes
		})
	}
	server := bot.NewServer(bot.ServerOptions{
		Addr: a.settings.Listen, Mount: mounts, Ready: bot.StoreReady(a.store), Metrics: a.metrics, Clock: w.Clock, Log: a.log, Stop: p.web.Close,
	})
	if err := server.Listen(ctx); err != nil {
		p.web.Close()
		return fmt.Errorf("listen %s: %w", a.settings.Listen, err)
	}
	a.metrics.Watch(a.store, a.spool, a.clock)
	a.log.Info("listening", "address", server.Address().String(), "settings", a.settings)
	a.parts = append(a.parts, func(ctx context.Context) error { return tidy(ctx, w.Clock) })
	if ready != nil {
		ready("http://" + server.Address().String())
	}
	// The server stops first; the sender and the rest go on until what was
	// taken is answered.
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	served := make(chan error, 1)
	a.parts = append(a.parts, func(context.Context) error {
		err := server.Run(ctx)
		stop()
		served <- err
		return nil
	})
	err := a.run(inner)
	return errors.Join(err, <-served)
}

// settled is how long after its start the program is at rest, if nobody writes.
const settled = 2 * time.Second

// tidy gives back what reading profile and texts left behind, which an idle
// program would keep.
func tidy(ctx context.Context, clock clockwork.Clock) error {
	debug.FreeOSMemory()
	select {
	case <-ctx.Done():
	case <-clock.After(settled):
		debug.FreeOSMemory()
	}
	return nil
}
