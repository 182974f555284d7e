package telegram

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhenban/bot"
)

const (
	textLimit    = 4096 // UTF-16 code units of a message
	captionLimit = 1024 // UTF-16 code units under a photo or document
	optionSpace  = 8    // line end, number up to 9999, dot, blank, to spare
)

// Fit cuts a message into what sendMessage, sendPhoto and sendDocument carry,
// each part one call: text at line ends, options with the last part.
func (c *Channel) Fit(m bot.Message) []bot.Message {
	m.Text = strings.Trim(strings.ReplaceAll(strings.ToValidUTF8(m.Text, "�"), "\r\n", "\n"), "\n")
	for i := range m.Options {
		if !utf8.ValidString(m.Options[i].Label) {
			m.Options = slices.Clone(m.Options)
			m.Options[i].Label = strings.ToValidUTF8(m.Options[i].Label, "�")
		}
	}
	var out []bot.Message
	if m.Media != nil {
		if units(m.Text)+optionUnits(&m, 0, len(m.Options)) <= captionLimit && len(m.Options) <= buttonLimit {
			return []bot.Message{m}
		}
		out = append(out, bot.Message{Media: m.Media})
		m.Media = nil
	}
	parts := split(m.Text, textLimit)
	groups := groupOptions(&m)
	if len(groups) == 0 {
		for _, p := range parts {
			out = append(out, bot.Message{Text: p})
		}
		if m.Phone != "" {
			if len(parts) == 0 {
				out = append(out, bot.Message{})
			}
			out[len(out)-1].Phone = m.Phone
		}
		return out
	}
	return append(out, withOptions(&m, parts, groups)...)
}

// withOptions puts the first group of options under the last part, or under
// as many of its last lines as there is room for.
func withOptions(m *bot.Message, parts []string, groups [][2]int) []bot.Message {
	var out []bot.Message
	lead := ""
	if n := len(parts); n > 0 {
		lead = parts[n-1]
		parts = parts[:n-1]
		room := textLimit - optionUnits(m, groups[0][0], groups[0][1])
		if units(lead) > room {
			head, tail := lead, ""
			if at := strings.LastIndexByte(lead, '\n'); at >= 0 && units(lead[at+1:]) <= room {
				head, tail = strings.TrimRight(lead[:at], "\n"), lead[at+1:]
			}
			parts, lead = append(parts, head), tail
		}
	}
	for _, p := range parts {
		out = append(out, bot.Message{Text: p})
	}
	for _, g := range groups {
		part := bot.Message{Text: lead, Options: m.Options[g[0]:g[1]:g[1]], First: m.First}
		if g[0] > 0 {
			part.First = m.Number(g[0])
		}
		out = append(out, part)
		lead = ""
	}
	out[len(out)-1].Phone = m.Phone
	return out
}

// groupOptions cuts the options into runs that fit one keyboard and, listed,
// one message.
func groupOptions(m *bot.Message) [][2]int {
	var groups [][2]int
	from := 0
	for i := range m.Options {
		if i > from && (i-from == buttonLimit || optionUnits(m, from, i+1) > textLimit) {
			groups = append(groups, [2]int{from, i})
			from = i
		}
	}
	if from < len(m.Options) {
		groups = append(groups, [2]int{from, len(m.Options)})
	}
	return groups
}

func optionUnits(m *bot.Message, from, to int) int {
	n := 0
	for _, o := range m.Options[from:to] {
		n += optionSpace + units(o.Label)
		if m.Phone != "" {
			n += units(o.URL)
		}
	}
	return n
}

// split cuts s into parts of at most limit UTF-16 units: at line ends; a line
// that is longer by itself after a sentence, at a blank, or between
// characters. Parts that show nothing are dropped, Telegram refuses them.
func split(s string, limit int) []string {
	var parts []string
	for units(s) > limit {
		at := cut(s, limit)
		if head := strings.TrimRight(s[:at], "\n"); strings.TrimSpace(head) != "" {
			parts = append(parts, head)
		}
		s = strings.TrimLeft(s[at:], "\n")
	}
	if strings.TrimSpace(s) != "" {
		parts = append(parts, s)
	}
	return parts
}

// cut finds where the first part of s ends, in bytes.
func cut(s string, limit int) int {
	n, line, sentence, blank, safe, hard := 0, 0, 0, 0, 0, 0
	joined := false
	for i, r := range s {
		hard = i // between runes: when there is nothing but marks
		if i > 0 && !joined && !joins(r) {
			safe = i
		}
		if n += runeUnits(r); n > limit && r != '\n' {
			break
		}
		end := i + len(string(r))
		switch {
		case r == '\n':
			line = end
		case strings.ContainsRune("。！？；!?;", r):
			sentence = end
		case unicode.IsSpace(r):
			blank = end
		}
		joined = r == zeroWidthJoiner
		if n > limit {
			break
		}
	}
	for _, at := range []int{line, sentence, blank, safe, hard} {
		if at > 0 {
			return at
		}
	}
	return len(s)
}

const zeroWidthJoiner = '\u200d'

// joins says whether r belongs to the character before it: combining marks,
// variation selectors, skin tones, the joiner of emoji.
func joins(r rune) bool {
	return r == zeroWidthJoiner || unicode.Is(unicode.M, r) || (r >= 0x1F3FB && r <= 0x1F3FF)
}

// units counts UTF-16 code units, as Telegram does.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += runeUnits(r)
	}
	return n
}

func runeUnits(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
