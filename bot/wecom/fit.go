package wecom

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
)

// render is the text of a message, options listed under it. "<@userid>" in a
// text calls a member of the group: a patient's words must not.
func render(m *bot.Message) string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(m.Text))
	for i, o := range m.Options {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.Itoa(m.Number(i)) + ". " + strings.Join(strings.Fields(o.Label), " "))
		if o.URL != "" {
			b.WriteString(" " + o.URL)
		}
	}
	return strings.ReplaceAll(strings.ToValidUTF8(b.String(), "�"), "<@", "＜@")
}

// split cuts s into parts of at most limit bytes: at line ends, a longer line
// after a sentence, else between runes.
func split(s string, limit int) []string {
	var parts []string
	for len(s) > limit {
		end := limit
		for !utf8.RuneStart(s[end]) {
			end--
		}
		at := end
		if i := strings.LastIndexByte(s[:end+1], '\n'); i > 0 {
			at = i
		} else if i := strings.LastIndex(s[:end], "。"); i > 0 {
			at = i + len("。")
		}
		if part := strings.TrimSpace(s[:at]); part != "" {
			parts = append(parts, part)
		}
		s = strings.TrimLeft(s[at:], "\n")
	}
	if s = strings.TrimSpace(s); s != "" {
		parts = append(parts, s)
	}
	return parts
}
