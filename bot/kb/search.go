package kb

import (
	"cmp"
	"slices"
)

// candidates is how many entries are compared closely.
const candidates = 32

// asked is a question ready to be compared.
type asked struct {
	units   []askedUnit
	total   float32
	unseen  float32  // what of it no entry has
	grams   []uint32 // those that the base has, sorted
	heavy   float32  // what all grams weigh
	species []int32
	procs   []int32
}

type askedUnit struct {
	id     uint32
	known  bool // some entry has it
	weight float32
	c      int32
}

// Search ranks the entries for a question; at most n are returned.
func (x *Index) Search(q Query, n int) Result {
	a := x.ask(q.Text)
	if a.heavy == 0 || len(x.entries) == 0 {
		return Result{}
	}
	found := make([]scored, 0, candidates)
	for _, e := range x.gather(a) {
		s := x.compare(a, int(e))
		bonus, lately := x.context(q, int(e))
		s.rank, s.lately = s.score+bonus, lately
		found = append(found, s)
	}
	if len(found) == 0 {
		return Result{}
	}
	slices.SortFunc(found, func(a, b scored) int { return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.entry, b.entry)) })
	r := Result{Confidence: confidence(a, found)}
	for _, s := range found[:min(n, len(found))] {
		r.Ranked = append(r.Ranked, Match{Entry: s.entry, ID: x.entries[s.entry].id, Score: float64(max(0, min(1, s.score)))})
	}
	return r
}

func (x *Index) ask(s string) *asked {
	t, d := read(s, x), dict()
	a, unseen := &asked{}, x.rarity(0)
	slices.Sort(t.grams)
	for _, key := range slices.Compact(t.grams) {
		if id, ok := x.grams.ids[key]; ok {
			a.grams = append(a.grams, id)
			a.heavy += x.grams.weights[id]
		} else {
			a.heavy += x.grams.part(key >= 1<<20) * unseen
		}
	}
	slices.Sort(a.grams)
	for _, u := range t.units {
		w := askedUnit{weight: u.weight, c: u.c}
		if id, ok := x.ids[u.key]; ok {
			w.id, w.known = id, len(x.terms[id].postings)+len(x.terms[id].weak) > 0
			w.weight *= x.terms[id].weight
		} else {
			w.weight *= unseen
		}
		a.total += w.weight
		if !w.known {
			a.unseen += w.weight
		}
		a.units = append(a.units, w)
		if u.c < 0 {
			continue
		}
		switch d.concepts[u.c].kind {
		case kindSpecies:
			a.species = append(a.species, u.c)
		case kindProcedure:
			a.procs = append(a.procs, u.c)
		}
	}
	return a
}

// gather finds the entries that share most with the question. What very many
// entries have is left out as long as something else finds any.
func (x *Index) gather(a *asked) []uint32 {
	sums := make([]float32, len(x.entries))
	var hit []uint32
	add := func(list []uint32, w float32) {
		for _, e := range list {
			if sums[e] == 0 {
				hit = append(hit, e)
			}
			sums[e] += w
		}
	}
	pass := func(common bool) {
		for _, u := range a.units {
			if u.known {
				if t := &x.terms[u.id]; (len(t.postings) > 64+len(x.entries)/8) == common {
					add(t.postings, u.weight)
					add(t.weak, 0.3*u.weight)
				}
			}
			x.kin(u, func(id uint32) {
				if !common {
					add(x.terms[id].postings, 0.5*u.weight)
				}
			})
		}
	}
	for _, id := range a.grams {
		if x.grams.pairs[id] && len(x.grams.postings[id]) <= 64+len(x.entries)/8 {
			add(x.grams.postings[id], 0.4*x.grams.weights[id])
		}
	}
	pass(false)
	if len(hit) < candidates {
		pass(true)
	}
	return most(hit, sums)
}

// most keeps the entries with the highest sums, in one pass: a heap whose root
// is the least of those kept.
func most(hit []uint32, sums []float32) []uint32 {
	if len(hit) <= candidates {
		return hit
	}
	less := func(a, b uint32) bool { return sums[a] < sums[b] || sums[a] == sums[b] && a > b }
	kept := hit[:candidates:candidates]
	sink := func(i int) {
		for {
			c := 2*i + 1
			if c >= len(kept) {
				return
			}
			if c+1 < len(kept) && less(kept[c+1], kept[c]) {
				c++
			}
			if !less(kept[c], kept[i]) {
				return
			}
			kept[i], kept[c] = kept[c], kept[i]
			i = c
		}
	}
	for i := candidates/2 - 1; i >= 0; i-- {
		sink(i)
	}
	for _, e := range hit[candidates:] {
		if less(kept[0], e) {
			kept[0] = e
			sink(0)
		}
	}
	return kept
}

// kin calls f with the units of the broader concepts of a unit.
func (x *Index) kin(u askedUnit, f func(id uint32)) {
	if u.c < 0 {
		return
	}
	d := dict()
	for p := d.concepts[u.c].parent; p >= 0; p = d.concepts[p].parent {
		if id, ok := x.ids[conceptKey(p)]; ok {
			f(id)
		}
	}
}

// context is how much better an entry fits who asks: their animal, what was
// done to it lately. It settles what is close, nothing more.
func (x *Index) context(q Query, e int) (bonus float32, lately bool) {
	in := &x.entries[e]
	if q.Species != "" && len(in.own) > 0 {
		if slices.Contains(in.own, q.Species) {
			bonus += 0.03
		} else {
			bonus -= 0.1
		}
	}
	for _, l := range q.Lately {
		if slices.Contains(in.services, l.Service) && l.Days >= in.from && (in.to == 0 || l.Days <= in.to) {
			return bonus + 0.15, true
		}
	}
	return bonus, false
}
