package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"

	mysqldriver "github.com/go-sql-driver/mysql"
)

// Errors that carry a decision.
var (
	ErrNotFound  = errors.New("not found")
	ErrDuplicate = errors.New("this message was taken before")            // look the answer up by its key
	ErrStale     = errors.New("another turn of this contact came first")  // load the session again, step again
	ErrTaken     = errors.New("this time was taken by somebody else")     // offer others
	ErrHoldGone  = errors.New("the hold on this time has run out")        // hold it again or offer others
	ErrLimit     = errors.New("this contact holds as many as it may")     // say so
	ErrGone      = errors.New("this was changed or cancelled in between") // show how it stands now
	ErrCode      = errors.New("no such code, or it was used or ran out")
)

// UnavailableError says that the database could not be asked. What was to be
// written may or may not be there; repeating it with the same key is safe.
type UnavailableError struct{ Err error }

// Error names the cause.
func (e *UnavailableError) Error() string { return fmt.Sprintf("database unavailable: %v", e.Err) }

// Unwrap gives the cause.
func (e *UnavailableError) Unwrap() error { return e.Err }

// IsUnavailable reports whether the database, not the request, is at fault.
func IsUnavailable(err error) bool {
	var e *UnavailableError
	return errors.As(err, &e)
}

// unavailable marks errors of connection, time and server state.
func unavailable(_ dialect, err error) error {
	if err == nil {
		return nil
	}
	var netErr net.Error
	var my *mysqldriver.MySQLError
	switch {
	case errors.As(err, &netErr), errors.Is(err, driver.ErrBadConn), errors.Is(err, mysqldriver.ErrInvalidConn),
		errors.Is(err, sql.ErrConnDone), errors.Is(err, context.DeadlineExceeded),
		err.Error() == "sql: database is closed":
		return &UnavailableError{err}
	case errors.As(err, &my):
		switch my.Number {
		// shutting down, too many connections, read only, out of disk, lost, node not ready (Galera 1047), lock timeouts that outlived the retries
		case 1053, 1040, 1290, 1836, 1021, 1114, 1205, 1213, 1047, 2006, 2013, 1158, 1159, 1160, 1161, 1927:
			return &UnavailableError{err}
		}
	case sqliteAway(err):
		return &UnavailableError{err}
	}
	return err
}

// sqliteAway: the file is locked, unreadable, full or gone.
func sqliteAway(err error) bool {
	var e interface{ Code() int }
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case 5, 6, 10, 13, 14: // BUSY, LOCKED, IOERR, FULL, CANTOPEN
		return true
	}
	return false
}
