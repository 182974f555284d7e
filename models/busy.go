package models

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhenban/models/slots"
)

// busy_words holds the claims again as bitmaps: 32 cells of a resource in one
// row, kept by the transactions that write claims. A month of ten doctors and
// their rooms is thousands of words instead of tens of thousands of claims.
// Since the primary key of claims lets a cell be taken once only, adding and
// subtracting its bit is exact.

// mark adds (sign 1) or subtracts (-1) the bits of cells, sorted so that two
// transactions cannot wait for each other in a circle.
func (tx *Tx) mark(cells []cellKey, sign int64) error {
	if len(cells) == 0 {
		return nil
	}
	words := map[cellKey]int64{}
	for _, c := range cells {
		words[cellKey{c.resource, c.cell >> 5}] += sign << (c.cell & 31)
	}
	order := make([]cellKey, 0, len(words))
	for w := range words {
		order = append(order, w)
	}
	slices.SortFunc(order, func(a, b cellKey) int {
		return cmp.Or(cmp.Compare(a.resource, b.resource), cmp.Compare(a.cell, b.cell))
	})
	args := make([]any, 0, 3*len(order))
	for _, w := range order {
		args = append(args, w.resource, w.cell, words[w])
	}
	return tx.db.Exec("INSERT INTO busy_words (resource_id, word, bits) VALUES (?, ?, ?)"+strings.Repeat(", (?, ?, ?)", len(order)-1)+
		tx.s.dialect.addBits(), args...).Error
}

// Busy loads what is taken of the resources from cell to cell. Cells of the
// owners named by except (an appointment that is being moved, one's own hold)
// count as free, as do holds that ran out and were not swept yet.
func (s *Store) Busy(ctx context.Context, resources []string, from, to slots.Cell, except ...string) (*slots.BusySet, error) {
	set := slots.NewBusySet(from, to)
	if len(resources) == 0 {
		return set, nil
	}
	err := s.cells(ctx, `SELECT resource_id, word, bits FROM busy_words WHERE resource_id IN ? AND word >= ? AND word <= ? AND bits <> 0`,
		[]any{resources, int64(from) >> 5, int64(to) >> 5}, func(resource string, word, bits int64) {
			set.AddWord(resource, slots.Cell(word<<5), uint32(bits))
		})
	if err != nil {
		return nil, err
	}
	now := millis(s.now())
	err = s.cells(ctx, `SELECT resource_id, cell, 0 FROM claims WHERE owner IN ? AND cell >= ? AND cell < ?
		UNION ALL SELECT c.resource_id, c.cell, 0 FROM holds h JOIN claims c ON c.owner = h.id
		WHERE h.expires_at <= ? AND c.expires_at > 0 AND c.expires_at <= ?`,
		[]any{orNone(except), int64(from), int64(to), now, now}, func(resource string, cell, _ int64) {
			set.Remove(resource, slots.Cell(cell), slots.Cell(cell)+1)
		})
	return set, err
}

// cells reads rows of a resource and two numbers.
func (s *Store) cells(ctx context.Context, query string, args []any, each func(resource string, a, b int64)) error {
	rows, err := s.r.WithContext(ctx).Raw(query, args...).Rows()
	if err != nil {
		return unavailable(s.dialect, err)
	}
	defer rows.Close()
	var resource string
	var a, b int64
	for rows.Next() {
		if err := rows.Scan(&resource, &a, &b); err != nil {
			return err
		}
		each(resource, a, b)
	}
	return unavailable(s.dialect, rows.Err())
}
