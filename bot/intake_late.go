package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"zhenban/models"
)

// lateQueue holds answers that missed their platform's deadline while the
// database was away. It lives in memory: the turns themselves are kept.
type lateQueue struct {
	mu   sync.Mutex
	list []Reply
}

func (q *lateQueue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list)
}

func (q *lateQueue) add(r Reply) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) >= lateCap {
		return false
	}
	q.list = append(q.list, r)
	return true
}

func (q *lateQueue) first() (Reply, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return Reply{}, false
	}
	return q.list[0], true
}

func (q *lateQueue) drop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = q.list[1:]
}

// Late puts inline messages that could not be delivered any more into the
// outbox, now or as soon as the database is back. An apology belongs to no turn
// (Seq 0) and is not worth keeping for then.
func (i *Intake) Late(ctx context.Context, r Reply) error {
	if r.Seq == 0 {
		for _, m := range r.Inline {
			err := i.push(ctx, r.ContactID, "late:"+i.o.Store.NewID(i.o.Clock.Now()), m)
			if err != nil && !models.IsUnavailable(err) {
				return fmt.Errorf("late apology: %w", err)
			}
		}
		return nil
	}
	err := i.o.Engine.Late(ctx, r)
	if !models.IsUnavailable(err) {
		return err
	}
	if !i.late.add(r) {
		return errors.Join(ErrFull, err)
	}
	i.rouse()
	return nil
}

// flushLate hands on what waits; false when the database is away again.
func (i *Intake) flushLate(ctx context.Context) bool {
	for {
		r, ok := i.late.first()
		if !ok {
			return true
		}
		err := i.o.Engine.Late(ctx, r)
		if models.IsUnavailable(err) {
			return false
		}
		if err != nil {
			i.o.Log.Error("late answer lost", "contact", r.ContactID, "seq", r.Seq, "error", err)
		}
		i.late.drop()
	}
}
