package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/glebarez/sqlite"
	driver "github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// dialect is all that differs between the two kinds of database.
type dialect interface {
	name() string
	open() (w, r *gorm.DB, err error)
	duplicate(error) bool       // a unique key refused the row
	retryable(error) bool       // the transaction is to be repeated whole
	skipLocked() string         // appended to a SELECT that claims rows
	thenJoin() string           // joins a table to the rows that were found before it, in this order
	byIndex(name string) string // behind a table: it is read by this index
	forUpdate() string          // appended to a SELECT whose rows are changed next
	insertNew() string          // begins an INSERT that leaves out rows whose key is there
	addBits() string            // appended to an INSERT into busy_words: add to the row that is there
}

func parseDSN(dsn string) (dialect, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok && path != "" {
		return sqliteDialect{path}, nil
	}
	if strings.HasPrefix(dsn, "mysql://") {
		u, err := url.Parse(dsn)
		if err != nil || u.Host == "" || strings.Trim(u.Path, "/") == "" {
			return nil, errors.New("db: not of the form mysql://USER:PASS@HOST:PORT/NAME")
		}
		return mysqlDialect{u}, nil
	}
	return nil, errors.New("db: write sqlite:PATH or mysql://USER:PASS@HOST:PORT/NAME")
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard, // statements carry people's data
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
	}
}

type sqliteDialect struct{ path string }

func (sqliteDialect) name() string               { return "sqlite" }
func (sqliteDialect) skipLocked() string         { return "" }
func (sqliteDialect) thenJoin() string           { return "CROSS JOIN" }
func (sqliteDialect) byIndex(name string) string { return "INDEXED BY " + name }
func (sqliteDialect) forUpdate() string          { return "" } // one writer at a time
func (sqliteDialect) insertNew() string          { return "INSERT OR IGNORE" }
func (sqliteDialect) addBits() string {
	return " ON CONFLICT (resource_id, word) DO UPDATE SET bits = bits + excluded.bits"
}

// open gives one writing connection, since SQLite has one writer, and several
// readers beside it. FULL makes an acknowledged commit survive a power cut.
func (d sqliteDialect) open() (w, r *gorm.DB, err error) {
	// A bare name may hold ? or #; the file: form needs them escaped.
	path := (&url.URL{Path: filepath.ToSlash(d.path)}).EscapedPath()
	dsn := "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-4000)&_txlock=immediate"
	// The change to write-ahead logging is refused at once, without the busy
	// handler, while another copy makes it (sqlite.org/wal.html).
	err = patiently(context.Background(), func() error {
		w, err = gorm.Open(sqlite.Open(dsn), gormConfig())
		return err
	}, d.retryable)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", d.path, err)
	}
	db, err := w.DB()
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	// SQLite parses slowly: the reads of the message path are prepared once.
	prepared := gormConfig()
	prepared.PrepareStmt, prepared.PrepareStmtMaxSize = true, 256
	// gorm's own value for "never": any other starts a goroutine that Close does not end.
	prepared.PrepareStmtTTL = 10 * 365 * 24 * time.Hour
	if r, err = gorm.Open(sqlite.Open(strings.Replace(dsn, "_txlock=immediate", "_pragma=query_only(1)", 1)), prepared); err != nil {
		return nil, nil, err
	}
	if db, err = r.DB(); err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return w, r, nil
}

func (sqliteDialect) duplicate(err error) bool {
	var e *gosqlite.Error
	return errors.As(err, &e) && (e.Code() == 1555 || e.Code() == 2067) // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE
}

func (sqliteDialect) retryable(err error) bool {
	var e *gosqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == 5 // SQLITE_BUSY and its kin
}

type mysqlDialect struct{ url *url.URL }

func (mysqlDialect) name() string               { return "mysql" }
func (mysqlDialect) skipLocked() string         { return " FOR UPDATE SKIP LOCKED" }
func (mysqlDialect) thenJoin() string           { return "STRAIGHT_JOIN" }
func (mysqlDialect) byIndex(name string) string { return "FORCE INDEX (" + name + ")" }
func (mysqlDialect) forUpdate() string          { return " FOR UPDATE" }
func (mysqlDialect) insertNew() string          { return "INSERT IGNORE" }
func (mysqlDialect) addBits() string            { return " ON DUPLICATE KEY UPDATE bits = bits + VALUES(bits)" }

func (d mysqlDialect) config() *driver.Config {
	c := driver.NewConfig()
	c.User = d.url.User.Username()
	c.Passwd, _ = d.url.User.Password()
	c.Net, c.Addr = "tcp", d.url.Host
	if d.url.Port() == "" {
		c.Addr += ":3306"
	}
	c.DBName = strings.Trim(d.url.Path, "/")
	c.InterpolateParams = true // one round trip a statement
	c.ClientFoundRows = true   // an UPDATE that changes nothing still matched
	c.ParseTime = true         // goose reads its lock's lease as a time; our own columns are numbers
	c.Collation = "utf8mb4_bin"
	c.Timeout, c.ReadTimeout, c.WriteTimeout = 5*time.Second, 30*time.Second, 30*time.Second
	c.Logger = log0{}
	return c
}

// open asks the server for its version first: READ COMMITTED (no gap locks) is
// set with the connection, and its variable has two names.
func (d mysqlDialect) open() (w, r *gorm.DB, err error) {
	c := d.config()
	variable, err := isolationVariable(c)
	if err != nil {
		return nil, nil, err
	}
	c.Params = map[string]string{variable: "'READ-COMMITTED'", "innodb_lock_wait_timeout": "10"}
	connector, err := driver.NewConnector(c)
	if err != nil {
		return nil, nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(32)
	db.SetMaxIdleConns(32)
	db.SetConnMaxLifetime(30 * time.Minute)
	w, err = gorm.Open(gormmysql.New(gormmysql.Config{Conn: db, DisableWithReturning: true}), gormConfig())
	return w, w, err
}

func isolationVariable(c *driver.Config) (string, error) {
	connector, err := driver.NewConnector(c)
	if err != nil {
		return "", err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var name string
	// tx_isolation until MySQL 8 and MariaDB 11.1, transaction_isolation from there on.
	var value string
	if err := db.QueryRowContext(ctx, "SHOW VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')").Scan(&name, &value); err != nil {
		return "", fmt.Errorf("reach %s: %w", c.Addr, err)
	}
	return name, nil
}

func (mysqlDialect) duplicate(err error) bool {
	var e *driver.MySQLError
	return errors.As(err, &e) && e.Number == 1062
}

func (mysqlDialect) retryable(err error) bool {
	var e *driver.MySQLError
	return errors.As(err, &e) && (e.Number == 1213 || e.Number == 1205)
}

// log0 drops the driver's lines: what matters comes back as an error.
type log0 struct{}

func (log0) Print(...any) {}

// DatabaseLabel names the database for logs and `zhenban check`, without secrets.
func DatabaseLabel(dsn string) string {
	if u, err := url.Parse(dsn); err == nil && u.User != nil {
		return u.Scheme + "://" + u.Host + u.Path
	}
	return strconv.Quote(dsn)
}
