package kb

import "math"

// confidence is how sure it is that the best entry answers the question. The
// figures are a logistic regression over the questions of testdata that are
// not in the blind half, with answers that are wrong counted 1.6 times; what
// counts most is how far the next entry is behind. The constant is lower than
// the regression's by a half: an answer that is wrong costs more than a question
// that a nurse answers.
func confidence(found []scored) float64 {
	s := found[0]
	if s.animal {
		return 0 // what holds for a dog is not said of a cat
	}
	margin := s.rank
	if len(found) > 1 {
		margin = s.rank - found[1].rank
	}
	z := -3.05 + 1.7*float64(s.said) + 2.4*float64(s.asked*s.said) + 1.2*float64(s.alike) + 6.4*float64(min(margin, 0.3)) - 1.1*float64(s.unseen)
	if s.hits == 0 { // nothing of what it is about
		z -= 1.1
	}
	if s.core < 0.01 { // not what the entry is about above all
		z -= 1.7
	}
	switch {
	case s.lately && s.hits > 0: // what was done need not be named
		z += 1.5
	case s.narrow: // after "the operation": which?
		z -= 1.5
	}
	if s.clash {
		z -= 0.9
	}
	return 1 / (1 + math.Exp(-z))
}
