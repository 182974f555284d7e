package webchat

import (
	"strings"
	"time"
	"unicode"
)

// What one browser may do.
const (
	MaxText      = 10_000 // characters of a message; the rest is cut off
	maxFrame     = 64 << 10
	maxMessages  = 20 // per window, on one socket
	windowLength = 10 * time.Second
)

// window lets a number of things happen in any span of time.
type window struct {
	max  int
	span time.Duration
	at   []time.Time
}

// take counts one thing in, or says how long to wait.
func (w *window) take(now time.Time) (wait time.Duration, ok bool) {
	for len(w.at) > 0 && now.Sub(w.at[0]) >= w.span {
		w.at = w.at[1:]
	}
	if len(w.at) >= w.max {
		return w.span - now.Sub(w.at[0]), false
	}
	w.at = append(w.at, now)
	return 0, true
}

// clean drops what no one types and no database likes, and says whether the
// text had to be cut to limit characters.
func clean(s string, limit int) (text string, cut bool) {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	n := 0
	for i := range s {
		if n == limit {
			return s[:i], true
		}
		n++
	}
	return s, false
}
