package kb

// slips finds the word that was meant by one with a letter wrong, lost, added
// or two swapped: both lose a letter and are alike then.
type slips struct {
	words map[string]bool
	cut   map[string]string // a word without one of its letters
}

// shortestSlip is the length below which a letter more is another word.
const shortestSlip = 5

func newSlips() *slips { return &slips{words: map[string]bool{}, cut: map[string]string{}} }

func (s *slips) add(w string) {
	if s.words[w] {
		return
	}
	s.words[w] = true
	if len(w) < shortestSlip {
		return
	}
	for i := range len(w) {
		if c := w[:i] + w[i+1:]; s.cut[c] == "" {
			s.cut[c] = w
		}
	}
}

func (s *slips) has(w string) bool { return s.words[w] }

// near is the word meant; "" when none is near.
func (s *slips) near(w string) string {
	if len(w) < shortestSlip-1 {
		return ""
	}
	if m := s.cut[w]; m != "" {
		return m
	}
	if len(w) < shortestSlip {
		return ""
	}
	for i := range len(w) {
		c := w[:i] + w[i+1:]
		if s.words[c] && len(c) >= shortestSlip-1 {
			return c
		}
		if m := s.cut[c]; m != "" {
			return m
		}
	}
	return ""
}
