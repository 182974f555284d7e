package models

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"zhenban/models/slots"
)

// What `zhenban bench` needs of a database beyond the program's own work: a
// schema of its own, a floor to compare with, and statements counted.

// Scratch gives the DSN of an empty database that drop removes again: on MySQL
// a schema beside the one named, whose content stays as it is; a SQLite file
// is taken as it is and must not hold anything.
func Scratch(ctx context.Context, dsn string) (scratch string, drop func(), err error) {
	d, err := parseDSN(dsn)
	if err != nil {
		return "", nil, err
	}
	m, ok := d.(mysqlDialect)
	if !ok {
		return dsn, func() {}, nil
	}
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	name := "zhenban_bench_" + hex.EncodeToString(b[:])
	server := m
	if err := server.exec(ctx, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4"); err != nil {
		return "", nil, fmt.Errorf("make a schema to measure in: %w", err)
	}
	own := *m.url
	own.Path = "/" + name
	return own.String(), func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		_ = server.exec(ctx, "DROP DATABASE "+name) // the server may be gone
	}, nil
}

func (d mysqlDialect) exec(ctx context.Context, statement string) error {
	c := d.config()
	c.DBName = ""
	connector, err := driver.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// Floor is the least that keeping a message costs: one row, one commit, on the
// store's own connections.
type Floor struct{ s *Store }

// NewFloor makes the floor's table.
func (s *Store) NewFloor(ctx context.Context) (*Floor, error) {
	columns := "id BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, body BLOB"
	_, err := s.sql.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS bench_floor ("+columns+")")
	return &Floor{s}, unavailable(s.dialect, err)
}

// Keep commits one row.
func (f *Floor) Keep(ctx context.Context, id int64, at time.Time, body []byte) error {
	_, err := f.s.sql.ExecContext(ctx, "INSERT INTO bench_floor (id, at, body) VALUES (?, ?, ?)", id, millis(at), body)
	return unavailable(f.s.dialect, err)
}

// CountStatements counts what goes through gorm from now on, which is all but
// the turns' own insert. Call it before anything else runs.
func (s *Store) CountStatements() (*atomic.Int64, error) {
	n := new(atomic.Int64)
	count := func(*gorm.DB) { n.Add(1) }
	for i, db := range []*gorm.DB{s.w, s.r} {
		if i > 0 && s.r == s.w {
			break
		}
		c := db.Callback()
		for _, register := range []func(string, func(*gorm.DB)) error{
			c.Query().Before("*").Register, c.Row().Before("*").Register, c.Raw().Before("*").Register,
			c.Create().Before("*").Register, c.Update().Before("*").Register, c.Delete().Before("*").Register,
		} {
			if err := register("zhenban:count", count); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

// PutVisits keeps many appointments with what they claim, for a table of the
// size that years of work leave.
func (s *Store) PutVisits(ctx context.Context, list []Appointment, claims func(slots.Slot) []slots.Claim) error {
	const batch = 500
	for len(list) > 0 {
		n := min(batch, len(list))
		err := s.transact(ctx, func(tx *Tx) error { return tx.putVisits(list[:n], claims) })
		if err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

func (tx *Tx) putVisits(list []Appointment, claims func(slots.Slot) []slots.Claim) error {
	rows := make([]appointmentRow, len(list))
	var cells []string
	var args []any
	var taken []cellKey
	for i, a := range list {
		a.Status, a.Version = Booked, 1
		var err error
		if rows[i], err = tx.s.appointmentRow(a); err != nil {
			return err
		}
		for _, c := range claims(a.Slot) {
			for cell := c.From; cell < c.To; cell++ {
				taken = append(taken, cellKey{c.Resource, int64(cell)})
				cells = append(cells, "(?, ?, ?, 0)")
				args = append(args, c.Resource, int64(cell), a.ID)
			}
		}
	}
	if err := tx.db.CreateInBatches(rows, 500).Error; err != nil {
		return err
	}
	const most = 2000 // three values each, below SQLite's 32,766
	for len(cells) > 0 {
		n := min(most, len(cells))
		err := tx.db.Exec("INSERT INTO claims (resource_id, cell, owner, expires_at) VALUES "+strings.Join(cells[:n], ", "), args[:3*n]...).Error
		if err != nil {
			return err
		}
		cells, args = cells[n:], args[3*n:]
	}
	return tx.mark(taken, 1)
}
