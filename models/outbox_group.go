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

// FinishSent records that several rows were sent, in two statements of which
// one writes, so that one flush of the disk serves them all. It is an error of
// the database when another delivery to one of the contacts took its number:
// nothing is recorded then. Rows whose lease is another's now come back in
// gone; the rest is recorded.
func (s *Store) FinishSent(ctx context.Context, owner string, list []Finish) (gone []string, err error) {
	contacts, ids := make([]string, len(list)), make([]string, len(list))
	for i, f := range list {
		contacts[i], ids[i] = f.Row.ContactID, f.Row.ID
	}
	slices.Sort(contacts)
	contacts = slices.Compact(contacts)
	var last []struct {
		ContactID string
		Seq       int64
	}
	err = s.w.WithContext(ctx).Raw("SELECT contact_id, MAX(sent_seq) AS seq FROM outbox WHERE contact_id IN ? AND sent_seq > 0 GROUP BY contact_id", contacts).Scan(&last).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	seq := make(map[string]int64, len(last))
	for _, l := range last {
		seq[l.ContactID] = l.Seq
	}
	var numbers, receipts, ways []any
	for _, f := range list {
		seq[f.Row.ContactID]++
		numbers = append(numbers, f.Row.ID, seq[f.Row.ContactID])
		receipts = append(receipts, f.Row.ID, cut(f.End.Receipt))
		ways = append(ways, f.Row.ID, f.End.Way)
	}
	each := strings.Repeat(" WHEN ? THEN ?", len(list))
	args := slices.Concat([]any{OutboxSent, millis(s.now())}, numbers, receipts, ways, []any{ids, owner})
	var n int64
	err = s.alone(ctx, func(db *gorm.DB) error {
		res := db.Exec("UPDATE outbox SET state = ?, lease_owner = '', lease_until = 0, begun_at = 0, error = '', updated_at = ?, sent_seq = CASE id"+each+
			" END, receipt = CASE id"+each+" END, way = CASE id"+each+" END WHERE id IN ? AND lease_owner = ?", args...)
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
