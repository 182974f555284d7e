package models

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Finish is the outcome of one delivery among several.
type Finish struct {
	Row Outgoing
	End Outcome
}

// Plain reports an outcome that FinishSent can record with others: it was sent,
// and that is all.
func (f Finish) Plain() bool {
	return f.End.State == OutboxSent && f.End.Also == nil && f.End.Reach == ""
}

// FinishSent records that several rows were sent, in one statement, so that
// one flush of the disk serves them all. Where another delivery to one of the
// contacts took its number since the claim, the numbers are looked up; it is
// an error of the database when that happens again, and nothing is recorded
// then. Rows whose lease is another's now come back in gone; the rest is recorded.
func (s *Store) FinishSent(ctx context.Context, owner string, list []Finish) (gone []string, err error) {
	last := make(map[string]int64, len(list))
	for _, f := range list {
		last[f.Row.ContactID] = max(last[f.Row.ContactID], f.Row.after)
	}
	gone, err = s.finishSent(ctx, owner, list, last)
	if err == nil || !s.dialect.duplicate(err) {
		return gone, err
	}
	if last, err = s.lastSent(ctx, list); err != nil {
		return nil, err
	}
	return s.finishSent(ctx, owner, list, last)
}

// lastSent is how many deliveries the contacts have had.
func (s *Store) lastSent(ctx context.Context, list []Finish) (map[string]int64, error) {
	contacts := make([]string, len(list))
	for i, f := range list {
		contacts[i] = f.Row.ContactID
	}
	var found []struct {
		ContactID string
		Seq       int64
	}
	err := s.w.WithContext(ctx).Raw("SELECT contact_id, MAX(sent_seq) AS seq FROM outbox WHERE contact_id IN ? AND sent_seq > 0 GROUP BY contact_id", contacts).Scan(&found).Error
	last := make(map[string]int64, len(found))
	for _, l := range found {
		last[l.ContactID] = l.Seq
	}
	return last, unavailable(s.dialect, err)
}

// finishSent numbers each contact's rows from the last on.
func (s *Store) finishSent(ctx context.Context, owner string, list []Finish, seq map[string]int64) (gone []string, err error) {
	ids := make([]string, len(list))
	var numbers, receipts, ways []any // WHEN and THEN of each
	for i, f := range list {
		ids[i] = f.Row.ID
		seq[f.Row.ContactID]++
		numbers = append(numbers, f.Row.ID, seq[f.Row.ContactID])
		receipts = append(receipts, f.Row.ID, cut(f.End.Receipt))
		ways = append(ways, f.Row.ID, f.End.Way)
	}
	number, receipt, way := perRow(numbers), perRow(receipts), perRow(ways)
	args := slices.Concat([]any{OutboxSent, millis(s.now())}, number.args, receipt.args, way.args, []any{ids, owner})
	var n int64
	err = s.alone(ctx, func(db *gorm.DB) error {
		res := db.Exec("UPDATE outbox SET state = ?, lease_owner = '', lease_until = 0, begun_at = 0, error = '', updated_at = ?, sent_seq = "+number.sql+
			", receipt = "+receipt.sql+", way = "+way.sql+" WHERE id IN ? AND lease_owner = ?", args...)
		n = res.RowsAffected
		return res.Error
	})
	if err != nil || n == int64(len(list)) {
		return nil, err
	}
	var there []string
	if err := s.w.WithContext(ctx).Raw("SELECT id FROM outbox WHERE id IN ? AND sent_seq > 0", ids).Scan(&there).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	for _, id := range ids {
		if !slices.Contains(there, id) {
			gone = append(gone, id)
		}
	}
	return gone, nil
}

// perRowValue is a piece of SQL and its arguments.
type perRowValue struct {
	sql  string
	args []any
}

// perRow is the value of a column by row, given as ID, value, ID, value …; one
// that all have alike is written once.
func perRow(pairs []any) perRowValue {
	same := true
	for i := 3; i < len(pairs); i += 2 {
		same = same && pairs[i] == pairs[1]
	}
	if same {
		return perRowValue{"?", pairs[1:2]}
	}
	return perRowValue{"CASE id" + strings.Repeat(" WHEN ? THEN ?", len(pairs)/2) + " END", pairs}
}
