package telegramtest

import (
	"regexp"
	"strings"
)

// entities checks a text by its parse mode and returns it as shown. It knows
// enough of the three modes to refuse what Telegram refuses: an entity that
// is opened and not closed, a reserved character that is not escaped.
func entities(mode, text string) (string, error) {
	switch strings.ToLower(mode) {
	case "":
		return text, nil
	case "markdown":
		return markdown(text, "_*`[", "")
	case "markdownv2":
		return markdown(text, "_*`[~|", ">#+-=|{}.!()]")
	case "html":
		return html(text)
	}
	return "", bad("unsupported parse_mode")
}

// markdown takes marks out of text; each must be closed, and characters of
// reserved must be escaped.
func markdown(text, marks, reserved string) (string, error) {
	var out strings.Builder
	open := map[byte]int{}
	for i := 0; i < len(text); i++ {
		ch := text[i]
		switch {
		case ch == '\\' && i+1 < len(text) && text[i+1] < 0x80:
			i++
			out.WriteByte(text[i])
		case open['`'] > 0 && ch != '`':
			out.WriteByte(ch)
		case ch == '[':
			label, rest, ok := strings.Cut(text[i+1:], "](")
			end := strings.IndexByte(rest, ')')
			if !ok || end < 0 {
				return "", bad("can't parse entities: Can't find end of the entity starting at byte offset %d", i)
			}
			out.WriteString(label)
			i += 1 + len(label) + 2 + end
		case strings.IndexByte(marks, ch) >= 0:
			if open[ch] > 0 {
				delete(open, ch)
			} else {
				open[ch] = i + 1
			}
		case strings.IndexByte(reserved, ch) >= 0:
			return "", bad("can't parse entities: Character '%c' is reserved and must be escaped with the preceding '\\'", ch)
		default:
			out.WriteByte(ch)
		}
	}
	for _, at := range open {
		return "", bad("can't parse entities: Can't find end of the entity starting at byte offset %d", at-1)
	}
	return out.String(), nil
}

// html takes Telegram's tags out and refuses any other.
func html(text string) (string, error) {
	tag := regexp.MustCompile(`^<(/?)(b|strong|i|em|u|ins|s|strike|del|tg-spoiler|a|code|pre|blockquote|span)(\s[^<>]*)?>`)
	var out strings.Builder
	var open []string
	for i := 0; i < len(text); {
		if text[i] != '<' {
			out.WriteByte(text[i])
			i++
			continue
		}
		m := tag.FindStringSubmatch(text[i:])
		switch {
		case m == nil:
			return "", bad("can't parse entities: Unsupported start tag at byte offset %d", i)
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			return "", bad("can't parse entities: Unmatched end tag at byte offset %d", i)
		default:
			open = open[:len(open)-1]
		}
		i += len(m[0])
	}
	if len(open) > 0 {
		return "", bad("can't parse entities: Can't find end tag corresponding to start tag %q", open[len(open)-1])
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&").Replace(out.String()), nil
}
