package models

import (
	"context"
	"strings"
	"time"
)

// What `zhenban bench` needs of tasks: many at once, how late each was, and a
// floor to compare the scheduler with.

// putBatch is how many rows a statement of the bench inserts.
const putBatch = 1000

// PutTasks keeps many tasks as Schedule does, as fast as the database takes
// them; their keys must be new.
func (s *Store) PutTasks(ctx context.Context, n int, task func(i int) Task) error {
	const columns = "(id, task_key, kind, subject, subject_version, contact_id, priority, due_at, useless_after, payload, state, created_at, updated_at)"
	const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'due', ?, ?)"
	return s.putRows(ctx, n, "INSERT INTO tasks "+columns+" VALUES ", row, func(i int, now time.Time) []any {
		t := task(i)
		return []any{
			s.NewID(now), keyBytes(t.Key), t.Kind, t.Subject, t.Version, t.ContactID, int(t.Priority), millis(t.DueAt), millis(t.UselessAfter),
			s.seal.Seal(t.Payload), millis(now), millis(now),
		}
	})
}

// PutContacts keeps many contacts that were never there.
func (s *Store) PutContacts(ctx context.Context, n int, id func(i int) string) error {
	const columns = "(id, channel, address, language, reach, created_at, updated_at)"
	return s.putRows(ctx, n, "INSERT INTO contacts "+columns+" VALUES ", "(?, ?, ?, 'zh-Hans', 'reachable', ?, ?)", func(i int, now time.Time) []any {
		channel, address, _ := strings.Cut(id(i), ":")
		return []any{id(i), channel, address, millis(now), millis(now)}
	})
}

func (s *Store) putRows(ctx context.Context, n int, insert, row string, values func(i int, now time.Time) []any) error {
	for i := 0; i < n; {
		some := min(putBatch, n-i)
		var args []any
		now := s.now()
		for range some {
			args = append(args, values(i, now)...)
			i++
		}
		if _, err := s.sql.ExecContext(ctx, insert+strings.Repeat(row+", ", some-1)+row, args...); err != nil {
			return unavailable(s.dialect, err)
		}
	}
	return nil
}

// TasksLate is how late each task whose key has a prefix was done, and how many
// are not.
func (s *Store) TasksLate(ctx context.Context, prefix string) (late []time.Duration, open int64, err error) {
	var ms []int64
	err = s.r.WithContext(ctx).Raw("SELECT updated_at - due_at FROM tasks WHERE task_key LIKE ? AND state = ?", prefix+"%", TaskDone).Scan(&ms).Error
	if err == nil {
		err = s.r.WithContext(ctx).Raw("SELECT COUNT(*) FROM tasks WHERE task_key LIKE ? AND state <> ?", prefix+"%", TaskDone).Scan(&open).Error
	}
	late = make([]time.Duration, len(ms))
	for i, m := range ms {
		late[i] = time.Duration(m) * time.Millisecond
	}
	return late, open, unavailable(s.dialect, err)
}

// BareTasks is the least that running a batch of due tasks costs: find, lease
// and commit; a row each for what is to go out, mark and commit. It returns how
// many it ran.
func (f *Floor) BareTasks(ctx context.Context, limit int) (int, error) {
	now := millis(f.s.now())
	var ids []string
	err := f.s.transact(ctx, func(tx *Tx) error {
		ids = nil
		err := tx.db.Raw("SELECT id FROM tasks WHERE state = 'due' AND priority = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?"+f.s.dialect.skipLocked(),
			PriorityPush, now, limit).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		return tx.db.Exec("UPDATE tasks SET state = 'running', lease_owner = 'bare', lease_until = ? WHERE id IN ?", now+60_000, ids).Error
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(ids), f.s.transact(ctx, func(tx *Tx) error {
		const row = "(?, ?, 'bench:bare', 'bench', 3, ?, '{}', 'pending', ?, ?)"
		var args []any
		for _, id := range ids {
			args = append(args, tx.NewID(), "bare:"+id, now, now, now)
		}
		err := tx.db.Exec("INSERT INTO outbox (id, msg_key, contact_id, channel, priority, not_before, body, state, created_at, updated_at) VALUES "+
			strings.Repeat(row+", ", len(ids)-1)+row, args...).Error
		if err != nil {
			return err
		}
		return tx.db.Exec("UPDATE tasks SET state = 'done', lease_owner = '', updated_at = ? WHERE id IN ?", now, ids).Error
	})
}

// OutboxLeased counts what an owner is sending on a channel.
func (s *Store) OutboxLeased(ctx context.Context, owner, channel string) (int, error) {
	var n int
	err := s.r.WithContext(ctx).Raw("SELECT COUNT(*) FROM outbox WHERE channel = ? AND state = ? AND lease_owner = ?", channel, OutboxSending, owner).Scan(&n).Error
	return n, unavailable(s.dialect, err)
}

// Unsettled counts tasks and messages that have not come to an end.
func (s *Store) Unsettled(ctx context.Context) (int, error) {
	var n int
	err := s.r.WithContext(ctx).Raw(`SELECT (SELECT COUNT(*) FROM tasks WHERE state IN ('due', 'running')) +
		(SELECT COUNT(*) FROM outbox WHERE state IN ('pending', 'sending'))`).Scan(&n).Error
	return n, unavailable(s.dialect, err)
}

// OutboxStates is the state of each message by its key.
func (s *Store) OutboxStates(ctx context.Context) (map[string]string, error) {
	var rows []struct{ MsgKey, State string }
	err := s.r.WithContext(ctx).Raw("SELECT msg_key, state FROM outbox").Scan(&rows).Error
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.MsgKey] = r.State
	}
	return out, unavailable(s.dialect, err)
}
