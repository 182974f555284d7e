package talk

import (
	"fmt"
	"regexp"
	"strings"

	"zhenban/models"
)

// names gives what is drawn by lot (booking numbers, one-time codes, tickets) names
// that are the same in every run, in the order they are first shown.
type names struct {
	toShown, toReal map[string]string
	numbers, codes  int
	links, papers   int
}

func newNames() names {
	return names{toShown: map[string]string{}, toReal: map[string]string{}}
}

var (
	drawn   = regexp.MustCompile(`\b[0-9A-Z]{26}-[0-9a-f]{32}\b|\b[BUV]\d{7}\b|\bT\d{8}\b|\b[2-9A-Z]{8}\b`)
	written = regexp.MustCompile(`\b[BTUV]-\d+\b|\bCODE-\d+\b`)
)

// shown writes B-1, V-2 and CODE-1 for what was drawn.
func (n *names) shown(s string) string {
	return drawn.ReplaceAllStringFunc(s, func(real string) string {
		if name := n.toShown[real]; name != "" {
			return name
		}
		var name string
		if len(real) > 26 {
			n.links++
			name = fmt.Sprintf("TICKET-%d", n.links)
		} else if isPaper(real) {
			n.papers++
			name = fmt.Sprintf("T-%d", n.papers)
		} else if _, code := models.LooksLikeCode(real); code && !isNumber(real) {
			n.codes++
			name = fmt.Sprintf("CODE-%d", n.codes)
		} else if isNumber(real) {
			n.numbers++
			name = fmt.Sprintf("%s-%d", real[:1], n.numbers)
		} else {
			return real
		}
		n.toShown[real], n.toReal[name] = name, real
		return name
	})
}

// real turns the names in a script back into what was drawn.
func (n *names) real(s string) string {
	return written.ReplaceAllStringFunc(s, func(name string) string {
		if real := n.toReal[name]; real != "" {
			return real
		}
		return name
	})
}

// isPaper reports the number of a consent.
func isPaper(s string) bool {
	return strings.HasPrefix(s, "T") && strings.Trim(s[1:], "0123456789") == ""
}

func isNumber(s string) bool {
	return strings.ContainsAny(s[:1], "BUV") && strings.Trim(s[1:], "0123456789") == ""
}
