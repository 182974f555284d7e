package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// States of a task.
const (
	TaskDue        = "due" // waits for its time
	TaskRunning    = "running"
	TaskDone       = "done"
	TaskSuppressed = "suppressed" // what it is about is over
	TaskExpired    = "expired"    // too late to be of use
	TaskFailed     = "failed"     // given up; an operator was told
)

// Task is something that is due at a time: written in the transaction of the
// fact that causes it, run once.
type Task struct {
	ID           string
	Key          string // what it is; a second one with the same key is not kept
	Kind         string // the job that runs it: visit-remind …
	Subject      string // what it is about, see Stands
	Version      int    // of the subject; 0 for any
	ContactID    string
	Priority     Priority
	DueAt        time.Time
	UselessAfter time.Time // zero: never
	Payload      []byte    // of the job's own, JSON
	State        string
	Attempts     int
	Reason       string
	CreatedAt    time.Time
}

type taskRow struct {
	ID           string `gorm:"primaryKey"`
	TaskKey      string
	Kind         string
	Subject      string
	Version      int `gorm:"column:subject_version"`
	ContactID    string
	Priority     int
	DueAt        int64
	UselessAfter int64
	Payload      []byte
	State        string
	Attempts     int
	LeaseUntil   int64
	LeaseOwner   string
	Reason       string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
}

func (taskRow) TableName() string { return "tasks" }

func (s *Store) task(r taskRow) (Task, error) {
	t := Task{
		ID: r.ID, Key: r.TaskKey, Kind: r.Kind, Subject: r.Subject, Version: r.Version, ContactID: r.ContactID, Priority: Priority(r.Priority),
		DueAt: fromMillis(r.DueAt), UselessAfter: fromMillis(r.UselessAfter), State: r.State, Attempts: r.Attempts, Reason: r.Reason,
		CreatedAt: fromMillis(r.CreatedAt),
	}
	var err error
	if t.Payload, err = s.seal.Open(r.Payload); err != nil {
		return t, fmt.Errorf("open task %s: %w", r.ID, err)
	}
	return t, nil
}

// taskChunk is how many tasks one statement inserts.
const taskChunk = 100

// Schedule keeps tasks, those whose key is there already excepted.
func (tx *Tx) Schedule(tasks ...Task) error {
	rows := make([]taskRow, len(tasks))
	for i, t := range tasks {
		if t.Priority == 0 {
			t.Priority = PriorityPush
		}
		rows[i] = taskRow{
			ID: tx.s.NewID(tx.Now), TaskKey: keyBytes(t.Key), Kind: t.Kind, Subject: t.Subject, Version: t.Version, ContactID: t.ContactID,
			Priority: int(t.Priority), DueAt: millis(t.DueAt), UselessAfter: millis(t.UselessAfter), Payload: tx.s.seal.Seal(t.Payload),
			State: TaskDue, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
		}
	}
	slices.SortFunc(rows, func(a, b taskRow) int { return strings.Compare(a.TaskKey, b.TaskKey) }) // unsorted, two transactions can wait in a circle
	for chunk := range slices.Chunk(rows, taskChunk) {
		if err := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&chunk).Error; err != nil {
			return err
		}
	}
	return nil
}

// dueTask reads one priority, the earliest first, along the index tasks_due:
// what is not due costs nothing however much of it there is.
const dueTask = `SELECT * FROM (SELECT id FROM tasks WHERE state = 'due' AND priority = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?) AS `

