// Package storetest gives tests a store on every kind of database: a SQLite
// file, and a MySQL-compatible server that it finds or starts.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/models"
)

// DataKey is the key that test stores are opened with.
const DataKey = "correct horse battery staple"

// Start is what test clocks show first: a Monday morning in Shanghai.
func Start() time.Time { return time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) }

// DB is a store of its own with a clock that only the test moves.
type DB struct {
	*models.Store
	DSN   string
	Clock *clockwork.FakeClock
}

// Each runs f on every kind of database.
func Each(t *testing.T, f func(t *testing.T, db *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, Open(t, SQLite(t))) })
	t.Run("mysql", func(t *testing.T) { f(t, Open(t, MySQL(t))) })
}

// EachBench is Each for benchmarks.
func EachBench(b *testing.B, f func(b *testing.B, db *DB)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { f(b, Open(b, SQLite(b))) })
	b.Run("mysql", func(b *testing.B) { f(b, Open(b, MySQL(b))) })
}

// Open opens and migrates a database; it is closed with the test.
func Open(tb testing.TB, dsn string) *DB {
	tb.Helper()
	clock := clockwork.NewFakeClockAt(Start())
	return &DB{Store: OpenAt(tb, dsn, clock), DSN: dsn, Clock: clock}
}

// OpenAt is Open under a clock that is there already: a second copy of the program.
func OpenAt(tb testing.TB, dsn string, clock clockwork.Clock) *models.Store {
	tb.Helper()
	s, err := models.Open(context.Background(), models.Options{DSN: dsn, DataKey: DataKey, Now: clock.Now})
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// SQLite names a fresh file.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "zhenban test.db")
}

// MySQL makes an empty database on the server that the test run shares, and
// drops it with the test.
func MySQL(tb testing.TB) string {
	tb.Helper()
	dsn := os.Getenv("ZHENBAN_TEST_MYSQL")
	if dsn == "" {
		dsn = shared.dsn(tb)
	}
	return CreateDatabase(tb, dsn)
}

// CreateDatabase makes an empty database on a server.
func CreateDatabase(tb testing.TB, server string) string {
	tb.Helper()
	u, err := url.Parse(server)
	require.NoError(tb, err)
	var b [6]byte
	_, _ = rand.Read(b[:])
	name := "zhenban_test_" + hex.EncodeToString(b[:])
	Exec(tb, server, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4")
	tb.Cleanup(func() {
		if db, err := connect(server); err == nil {
			_, _ = db.Exec("DROP DATABASE IF EXISTS " + name) // the server may be gone by then
			_ = db.Close()
		}
	})
	u.Path = "/" + name
	return u.String()
}

// Exec runs a statement past the store.
func Exec(tb testing.TB, dsn, statement string, args ...any) {
	tb.Helper()
	db, err := connect(dsn)
	require.NoError(tb, err)
	defer db.Close()
	_, err = db.Exec(statement, args...)
	require.NoError(tb, err)
}

// Raw opens a connection past the store, to see what is really kept.
func Raw(tb testing.TB, dsn string) *sql.DB {
	tb.Helper()
	db, err := connect(dsn)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

func connect(dsn string) (*sql.DB, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()+"?_pragma=busy_timeout(10000)")
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	c := driver.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net, c.Addr, c.DBName = "tcp", u.Host, strings.Trim(u.Path, "/")
	c.InterpolateParams = true
	c.Timeout = 5 * time.Second
	connector, err := driver.NewConnector(c)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}
