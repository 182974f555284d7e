package models

import (
	"context"
	"database/sql"
	"sort"
	"strings"
	"sync"
)

// committer groups the waiting turns of different contacts into one statement,
// so that one disk flush serves them all. Nobody waits for company: whoever
// comes first goes at once, and the next group is whoever came meanwhile.
type committer struct {
	s       *Store
	queue   chan *pendingTurn
	max     int
	done    sync.WaitGroup
	closing sync.RWMutex
	closed  bool
}

type pendingTurn struct {
	contact string
	args    []any
	result  chan error
}

func newCommitter(s *Store) *committer {
	c := &committer{s: s, queue: make(chan *pendingTurn, 4096), max: 64}
	workers := 1
	if s.IsMySQL() {
		// Measured: 16 to a statement and two committers on MariaDB.
		c.max, workers = 16, 2
	}
	for range workers {
		c.done.Add(1)
		go c.work()
	}
	return c
}

func (c *committer) close() {
	c.closing.Lock()
	if !c.closed {
		c.closed = true
		close(c.queue)
	}
	c.closing.Unlock()
	c.done.Wait()
}

func (c *committer) insert(ctx context.Context, contact string, args []any) error {
	p := &pendingTurn{contact, args, make(chan error, 1)}
	c.closing.RLock()
	if c.closed {
		c.closing.RUnlock()
		return &UnavailableError{sql.ErrConnDone}
	}
	select {
	case c.queue <- p:
		c.closing.RUnlock()
	case <-ctx.Done():
		c.closing.RUnlock()
		return &UnavailableError{ctx.Err()}
	}
	// Once queued it will be decided; leaving now would leave that unknown.
	return <-p.result
}

func (c *committer) work() {
	defer c.done.Done()
	w := groupWriter{s: c.s, prepared: map[int]*sql.Stmt{}}
	defer w.close()
	for first := range c.queue {
		group := append(make([]*pendingTurn, 0, c.max), first)
	fill:
		for len(group) < c.max {
			select {
			case p, ok := <-c.queue:
				if !ok {
					break fill
				}
				group = append(group, p)
			default:
				break fill
			}
		}
		c.flush(&w, group)
	}
}

func (c *committer) flush(w *groupWriter, group []*pendingTurn) {
	// Sorted, so that two groups cannot wait for each other in a circle.
	sort.Slice(group, func(i, j int) bool { return group[i].contact < group[j].contact })
	err := w.write(group)
	if err == nil || len(group) == 1 {
		for _, p := range group {
			p.result <- err
		}
		return
	}
	// One of them is at fault: each alone, so that the others do not suffer.
	for _, p := range group {
		p.result <- w.write([]*pendingTurn{p})
	}
}

// groupWriter inserts n turns with one statement. SQLite parses slowly, so its
// statements are prepared by size; MySQL takes one interpolated round trip.
type groupWriter struct {
	s        *Store
	prepared map[int]*sql.Stmt
	args     []any
}

func (w *groupWriter) write(group []*pendingTurn) error {
	w.args = w.args[:0]
	for _, p := range group {
		w.args = append(w.args, p.args...)
	}
	var err error
	for range 5 {
		if err = w.exec(len(group)); err == nil || !w.s.dialect.retryable(err) {
			break
		}
	}
	return err
}

func (w *groupWriter) exec(n int) error {
	// No deadline of a caller: a turn that was queued is decided, and the
	// driver's own read and write timeouts bound it.
	ctx := context.Background()
	if w.s.IsMySQL() {
		_, err := w.s.sql.ExecContext(ctx, turnStatement(n), w.args...)
		return err
	}
	stmt := w.prepared[n]
	if stmt == nil {
		var err error
		if stmt, err = w.s.sql.PrepareContext(ctx, turnStatement(n)); err != nil {
			return err
		}
		w.prepared[n] = stmt
	}
	_, err := stmt.ExecContext(ctx, w.args...)
	return err
}

func (w *groupWriter) close() {
	for _, stmt := range w.prepared {
		_ = stmt.Close()
	}
}

func turnStatement(n int) string {
	const row = "(?, ?, ?, ?, ?, ?, ?, ?)"
	return insertTurn + strings.Repeat(row+", ", n-1) + row
}
