package cmd

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"zhenban/models"
	"zhenban/models/slots"
)

// benchContest is many people who want the same time at the same moment, at
// the store: each round has one winner or the keys do not hold.
type benchContest struct {
	Rounds     int  `json:"rounds"`
	OneWinner  int  `json:"rounds_with_one_winner"`
	Attempts   side `json:"attempts"`
	WrongCells int  `json:"wrong_cells"` // cells that nobody has though somebody won
}

// contestRoom is a resource that no clinic has.
const contestRoom = "r:bench"

func (b *benchWorld) contest(ctx context.Context) (*benchContest, error) {
	store, now := b.app.store, b.w.Clock.Now()
	r := &benchContest{Rounds: b.o.rounds}
	first := slots.CellOf(now.AddDate(1, 0, 0))
	const length = 6 // half an hour
	before := readUsage()
	for round := range b.o.rounds {
		if ctx.Err() != nil {
			break
		}
		from := first + slots.Cell(round*length)
		claims := []slots.Claim{{Resource: contestRoom, From: from, To: from + length}}
		slot := slots.Slot{Start: from.Time(), End: (from + length).Time(), Service: "bench", Branch: "bench", Practitioner: "bench"}
		var winners atomic.Int64
		var all sync.WaitGroup
		start := make(chan struct{})
		times := make([]time.Duration, b.o.people)
		faults := make([]error, b.o.people)
		for i := range b.o.people {
			h := models.Hold{ID: store.NewID(now), ContactID: fmt.Sprintf("bench:%d-%d", round, i), Slot: slot, ExpiresAt: now.Add(time.Hour)}
			all.Go(func() {
				<-start
				at := b.w.Clock.Now()
				err := store.Do(ctx, func(_ context.Context, tx *models.Tx) error { return tx.TakeHold(h, claims, "", 2) })
				times[i] = b.w.Clock.Since(at)
				switch {
				case err == nil:
					winners.Add(1)
				case !errors.Is(err, models.ErrTaken):
					faults[i] = err
				}
			})
		}
		begun := b.w.Clock.Now()
		close(start)
		all.Wait()
		r.Attempts.took += b.w.Clock.Since(begun)
		if err := errors.Join(faults...); err != nil {
			return nil, err
		}
		if winners.Load() == 1 {
			r.OneWinner++
		}
		r.Attempts.times = append(r.Attempts.times, times...)
	}
	after := readUsage()
	r.Attempts.cpu, r.Attempts.allocs, r.Attempts.bytes = after.cpu-before.cpu, after.allocs-before.allocs, after.bytes-before.bytes
	r.Attempts.finish()
	busy, err := store.Busy(ctx, []string{contestRoom}, first, first+slots.Cell(b.o.rounds*length))
	if err != nil {
		return nil, err
	}
	taken := make([]uint64, (b.o.rounds*length+63)/64)
	busy.Bits(contestRoom, first, taken)
	r.WrongCells = b.o.rounds * length
	for _, word := range taken {
		r.WrongCells -= bits.OnesCount64(word)
	}
	return r, nil
}
