package slots

import (
	"slices"
	"testing"
	"time"

	"zhenban/config"
)

// TestFind asks the reference clinic for one day each. 2026-06-01 is a Monday.
func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, service, day string
		change             func(*config.Profile)
		query              func(*Query)
		taken              func(b *BusySet)
		want               []string
	}{
		{
			name: "the lunch break splits the day; only whole visits fit", service: "cleaning", day: "2026-06-02",
			want: []string{
				"main wang Tue 09:00 chair-1", "main wang Tue 09:30 chair-1", "main wang Tue 10:00 chair-1", "main wang Tue 10:30 chair-1",
				"main wang Tue 11:00 chair-1", "main wang Tue 13:00 chair-1", "main wang Tue 13:30 chair-1", "main wang Tue 14:00 chair-1",
				"main wang Tue 14:30 chair-1", "main wang Tue 15:00 chair-1", "main wang Tue 15:30 chair-1", "main wang Tue 16:00 chair-1",
				"main wang Tue 16:30 chair-1", "main wang Tue 17:00 chair-1",
			},
		},
		{
			name: "buffers keep off the ends of a shift", service: "implant", day: "2026-06-02",
			want: []string{
				"main wang Tue 09:30 chair-1", "main wang Tue 10:00 chair-1", "main wang Tue 10:30 chair-1", "main wang Tue 13:30 chair-1",
				"main wang Tue 14:00 chair-1", "main wang Tue 14:30 chair-1", "main wang Tue 15:00 chair-1", "main wang Tue 15:30 chair-1", "main wang Tue 16:00 chair-1", "main wang Tue 16:30 chair-1",
			},
		},
		{
			name: "buffers may lie outside the branch's hours", service: "implant", day: "2026-06-02",
			change: func(p *config.Profile) { p.Practitioners[0].Shifts[0].Hours = []config.Span{span(800, 1900)} },
			query:  func(q *Query) { q.To = q.From.Add(10 * time.Hour) },
			want:   []string{"main wang Tue 09:00 chair-1", "main wang Tue 09:30 chair-1"},
		},
		{
			name: "leave by hours and by days", service: "cleaning", day: "2026-06-01",
			change: func(p *config.Profile) {
				p.Practitioners[0].Leave = []config.Leave{{From: date("2026-06-01"), Hours: []config.Span{span(900, 1700)}}}
				p.Practitioners[1].Leave = []config.Leave{{From: date("2026-05-30"), To: date("2026-06-01")}}
			},
			want: []string{"main wang Mon 17:00 chair-1"},
		},
		{
			name: "a holiday closes", service: "visit", day: "2026-06-02",
			change: func(p *config.Profile) {
				p.Holidays = []config.Holiday{{Name: named("节"), From: date("2026-06-01"), To: date("2026-06-03")}}
			},
		},
		{
			name: "a holiday with hours, at one branch", service: "cleaning", day: "2026-06-02",
			change: func(p *config.Profile) {
				p.Holidays = []config.Holiday{{Name: named("节"), From: date("2026-06-02"), Hours: []config.Span{span(1000, 1130)}, Branches: []string{"main"}}}
			},
			want: []string{"main wang Tue 10:00 chair-1", "main wang Tue 10:30 chair-1"},
		},
		{
			name: "two doctors share one machine", service: "imaging", day: "2026-06-01",
			query: func(q *Query) { q.From, q.To = q.From.Add(9*time.Hour), q.From.Add(11*time.Hour) },
			taken: func(b *BusySet) {
				block(b, "p:wang", ny(t, "2026-06-01 09:00"), ny(t, "2026-06-01 09:30"))
				block(b, "r:xray-1", ny(t, "2026-06-01 09:25"), ny(t, "2026-06-01 10:00"))
			},
			want: []string{"main wang Mon 10:00 chair-1 xray-1", "main li Mon 10:00 chair-1 xray-1", "main wang Mon 10:30 chair-1 xray-1", "main li Mon 10:30 chair-1 xray-1"},
		},
		{
			name: "the busier room that is free is taken, so that the other stays whole", service: "cleaning", day: "2026-06-02",
			query: func(q *Query) { q.From, q.To = q.From.Add(13*time.Hour), q.From.Add(15*time.Hour) },
			taken: func(b *BusySet) { block(b, "r:chair-2", ny(t, "2026-06-02 09:00"), ny(t, "2026-06-02 14:00")) },
			want:  []string{"main wang Tue 13:00 chair-1", "main wang Tue 13:30 chair-1", "main wang Tue 14:00 chair-2", "main wang Tue 14:30 chair-2"},
		},
		{
			name: "a doctor at two branches is one: main is busy, so east is", service: "cleaning", day: "2026-06-06",
			taken: func(b *BusySet) { block(b, "p:wang", ny(t, "2026-06-06 09:00"), ny(t, "2026-06-06 10:30")) },
			want:  []string{"east wang Sat 10:30 chair-e", "east wang Sat 11:00 chair-e"},
		},
		{
			name: "notice: a day ahead to the minute", service: "implant", day: "2026-06-02",
			query: func(q *Query) { q.Now = ny(t, "2026-06-01 16:00").Add(time.Second) },
			want:  []string{"main wang Tue 16:30 chair-1"},
		},
		{
			name: "the last day of the horizon", service: "implant", day: "2026-06-02",
			query: func(q *Query) { q.Now, q.To = ny(t, "2026-05-26 23:59"), q.From.Add(10*time.Hour) },
			want:  []string{"main wang Tue 09:30 chair-1"},
		},
		{
			name: "one day beyond the horizon", service: "implant", day: "2026-06-02",
			query: func(q *Query) { q.Now = ny(t, "2026-05-25 23:59") },
		},
		{
			name: "the doctor not wanted", service: "visit", day: "2026-06-01",
			query: func(q *Query) { q.Exclude, q.To = "wang", q.From.Add(10*time.Hour) },
			want:  []string{"main li Mon 09:00", "main li Mon 09:30"},
		},
		{name: "nobody known", service: "visit", day: "2026-06-01", query: func(q *Query) { q.Practitioner = "zhao" }},
		{name: "nothing known", service: "nothing", day: "2026-06-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := reference()
			if c.change != nil {
				c.change(p)
			}
			ix, q := index(t, p), onDay(t, c.service, c.day)
			if c.query != nil {
				c.query(&q)
			}
			busy := taken(ix, q)
			if c.taken != nil {
				c.taken(busy)
			}
			same(t, show(ix.Find(q, busy, 0)), c.want)
		})
	}
}

