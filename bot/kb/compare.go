package kb

import "slices"

// scored is how well an entry fits a question.
type scored struct {
	entry   int
	score   float32
	rank    float32 // score with what is known of who asks
	asked   float32 // share of the question that the entry covers
	said    float32 // share of the entry's nearest wording that the question covers
	exact   float32 // share of the question that one wording has as it stands
	whole   float32 // share of the question that the entry has in any wording, or its answer
	answer  float32 // share of the question that the answer has
	alike   float32 // how alike the characters of the nearest wording are
	letter  float32 // share of the question, by the letter, that one wording has
	letters float32 // how alike the most alike wording is by the letter
	text    float32 // share of the question, by the letter, that the answer has
	core    float32 // share of what the entry is about above all that the question names
	within  float32 // share of what the question is about that the entry is about above all
	unseen  float32 // share of the question that no entry has
	lost    float32 // share of the question's subjects that the entry has nowhere
	narrow  bool    // the entry is about a procedure that the question does not name
	hits    int     // subjects that both have
	lately  bool    // it was done to the patient lately
	animal  bool    // the question names another animal
	clash   bool    // the question names another animal or another procedure
}

// Credits for what is not in the wording compared but near it.
const (
	creditKin    = 0.6  // a broader or narrower concept
	creditEntry  = 0.75 // another wording of the same entry
	creditAnswer = 0.45 // the entry's answer
)

func (x *Index) compare(a *asked, e int) scored {
	in, d := &x.entries[e], dict()
	s := scored{entry: e}
	base := make([]float32, len(a.units)) // what the entry as a whole has of each unit
	for i, u := range a.units {
		base[i] = x.covered(d, in, u)
		if u.known {
			if _, ok := slices.BinarySearch(x.terms[u.id].weak, uint32(e)); ok {
				base[i] = max(base[i], creditAnswer)
				s.answer += u.weight
			}
		}
		s.whole += u.weight * base[i]
		if u.c >= 0 && d.concepts[u.c].kind >= kindBody && base[i] == 0 {
			s.lost += u.weight
		}
	}
	if a.total > 0 {
		s.unseen, s.whole, s.answer, s.lost = a.unseen/a.total, s.whole/a.total, s.answer/a.total, s.lost/a.total
	}
	for _, id := range a.grams {
		if _, ok := slices.BinarySearch(x.grams.answers[id], uint32(e)); ok {
			s.text += x.grams.weights[id]
		}
	}
	s.text /= a.heavy
	near := float32(-1)
	for i := range in.variants {
		v := &in.variants[i]
		asked, said, exact, hits := a.wording(d, v, base)
		same := x.grams.shared(a.grams, v.grams)
		alike := 2 * same / (a.heavy + v.heavy)
		s.exact, s.letter, s.letters = max(s.exact, exact), max(s.letter, same/a.heavy), max(s.letters, alike)
		if fit := 0.55*asked + 0.3*said + 0.15*alike; fit > near {
			near, s.asked, s.said, s.alike, s.hits = fit, asked, said, alike, hits
		}
	}
	s.core, s.within, s.narrow = a.names(d, in.core), a.inside(d, in.core), a.narrower(d, in.core)
	s.animal = apart(d, a.species, in.species)
	s.clash = s.animal || apart(d, a.procs, in.procedures)
	s.score = s.weigh()
	return s
}

// weigh says how well an entry fits, 0 to 1. The figures are a logistic
// regression of which entry is right over the questions of testdata that are
// not in the blind half.
func (s *scored) weigh() float32 {
	fit := 0.105*s.asked + 0.116*s.said + 0.099*s.asked*s.said + 0.027*s.exact + 0.105*s.whole + 0.075*s.answer +
		0.067*s.alike + 0.079*s.letter + 0.129*s.letters + 0.104*s.text + 0.049*s.core + 0.04*s.within
	if s.animal {
		fit *= 0.7
	}
	return fit
}

// wording compares a question with one way to ask: the share of the question
// that it covers, the share of it that the question covers, the share of the
// question that it has as it stands, and how many subjects both have.
func (a *asked) wording(d *dictionary, v *variant, base []float32) (asked, said, exact float32, hits int) {
	var got, back, same float32
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
		if own == 1 {
			same += u.weight
		}
		share := max(own, base[k])
		got += share * u.weight
		if u.c >= 0 && d.concepts[u.c].kind >= kindProcedure && share >= creditAnswer {
			hits++
		}
	}
	if v.total > 0 {
		said = min(1, back/v.total)
	}
	if a.total > 0 {
		asked, exact = got/a.total, same/a.total
	}
	return asked, said, exact, hits
}

// inside is the share of a question's subjects that an entry is about above all.
func (a *asked) inside(d *dictionary, core []counted) float32 {
	all, got := float32(0), float32(0)
	for _, u := range a.units {
		if u.c < 0 || d.concepts[u.c].kind < kindProcedure {
			continue
		}
		all += u.weight
		share := float32(0)
		for _, w := range core {
			if w.c == u.c {
				share = 1
			} else if d.related(w.c, u.c) {
				share = max(share, creditKin)
			}
		}
		got += share * u.weight
	}
	if all == 0 {
		return 0
	}
	return got / all
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

// covered is how much of a unit an entry has in any of its wordings.
func (x *Index) covered(d *dictionary, in *indexed, u askedUnit) float32 {
	if u.known {
		if _, ok := slices.BinarySearch(in.all, u.id); ok {
			return creditEntry
		}
	}
	if u.c >= 0 {
		for _, list := range [...][]int32{in.procedures, in.topics, in.species} {
			for _, c := range list {
				if c != u.c && d.related(c, u.c) {
					return creditKin * creditEntry
				}
			}
		}
	}
	return 0
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
