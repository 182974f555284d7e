package cmd

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// standIn is a platform that notes every message it is sent. On the channel
// with keys it knows one again, as such platforms do.
type standIn struct {
	clock  clockwork.Clock
	server *http.Server
	url    string

	mu       sync.Mutex
	got      map[string]int
	repeated map[string]int
	count    int
	last     time.Time
	changed  chan struct{}
}

// standInSlow is the longest it takes to answer, so that something is in
// flight whenever a copy is killed.
const standInSlow = 20 * time.Millisecond

func newStandIn(clock clockwork.Clock) (*standIn, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &standIn{clock: clock, url: "http://" + l.Addr().String(), got: map[string]int{}, repeated: map[string]int{}, last: clock.Now(), changed: make(chan struct{})}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

func (s *standIn) close() { _ = s.server.Close() }

// ServeHTTP implements http.Handler.
func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	key := q.Get("key")
	s.mu.Lock()
	if s.got[key] > 0 && q.Get("channel") == keyedChannel {
		s.repeated[key]++
	} else {
		s.got[key]++
		s.count++
	}
	s.last = s.clock.Now()
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	<-s.clock.After(rand.N(standInSlow)) //nolint:gosec // how slow a platform is
	_, _ = fmt.Fprintf(w, "receipt of %s", key)
}

func (s *standIn) arrived() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// await returns when n messages have arrived.
func (s *standIn) await(ctx context.Context, n int) error {
	late := s.clock.After(taskPatient)
	for {
		s.mu.Lock()
		count, changed := s.count, s.changed
		s.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return fmt.Errorf("only %d of %d messages have arrived", count, n)
		case <-changed:
		}
	}
}

// quiet returns when nothing has arrived for a while, with the time of the last.
func (s *standIn) quiet(ctx context.Context, d time.Duration) (time.Time, error) {
	for {
		s.mu.Lock()
		last := s.last
		s.mu.Unlock()
		wait := d - s.clock.Since(last)
		if wait <= 0 {
			return last, nil
		}
		select {
		case <-ctx.Done():
			return last, ctx.Err()
		case <-s.clock.After(wait):
		}
	}
}

// result is how often each message arrived, and how often it was known again.
func (s *standIn) result() (got, repeated map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.got), maps.Clone(s.repeated)
}
