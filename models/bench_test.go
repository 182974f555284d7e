package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(p float64) float64 { return float64(took[int(float64(len(took)-1)*p)].Microseconds()) / 1000 }
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
}

// 64 people want one slot: exactly one gets it. An operation is a round; run
// with -benchtime=1000x. The percentiles are those of an attempt.
func BenchmarkContestedSlot(b *testing.B) {
	storetest.EachBench(b, func(b *testing.B, db *storetest.DB) {
		var took []time.Duration
		round := 0
		for b.Loop() {
			round++
			start := storetest.Start().Add(time.Duration(round) * time.Hour)
			each := make([]time.Duration, 64)
			errs := crowd(64, func(i int) error {
				begin := time.Now()
				defer func() { each[i] = time.Since(begin) }()
				return db.Do(bg(), write(func(tx *models.Tx) error {
					return tx.Book(appointment(db.Store, contactName(i), start), "", claims(start, 4, "p:li", "r:room1"), 1<<30, nil)
				}))
			})
			if wonBy(errs) != 1 {
				b.Fatalf("round %d: %d winners: %v", round, wonBy(errs), errors.Join(errs...))
			}
			took = append(took, each...)
		}
		report(b, took)
		b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "attempts/s")
	})
}

// A turn, committed by 64 people at once, beside a bare insert of the same row.
func BenchmarkTurn(b *testing.B) {
	storetest.EachBench(b, func(b *testing.B, db *storetest.DB) {
		var n atomic.Int64
		crowded := func(b *testing.B, f func(contact string, seq int64) error) {
			b.SetParallelism(32) // × GOMAXPROCS
			b.RunParallel(func(pb *testing.PB) {
				contact := fmt.Sprintf("web:bench%d", n.Add(1))
				for seq := int64(1); pb.Next(); seq++ {
					if err := f(contact, seq); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
		}
		b.Run("turn", func(b *testing.B) {
			crowded(b, func(contact string, seq int64) error {
				return db.CommitTurn(bg(), turn(contact, seq, fmt.Sprint(contact, ":", seq)))
			})
		})
		b.Run("with-a-write", func(b *testing.B) {
			crowded(b, func(contact string, seq int64) error {
				return db.CommitTurn(bg(), turn(contact, seq, fmt.Sprint(contact, ":", seq)), write(func(tx *models.Tx) error {
					return tx.Enqueue(models.Outgoing{Key: fmt.Sprint(contact, seq), ContactID: contact, Priority: 1, Body: []byte("{}")})
				}))
			})
		})
		b.Run("floor", func(b *testing.B) {
			raw := storetest.Raw(b, db.DSN)
			if strings.HasPrefix(db.DSN, "sqlite:") {
				raw.SetMaxOpenConns(1)
				_, err := raw.Exec("PRAGMA synchronous = FULL")
				require.NoError(b, err)
			} else {
				raw.SetMaxOpenConns(32)
				raw.SetMaxIdleConns(32)
			}
			blob := make([]byte, 60)
			crowded(b, func(contact string, seq int64) error {
				_, err := raw.Exec("INSERT INTO turns (contact_id, seq, msg_key, at, inbound, answer, flow, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
					contact, seq, fmt.Sprint(contact, ":", seq), 1, blob, blob, "book", blob)
				return err
			})
		})
	})
}

// fill claims 100,000 appointments of 20 minutes by 10 practitioners, each with
// a room; some lie in the month that is searched, most in the past.
func fill(b *testing.B, db *storetest.DB, first slots.Cell) {
	b.Helper()
	raw := storetest.Raw(b, db.DSN)
	raw.SetMaxOpenConns(1)
	const perDay = 24 // of 36 possible in 12 hours
	var rows []string
	flush := func() {
		_, err := raw.Exec("INSERT INTO claims (resource_id, cell, owner, expires_at) VALUES " + strings.Join(rows, ","))
		require.NoError(b, err)
		rows = rows[:0]
	}
	for n := range 100_000 {
		who, day, at := n%10, n/10/perDay, n/10%perDay
		cell := first + slots.Cell((31-day)*288+12+at*6) // from the end of the month backwards
		for c := range slots.Cell(4) {
			for _, r := range []string{"p:doc", "r:room"} {
				rows = append(rows, fmt.Sprintf("('%s%d', %d, 'appt%d', 0)", r, who, cell+c, n))
			}
		}
		if len(rows) >= 4000 {
			flush()
		}
	}
	if len(rows) > 0 {
		flush()
	}
	_, err := raw.Exec("INSERT INTO busy_words (resource_id, word, bits) SELECT resource_id, cell >> 5, SUM(1 << (cell & 31)) FROM claims GROUP BY resource_id, cell >> 5")
	require.NoError(b, err)
	if db.IsMySQL() {
		_, err := raw.Exec("ANALYZE TABLE claims, busy_words")
		require.NoError(b, err)
	}
}

// What is taken of 10 practitioners and their rooms over 31 days, among
// 100,000 appointments.
func BenchmarkBusy(b *testing.B) {
	storetest.EachBench(b, func(b *testing.B, db *storetest.DB) {
		first := slots.CellOf(storetest.Start())
		fill(b, db, first)
		var resources []string
		for i := range 10 {
			resources = append(resources, fmt.Sprint("p:doc", i), fmt.Sprint("r:room", i))
		}
		for name, list := range map[string][]string{"10+10": resources, "1+10": append(resources[:1:1], resources[1:11]...)} {
			b.Run(name, func(b *testing.B) {
				var took []time.Duration
				for b.Loop() {
					begin := time.Now()
					set, err := db.Busy(bg(), list, first, first+31*288, "")
					require.NoError(b, err)
					took = append(took, time.Since(begin))
					bits := make([]uint64, 1)
					set.Bits("p:doc0", first, bits)
				}
				report(b, took)
			})
		}
	})
}

// A look at the outbox that finds nothing due, among 100,000 rows that wait for
// their time: what every copy does every second on every channel.
func BenchmarkOutboxNothingDue(b *testing.B) {
	storetest.EachBench(b, func(b *testing.B, db *storetest.DB) {
		raw := storetest.Raw(b, db.DSN)
		raw.SetMaxOpenConns(1)
		later := storetest.Start().Add(24 * time.Hour).UnixMilli()
		var rows []string
		for n := range 100_000 {
			rows = append(rows, fmt.Sprintf("('%026d', 'k%d', 'web:c%d', 'web', %d, %d, 0, '', 'pending', 0, 0)", n, n, n%20000, 3+n%2, later+int64(n)))
			if len(rows) == 2000 {
				_, err := raw.Exec("INSERT INTO outbox (id, msg_key, contact_id, channel, priority, not_before, useless_after, body, state, created_at, updated_at) VALUES " + strings.Join(rows, ","))
				require.NoError(b, err)
				rows = rows[:0]
			}
		}
		if db.IsMySQL() {
			_, err := raw.Exec("ANALYZE TABLE outbox")
			require.NoError(b, err)
		}
		claim := func(b *testing.B) []models.Outgoing {
			list, err := db.ClaimOutbox(bg(), models.Claim{Owner: "me", Channel: "web", From: 1, To: 4, Limit: 16, Lease: time.Minute})
			require.NoError(b, err)
			return list
		}
		b.Run("nothing", func(b *testing.B) {
			for b.Loop() {
				require.Empty(b, claim(b))
			}
		})
		b.Run("one", func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				enqueue(b, db, models.Outgoing{Key: fmt.Sprint("r", n), ContactID: contactName(n % 20000)})
				list := claim(b)
				require.Len(b, list, 1)
				require.NoError(b, db.FinishOutbox(bg(), "me", list[0], models.Outcome{State: models.OutboxSent}))
			}
		})
	})
}
