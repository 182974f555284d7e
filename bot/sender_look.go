package bot

import (
	"context"
	"time"

	"zhenban/models"
)

// lookGroup is how many pushes are looked at together at most.
const lookGroup = 64

// looker looks at pushes at the moment of sending: those that came while the
// last look was under way, together. Each look begins after its push was taken
// up, so it is as new as one made for the push alone. Nobody waits for company.
type looker struct {
	s     *models.Store
	queue chan looking
	done  chan struct{}
}

type looking struct {
	row    models.Outgoing
	result chan seen
}

type seen struct {
	models.Look
	err error
}

func newLooker(s *models.Store, room int) *looker {
	k := &looker{s: s, queue: make(chan looking, room), done: make(chan struct{})}
	go k.run()
	return k
}

// close ends it; nothing may be looked at any more.
func (k *looker) close() {
	close(k.queue)
	<-k.done
}

func (k *looker) run() {
	defer close(k.done)
	for first := range k.queue {
		group := gather(first, k.queue, lookGroup)
		rows := make([]models.Outgoing, len(group))
		for i, g := range group {
			rows[i] = g.row
		}
		ctx, cancel := context.WithTimeout(context.Background(), lookTime)
		looks, err := k.s.Look(ctx, rows)
		cancel()
		for i, g := range group {
			if err != nil {
				g.result <- seen{err: err}
			} else {
				g.result <- seen{looks[i], looks[i].Err}
			}
		}
	}
}

// lookTime bounds one look. What cannot be looked at waits.
const lookTime = 5 * time.Second

func (k *looker) look(row models.Outgoing) (models.Look, error) {
	result := make(chan seen, 1)
	k.queue <- looking{row, result}
	s := <-result
	return s.Look, s.err
}

// gather takes what is in the queue already, up to most.
func gather[T any](first T, queue <-chan T, most int) []T {
	group := append(make([]T, 0, most), first)
	for len(group) < most {
		select {
		case next, ok := <-queue:
			if !ok {
				return group
			}
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}
