package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/models"
)

const (
	maxHeader     = 64 << 10
	maxBody       = 32 << 20 // the largest upload is a photo of 10 MB, the largest import a FHIR bundle
	headerTime    = 5 * time.Second
	readTime      = time.Minute // a photo over a slow line
	writeTime     = time.Minute
	idleTime      = 2 * time.Minute
	shutdownGrace = 15 * time.Second // interface: SIGTERM ends within 20 s
	readyTime     = 3 * time.Second
)

// Server is the HTTP server that the channels and interfaces share.
type Server struct {
	o       ServerOptions
	http    *http.Server
	mux     *http.ServeMux
	ln      net.Listener
	closing atomic.Bool
}

// ServerOptions wires a Server.
type ServerOptions struct {
	Addr string
	// Mount adds paths: a channel's Register, the FHIR interface …
	Mount   []func(mux *http.ServeMux)
	Ready   func(ctx context.Context) error // StoreReady; nil: always
	Metrics *Metrics                        // nil: no /metrics
	Clock   clockwork.Clock
	Log     *slog.Logger
	// Stop is called when the server begins to shut down: for connections that
	// Shutdown does not see, such as the web chat's sockets.
	Stop func()
}

// NewServer makes the server; Run listens.
func NewServer(o ServerOptions) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, mux: http.NewServeMux()}
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"alive": true})
	})
	s.mux.HandleFunc("GET /readyz", s.ready)
	if o.Metrics != nil {
		s.mux.Handle("GET /metrics", o.Metrics.Handler())
	}
	for _, mount := range o.Mount {
		mount(s.mux)
	}
	s.http = &http.Server{
		Handler: s.outer(s.mux), MaxHeaderBytes: maxHeader, ReadHeaderTimeout: headerTime,
		ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return s
}

// Listen opens the port, so that its address is known and taken before anything
// else starts.
func (s *Server) Listen(ctx context.Context) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.o.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.ln = ln
	return nil
}

// Address is where the server listens; nil before Listen.
func (s *Server) Address() net.Addr {
	if s.ln == nil {
		return nil
	}
	return s.ln.Addr()
}

// Handler is the server without its port, for tests.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// Run serves until ctx is done, then lets requests under way finish for at most
// shutdownGrace. It listens first if Listen was not called.
func (s *Server) Run(ctx context.Context) error {
	if s.ln == nil {
		if err := s.Listen(ctx); err != nil {
			return err
		}
	}
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.closing.Store(true)
	if s.o.Stop != nil {
		s.o.Stop()
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	err := s.http.Shutdown(grace)
	if err != nil {
		err = errors.Join(fmt.Errorf("shut down: %w", err), s.http.Close())
	}
	if e := <-failed; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	reason := ""
	switch {
	case s.closing.Load():
		reason = "shutting down"
	case s.o.Ready != nil:
		if err := s.o.Ready(ctx); err != nil {
			reason = err.Error()
		}
	}
	if reason != "" {
		writeJSON(w, http.StatusServiceUnavailable, map[string]any{"ready": false, "reason": reason})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"ready": true})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who asked has gone
}

// StoreReady checks that the database answers and, once, that its schema is
// this program's. What it says goes to whoever asks, so it names no address.
func StoreReady(store *models.Store) func(ctx context.Context) error {
	var migrated atomic.Bool
	return func(ctx context.Context) error {
		if err := store.Ping(ctx); err != nil {
			return errors.New("the database cannot be reached")
		}
		if migrated.Load() {
			return nil
		}
		list, err := store.Migrations(ctx)
		if err != nil {
			return errors.New("the state of the schema cannot be read")
		}
		for _, m := range list {
			if m.Applied.IsZero() {
				return fmt.Errorf("migration %s is not applied", m.Name)
			}
		}
		migrated.Store(true)
		return nil
	}
}
