package kb

import "math"

// confidence is how sure it is that the best entry answers the question; total
// is what the question weighs. The figures are a logistic regression over the
// questions of testdata that are not in the blind half, each asked once more of
// a base without its entry, with answers that are wrong counted two to six times:
// an answer that is wrong costs more than a question that a nurse answers.
func confidence(found []scored, total float32) float64 {
	s := found[0]
	if s.animal {
		return 0 // what holds for a dog is not said of a cat
	}
	margin := s.rank
	if len(found) > 1 {
		margin = s.rank - found[1].rank
	}
	z := -7.33 + 2.36*s.said + 2.73*s.asked*s.said + 0.21*s.exact + 0.85*s.alike + 0.55*s.pairs + 0.94*s.core + 0.44*s.within +
		0.93*s.rank + 2.05*min(margin/0.2, 1) + 2.5*min(total/3, 1) - 1.27*s.unseen - 1.79*s.lost
	if s.core < 0.01 { // not what the entry is about above all
		z -= 0.64
	}
	switch {
	case s.lately && s.hits > 0: // what was done need not be named
		z += 1.5 + 2.5*(1-min(total/3, 1))
	case s.narrow: // after "the operation": which?
		z -= 0.55
	}
	return 1 / (1 + math.Exp(-float64(z)))
}
