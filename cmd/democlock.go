package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/models"
)

// demoClock runs like the real one and can be moved ahead. Timers and tickers
// made from it fire when its time comes, however it comes.
type demoClock struct {
	*clockwork.FakeClock
	real clockwork.Clock

	mu   sync.Mutex
	last time.Time // of the real clock, when this one was last brought along
}

// demoTick is how finely the demo's clock follows the real one.
const demoTick = 50 * time.Millisecond

func newDemoClock(real clockwork.Clock) *demoClock {
	now := real.Now()
	return &demoClock{FakeClock: clockwork.NewFakeClockAt(now), real: real, last: now}
}

// Now brings the clock along first, so that two readings differ as real ones do.
func (c *demoClock) Now() time.Time {
	c.follow(0)
	return c.FakeClock.Now()
}

func (c *demoClock) follow(ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.real.Now()
	step := now.Sub(c.last)
	c.last = now
	if step < 0 {
		step = 0
	}
	if step+ahead > 0 {
		c.Advance(step + ahead)
	}
}

// run keeps the clock going until ctx ends.
func (c *demoClock) run(ctx context.Context) error {
	tick := c.real.NewTicker(demoTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.Chan():
			c.follow(0)
		}
	}
}

// clockName is what the demo's clock is kept under with the demo's database: a
// demo that is started again on one goes on from where its clock was.
const clockName = "demo-clock"

// restore puts the clock to where it stood when the database was last used.
func (c *demoClock) restore(ctx context.Context, store *models.Store) error {
	kept, _, err := models.Tokens{Store: store}.Get(ctx, clockName)
	if err != nil || kept == "" {
		return err
	}
	was, err := time.Parse(time.RFC3339, kept)
	if err != nil {
		return fmt.Errorf("demo's clock: %w", err)
	}
	c.follow(max(0, was.Sub(c.Now())))
	return nil
}

// keep notes where the clock stands.
func (c *demoClock) keep(ctx context.Context, store *models.Store) error {
	now := c.Now()
	return models.Tokens{Store: store}.Put(ctx, clockName, now.UTC().Format(time.RFC3339), now.AddDate(100, 0, 0))
}

// clockHandler serves GET and POST /demo/clock.
type clockHandler struct {
	clock *demoClock
	app   *app
	mu    sync.Mutex // one move at a time
}

func (h *clockHandler) get(w http.ResponseWriter, _ *http.Request) { h.show(w) }

func (h *clockHandler) show(w http.ResponseWriter) {
	zone := h.app.clinic.current().Location("")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]string{"now": h.clock.Now().In(zone).Format(time.RFC3339), "zone": zone.String()})
}

// maxAdvance bounds one move of the clock.
const maxAdvance = 366 * 24 * time.Hour

// post moves the clock and answers when everything due by then was handed to
// its channel.
func (h *clockHandler) post(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Advance string `json:"advance"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&q); err != nil {
		http.Error(w, `send {"advance":"26h"}`, http.StatusBadRequest)
		return
	}
	d, err := time.ParseDuration(q.Advance)
	if err != nil || d < 0 || d > maxAdvance {
		http.Error(w, `advance: a duration from 0s to 8784h, such as "26h" or "90m"`, http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	ctx, cancel := context.WithTimeout(r.Context(), 60*time.Second)
	defer cancel()
	move := func(to time.Time) { h.clock.follow(max(0, to.Sub(h.clock.Now()))) }
	err = h.app.schedule.Step(ctx, h.clock.Now().Add(d), move, h.app.sender.Drain)
	if e := h.clock.keep(context.WithoutCancel(ctx), h.app.store); err == nil {
		err = e
	}
	if err != nil {
		http.Error(w, "not everything that is due on the way has gone out, and the clock stands where it stopped: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	h.show(w)
}
