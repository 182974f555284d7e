// Package slots computes when a visit is possible. It is pure: what is known
// comes in (the clinic's profile, the busy cells, the present moment), slots
// come out; nothing is read, written or remembered between calls.
//
// A day of a practitioner, room or machine is a bitmap of five-minute cells.
// Free = branch hours ∧ shift ∧ ¬breaks ∧ ¬leave ∧ ¬busy over everything the
// service needs, buffers included. Cells are counted from the Unix epoch, so
// they are the same in every zone and on days with a DST change; the profile's
// hours are wall-clock times of the branch: a cell is within "01:00-02:00"
// when a clock on the wall says so, be it twice (autumn) or never (spring).
//
// A span of hours ends at 24:00 at the latest. A shift over midnight is
// written as two: 22:00-24:00 and, on the next weekday, 00:00-02:00; visits
// may then lie across midnight. "22:00-02:00" is refused by config.Span.
//
// The answers are offers, not promises: the primary key of the claims table
// judges who gets a cell.
package slots

import "time"

// CellMinutes is the length of a cell in minutes.
const CellMinutes = 5

const (
	cellSeconds = CellMinutes * 60
	dayCells    = 24 * 60 / CellMinutes // cells of a day without a DST change
)

// Cell counts five-minute units since the Unix epoch.
type Cell int64

// CellOf is the cell that t lies in.
func CellOf(t time.Time) Cell { return Cell(floorDiv(t.Unix(), cellSeconds)) }

// Time is the first instant of the cell, in UTC.
func (c Cell) Time() time.Time { return time.Unix(int64(c)*cellSeconds, 0).UTC() }

// in is the first instant of the cell in a zone.
func (c Cell) in(loc *time.Location) time.Time {
	return time.Unix(int64(c)*cellSeconds, 0).In(loc)
}

// cellFrom is the first cell that begins at t or later.
func cellFrom(t time.Time) Cell {
	c := CellOf(t)
	if c.Time().Before(t) {
		c++
	}
	return c
}

// PractitionerResource is the resource a practitioner is in claims.
func PractitionerResource(id string) string { return "p:" + id }

// RoomResource is the resource a room or machine is in claims.
func RoomResource(id string) string { return "r:" + id }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
