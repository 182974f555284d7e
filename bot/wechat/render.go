package wechat

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
)

// MaxText is how many bytes of UTF-8 a text may have, links included, in a
// passive reply and in a customer-service message alike (errcode 45002 above).
const MaxText = 2048

// Parts of a tappable line. WeChat's client takes it apart as a URI and reads
// both parameters percent-decoded (Android: Uri.getQueryParameter); without a
// msgmenuid it does nothing at all, hence the 0.
const (
	linkHead  = `<a href="weixin://bizmsgmenu?msgmenucontent=`
	linkID    = `&msgmenuid=`
	linkNoRef = "0"
	linkOpen  = `<a href="`
	linkText  = `">`
	linkTail  = `</a>`
)

// maxLabel and maxAddress keep any one option, which shows its label twice and
// may need three bytes for one, within a message.
const (
	maxLabel   = 300
	maxAddress = 1000
)

// render gives a message the shape WeChat shows: the text, an empty line, and a
// line per option that is tappable as a whole, its number included.
func render(m bot.Message) string {
	return string(appendRendered(make([]byte, 0, 512), m))
}

func appendRendered(dst []byte, m bot.Message) []byte {
	dst = appendWords(dst, m.Text)
	for i := range m.Options {
		switch {
		case i > 0:
			dst = append(dst, '\n')
		case m.Text != "":
			dst = append(dst, "\n\n"...)
		}
		dst = appendOption(dst, &m.Options[i], m.Number(i))
	}
	return dst
}

// appendOption appends one tappable line.
func appendOption(dst []byte, o *bot.Option, number int) []byte {
	label := shorten(o.Label, maxLabel)
	if page(o.URL) {
		dst = append(dst, linkOpen...)
		dst = appendAddress(dst, o.URL)
	} else {
		dst = append(dst, linkHead...)
		dst = appendParameter(dst, label)
		dst = append(dst, linkID...)
		if o.Ref == "" {
			dst = append(dst, linkNoRef...)
		} else {
			dst = appendParameter(dst, o.Ref)
		}
	}
	dst = append(dst, linkText...)
	dst = strconv.AppendInt(dst, int64(number), 10)
	dst = append(dst, ". "...)
	dst = appendLabel(dst, label)
	return append(dst, linkTail...)
}

// appendParameter escapes what would end the parameter, the attribute or the
// tag. Letters beyond ASCII stay as they are: escaped they would be three times
// as long, and the limit counts bytes.
func appendParameter(dst []byte, s string) []byte {
	const hexed = "0123456789ABCDEF"
	for i := range len(s) {
		switch b := s[i]; {
		case b <= ' ', b == 0x7f, strings.IndexByte(`"'<>&#%+?=\^{}|`+"`", b) >= 0:
			if b < ' ' || b == 0x7f {
				b = ' '
			}
			dst = append(dst, '%', hexed[b>>4], hexed[b&15])
		default:
			dst = append(dst, b)
		}
	}
	return dst
}

// appendAddress keeps a page's address as it is but for what would end the
// attribute.
func appendAddress(dst []byte, s string) []byte {
	for i := range len(s) {
		switch b := s[i]; b {
		case '"':
			dst = append(dst, "%22"...)
		case '<':
			dst = append(dst, "%3C"...)
		case '>':
			dst = append(dst, "%3E"...)
		case ' ':
			dst = append(dst, "%20"...)
		default:
			if b > ' ' && b != 0x7f {
				dst = append(dst, b)
			}
		}
	}
	return dst
}

// appendLabel appends a link's visible words: on one line and without a tag.
// WeChat decodes no entities, so < and > become their full-width twins.
func appendLabel(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '<':
			r = '＜'
		case r == '>':
			r = '＞'
		case r < ' ' || r == '\u2028' || r == '\u2029':
			r = ' '
		case !carried(r):
			continue
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// appendWords appends text that people wrote. A < that could begin a tag becomes
// its full-width twin, so that nobody's words turn into a link; "<4.0" stays.
// Runes that XML or WeChat's JSON cannot carry fall away.
func appendWords(dst []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == '<' && tagAfter(s[i+1:]):
			r = '＜'
		case r == '\u2028' || r == '\u2029':
			// encoding/json writes them as \u2028, and WeChat refuses \u (40033).
			r = '\n'
		case !carried(r):
			continue
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func tagAfter(s string) bool {
	if s == "" {
		return false
	}
	b := s[0] | 0x20
	return s[0] == '/' || s[0] == '!' || (b >= 'a' && b <= 'z')
}

// carried says whether XML 1.0 has the rune at all.
func carried(r rune) bool {
	return r == '\n' || r == '\t' || (r >= ' ' && r != 0x7f && r != 0xFFFE && r != 0xFFFF && r != utf8.RuneError)
}

// page says whether an option's address is one a phone opens.
func page(address string) bool {
	if len(address)+2*strings.Count(address, `"`)+2*strings.Count(address, "<")+
		2*strings.Count(address, ">")+2*strings.Count(address, " ") > maxAddress {
		return false
	}
	for _, scheme := range []string{"https://", "http://", "tel:"} {
		if len(address) > len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

// shorten cuts s to at most n bytes at a rune's end and shows that it did.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
