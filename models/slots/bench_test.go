package slots

import (
	"fmt"
	"testing"
	"time"

	"zhenban/config"
)

// hospital is one branch with doctors, six rooms and two machines, and a
// month in which a third of everybody's time is taken.
func hospital(b *testing.B, doctors int) (*Index, Query, *BusySet) {
	p := bare("Asia/Shanghai")
	p.Branches = []config.Branch{{
		ID: "main", Name: named("总院"), Address: named("一路"),
		Hours: config.Week{{Days: daily, Hours: []config.Span{span(800, 1800)}}},
	}}
	add := func(typ, kind string, n int) {
		for i := range n {
			p.Resources = append(p.Resources, config.Resource{
				ID: fmt.Sprintf("%s-%d", typ, i), Type: typ, Kind: kind,
				Name: named(fmt.Sprintf("%s%d", typ, i)), Branch: "main",
			})
		}
	}
	add("room", "room", 6)
	add("laser", "machine", 2)
	p.Services = []config.Service{{
		ID: "s", Name: named("项"), Department: "dental", Minutes: 30, Before: 5, After: 10,
		HorizonDays: 40, Needs: []string{"room", "laser"},
	}}
	for i := range doctors {
		p.Practitioners = append(p.Practitioners, config.Practitioner{
			ID: fmt.Sprintf("d%d", i), Name: named(fmt.Sprintf("医%d", i)),
			Departments: []string{"dental"}, Services: []string{"s"},
			Shifts: []config.Shift{{Branch: "main", Days: daily, Hours: []config.Span{span(800, 1800)}, Breaks: []config.Span{span(1200, 1300)}}},
			Leave:  []config.Leave{{From: date("2026-06-10").AddDays(i % 20)}},
		})
	}
	ix := index(b, p)
	now := date("2026-06-01").Time(zone(b, "Asia/Shanghai"), 0)
	q := Query{Service: "s", From: now, To: now.AddDate(0, 0, 31), Now: now}
	ids, lo, hi := ix.Resources(q)
	busy := NewBusySet(lo, hi)
	for i, id := range ids {
		for c := lo + Cell(7*i%20); c < hi; c += 30 {
			busy.Add(id, c, c+10)
		}
	}
	return ix, q, busy
}

// BenchmarkFind is a month's search over six rooms and two machines, of which
// each visit takes one: all slots, and the first fifty.
func BenchmarkFind(b *testing.B) {
	for _, doctors := range []int{10, 88} {
		for _, limit := range []int{0, 50} {
			b.Run(fmt.Sprintf("doctors=%d/limit=%d", doctors, limit), func(b *testing.B) {
				ix, q, busy := hospital(b, doctors)
				b.ReportAllocs()
				n := 0
				for b.Loop() {
					n = len(ix.Find(q, busy, limit))
				}
				b.ReportMetric(float64(n), "slots")
			})
		}
	}
}

// BenchmarkWhy is one wanted start, of any of ten doctors.
func BenchmarkWhy(b *testing.B) {
	ix, q, busy := hospital(b, 10)
	at := q.From.AddDate(0, 0, 9).Add(12 * time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		ix.Why(q, at, busy)
	}
}
