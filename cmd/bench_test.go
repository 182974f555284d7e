package cmd

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/models/storetest"
)

// benchmarkWorld serves one program for a benchmark.
func benchmarkWorld(b *testing.B, dsn string, people int) *benchWorld {
	b.Helper()
	w := World{Err: io.Discard, Out: io.Discard, Clock: clockwork.NewRealClock()}
	world, err := startBench(b.Context(), w, benchOptions{people: people, duration: 1, rounds: 1}, dsn, b.TempDir())
	require.NoError(b, err)
	b.Cleanup(func() {
		if err := world.stop(); err != nil {
			b.Error(err)
		}
	})
	return world
}

// BenchmarkTurn is one message over its whole path: a signed push over HTTP by
// one of 64 people at once, understood, answered and kept.
func BenchmarkTurn(b *testing.B) {
	databases := map[string]func(testing.TB) string{"sqlite": storetest.SQLite}
	if os.Getenv("ZHENBAN_TEST_MYSQL") != "" {
		databases["mysql"] = storetest.MySQL
	}
	for name, open := range databases {
		b.Run(name, func(b *testing.B) {
			const people = 64
			world := benchmarkWorld(b, open(b), people)
			list, err := world.people(world.address, "o-", true)
			require.NoError(b, err)
			b.Cleanup(func() { closeAll(list) })
			texts := benchTexts()
			var next atomic.Int64
			b.ReportAllocs()
			b.SetParallelism(people / cpus())
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				p := list[int(next.Add(1)-1)%people]
				for i := 0; pb.Next(); i++ {
					if _, err := p.say(texts[i%len(texts)]); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
		})
	}
}

// A short run of every part, so that the bench itself stays right.
//
// Each has a database of its own: what one part leaves due would otherwise be
// in the way of the next, and under the race detector for minutes.
func TestBenchRuns(t *testing.T) {
	w := World{Args: []string{"bench"}, Out: t.Output(), Err: io.Discard, Clock: clockwork.NewRealClock()}
	for _, part := range benchParts() {
		t.Run(part, func(t *testing.T) {
			r, err := bench(t.Context(), w, benchOptions{
				db: storetest.SQLite(t), people: 4, duration: 200_000_000, rounds: 5, visits: 300, pending: 2000, only: part,
			})
			require.NoError(t, err)
			require.NoError(t, r.print(t.Output()))
			switch part {
			case "contest":
				require.Equal(t, 5, r.Contest.OneWinner)
				require.Zero(t, r.Contest.WrongCells)
			case "search":
				require.LessOrEqual(t, r.Search.Statements, 3.0, fmt.Sprint(r.Search))
			case "messages":
				require.Positive(t, r.Messages.Path.Count)
				require.Zero(t, r.Messages.Path.Errors)
			case "booking":
				require.Positive(t, r.Booking.Conversations.Count)
			case "tasks":
				require.Positive(t, r.Tasks.Count)
			}
		})
	}
}
