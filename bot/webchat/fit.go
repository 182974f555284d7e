package webchat

import (
	"strings"
	"unicode/utf8"

	"zhenban/bot"
)

// fitText is the most characters of one bubble. The web has no limit of its
// own; longer bubbles make the page crawl on old phones.
const fitText = 20_000

// Fit cuts a message at line ends into bubbles of at most 20,000 characters.
// The media stays with the first, the options with the last.
func (c *Channel) Fit(m bot.Message) []bot.Message {
	if utf8.RuneCountInString(m.Text) <= fitText {
		return []bot.Message{m}
	}
	parts := split(m.Text, fitText)
	out := make([]bot.Message, len(parts))
	for i, p := range parts {
		out[i].Text = p
	}
	out[0].Media = m.Media
	last := &out[len(out)-1]
	last.Options, last.First, last.Phone = m.Options, m.First, m.Phone
	return out
}

// split cuts text into pieces of at most limit characters, at the last line
// end of each if there is one.
func split(text string, limit int) []string {
	var parts []string
	for text != "" {
		end := runes(text, limit)
		if end < len(text) {
			if nl := strings.LastIndexByte(text[:end], '\n'); nl > 0 {
				end = nl
			}
		}
		if p := strings.Trim(text[:end], "\n"); p != "" {
			parts = append(parts, p)
		}
		text = strings.TrimPrefix(text[end:], "\n")
	}
	if len(parts) == 0 {
		return []string{""}
	}
	return parts
}

// runes is the length in bytes of the first n characters.
func runes(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
