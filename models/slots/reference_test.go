package slots

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zhenban/config"
)

// naive answers queries minute by minute, straight from the words of the
// design, without bitmaps.
type naive struct {
	p    *config.Profile
	loc  func(string) *time.Location
	busy map[string][][2]time.Time
}

func within(list []config.Span, minute int) bool {
	return slices.ContainsFunc(list, func(s config.Span) bool { return s.Start <= minute && minute < s.End })
}

func wall(t time.Time) (config.Date, int) { return config.DateOf(t), t.Hour()*60 + t.Minute() }

func away(list []config.Leave, t time.Time) bool {
	d, m := wall(t)
	return slices.ContainsFunc(list, func(l config.Leave) bool {
		return l.From.Compare(d) <= 0 && d.Compare(l.To) <= 0 && (len(l.Hours) == 0 || within(l.Hours, m))
	})
}

func (n *naive) open(b *config.Branch, t time.Time) bool {
	d, m := wall(t.In(n.loc(b.ID)))
	for _, h := range n.p.Holidays {
		if h.From.Compare(d) <= 0 && d.Compare(h.To) <= 0 && (len(h.Branches) == 0 || slices.Contains(h.Branches, b.ID)) {
			return within(h.Hours, m)
		}
	}
	return within(b.Hours.On(d.Weekday()), m)
}

func (n *naive) onDuty(who *config.Practitioner, b *config.Branch, t time.Time) bool {
	t = t.In(n.loc(b.ID))
	d, m := wall(t)
	for _, s := range who.Shifts {
		if s.Branch == b.ID && s.Days[d.Weekday()] && within(s.Hours, m) && !within(s.Breaks, m) {
			return !away(who.Leave, t)
		}
	}
	return false
}

func (n *naive) isBusy(resource string, t time.Time) bool {
	return slices.ContainsFunc(n.busy[resource], func(r [2]time.Time) bool { return !t.Before(r[0]) && t.Before(r[1]) })
}

func (n *naive) roomFree(r *config.Resource, t time.Time) bool {
	return !away(r.Out, t.In(n.loc(r.Branch))) && !n.isBusy(RoomResource(r.ID), t)
}

func every(from, to time.Time, ok func(time.Time) bool) bool {
	for t := from; t.Before(to); t = t.Add(time.Minute) {
		if !ok(t) {
			return false
		}
	}
	return true
}

// room is the room of a type most in use on the start's day, of those free.
func (n *naive) room(b *config.Branch, typ string, start, from, to time.Time) string {
	best, most := "", -1
	for i := range n.p.Resources {
		r := &n.p.Resources[i]
		if r.Branch != b.ID || r.Type != typ || !every(from, to, func(t time.Time) bool { return n.roomFree(r, t) }) {
			continue
		}
		used, day := 0, config.DateOf(start.In(n.loc(b.ID)))
		for t := start.Add(-26 * time.Hour).Truncate(5 * time.Minute); t.Before(start.Add(26 * time.Hour)); t = t.Add(5 * time.Minute) {
			if config.DateOf(t.In(n.loc(b.ID))) == day && !n.roomFree(r, t) {
				used++
			}
		}
		if used > most {
			best, most = r.ID, used
		}
	}
	return best
}

// slot is the visit of one practitioner at one branch and start, if possible.
func (n *naive) slot(q Query, s *config.Service, who *config.Practitioner, b *config.Branch, start time.Time) (Slot, bool) {
	local := start.In(n.loc(b.ID))
	day, minute := wall(local)
	now := config.DateOf(q.Now.In(n.loc(b.ID)))
	min := func(m int) time.Duration { return time.Duration(m) * time.Minute }
	end := local.Add(min(s.Minutes))
	from, to := local.Add(-min(s.Before)), end.Add(min(s.After))
	if minute%n.p.Booking.GridMinutes != 0 || start.Unix()%300 != 0 ||
		start.Before(q.Now.Add(time.Duration(s.NoticeHours)*time.Hour)) || day.Compare(now.AddDays(s.HorizonDays)) > 0 ||
		!slices.Contains(who.Services, s.ID) || len(s.Branches) > 0 && !slices.Contains(s.Branches, b.ID) ||
		!every(local, end, func(t time.Time) bool { return n.open(b, t) }) ||
		!every(from, to, func(t time.Time) bool {
			return n.onDuty(who, b, t) && !n.isBusy(PractitionerResource(who.ID), t)
		}) {
		return Slot{}, false
	}
	out := Slot{Start: local, End: end, Service: s.ID, Branch: b.ID, Practitioner: who.ID}
	for _, typ := range s.Needs {
		id := n.room(b, typ, start, from, to)
		if id == "" {
			return Slot{}, false
		}
		out.Resources = append(out.Resources, id)
	}
	slices.Sort(out.Resources)
	return out, true
}

