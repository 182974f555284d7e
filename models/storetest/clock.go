package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

// WallClock is a clock that somebody sets: what it shows jumps, while its
// timers go on as they were, as a machine's do.
type WallClock struct {
	*clockwork.FakeClock
	off atomic.Int64
}

// NewWallClock makes one that shows Start.
func NewWallClock() *WallClock { return &WallClock{FakeClock: clockwork.NewFakeClockAt(Start())} }

// Set puts the clock forward, or back.
func (c *WallClock) Set(by time.Duration) { c.off.Add(int64(by)) }

// Now implements clockwork.Clock.
func (c *WallClock) Now() time.Time { return c.FakeClock.Now().Add(time.Duration(c.off.Load())) }

// Since implements clockwork.Clock.
func (c *WallClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// Until implements clockwork.Clock.
func (c *WallClock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }

// OpenSet is Open under a clock that is set now and then: DB.Clock lets its
// time pass.
func OpenSet(tb testing.TB, dsn string) (*DB, *WallClock) {
	tb.Helper()
	clock := NewWallClock()
	return &DB{Store: OpenAt(tb, dsn, clock), DSN: dsn, Clock: clock.FakeClock}, clock
}
