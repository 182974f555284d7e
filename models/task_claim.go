package models

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// dueTask reads one priority, the earliest first, along the index tasks_due:
// what is not due costs nothing however much of it there is.
const dueTask = `SELECT * FROM (SELECT id FROM tasks WHERE state = 'due' AND priority = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?) AS `

// claimAhead is how many batches of due tasks are looked at for one that no
// other copy is claiming at this moment.
const claimAhead = 4

// ClaimTasks leases up to limit tasks that are due to the owner, the most
// urgent first. Most calls find nothing: they read only.
func (s *Store) ClaimTasks(ctx context.Context, owner string, limit int, lease time.Duration) ([]Task, error) {
	ids, err := s.dueTasks(ctx, claimAhead*limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var out []Task
	err = s.transact(ctx, func(tx *Tx) error {
		out = nil
		for chunk := range slices.Chunk(ids, limit) {
			// A chunk that is empty by now is another copy's: the next one.
			if out, err = tx.claimTasks(owner, chunk, lease); err != nil || len(out) > 0 {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Task) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

func (s *Store) dueTasks(ctx context.Context, limit int) ([]string, error) {
	now := millis(s.now())
	var parts []string
	var args []any
	for p := PriorityReply; p <= PriorityBulk; p++ {
		parts = append(parts, dueTask+"p"+string('0'+rune(p)))
		args = append(args, int(p), now, limit)
	}
	var ids []string
	err := s.r.WithContext(ctx).Raw(strings.Join(parts, " UNION ALL "), args...).Scan(&ids).Error
	return ids[:min(len(ids), limit)], unavailable(s.dialect, err)
}

func (tx *Tx) claimTasks(owner string, ids []string, lease time.Duration) ([]Task, error) {
	var rows []taskRow
	// The state is looked at here: in the statement it would make SQLite read
	// all that is not due along its index instead of these few.
	err := tx.db.Raw("SELECT * FROM tasks WHERE id IN ?"+tx.s.dialect.skipLocked(), ids).Scan(&rows).Error
	rows = slices.DeleteFunc(rows, func(r taskRow) bool { return r.State != TaskDue })
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, mine := make([]Task, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		r.Attempts++
		t, err := tx.s.task(r)
		if err != nil {
			t.Payload = nil // the job will find its payload missing and say so
		}
		out[i], mine[i] = t, r.ID
	}
	return out, tx.db.Exec("UPDATE tasks SET state = ?, lease_owner = ?, lease_until = ?, attempts = attempts + 1, updated_at = ? WHERE id IN ?",
		TaskRunning, owner, millis(tx.Now.Add(lease)), millis(tx.Now), mine).Error
}

func taskIDs(tasks []Task) []string {
	ids := make([]string, len(tasks))
	for i, t := range tasks {
		ids[i] = t.ID
	}
	return ids
}

// EndTasks records how claimed tasks ended, in the transaction of what they
// did. ErrGone when the lease of one of them is another's by now, so that
// nothing is done twice.
func (tx *Tx) EndTasks(owner, state, reason string, tasks ...Task) error {
	if len(tasks) == 0 {
		return nil
	}
	res := tx.db.Exec("UPDATE tasks SET state = ?, reason = ?, lease_owner = '', lease_until = 0, updated_at = ? WHERE id IN ? AND state = ? AND lease_owner = ?",
		state, cut(reason), millis(tx.s.now()), taskIDs(tasks), TaskRunning, owner)
	if res.Error == nil && res.RowsAffected != int64(len(tasks)) {
		return ErrGone
	}
	return res.Error
}

// RetryTask lets a claimed task wait until again, with the reason.
func (tx *Tx) RetryTask(owner string, t Task, reason string, again time.Time) error {
	return tx.db.Exec("UPDATE tasks SET state = ?, reason = ?, due_at = ?, lease_owner = '', lease_until = 0, updated_at = ? WHERE id = ? AND state = ? AND lease_owner = ?",
		TaskDue, cut(reason), millis(again), millis(tx.Now), t.ID, TaskRunning, owner).Error
}

// PutOffTasks lets claimed tasks wait until again that were not tried: no
// attempt is counted.
func (tx *Tx) PutOffTasks(owner, reason string, again time.Time, tasks ...Task) error {
	return tx.db.Exec(`UPDATE tasks SET state = ?, reason = ?, due_at = ?, attempts = attempts - 1, lease_owner = '', lease_until = 0, updated_at = ?
		WHERE id IN ? AND state = ? AND lease_owner = ?`,
		TaskDue, cut(reason), millis(again), millis(tx.Now), taskIDs(tasks), TaskRunning, owner).Error
}

// ReturnTasks gives back what an owner claimed and has not ended: it is due as
// it was, and no attempt is counted.
func (s *Store) ReturnTasks(ctx context.Context, owner string) error {
	return s.transact(ctx, func(tx *Tx) error {
		ids, err := tx.runningTasks("lease_owner = ?", owner)
		if err != nil || len(ids) == 0 {
			return err
		}
		return tx.db.Exec("UPDATE tasks SET state = ?, attempts = attempts - 1, lease_owner = '', lease_until = 0, updated_at = ? WHERE id IN ? AND state = ? AND lease_owner = ?",
			TaskDue, millis(tx.Now), ids, TaskRunning, owner).Error
	})
}

// LapsedTasks lets tasks wait again whose copy died. Their attempt counts: one
// of them may be what it died of.
func (s *Store) LapsedTasks(ctx context.Context) (n int64, err error) {
	err = s.transact(ctx, func(tx *Tx) error {
		ids, err := tx.runningTasks("lease_until < ?", millis(tx.Now))
		if n = 0; err != nil || len(ids) == 0 {
			return err
		}
		res := tx.db.Exec("UPDATE tasks SET state = ?, lease_owner = '', lease_until = 0, updated_at = ? WHERE id IN ? AND state = ? AND lease_until < ?",
			TaskDue, millis(tx.Now), ids, TaskRunning, millis(tx.Now))
		n = res.RowsAffected
		return res.Error
	})
	return n, err
}

// runningTasks reads without a lock: an UPDATE along the index would wait for
// whatever other copies are ending at this moment.
func (tx *Tx) runningTasks(cond string, arg any) (ids []string, err error) {
	err = tx.db.Raw("SELECT id FROM tasks WHERE state = 'running' AND "+cond, arg).Scan(&ids).Error
	return ids, err
}
