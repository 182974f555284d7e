package slots

import "math/bits"

// scratch is the working memory of one Find, kept between calls.
type scratch struct {
	words []uint64
	used  int
	sites []site
	rows  []lane
}

// lane is where a duty's visits may begin: bit j stands for a visit whose
// first occupied cell, its buffer's, is j.
type lane struct {
	duty *duty
	site *site
	fits []uint64
}

// take lends n zeroed words until the scratch is reset.
func (s *scratch) take(n int) []uint64 {
	if s.used+n > len(s.words) {
		s.words, s.used = make([]uint64, max(2*len(s.words), 64*n)), 0
	}
	out := s.words[s.used : s.used+n : s.used+n]
	s.used += n
	clear(out)
	return out
}

func (s *scratch) reset(branches int) {
	s.used, s.rows = 0, s.rows[:0]
	for len(s.sites) < branches {
		s.sites = append(s.sites, site{})
	}
	for i := range s.sites {
		s.sites[i].branch = nil
	}
}

// Find lists the slots a query admits, the earliest first, of one start those
// of practitioners in the profile's order; one slot per start and
// practitioner. limit ≤ 0 means all. Starts lie on the profile's grid by the
// branch's clock, not before the service's notice and not after the horizon,
// which counts calendar days of the branch. A nil busy takes nothing.
// Of interchangeable rooms the one most in use that day is chosen.
func (ix *Index) Find(q Query, busy Busy, limit int) []Slot {
	p, ok := ix.plan(q)
	if !ok {
		return nil
	}
	s := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(s)
	s.reset(len(ix.branches))

	union := s.take(p.words)
	total := ix.lanes(&p, s, busy, union)
	if limit > 0 {
		total = min(total, limit)
	}
	if total == 0 {
		return nil
	}
	out := make([]Slot, 0, total)
	for w, word := range union {
		for ; word != 0; word &= word - 1 {
			low := word & -word
			j := w*64 + bits.TrailingZeros64(word)
			last := -1
			for i := range s.rows {
				l := &s.rows[i]
				if l.fits[w]&low == 0 || l.duty.practitioner == last {
					continue
				}
				last = l.duty.practitioner
				out = append(out, p.slot(l.duty, p.first+Cell(j+p.before), l.site.choose(&p, j)))
				if len(out) == total {
					return out
				}
			}
		}
	}
	return out
}

// lanes computes where visits may begin, for each duty the query admits and,
// in union, for all of them; it counts them, a practitioner at two branches
// perhaps twice.
func (ix *Index) lanes(p *plan, s *scratch, busy Busy, union []uint64) (total int) {
	taken := s.take(p.words)
	for _, d := range p.duties {
		if !p.wants(d) {
			continue
		}
		at := &s.sites[d.branch.at]
		if at.branch == nil {
			at.prepare(ix, p, s, d.branch, busy, taken)
		}
		if !at.open {
			continue
		}
		fits := s.take(p.words)
		d.shifts.fill(fits, at.pieces)
		subtract(fits, busy, d.resource, p.first, taken)
		erode(fits, p.occupied())
		n := 0
		for i := range fits {
			fits[i] &= at.fits[i]
			union[i] |= fits[i]
			n += bits.OnesCount64(fits[i])
		}
		if n > 0 {
			s.rows = append(s.rows, lane{d, at, fits})
			total += n
		}
	}
	return total
}

// subtract clears the busy cells of a resource; taken is working memory.
func subtract(free []uint64, busy Busy, resource string, first Cell, taken []uint64) {
	if busy == nil {
		return
	}
	clear(taken)
	busy.Bits(resource, first, taken)
	for i, w := range taken {
		free[i] &^= w
	}
}
