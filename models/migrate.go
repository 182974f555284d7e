package models

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

func (s *Store) goose() (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations/"+s.dialect.name())
	if err != nil {
		return nil, err
	}
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	kind := goose.DialectSQLite3
	if s.IsMySQL() {
		kind = goose.DialectMySQL
		l, err := lock.NewMySQLTableLocker(lock.WithTableLockTimeout(200*time.Millisecond, 600))
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithLocker(l))
	}
	return goose.NewProvider(kind, s.sql, folder, opts...)
}

// Migrate brings the schema up. Copies that start at once do it once: a lock
// row on MySQL. SQLite has no lock over several transactions: who finds a step
// taken meanwhile looks again a moment later.
func (s *Store) Migrate(ctx context.Context) error {
	err := patiently(ctx, func() error { return s.migrate(ctx) }, func(err error) bool {
		var taken *goose.PartialError
		return !s.IsMySQL() && (s.dialect.retryable(err) || errors.As(err, &taken) || strings.Contains(err.Error(), "already exists"))
	})
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// patience is how long a copy gives way to others that open the same SQLite
// file at the same moment.
const patience = 10 * time.Second

// patiently repeats what others may be in the way of.
func patiently(ctx context.Context, do func() error, inTheWay func(error) bool) error {
	wait := &backoff.ExponentialBackOff{InitialInterval: 20 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 1.5, MaxInterval: 500 * time.Millisecond}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := do()
		if err != nil && !inTheWay(err) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxElapsedTime(patience))
	return err
}

func (s *Store) migrate(ctx context.Context) error {
	p, err := s.goose()
	if err != nil {
		return err
	}
	if pending, err := p.HasPending(ctx); err == nil && !pending {
		return nil
	}
	_, err = p.Up(ctx)
	return err
}

// Migration is one step of the schema.
type Migration struct {
	Name    string
	Applied time.Time // zero: pending
}

// Migrations lists the steps in order.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := s.goose()
	if err != nil {
		return nil, err
	}
	status, err := p.Status(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Migration, 0, len(status))
	for _, m := range status {
		out = append(out, Migration{Name: m.Source.Path, Applied: m.AppliedAt})
	}
	return out, nil
}

// Connect opens without migrating, for `zhenban migrate status` and `check`.
func Connect(o Options) (*Store, error) { return connect(o) }
