package slots

import (
	"cmp"
	"slices"
	"time"

	"zhenban/config"
)

// Alternatives lists slots for someone who cannot have, or does not want, the
// wanted start: first the same time of day on the next day (or the first of
// the seven following days that has it), then the nearest in time, then, when
// the query names a practitioner, the nearest of others. With a limit a third
// of the places, rounded down, but at least one of two or more, is kept for
// those others, and starts are not repeated while there are different ones.
// The wanted start itself is listed only with other practitioners than the one
// named. q.From and q.To bound the search; limit ≤ 0 means all.
func (ix *Index) Alternatives(q Query, wanted time.Time, busy Busy, limit int) []Slot {
	who := q.Practitioner
	q.Practitioner = ""
	own, others := ix.Find(q, busy, 0), []Slot(nil)
	if who != "" {
		own, others = split(own, func(s *Slot) bool { return s.Practitioner == who })
	}
	own = slices.DeleteFunc(own, func(s Slot) bool { return s.Start.Equal(wanted) })
	nearest(own, wanted)
	sameTimeFirst(own, wanted)
	nearest(others, wanted)
	if limit <= 0 {
		return append(own, others...)
	}
	kept := 0
	if who != "" && limit > 1 {
		kept = min(max(limit/3, 1), len(others))
	}
	out := distinct(nil, own, limit-kept)
	return distinct(out, others, limit)
}

// split parts slots without changing their order.
func split(list []Slot, first func(*Slot) bool) (yes, no []Slot) {
	for i := range list {
		if first(&list[i]) {
			yes = append(yes, list[i])
		} else {
			no = append(no, list[i])
		}
	}
	return yes, no
}

// nearest sorts by distance from wanted, of two as near the later first.
func nearest(list []Slot, wanted time.Time) {
	slices.SortStableFunc(list, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(a.Start.Sub(wanted).Abs(), b.Start.Sub(wanted).Abs()),
			b.Start.Compare(a.Start))
	})
}

// sameTimeFirst moves to the front the slot at the wanted time of day on the
// first of the following seven days that has one.
func sameTimeFirst(list []Slot, wanted time.Time) {
	best, bestDay := -1, day(0)
	for i := range list {
		start := list[i].Start
		then := wanted.In(start.Location())
		ahead := dayOf(config.DateOf(start)) - dayOf(config.DateOf(then))
		if ahead < 1 || ahead > 7 || start.Hour() != then.Hour() || start.Minute() != then.Minute() {
			continue
		}
		if best < 0 || ahead < bestDay {
			best, bestDay = i, ahead
		}
	}
	if best > 0 {
		s := list[best]
		copy(list[1:best+1], list[:best])
		list[0] = s
	}
}

// distinct appends slots to out up to limit, those with a start that this list
// has not given yet before those that repeat one, each part in order.
func distinct(out, list []Slot, limit int) []Slot {
	seen := map[int64]bool{}
	var again []Slot
	for _, s := range list {
		if len(out) >= limit {
			return out
		}
		if at := s.Start.Unix(); !seen[at] {
			seen[at] = true
			out = append(out, s)
		} else {
			again = append(again, s)
		}
	}
	return append(out, again[:min(len(again), limit-len(out))]...)
}
