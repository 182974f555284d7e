package cmd

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/jonboulle/clockwork"
)

// side is what was measured of one side of a comparison, over all its segments.
type side struct {
	Count      int64         `json:"count"`
	Errors     int64         `json:"errors"`
	PerSecond  float64       `json:"per_second"`
	P50        time.Duration `json:"p50_ns"`
	P95        time.Duration `json:"p95_ns"`
	P99        time.Duration `json:"p99_ns"`
	CPU        time.Duration `json:"cpu_ns_each"` // of the whole process, load included
	Allocs     float64       `json:"allocs_each"` // likewise
	AllocBytes float64       `json:"alloc_bytes_each"`

	took   time.Duration
	times  []time.Duration
	cpu    time.Duration
	allocs uint64
	bytes  uint64
	err    error // the first one
}

// segment lets everybody do work over and over for d and adds what came of it.
// work gets the person's number; its error is counted.
func (s *side) segment(ctx context.Context, clock func() time.Time, people int, d time.Duration, work func(person int) error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	before := readUsage()
	start := clock()
	end := start.Add(d)
	for person := range people {
		all.Go(func() {
			times := make([]time.Duration, 0, 4096)
			var failed int64
			var first error
			for at := clock(); at.Before(end) && ctx.Err() == nil; {
				err := work(person)
				now := clock()
				if err != nil {
					failed++
					if first == nil {
						first = err
					}
				} else {
					times = append(times, now.Sub(at))
				}
				at = now
			}
			mu.Lock()
			defer mu.Unlock()
			s.times = append(s.times, times...)
			s.Errors += failed
			if s.err == nil {
				s.err = first
			}
		})
	}
	all.Wait()
	s.took += clock().Sub(start)
	after := readUsage()
	s.cpu += after.cpu - before.cpu
	s.allocs += after.allocs - before.allocs
	s.bytes += after.bytes - before.bytes
}

// paced is segment for people who wait between two pieces of work.
func (s *side) paced(ctx context.Context, clock clockwork.Clock, people int, d, between time.Duration, work func(person int) error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	start := clock.Now()
	for person := range people {
		all.Go(func() {
			for clock.Since(start) < d && ctx.Err() == nil {
				at := clock.Now()
				err := work(person)
				took := clock.Since(at)
				mu.Lock()
				if err == nil {
					s.times = append(s.times, took)
				} else if s.Errors++; s.err == nil {
					s.err = err
				}
				mu.Unlock()
				clock.Sleep(between)
			}
		})
	}
	all.Wait()
	s.took += clock.Since(start)
}

// finish computes the figures.
func (s *side) finish() {
	s.Count = int64(len(s.times))
	if s.Count == 0 {
		return
	}
	slices.Sort(s.times)
	s.PerSecond = float64(s.Count) / s.took.Seconds()
	s.P50, s.P95, s.P99 = quantile(s.times, .5), quantile(s.times, .95), quantile(s.times, .99)
	s.CPU = s.cpu / time.Duration(s.Count)
	s.Allocs = float64(s.allocs) / float64(s.Count)
	s.AllocBytes = float64(s.bytes) / float64(s.Count)
}

// quantile reads a sorted list.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// usage is what this process has used so far.
type usage struct {
	cpu    time.Duration
	allocs uint64
	bytes  uint64
}

func readUsage() usage {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r) // cannot fail for oneself
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{cpu: time.Duration(r.Utime.Nano() + r.Stime.Nano()), allocs: m.Mallocs, bytes: m.TotalAlloc}
}