// ClaimTasks leases up to limit tasks that are due to the owner, the most
// urgent first. Most calls find nothing: they read only.
func (s *Store) ClaimTasks(ctx context.Context, owner string, limit int, lease time.Duration) ([]Task, error) {
	now := millis(s.now())
	var parts []string
	var args []any
	for p := PriorityReply; p <= PriorityBulk; p++ {
		parts = append(parts, dueTask+"p"+string('0'+rune(p)))
		args = append(args, int(p), now, limit)
	}
	var ids []string
	if err := s.r.WithContext(ctx).Raw(strings.Join(parts, " UNION ALL "), args...).Scan(&ids).Error; err != nil || len(ids) == 0 {
		return nil, unavailable(s.dialect, err)
	}
	ids = ids[:min(len(ids), limit)]
	var out []Task
	err := s.transact(ctx, func(tx *Tx) error {
		out = nil
		var rows []taskRow
		err := tx.db.Raw("SELECT * FROM tasks WHERE id IN ? AND state = ?"+s.dialect.skipLocked(), ids, TaskDue).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		mine := make([]string, len(rows))
		for i, r := range rows {
			mine[i] = r.ID
			r.Attempts++
			t, err := s.task(r)
			if err != nil {
				t.Payload = nil // the job will find its payload missing and say so
			}
			out = append(out, t)
		}
		return tx.db.Exec("UPDATE tasks SET state = ?, lease_owner = ?, lease_until = ?, attempts = attempts + 1, updated_at = ? WHERE id IN ?",
			TaskRunning, owner, millis(tx.Now.Add(lease)), millis(tx.Now), mine).Error
	})
	slices.SortFunc(out, func(a, b Task) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

// EndTasks records how claimed tasks ended, in the transaction of what they
// did. ErrGone when the lease of one of them is another's by now, so that
// nothing is done twice.
func (tx *Tx) EndTasks(owner, state, reason string, tasks ...Task) error {
	if len(tasks) == 0 {
		return nil
	}
	ids := make([]string, len(tasks))
	for i, t := range tasks {
		ids[i] = t.ID
	}
	res := tx.db.Exec("UPDATE tasks SET state = ?, reason = ?, lease_owner = '', lease_until = 0, updated_at = ? WHERE id IN ? AND state = ? AND lease_owner = ?",
		state, cut(reason), millis(tx.Now), ids, TaskRunning, owner)
	if res.Error == nil && res.RowsAffected != int64(len(ids)) {
		return ErrGone
	}
	return res.Error
}

// RetryTask lets a claimed task wait until again, with the reason.
func (tx *Tx) RetryTask(owner string, t Task, reason string, again time.Time) error {
	return tx.db.Exec("UPDATE tasks SET state = ?, reason = ?, due_at = ?, lease_owner = '', lease_until = 0, updated_at = ? WHERE id = ? AND state = ? AND lease_owner = ?",
		TaskDue, cut(reason), millis(again), millis(tx.Now), t.ID, TaskRunning, owner).Error
}

// LapsedTasks lets tasks wait again whose copy died.
func (s *Store) LapsedTasks(ctx context.Context) (n int64, err error) {
	err = s.transact(ctx, func(tx *Tx) error {
		res := tx.db.Exec("UPDATE tasks SET state = ?, lease_owner = '', lease_until = 0, updated_at = ? WHERE state = ? AND lease_until < ?",
			TaskDue, millis(tx.Now), TaskRunning, millis(tx.Now))
		n = res.RowsAffected
		return res.Error
	})
	return n, err
}

// NextDue is when the next task or push becomes due after a time, the zero
// time for never.
func (s *Store) NextDue(ctx context.Context, after time.Time) (time.Time, error) {
	var at []int64
	err := s.r.WithContext(ctx).Raw(`SELECT due_at FROM (SELECT MIN(due_at) AS due_at FROM tasks WHERE state = ? AND due_at > ? UNION ALL
		SELECT MIN(not_before) FROM outbox WHERE state = ? AND not_before > ?) AS due WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1`,
		TaskDue, millis(after), OutboxPending, millis(after)).Scan(&at).Error
	if err != nil || len(at) == 0 {
		return time.Time{}, unavailable(s.dialect, err)
	}
	return fromMillis(at[0]), nil
}

// TasksAbout lists the tasks about a subject, by their time.
func (s *Store) TasksAbout(ctx context.Context, subject string) ([]Task, error) {
	var rows []taskRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM tasks WHERE subject = ? ORDER BY due_at, id", subject).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Task, len(rows))
	var err error
	for i, r := range rows {
		if out[i], err = s.task(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PruneTasks deletes up to limit tasks that ended before a time.
func (s *Store) PruneTasks(ctx context.Context, before time.Time, limit int) (int64, error) {
	var gone int64
	err := s.transact(ctx, func(tx *Tx) error {
		var ids []string
		err := tx.db.Raw("SELECT id FROM tasks WHERE state IN ? AND due_at < ? AND updated_at < ? LIMIT ?",
			[]string{TaskDone, TaskSuppressed, TaskExpired, TaskFailed}, millis(before), millis(before), limit).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			gone = 0
			return err
		}
		res := tx.db.Exec("DELETE FROM tasks WHERE id IN ?", ids)
		gone = res.RowsAffected
		return res.Error
	})
	return gone, err
}
