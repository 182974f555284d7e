package models

import (
	"strings"
	"time"

	"zhenban/models/slots"
)

// claims is the truth about who has what when: one row a resource and cell of
// five minutes, its primary key the judge. Rows with an expiry belong to holds.

// take inserts the cells, removing holds that ran out. Cells already owned by
// own (an appointment that is being moved) are passed over. ErrTaken when any
// other owner has one; the caller's transaction then rolls back.
func (tx *Tx) take(owner, own string, claims []slots.Claim, expires time.Time) error {
	var kept map[cellKey]bool
	if own != "" {
		var err error
		if kept, err = tx.cellsOf(own); err != nil {
			return err
		}
	}
	for _, c := range claims {
		// A blind delete would take locks on the path where nothing has run out.
		var stale int64
		err := tx.db.Raw("SELECT COUNT(*) FROM claims WHERE resource_id = ? AND cell >= ? AND cell < ? AND expires_at > 0 AND expires_at <= ?",
			c.Resource, int64(c.From), int64(c.To), millis(tx.Now)).Scan(&stale).Error
		if err != nil {
			return err
		}
		if stale > 0 {
			err := tx.remove("resource_id = ? AND cell >= ? AND cell < ? AND expires_at > 0 AND expires_at <= ?",
				c.Resource, int64(c.From), int64(c.To), millis(tx.Now))
			if err != nil {
				return err
			}
		}
	}
	var rows []string
	var args []any
	var taken []cellKey
	for _, c := range claims { // sorted by resource and cell: two takers cannot wait in a circle
		for cell := c.From; cell < c.To; cell++ {
			if kept[cellKey{c.Resource, int64(cell)}] {
				continue
			}
			taken = append(taken, cellKey{c.Resource, int64(cell)})
			rows = append(rows, "(?, ?, ?, ?)")
			args = append(args, c.Resource, int64(cell), owner, millis(expires))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	err := tx.db.Exec("INSERT INTO claims (resource_id, cell, owner, expires_at) VALUES "+strings.Join(rows, ", "), args...).Error
	if err != nil && tx.s.dialect.duplicate(err) {
		return ErrTaken
	}
	if err != nil {
		return err
	}
	return tx.mark(taken, 1)
}

type cellKey struct {
	resource string
	cell     int64
}

func (tx *Tx) cellsOf(owner string) (map[cellKey]bool, error) {
	var rows []struct {
		ResourceID string
		Cell       int64
	}
	if err := tx.db.Raw("SELECT resource_id, cell FROM claims WHERE owner = ?", owner).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[cellKey]bool, len(rows))
	for _, r := range rows {
		out[cellKey{r.ResourceID, r.Cell}] = true
	}
	return out, nil
}

// keep turns a hold's cells into owner's for good. ErrHoldGone when they are
// not n any more: the hold ran out, or was made around cells of an appointment
// that has gone since. n of 0 leaves the count to the caller.
func (tx *Tx) keep(hold, owner string, n int) error {
	res := tx.db.Exec("UPDATE claims SET owner = ?, expires_at = 0 WHERE owner = ? AND expires_at > ?", owner, hold, millis(tx.Now))
	if res.Error == nil && n > 0 && int(res.RowsAffected) != n {
		return ErrHoldGone
	}
	return res.Error
}

// count is how many cells the claims have.
func count(claims []slots.Claim) (n int) {
	for _, c := range claims {
		n += int(c.To - c.From)
	}
	return n
}

// free deletes everything the owner has, except the given claims.
func (tx *Tx) free(owner string, except []slots.Claim) error {
	where, args := "owner = ?", []any{owner}
	for _, c := range except {
		where += " AND NOT (resource_id = ? AND cell >= ? AND cell < ?)"
		args = append(args, c.Resource, int64(c.From), int64(c.To))
	}
	return tx.remove(where, args...)
}

// remove deletes claims. They are locked before they are counted out of the
// words: of two that remove the same, one finds nothing left.
func (tx *Tx) remove(where string, args ...any) error {
	var rows []struct {
		ResourceID string
		Cell       int64
	}
	err := tx.db.Raw("SELECT resource_id, cell FROM claims WHERE "+where+" ORDER BY resource_id, cell"+tx.s.dialect.forUpdate(), args...).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return err
	}
	gone := make([]cellKey, len(rows))
	for i, r := range rows {
		gone[i] = cellKey{r.ResourceID, r.Cell}
	}
	// Exactly the rows that are locked: the condition alone would also meet a
	// claim that was committed since, whose bits nobody would subtract.
	ranges, bounds := runs(gone)
	if err := tx.db.Exec("DELETE FROM claims WHERE "+where+" AND ("+ranges+")", append(args, bounds...)...).Error; err != nil {
		return err
	}
	return tx.mark(gone, -1)
}

// runs is a condition that holds for the sorted cells and no other.
func runs(cells []cellKey) (where string, args []any) {
	var parts []string
	for i := 0; i < len(cells); {
		end := i + 1
		for end < len(cells) && cells[end].resource == cells[i].resource && cells[end].cell == cells[end-1].cell+1 {
			end++
		}
		parts = append(parts, "resource_id = ? AND cell >= ? AND cell <= ?")
		args = append(args, cells[i].resource, cells[i].cell, cells[end-1].cell)
		i = end
	}
	return strings.Join(parts, " OR "), args
}
