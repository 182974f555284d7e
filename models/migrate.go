package models

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

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
// row on MySQL, SQLite's own lock and a repeat there.
func (s *Store) Migrate(ctx context.Context) error {
	var err error
	for range 10 {
		if err = s.migrate(ctx); err == nil || s.IsMySQL() {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
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
