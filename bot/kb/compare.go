package kb

import "slices"

// scored is how well an entry fits a question.
type scored struct {
	entry  int
	score  float32
	rank   float32 // score with what is known of who asks
	asked  float32 // share of the question that the entry covers
	said   float32 // share of the entry's nearest wording that the question covers
	alike  float32 // how alike the characters are
	core   float32 // share of what the entry is about above all that the question names
	unseen float32 // share of the question that no entry has
	narrow bool    // the entry is about a procedure that the question does not name
	hits   int     // subjects that both have
	lately bool    // it was done to the patient lately
	animal bool    // the question names another animal
	clash  bool    // the question names another animal or another procedure
}

// Credits for what is not in the wording compared but near it.
const (
	creditKin    = 0.6  // a broader or narrower concept
	creditEntry  = 0.75 // another wording of the same entry
	creditAnswer = 0.45 // the entry's answer
)

func (x *Index) compare(a *asked, e int) scored {
	in, d := &x.entries[e], dict()
	best := scored{entry: e, score: -1}
	base := make([]float32, len(a.units)) // what the entry as a whole has of each unit
	for i, u := range a.units {
		base[i] = x.covered(d, in, e, u)
	}
	for i := range in.variants {
		v := &in.variants[i]
		s := scored{entry: e}
		var got, back float32
		for k, u := range a.units {
			own := float32(0)
			for _, w := range v.units {
				if u.known && w.id == u.id {
					own = 1
					back += w.weight
				} else if u.c >= 0 && w.c >= 0 && w.c != u.c && d.related(w.c, u.c) {
					own = max(own, creditKin)
					back += creditKin * w.weight
				}
			}
			share := max(own, base[k])
			got += share * u.weight
			if u.c >= 0 && d.concepts[u.c].kind >= kindProcedure && share >= creditAnswer {
				s.hits++
			}
		}
		s.asked = got / a.total
		if v.total > 0 {
			s.said = min(1, back/v.total)
		}
		s.unseen = a.unseen / a.total
		s.alike = dice(a.pairs, v.pairs)
		s.score = 0.55*s.asked + 0.3*s.said + 0.15*s.alike
		if s.score > best.score {
			best = s
		}
	}
	best.core, best.narrow = a.names(d, in.core), a.narrower(d, in.core)
	best.animal = apart(d, a.species, in.species)
	best.clash = best.animal || apart(d, a.procs, in.procedures)
	if best.clash {
		best.score *= 0.6
	}
	return best
}

// has reports that a question has a unit, or one near it.
func (a *asked) has(d *dictionary, w counted) bool {
	for _, u := range a.units {
		if u.known && u.id == w.id || u.c >= 0 && d.related(u.c, w.c) {
			return true
		}
	}
	return false
}

// names is the share of an entry's core that a question names.
func (a *asked) names(d *dictionary, core []counted) float32 {
	all, got := float32(0), float32(0)
	for _, w := range core {
		all += w.weight
		if a.has(d, w) {
			got += w.weight
		}
	}
	if all == 0 {
		return 0.5
	}
	return got / all
}

// narrower reports that an entry is above all about a procedure of which the
// question names a broader one only: what holds after one operation is not said
// of any.
func (a *asked) narrower(d *dictionary, core []counted) bool {
	for _, w := range core {
		if d.concepts[w.c].kind != kindProcedure {
			continue
		}
		broader, named := false, false
		for _, c := range a.procs {
			named = named || d.under(c, w.c)
			broader = broader || d.under(w.c, c)
		}
		if broader && !named {
			return true
		}
	}
	return false
}

// covered is how much of a unit an entry has in any of its wordings, or its answer.
func (x *Index) covered(d *dictionary, in *indexed, e int, u askedUnit) float32 {
	if u.known {
		if _, ok := slices.BinarySearch(in.all, u.id); ok {
			return creditEntry
		}
	}
	got := float32(0)
	if u.c >= 0 {
		for _, list := range [...][]int32{in.procedures, in.topics, in.species} {
			for _, c := range list {
				if c != u.c && d.related(c, u.c) {
					got = creditKin * creditEntry
				}
			}
		}
	}
	if u.known && got < creditAnswer {
		if _, ok := slices.BinarySearch(x.terms[u.id].weak, uint32(e)); ok {
			got = creditAnswer
		}
	}
	return got
}

// apart reports that both lists name something and nothing of them is related.
func apart(d *dictionary, a, b []int32) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	for _, i := range a {
		for _, j := range b {
			if d.related(i, j) {
				return false
			}
		}
	}
	return true
}

// dice is how much two sorted lists of pairs share.
func dice(a, b []uint64) float32 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	same := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			same, i, j = same+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float32(same) / float32(len(a)+len(b))
}
