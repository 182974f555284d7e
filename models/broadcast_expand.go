package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// AboutBroadcast names a broadcast.
func AboutBroadcast(id string) string { return "Broadcast/" + id }

// audienceRow is a contact that a broadcast may go to.
type audienceRow struct {
	ID      string
	Channel string
}

// ExpandBroadcast writes the outbox rows for the next contacts the segment
// names, up to limit of them, and moves the broadcast on: done is set when
// there are no more. b must be locked by this transaction. Repeated after a
// copy died it goes on where the last commit ended.
func (tx *Tx) ExpandBroadcast(ctx context.Context, b *Broadcast, g *Segment, limit int, notBefore, uselessAfter time.Time) (done bool, err error) {
	c, err := g.where(byContact)
	if err != nil {
		return false, err
	}
	page, err := tx.audiencePage(ctx, b, c, limit)
	if err != nil {
		return false, err
	}
	to := page
	if len(page) > 0 {
		if to, err = tx.onePerPerson(ctx, b, c, page); err != nil {
			return false, err
		}
	}
	n, err := tx.enqueueBroadcast(ctx, b, to, notBefore, uselessAfter)
	if err != nil {
		return false, err
	}
	b.Audience += n
	if len(page) > 0 {
		b.ReachedTo = page[len(page)-1].ID
	}
	b.Expanded = len(page) < limit
	res := tx.db.Exec("UPDATE broadcasts SET audience = ?, reached_to = ?, expanded = ?, updated_at = ? WHERE id = ?",
		b.Audience, b.ReachedTo, b.Expanded, millis(tx.Now), b.ID)
	return b.Expanded, res.Error
}

func (tx *Tx) audiencePage(ctx context.Context, b *Broadcast, c condition, limit int) ([]audienceRow, error) {
	m := may(b.Kind)
	args := append([]any{b.ReachedTo}, m.args...)
	args = append(append(args, c.args...), limit)
	var page []audienceRow
	err := tx.db.WithContext(ctx).Raw("SELECT c.id, c.channel FROM contacts c WHERE c.id > ? AND "+m.sql+" AND "+staffless+" AND "+c.sql+" ORDER BY c.id LIMIT ?", args...).
		Scan(&page).Error
	return page, err
}

// onePerPerson leaves out contacts whose person has it on a better one: one
// whose channel was not closed when the broadcast began, of these the one that
// was heard from last. Who refused on one contact refused on all.
func (tx *Tx) onePerPerson(ctx context.Context, b *Broadcast, c condition, page []audienceRow) ([]audienceRow, error) {
	var pairs []struct{ A, B string }
	err := tx.db.WithContext(ctx).Raw(`SELECT x.contact_id AS a, y.contact_id AS b FROM bindings x JOIN bindings y ON y.client_id = x.client_id AND y.patient_id = '' AND y.contact_id <> x.contact_id
		WHERE x.contact_id >= ? AND x.contact_id <= ? AND x.patient_id = ''`, page[0].ID, page[len(page)-1].ID).Scan(&pairs).Error
	if err != nil || len(pairs) == 0 {
		return page, err
	}
	others := map[string][]string{}
	var ids []string
	for _, p := range pairs {
		others[p.A] = append(others[p.A], p.B)
		ids = append(ids, p.A, p.B)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	m := may(b.Kind)
	heard := map[string]int64{} // of those who may have it
	closed := map[string]bool{}
	refused := map[string]bool{}
	for chunk := range slices.Chunk(ids, 1000) {
		var rows []struct {
			ID, Channel string
			Heard       int64
		}
		args := append(append([]any{millis(b.StartedAt), chunk}, m.args...), c.args...)
		err := tx.db.Raw("SELECT c.id, c.channel, COALESCE((SELECT MAX(t.at) FROM turns t WHERE t.contact_id = c.id AND t.at <= ?), 0) AS heard FROM contacts c WHERE c.id IN ? AND "+
			m.sql+" AND "+c.sql, args...).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			heard[r.ID] = r.Heard
			w, has := b.Windows[r.Channel]
			closed[r.ID] = has && r.Heard <= millis(b.StartedAt.Add(-w.For))
		}
		var no []string
		err = tx.db.Raw("SELECT contact_id FROM preferences WHERE contact_id IN ? AND kind = ? AND wanted = ?", chunk, string(b.Kind), false).Scan(&no).Error
		if err != nil {
			return nil, err
		}
		for _, id := range no {
			refused[id] = true
		}
	}
	worse := func(id, other string) bool {
		h, ok := heard[other]
		if ok && closed[id] != closed[other] && !refused[other] {
			return closed[id]
		}
		return refused[other] || ok && (h > heard[id] || h == heard[id] && other < id)
	}
	return slices.DeleteFunc(page, func(r audienceRow) bool {
		return slices.ContainsFunc(others[r.ID], func(o string) bool { return worse(r.ID, o) })
	}), nil
}

// rowsPerInsert keeps a statement below SQLite's 32,766 variables.
const rowsPerInsert = 1000

// enqueueBroadcast writes rows without a text: that stands once, in the
// broadcast. It returns how many are new.
func (tx *Tx) enqueueBroadcast(ctx context.Context, b *Broadcast, to []audienceRow, notBefore, uselessAfter time.Time) (int64, error) {
	if !wellFormedID(b.ID) || !slices.Contains(Refusable(), b.Kind) {
		return 0, fmt.Errorf("broadcast %q of kind %q", b.ID, b.Kind)
	}
	state := OutboxPending
	if b.State == BroadcastPaused {
		state = OutboxPaused
	}
	// What is the same in all rows stands in the statement: it is ours, and a
	// value that is not bound costs nothing.
	same := fmt.Sprintf(",%d,%d,%d,'%s','%s','%s','%s',%d,%d)", PriorityBulk, millis(notBefore), millis(uselessAfter), b.Kind, AboutBroadcast(b.ID), b.ID, state,
		millis(tx.Now), millis(tx.Now))
	var n int64
	for chunk := range slices.Chunk(to, rowsPerInsert) {
		var sql strings.Builder
		sql.WriteString(tx.s.dialect.insertNew() + " INTO outbox (id, msg_key, contact_id, channel, priority, not_before, useless_after, kind, subject, batch, state, created_at, updated_at) VALUES ")
		args := make([]any, 0, 4*len(chunk))
		for i, r := range chunk {
			if i > 0 {
				sql.WriteByte(',')
			}
			sql.WriteString("(?,?,?,?" + same)
			args = append(args, tx.s.NewID(tx.Now), keyBytes("broadcast:"+b.ID+":"+r.ID), r.ID, r.Channel)
		}
		res, err := tx.db.Statement.ConnPool.ExecContext(ctx, sql.String(), args...) // gorm would look at each value
		if err != nil {
			return n, err
		}
		added, err := res.RowsAffected()
		if err != nil {
			return n, err
		}
		n += added
	}
	return n, nil
}

// wellFormedID: letters and digits, as NewID makes them.
func wellFormedID(id string) bool {
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return id != ""
}
