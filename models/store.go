// Package models is what is kept: one file a table with all its SQL, the
// migrations, and the operations that must be atomic. Nobody else speaks SQL.
package models

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"
)

// Store is the database. All its methods may be called from many goroutines.
type Store struct {
	w, r    *gorm.DB // writes and reads; one and the same on MySQL
	sql     *sql.DB  // the writing connections below w
	dialect dialect
	seal    *Sealer
	commit  *committer
	now     func() time.Time
	ids     *idSource
	texts   *broadcastTexts
}

// idSource makes identifiers that rise, whoever asks.
type idSource struct {
	mu     sync.Mutex
	random io.Reader
}

// Options opens a Store.
type Options struct {
	DSN     string           // sqlite:PATH or mysql://USER:PASS@HOST:PORT/NAME
	DataKey string           // key set, base64 key or passphrase for encryption at rest
	Now     func() time.Time // the clock in force
}

// Open connects and migrates. Several copies may open one database at once.
// Errors name the part of the DSN or the migration at fault, never a password.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(o)
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		s.Close()
		return nil, err
	}
	if s.seal, err = s.openSealer(ctx, o.DataKey); err != nil {
		s.Close()
		return nil, err
	}
	s.commit = newCommitter(s)
	return s, nil
}

func connect(o Options) (*Store, error) {
	d, err := parseDSN(o.DSN)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: d, now: o.Now, ids: &idSource{random: ulid.Monotonic(rand.Reader, 0)}, texts: &broadcastTexts{}}
	if s.w, s.r, err = d.open(); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if s.sql, err = s.w.DB(); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return s, nil
}

// Close waits for commits under way and closes the connections.
func (s *Store) Close() error {
	if s.commit != nil {
		s.commit.close()
	}
	err := s.sql.Close()
	if s.r != s.w {
		if db, e := s.r.DB(); e == nil {
			_ = db.Close()
		}
	}
	return err
}

// Sealer encrypts what is kept outside the database, with the same key.
func (s *Store) Sealer() *Sealer { return s.seal }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.sql.PingContext(ctx) }

// IsMySQL reports whether the store is a server rather than a file.
func (s *Store) IsMySQL() bool { return s.dialect.name() == "mysql" }

// Now is the clock in force.
func (s *Store) Now() time.Time { return s.now() }

// NewID makes an identifier that sorts by time (ULID).
func (s *Store) NewID(at time.Time) string {
	s.ids.mu.Lock()
	defer s.ids.mu.Unlock()
	return ulid.MustNew(ulid.Timestamp(at), s.ids.random).String()
}

// Tx is one transaction. Its methods are the writes a conversation or a job
// may ask for; they commit together or not at all.
type Tx struct {
	db  *gorm.DB
	s   *Store
	Now time.Time
}

// Read is the store as this transaction sees it, for reading only.
func (tx *Tx) Read() *Store {
	return &Store{w: tx.db, r: tx.db, sql: tx.s.sql, dialect: tx.s.dialect, seal: tx.s.seal, now: tx.s.now, ids: tx.s.ids}
}

// NewID makes an identifier that sorts by time (ULID).
func (tx *Tx) NewID() string { return tx.s.NewID(tx.Now) }

// Write is a step of a transaction. It may run again when the database asks
// for a retry, so it acts through tx only.
type Write func(ctx context.Context, tx *Tx) error

// Do runs the writes in one transaction, repeating the whole on a deadlock.
func (s *Store) Do(ctx context.Context, writes ...Write) error {
	return s.transact(ctx, func(tx *Tx) error { return runAll(ctx, tx, writes) })
}

func runAll(ctx context.Context, tx *Tx, writes []Write) error {
	for _, w := range writes {
		if err := w(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// transact retries deadlocks and lock timeouts (MySQL 1213, 1205; SQLITE_BUSY)
// whole, as both vendors' documents ask.
func (s *Store) transact(ctx context.Context, fn func(tx *Tx) error) error {
	var err error
	for range 10 {
		err = s.w.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			return fn(&Tx{db: db, s: s, Now: s.now()})
		})
		if err == nil || !s.dialect.retryable(err) || ctx.Err() != nil {
			break
		}
	}
	return unavailable(s.dialect, err)
}

// millis and fromMillis carry times as Unix milliseconds; zero is no time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
