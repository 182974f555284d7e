package wechat

import (
	"strings"
	"unicode/utf8"

	"zhenban/bot"
)

// Fit cuts a message into what one WeChat message carries: text is cut at line
// ends, options stay with the text's last line, and options that are too many go
// on in further messages that count on. A picture goes by itself and last, so
// that the text can be the passive reply, which cannot carry both.
func (c *Channel) Fit(m bot.Message) []bot.Message { return fit(m) }

func fit(m bot.Message) []bot.Message {
	if m.Media == nil {
		return fitText(m)
	}
	picture := m.Media
	m.Media = nil
	if m.Text == "" && len(m.Options) == 0 {
		return []bot.Message{{Media: picture}}
	}
	return append(fitText(m), bot.Message{Media: picture})
}

func fitText(m bot.Message) []bot.Message {
	if size(m) <= MaxText {
		return []bot.Message{m}
	}
	var parts []bot.Message
	groups := group(m)
	if len(groups) == 0 {
		for _, text := range cut(m.Text, MaxText) {
			parts = append(parts, bot.Message{Text: text})
		}
		return parts
	}
	// What is left beside the first options belongs to the end of the text.
	// Where that is too narrow for words, the options go alone.
	body, last := m.Text, ""
	if room := MaxText - size(groups[0]) - len("\n\n"); room >= minBeside {
		body, last = lastLine(m.Text, room)
	}
	for _, text := range cut(body, MaxText) {
		parts = append(parts, bot.Message{Text: text})
	}
	groups[0].Text = last
	groups[len(groups)-1].Phone = m.Phone
	return append(parts, groups...)
}

// minBeside is the least room worth sharing with options. group leaves it.
const minBeside = 200

// group parts the options into messages of at most MaxText, numbered through.
// The first leaves room for a line of text.
func group(m bot.Message) []bot.Message {
	var groups []bot.Message
	start, used, most := 0, 0, MaxText-minBeside-len("\n\n")
	if m.Text == "" {
		most = MaxText
	}
	for i := range m.Options {
		n := optionSize(&m.Options[i], m.Number(i))
		if i > start && used+n > most {
			groups = append(groups, bot.Message{Options: m.Options[start:i:i], First: numberFrom(m, start)})
			start, used, most = i, 0, MaxText
		}
		used += n + len("\n")
	}
	if start < len(m.Options) {
		groups = append(groups, bot.Message{Options: m.Options[start:], First: numberFrom(m, start)})
	}
	return groups
}

// numberFrom is the First of a group that begins at option i.
func numberFrom(m bot.Message, i int) int {
	if i == 0 {
		return m.First
	}
	return m.Number(i)
}

// lastLine parts text before its last line, or within it where the line is
// longer than room, which holds at least one rune.
func lastLine(text string, room int) (body, last string) {
	text = strings.TrimRight(text, "\n")
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		body, last = strings.TrimRight(text[:i], "\n"), text[i+1:]
	} else {
		last = text
	}
	if wordsSize(last) <= room {
		return body, last
	}
	pieces := cut(last, room)
	head := strings.Join(pieces[:len(pieces)-1], "")
	if body != "" {
		head = body + "\n" + head
	}
	return head, pieces[len(pieces)-1]
}

// cut parts text into pieces of at most most bytes as rendered: at line ends,
// in a longer line after a sentence's end, else between runes.
func cut(text string, most int) []string {
	var pieces []string
	text = strings.Trim(text, "\n")
	for wordsSize(text) > most {
		n := within(text, most)
		at := strings.LastIndexByte(text[:n], '\n')
		if text[n] == '\n' {
			at = n
		}
		if at <= 0 {
			at = sentence(text[:n])
		}
		pieces = append(pieces, strings.TrimRight(text[:at], "\n"))
		text = strings.TrimLeft(text[at:], "\n")
	}
	if text != "" {
		pieces = append(pieces, text)
	}
	return pieces
}

// within is how many bytes of text, in whole runes, render to at most most.
// It is less than len(text), which is known to render to more.
func within(text string, most int) int {
	used := 0
	for i, r := range text {
		used += runeSize(text, i, r)
		if used > most {
			return max(i, 1)
		}
	}
	return len(text)
}

// sentence is where to cut a line that is too long: after the last full stop or
// comma of its second half, else at its end.
func sentence(line string) int {
	at := strings.LastIndexFunc(line, func(r rune) bool {
		return strings.ContainsRune("。！？；，、.!?;, \t", r)
	})
	if at < len(line)/2 {
		return len(line)
	}
	_, n := utf8.DecodeRuneInString(line[at:])
	return at + n
}

// size is how long a message is once rendered, at most: references are given
// after fitting, and the engine may count options on from an earlier message.
func size(m bot.Message) int {
	n := wordsSize(m.Text)
	if m.Text != "" && len(m.Options) > 0 {
		n += len("\n\n")
	}
	for i := range m.Options {
		n += optionSize(&m.Options[i], m.Number(i))
		if i > 0 {
			n += len("\n")
		}
	}
	return n
}

// unknownRef is as long as a reference to a question gets: a 19-digit turn, a
// dot and a number.
const unknownRef = "9223372036854775807.999"

func optionSize(o *bot.Option, number int) int {
	with := *o
	if with.Ref == "" {
		with.Ref = unknownRef
		if strings.HasPrefix(o.Value, "/") && len(o.Value) > len(unknownRef) {
			with.Ref = shorten(o.Value, 64)
		}
	}
	var room [1024]byte
	return len(appendOption(room[:0], &with, max(number, 100)))
}

func wordsSize(s string) int {
	if strings.IndexByte(s, '<') < 0 {
		return len(s) // what falls away makes it shorter, never longer
	}
	n := 0
	for i, r := range s {
		n += runeSize(s, i, r)
	}
	return n
}

func runeSize(s string, i int, r rune) int {
	if r == '<' && tagAfter(s[i+1:]) {
		return len("＜")
	}
	if r == utf8.RuneError { // a broken byte or U+FFFD itself; either falls away
		_, n := utf8.DecodeRuneInString(s[i:])
		return n
	}
	return utf8.RuneLen(r)
}
