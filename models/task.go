package models

import (
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

// NextDue is when the next task or push becomes due after a time, the zero
// time for never. Each priority of the tasks is one look into the index; pushes
// are read along their state, which is for a clock that is moved by hand.
func (s *Store) NextDue(ctx context.Context, after time.Time) (time.Time, error) {
	var parts []string
	var args []any
	for p := PriorityReply; p <= PriorityBulk; p++ {
		parts = append(parts, "SELECT * FROM (SELECT due_at FROM tasks WHERE state = 'due' AND priority = ? AND due_at > ? ORDER BY due_at LIMIT 1) AS p"+string('0'+rune(p)))
		args = append(args, int(p), millis(after))
	}
	parts = append(parts, "SELECT COALESCE(MIN(not_before), 0) AS due_at FROM outbox WHERE state = ? AND not_before > ?")
	args = append(args, OutboxPending, millis(after))
	var at []int64
	if err := s.r.WithContext(ctx).Raw(strings.Join(parts, " UNION ALL "), args...).Scan(&at).Error; err != nil {
		return time.Time{}, unavailable(s.dialect, err)
	}
	var next int64
	for _, ms := range at {
		if ms > 0 && (next == 0 || ms < next) {
			next = ms
		}
	}
	return fromMillis(next), nil
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
		err := tx.db.Raw("SELECT id FROM tasks WHERE state IN ? AND priority IN ? AND due_at < ? AND updated_at < ? LIMIT ?",
			[]string{TaskDone, TaskSuppressed, TaskExpired, TaskFailed}, []Priority{PriorityReply, PriorityAlert, PriorityPush, PriorityBulk},
			millis(before), millis(before), limit).Scan(&ids).Error
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
