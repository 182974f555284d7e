package kb

import "math"

// confidence is how sure it is that the best entry answers the question. The
// figures are a logistic regression over the questions of testdata that are not
// in the blind half, asked also of a base without their entry, of one that has
// only one question an entry, and with an empty dictionary, as a base of other
// topics finds it; wrong answers count two to six times: one costs more than a
// question that a nurse answers.
func confidence(a *asked, found []scored) float64 {
	s := found[0]
	if s.animal {
		return 0 // what holds for a dog is not said of a cat
	}
	margin := s.rank
	if len(found) > 1 {
		margin = s.rank - found[1].rank
	}
	later := s.rank // the fourth
	if len(found) > 3 {
		later = s.rank - found[3].rank
	}
	z := -3.95 - 0.4*s.asked + 0.94*s.said + 2.29*s.asked*s.said - 0.47*s.exact - 0.1*s.whole - 0.35*s.answer - 0.08*s.alike +
		0.29*s.letter + 1.75*s.letters - 0.6*s.letter*s.letters + 0.92*s.text + 0.96*s.core - 0.65*s.within + 0.58*s.rank +
		2.03*min(margin/0.2, 1) + 0.17*min(later/0.3, 1) + 1.2*min(a.total/3, 1) + 0.57*min(a.heavy/8, 1) - 1.74*s.unseen - 2.23*s.lost
	if s.core < 0.01 { // not what the entry is about above all
		z -= 1.13
	}
	switch {
	case s.lately && s.hits > 0: // what was done need not be named
		z += 1.5 + 1.2*(1-min(a.total/3, 1)) + 0.57*(1-min(a.heavy/8, 1))
	case s.narrow: // after "the operation": which?
		z -= 0.62
	}
	return 1 / (1 + math.Exp(-float64(z)))
}
