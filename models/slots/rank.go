package slots

import (
	"cmp"
	"slices"
	"time"

	"zhenban/config"
)

// Habit is how a patient came before: with whom, on which weekday, at which
// minute of the day by the branch's clock. Weight says how often; habits with
// a Weight below 1 are not looked at.
type Habit struct {
	Practitioner string
	Weekday      time.Weekday
	Minute       int
	Weight       int
}

// What a habit's parts count for, times its weight.
const (
	sameDoctor  = 240
	sameWeekday = 60
	sameMinute  = 120 // less a point for each minute apart, up to habitMinutes

	habitMinutes = 60
)

// Rank chooses and orders slots to offer. Up to half the places, rounded up,
// go to those that fit the habits, best first and of one fit the earliest
// first, one a day; the rest follow by time, spread over the days and, within
// a day, over its hours. Without habits all are of the second kind. limit ≤ 0
// orders all. loc gives a branch's zone; nil takes the zone of the slots.
func Rank(slots []Slot, habits []Habit, limit int, loc func(branch string) *time.Location) []Slot {
	if limit <= 0 || limit > len(slots) {
		limit = len(slots)
	}
	all := make([]candidate, len(slots))
	for i := range slots {
		all[i] = newCandidate(&slots[i], habits, loc)
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return a.slot.Start.Compare(b.slot.Start) })
	out := fitting(all, (limit+1)/2)
	var rest []candidate
	if limit == len(all) { // no choice, only an order
		rest = slices.DeleteFunc(all, func(c candidate) bool { return c.chosen })
	} else {
		rest = spread(all, limit-len(out))
	}
	slices.SortStableFunc(rest, func(a, b candidate) int { return a.slot.Start.Compare(b.slot.Start) })
	out = append(out, rest...)
	ranked := make([]Slot, len(out))
	for i := range out {
		ranked[i] = *out[i].slot
	}
	return ranked
}

// candidate is a slot with what Rank looks at.
type candidate struct {
	slot   *Slot
	day    day
	minute int // of the day
	score  int
	chosen bool
}

func newCandidate(s *Slot, habits []Habit, loc func(string) *time.Location) candidate {
	at := s.Start
	if loc != nil {
		if l := loc(s.Branch); l != nil {
			at = at.In(l)
		}
	}
	c := candidate{slot: s, day: dayOf(config.DateOf(at)), minute: at.Hour()*60 + at.Minute()}
	for _, h := range habits {
		if h.Weight < 1 {
			continue
		}
		if h.Practitioner != "" && h.Practitioner == s.Practitioner {
			c.score += sameDoctor * h.Weight
		}
		if apart := max(c.minute-h.Minute, h.Minute-c.minute); apart <= habitMinutes {
			c.score += (sameMinute - apart) * h.Weight
		}
		if at.Weekday() == h.Weekday {
			c.score += sameWeekday * h.Weight
		}
	}
	return c
}

// fitting takes up to n candidates that fit a habit, best first, one a day.
func fitting(all []candidate, n int) (out []candidate) {
	order := make([]*candidate, 0, len(all))
	for i := range all {
		if all[i].score > 0 {
			order = append(order, &all[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *candidate) int { return cmp.Compare(b.score, a.score) })
	days := map[day]bool{}
	for _, c := range order {
		if len(out) == n {
			break
		}
		if !days[c.day] {
			days[c.day], c.chosen = true, true
			out = append(out, *c)
		}
	}
	return out
}

// spread takes n more: first one of every day of which nothing is chosen yet,
// in time order, then a second of every day, and so on; of a day the one
// farthest from what is chosen, of as far ones the one that fits best.
func spread(all []candidate, n int) (out []candidate) {
	for round := 1; len(out) < n; round++ {
		for i := 0; i < len(all) && len(out) < n; {
			end, chosen := i, 0
			for ; end < len(all) && all[end].day == all[i].day; end++ {
				if all[end].chosen {
					chosen++
				}
			}
			if chosen < min(round, end-i) {
				c := farthest(all[i:end])
				c.chosen = true
				out = append(out, *c)
			}
			i = end
		}
	}
	return out
}

// farthest picks, of one day's candidates, the next to choose; some are not chosen.
func farthest(oneDay []candidate) *candidate {
	var best *candidate
	bestGap := -1
	for i := range oneDay {
		c := &oneDay[i]
		if c.chosen {
			continue
		}
		gap := 24 * 60
		for k := range oneDay {
			if o := &oneDay[k]; o.chosen {
				gap = min(gap, max(c.minute-o.minute, o.minute-c.minute))
			}
		}
		if gap > bestGap || gap == bestGap && c.score > best.score {
			best, bestGap = c, gap
		}
	}
	return best
}
