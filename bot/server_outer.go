package bot

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
)

// outer wraps every request: limits, headers, recovery, time, one debug line.
func (s *Server) outer(next *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.o.Clock.Now()
		h := w.Header() // a page that needs others sets its own
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		rec := &statusWriter{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == http.ErrAbortHandler { //nolint:errorlint // compared as net/http does
				panic(p)
			}
			if p != nil {
				id := shortID()
				s.o.Log.Error("request failed", "id", id, "route", r.Pattern, "error", &panicError{value: p}, "stack", string(debug.Stack()))
				if rec.status == 0 {
					writeJSON(rec, http.StatusInternalServerError, map[string]any{"error": "internal", "id": id})
				}
			}
			s.record(r, rec, s.o.Clock.Since(start).Seconds())
		}()
		next.ServeHTTP(rec, r)
	})
}

// record notes how a request went. A path that no route has is not a label:
// anybody can invent paths. Nor is a query logged: it carries signatures.
func (s *Server) record(r *http.Request, w *statusWriter, took float64) {
	status := w.status
	if status == 0 {
		status = http.StatusOK
	}
	route := r.Pattern
	if route == "" {
		route = "none"
	}
	if status != http.StatusSwitchingProtocols && s.o.Metrics != nil { // a socket's life is no duration
		s.o.Metrics.http.WithLabelValues(route, strconv.Itoa(status)).Observe(took)
	}
	s.o.Log.LogAttrs(r.Context(), slog.LevelDebug, "request", slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", status), slog.Float64("seconds", took))
}

// statusWriter remembers the status. Unwrap lets sockets and flushes through.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 || w.status < 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
