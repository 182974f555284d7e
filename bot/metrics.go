package bot

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zhenban/models"
)

// Metrics is what operators see at /metrics. A nil *Metrics counts nothing.
type Metrics struct {
	registry *prometheus.Registry
	events   *prometheus.CounterVec
	refusals *prometheus.CounterVec
	turns    *prometheus.CounterVec
	turnTime *prometheus.HistogramVec
	sends    *prometheus.CounterVec
	http     *prometheus.HistogramVec
}

// NewMetrics makes a registry of its own.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		events:   counter("zhenban_events_total", "Noteworthy things by name.", "event"),
		refusals: counter("zhenban_refusals_total", "Requests and messages refused, by reason.", "reason"),
		turns:    counter("zhenban_turns_total", "Inbound messages by channel and what became of them.", "channel", "outcome"),
		sends:    counter("zhenban_sends_total", "Delivery attempts by channel and outcome.", "channel", "outcome"),
		turnTime: histogram("zhenban_turn_seconds", "Time from a message's arrival to its answer being kept.", "channel"),
		http:     histogram("zhenban_http_seconds", "Time of HTTP requests by route and status.", "route", "status"),
	}
	m.registry.MustRegister(m.events, m.refusals, m.turns, m.sends, m.turnTime, m.http,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, labels)
}

// Count counts something by name; names that contain "refused" are refusals.
func (m *Metrics) Count(name string) {
	switch {
	case m == nil:
	case strings.Contains(name, "refused"):
		m.refusals.WithLabelValues(name).Inc()
	default:
		m.events.WithLabelValues(name).Inc()
	}
}

// Turn counts what became of an inbound message; took is 0 where it was not answered.
func (m *Metrics) Turn(channel, outcome string, took time.Duration) {
	if m == nil {
		return
	}
	m.turns.WithLabelValues(channel, outcome).Inc()
	if took > 0 {
		m.turnTime.WithLabelValues(channel).Observe(took.Seconds())
	}
}

// Sent counts a delivery attempt.
func (m *Metrics) Sent(channel, outcome string) {
	if m != nil {
		m.sends.WithLabelValues(channel, outcome).Inc()
	}
}

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Registry lets others add what they measure.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

// Watch adds gauges of the store and the spool, read when somebody scrapes.
// spool may be nil.
func (m *Metrics) Watch(store *models.Store, spool *Spool, clock clockwork.Clock) {
	m.registry.MustRegister(&storeCollector{
		store: store, spool: spool, clock: clock,
		outbox:  prometheus.NewDesc("zhenban_outbox_rows", "Outbox rows that are not over or need a look, by state.", []string{"state"}, nil),
		waiting: prometheus.NewDesc("zhenban_spool_messages", "Messages on disk because the database was away, by state.", []string{"state"}, nil),
		pool:    prometheus.NewDesc("zhenban_db_connections", "Writing connections to the database, by state.", []string{"state"}, nil),
		waits:   prometheus.NewDesc("zhenban_db_waits_total", "Times that a connection had to be waited for.", nil, nil),
		waited:  prometheus.NewDesc("zhenban_db_wait_seconds_total", "Time that connections were waited for.", nil, nil),
	})
}

// countsKept is how old the outbox's counts may be, so that many scrapers cost
// no more than one.
const countsKept = 10 * time.Second

type storeCollector struct {
	store                                *models.Store
	spool                                *Spool
	clock                                clockwork.Clock
	outbox, waiting, pool, waits, waited *prometheus.Desc

	mu     sync.Mutex
	at     time.Time
	counts map[string]int64
}

// Describe implements prometheus.Collector.
func (c *storeCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.outbox, c.waiting, c.pool, c.waits, c.waited} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *storeCollector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for state, n := range c.outboxCounts() {
		gauge(c.outbox, float64(n), state)
	}
	if c.spool != nil {
		waiting, dead := c.spool.Depth()
		gauge(c.waiting, float64(waiting), "waiting")
		gauge(c.waiting, float64(dead), "dead")
	}
	p := c.store.Pool()
	gauge(c.pool, float64(p.InUse), "in_use")
	gauge(c.pool, float64(p.Idle), "idle")
	ch <- prometheus.MustNewConstMetric(c.waits, prometheus.CounterValue, float64(p.WaitCount))
	ch <- prometheus.MustNewConstMetric(c.waited, prometheus.CounterValue, p.WaitDuration.Seconds())
}

// outboxCounts leaves the gauges out while the database is away: a scrape must
// not fail for it.
func (c *storeCollector) outboxCounts() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if age := now.Sub(c.at); c.counts != nil && age >= 0 && age < countsKept {
		return c.counts
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	counts, err := c.store.OutboxCount(ctx)
	if err != nil {
		return nil
	}
	c.at, c.counts = now, counts
	return counts
}
