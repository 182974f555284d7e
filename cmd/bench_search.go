package cmd

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
)

// benchSearch looks for free times in a full clinic: ten doctors, a month, a
// room and a machine for each visit.
type benchSearch struct {
	Visits     int           `json:"appointments"`
	Doctors    int           `json:"doctors"`
	Days       int           `json:"days"`
	Found      int           `json:"found"`
	Statements float64       `json:"statements"`
	Compute50  time.Duration `json:"compute_p50_ns"`
	Compute99  time.Duration `json:"compute_p99_ns"`
	Whole50    time.Duration `json:"whole_p50_ns"`
	Whole99    time.Duration `json:"whole_p99_ns"`
}

const (
	searchDoctors = 10
	searchDays    = 31
	searchTimes   = 300
)

func (b *benchWorld) search(ctx context.Context) (*benchSearch, error) {
	index, err := searchIndex()
	if err != nil {
		return nil, err
	}
	store, now := b.app.store, b.w.Clock.Now()
	r := &benchSearch{Visits: b.o.visits, Doctors: searchDoctors, Days: searchDays}
	if err := b.putVisits(ctx, index, now); err != nil {
		return nil, err
	}
	var compute, whole []time.Duration
	before := b.stmts.Load()
	for range searchTimes {
		start := b.w.Clock.Now()
		q := slots.Query{Service: "s", From: start, To: start.AddDate(0, 0, searchDays), Now: start}
		ids, from, to := index.Resources(q)
		half := b.w.Clock.Now()
		busy, err := store.Busy(ctx, ids, from, to, "")
		if err != nil {
			return nil, err
		}
		loaded := b.w.Clock.Now()
		r.Found = len(index.Find(q, busy, 0))
		end := b.w.Clock.Now()
		compute = append(compute, end.Sub(loaded)+half.Sub(start))
		whole = append(whole, end.Sub(start))
	}
	r.Statements = float64(b.stmts.Load()-before) / searchTimes
	slices.Sort(compute)
	slices.Sort(whole)
	r.Compute50, r.Compute99 = quantile(compute, .5), quantile(compute, .99)
	r.Whole50, r.Whole99 = quantile(whole, .5), quantile(whole, .99)
	return r, nil
}

// putVisits fills the table: two thirds of the month to come, the rest years back.
func (b *benchWorld) putVisits(ctx context.Context, index *slots.Index, now time.Time) error {
	q := slots.Query{Service: "s", From: now, To: now.AddDate(0, 0, searchDays), Now: now}
	free := index.Find(q, nil, 0)
	// Every slot alone is free; those of one doctor must not overlap, and a
	// machine serves one at a time: half-hours of two machines, a third left free.
	var list []models.Appointment
	taken := map[string]map[slots.Cell]bool{}
	fits := func(claims []slots.Claim) bool {
		for _, c := range claims {
			for cell := c.From; cell < c.To; cell++ {
				if taken[c.Resource][cell] {
					return false
				}
			}
		}
		return true
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same clinic each time
	add := func(s slots.Slot) {
		claims := index.Claims(s)
		if !fits(claims) {
			return
		}
		for _, c := range claims {
			for cell := c.From; cell < c.To; cell++ {
				if taken[c.Resource] == nil {
					taken[c.Resource] = map[slots.Cell]bool{}
				}
				taken[c.Resource][cell] = true
			}
		}
		list = append(list, models.Appointment{
			ID: b.app.store.NewID(now), Number: fmt.Sprintf("S%07d", len(list)), ContactID: fmt.Sprintf("bench:%d", r.IntN(30_000)),
			PatientName: "豆豆", Slot: s, CreatedAt: now, UpdatedAt: now,
		})
	}
	for _, s := range free {
		if len(list) >= b.o.visits {
			break
		}
		if r.IntN(3) > 0 {
			add(s)
		}
	}
	// The years before, a working day of all doctors after the other.
	for day := 1; len(list) < b.o.visits; day++ {
		for d := range searchDoctors {
			for n := range 16 {
				if len(list) >= b.o.visits {
					break
				}
				start := now.Truncate(24*time.Hour).AddDate(0, 0, -day).Add(time.Duration(n) * 30 * time.Minute)
				add(slots.Slot{Start: start, End: start.Add(15 * time.Minute), Service: "s", Branch: "main", Practitioner: fmt.Sprintf("d%d", d)})
			}
		}
	}
	return b.app.store.PutVisits(ctx, list, index.Claims)
}

// searchIndex is a hospital of ten doctors, six rooms and two machines.
func searchIndex() (*slots.Index, error) {
	named := func(s string) config.Text { return config.Text{config.Hans: s} }
	profile, _, err := config.LoadProfile("dental")
	if err != nil {
		return nil, err
	}
	daily := config.Days{true, true, true, true, true, true, true}
	open := []config.Span{{Start: 8 * 60, End: 18 * 60}}
	p := config.Profile{
		Kind: profile.Kind, Name: profile.Name, Zone: profile.Zone, Phone: profile.Phone, Privacy: profile.Privacy,
		Booking: profile.Booking, Emergency: profile.Emergency, Departments: profile.Departments[:1],
	}
	p.Branches = []config.Branch{{ID: "main", Name: named("总院"), Address: named("一路"), Hours: config.Week{{Days: daily, Hours: open}}}}
	for typ, n := range map[string]int{"room": 6, "machine": 2} {
		for i := range n {
			p.Resources = append(p.Resources, config.Resource{ID: fmt.Sprintf("%s-%d", typ, i), Type: typ, Kind: typ, Name: named(typ), Branch: "main"})
		}
	}
	department := p.Departments[0].ID
	p.Services = []config.Service{{ID: "s", Name: named("项"), Department: department, Minutes: 30, HorizonDays: searchDays + 1, Needs: []string{"room", "machine"}}}
	for i := range searchDoctors {
		p.Practitioners = append(p.Practitioners, config.Practitioner{
			ID: fmt.Sprintf("d%d", i), Name: named(fmt.Sprintf("医%d", i)), Departments: []string{department}, Services: []string{"s"},
			Shifts: []config.Shift{{Branch: "main", Days: daily, Hours: open, Breaks: []config.Span{{Start: 12 * 60, End: 13 * 60}}}},
		})
	}
	c, err := config.NewClinic(&p)
	if err != nil {
		return nil, err
	}
	return slots.NewIndex(c), nil
}
