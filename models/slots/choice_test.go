package slots

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAlternatives(t *testing.T) {
	ix := index(t, reference())
	// Monday 10:00 with Wang is gone; Li works on Monday, Wednesday, Friday.
	ask := func(who, wanted string, limit int, block func(*BusySet)) []string {
		q := Query{Service: "visit", Practitioner: who, Now: ny(t, "2026-06-01 08:00"), To: ny(t, "2026-06-13 00:00")}
		busy := taken(ix, q)
		at := ny(t, wanted)
		busy.Add("p:"+who, CellOf(at), CellOf(at)+6)
		if block != nil {
			block(busy)
		}
		return show(ix.Alternatives(q, at, busy, limit))
	}
	t.Run("next day, nearest, another doctor", func(t *testing.T) {
		same(t, ask("wang", "2026-06-01 10:00", 5, nil), []string{
			"main wang Tue 10:00", "main wang Mon 10:30",
			"main wang Mon 09:30", "main wang Mon 11:00", "main li Mon 10:00",
		})
	})
	t.Run("a closed day between: the first day that has the time", func(t *testing.T) {
		same(t, ask("wang", "2026-06-05 15:00", 3, nil), []string{"main wang Mon 15:00", "main wang Fri 15:30", "main li Fri 15:00"})
	})
	t.Run("anybody: different times before the same time twice", func(t *testing.T) {
		same(t, ask("", "2026-06-02 10:00", 4, nil), []string{"main wang Wed 10:00", "main wang Tue 10:30", "main wang Tue 09:30", "main wang Tue 11:00"})
	})
	t.Run("nothing of one's own: all from others", func(t *testing.T) {
		same(t, ask("wang", "2026-06-01 10:00", 2, func(b *BusySet) { block(b, "p:wang", ny(t, "2026-06-01 00:00"), ny(t, "2026-06-20 00:00")) }),
			[]string{"main li Mon 10:00", "main li Mon 10:30"})
	})
	t.Run("one place is one's own", func(t *testing.T) {
		same(t, ask("wang", "2026-06-01 10:00", 1, nil), []string{"main wang Tue 10:00"})
	})
	t.Run("no limit: everything once, the wanted start not with the one named", func(t *testing.T) {
		seen := map[string]bool{}
		q := onDay(t, "visit", "2026-06-01")
		q.Practitioner = "wang"
		list := ix.Alternatives(q, ny(t, "2026-06-01 10:00"), nil, 0)
		for _, s := range list {
			key := s.Practitioner + s.Start.String()
			if seen[key] {
				t.Errorf("%s twice", key)
			}
			seen[key] = true
		}
		if len(list) != 15+14 {
			t.Errorf("%d slots", len(list))
		}
	})
}

func TestRank(t *testing.T) {
	ix := index(t, reference())
	q := Query{Service: "visit", Now: ny(t, "2026-06-01 08:00"), To: ny(t, "2026-06-15 00:00")}
	list := ix.Find(q, nil, 0)
	habits := []Habit{{Practitioner: "li", Weekday: time.Wednesday, Minute: 15 * 60, Weight: 3}}
	t.Run("habits first, then soon, spread over days", func(t *testing.T) {
		same(t, show(Rank(list, habits, 5, nil)), []string{"main li Wed 15:00", "main li Wed 15:00", "main li Mon 15:00", "main wang Tue 15:00", "main wang Thu 15:00"})
	})
	t.Run("nobody known: a day each", func(t *testing.T) {
		same(t, show(Rank(list, nil, 4, nil)), []string{"main wang Mon 09:00", "main wang Tue 09:00", "main wang Wed 09:00", "main wang Thu 09:00"})
	})
	t.Run("one day only: over its hours", func(t *testing.T) {
		day := ix.Find(onDay(t, "visit", "2026-06-02"), nil, 0)
		same(t, show(Rank(day, nil, 3, nil)), []string{"main wang Tue 09:00", "main wang Tue 13:00", "main wang Tue 17:30"})
	})
	t.Run("a weight of nothing counts for nothing", func(t *testing.T) {
		same(t, show(Rank(list, []Habit{{Practitioner: "li"}}, 1, nil)), []string{"main wang Mon 09:00"})
	})
	t.Run("no more than there are, each once", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			limit := rapid.IntRange(-1, len(list)+5).Draw(t, "limit")
			want, seen := limit, map[string]bool{}
			if limit <= 0 || limit > len(list) {
				want = len(list)
			}
			for _, s := range Rank(list, habits, limit, func(string) *time.Location { return time.UTC }) {
				seen[s.Practitioner+s.Start.String()] = true
			}
			if len(seen) != want {
				t.Fatalf("%d of %d", len(seen), want)
			}
		})
	})
}