// night is a clinic open around the clock with one doctor on the given hours.
func night(t *testing.T, hours, breaks []config.Span, minutes int) *Index {
	p := reference()
	p.Branches = p.Branches[:1]
	p.Branches[0].Hours = config.Week{{Days: daily, Hours: []config.Span{span(0, 2400)}}}
	p.Resources = nil
	p.Services = p.Services[:1]
	p.Services[0].Minutes, p.Services[0].HorizonDays = minutes, 60
	p.Practitioners = p.Practitioners[:1]
	p.Practitioners[0].Services = []string{"visit"}
	p.Practitioners[0].Shifts = []config.Shift{{Branch: "main", Days: daily, Hours: hours, Breaks: breaks}}
	return index(t, p)
}

func instants(list []Slot) (out []string) {
	for _, s := range list {
		out = append(out, s.Start.Format("02 15:04 MST"))
	}
	return out
}

func TestDST(t *testing.T) {
	on := []config.Span{span(0, 400)}
	t.Run("in the gap no time is offered, and a visit over it is no longer", func(t *testing.T) {
		list := night(t, on, nil, 60).Find(onDay(t, "visit", "2026-03-08"), nil, 0)
		same(t, instants(list), []string{"08 00:00 EST", "08 00:30 EST", "08 01:00 EST", "08 01:30 EST", "08 03:00 EDT"})
		if got := list[3].End.Sub(list[3].Start); got != time.Hour {
			t.Errorf("visit over the gap lasts %v", got)
		}
	})
	t.Run("in the overlap the hour comes twice, and so does a break in it", func(t *testing.T) {
		list := night(t, on, []config.Span{span(130, 200)}, 30).Find(onDay(t, "visit", "2026-11-01"), nil, 0)
		same(t, instants(list), []string{
			"01 00:00 EDT", "01 00:30 EDT", "01 01:00 EDT", "01 01:00 EST",
			"01 02:00 EST", "01 02:30 EST", "01 03:00 EST", "01 03:30 EST",
		})
	})
}

func TestMidnight(t *testing.T) {
	ix := night(t, []config.Span{span(0, 30), span(2300, 2400)}, nil, 60)
	q := onDay(t, "visit", "2026-06-02")
	same(t, instants(ix.Find(q, nil, 0)), []string{"02 23:00 EDT", "02 23:30 EDT"})
	// the night of the autumn change: 24:00 is 25 hours after 00:00
	same(t, instants(ix.Find(onDay(t, "visit", "2026-11-01"), nil, 0)), []string{"01 23:00 EST", "01 23:30 EST"})
	if err := new(config.Span).UnmarshalText([]byte("22:00-02:00")); err == nil {
		t.Error("a span over midnight is understood; this package does not")
	}
}

func TestClaims(t *testing.T) {
	ix := index(t, reference())
	q := onDay(t, "implant", "2026-06-02")
	s := ix.Find(q, nil, 1)[0]
	from, to := CellOf(ny(t, "2026-06-02 09:20")), CellOf(ny(t, "2026-06-02 10:50"))
	if got, want := ix.Claims(s), []Claim{{"p:wang", from, to}, {"r:chair-1", from, to}}; !slices.Equal(got, want) {
		t.Errorf("got %v want %v", got, want)
	}
}

// TestBookAll takes slot after slot until none is left: no cell is claimed
// twice, and nothing else is left to book.
func TestBookAll(t *testing.T) {
	ix := index(t, reference())
	for _, service := range []string{"visit", "cleaning", "imaging", "implant"} {
		q := onDay(t, service, "2026-06-01")
		busy, claimed := taken(ix, q), map[Claim]bool{}
		for n := 0; ; n++ {
			list := ix.Find(q, busy, 1)
			if len(list) == 0 {
				if n == 0 {
					t.Errorf("%s: nothing to book", service)
				}
				break
			}
			if why := ix.Why(q, list[0].Start, busy); why != "" {
				t.Fatalf("%s: found, but Why says %q", service, why)
			}
			for _, c := range ix.Claims(list[0]) {
				for cell := c.From; cell < c.To; cell++ {
					one := Claim{c.Resource, cell, cell}
					if claimed[one] {
						t.Fatalf("%s: %v taken twice", service, one)
					}
					claimed[one] = true
				}
				busy.Add(c.Resource, c.From, c.To)
			}
		}
	}
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	ix := index(t, reference())
	q := onDay(t, "imaging", "2026-06-01")
	want := show(ix.Find(q, nil, 0))
	done := make(chan []string)
	for range 8 {
		go func() {
			var last []string
			for range 50 {
				last = show(ix.Find(q, nil, 0))
			}
			done <- last
		}()
	}
	for range 8 {
		same(t, <-done, want)
	}
}