func (n *naive) find(q Query) (out []Slot) {
	i := slices.IndexFunc(n.p.Services, func(s config.Service) bool { return s.ID == q.Service })
	from := q.From.Truncate(time.Minute)
	for t := from; t.Before(q.To); t = t.Add(time.Minute) {
		if t.Before(q.From) {
			continue
		}
		for w := range n.p.Practitioners {
			who := &n.p.Practitioners[w]
			if who.ID == q.Exclude || q.Practitioner != "" && q.Practitioner != who.ID {
				continue
			}
			for k := range n.p.Branches {
				b := &n.p.Branches[k]
				if q.Branch != "" && q.Branch != b.ID {
					continue
				}
				if s, ok := n.slot(q, &n.p.Services[i], who, b, t); ok {
					out = append(out, s)
					break // one slot per start and practitioner
				}
			}
		}
	}
	return out
}

// strict is a Busy that fails when asked for what Resources did not name.
type strict struct {
	*BusySet
	t     interface{ Fatalf(string, ...any) }
	named map[string]bool
	ends  [2]Cell
}

func (s strict) Bits(resource string, first Cell, bits []uint64) {
	if !s.named[resource] || first < s.ends[0] || first+Cell(len(bits)*64) > s.ends[1] {
		s.t.Fatalf("Resources did not name %s [%d,+%d)", resource, first, len(bits)*64)
	}
	s.BusySet.Bits(resource, first, bits)
}

// TestFindAgainstNaive draws clinics, what is taken, and queries around days
// with and without a DST change, and compares with the naive answer.
func TestFindAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, around := drawClinic(t)
		c, err := config.NewClinic(p)
		if err != nil {
			t.Skip(err) // a draw in which nobody has time for the service
		}
		ix, n := NewIndex(c), &naive{p: p, loc: c.Location, busy: map[string][][2]time.Time{}}
		q := drawQuery(t, p, around)
		ids, lo, hi := ix.Resources(q)
		busy := strict{NewBusySet(lo, hi), t, map[string]bool{}, [2]Cell{lo, hi}}
		for _, id := range ids {
			busy.named[id] = true
			for range rapid.IntRange(0, 6).Draw(t, "claims") {
				from := CellOf(around) + Cell(rapid.IntRange(-300, 900).Draw(t, "claim"))
				to := from + Cell(rapid.IntRange(1, 40).Draw(t, "cells"))
				busy.Add(id, from, to)
				n.busy[id] = append(n.busy[id], [2]time.Time{from.Time(), to.Time()})
			}
		}
		got, want := ix.Find(q, busy, 0), n.find(q)
		if len(got) == 0 && len(want) == 0 {
			got, want = nil, nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("query %+v\ngot  %v\nwant %v", q, got, want)
		}
		if k := rapid.IntRange(1, 5).Draw(t, "limit"); k < len(want) {
			if few := ix.Find(q, busy, k); !reflect.DeepEqual(few, want[:k]) {
				t.Fatalf("limit %d\ngot  %v\nwant %v", k, few, want[:k])
			}
		}
		for range 5 { // Why agrees with Find
			at := q.From.Truncate(5 * time.Minute).Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "why")) * 5 * time.Minute)
			one := q
			one.From, one.To = at, at.Add(time.Minute)
			if !at.Before(q.To) || at.Before(q.From) {
				continue
			}
			if why, slot := ix.Why(q, at, busy.BusySet), n.find(one); (why == "") != (len(slot) > 0) {
				t.Fatalf("at %v: Why %q, but naive finds %v", at, why, slot)
			}
		}
	})
}
