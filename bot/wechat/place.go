package wechat

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var (
	errNoField = errors.New("empty or not in the notice")
	errNoTime  = errors.New("is no time")
)

// fill gives a value the form that a place of a template takes; its name
// begins with the sort of value (developers.weixin.qq.com, 订阅消息参数值内容限制).
// Templates with places of the older form (keyword1) take what thing takes.
func fill(place, value string) (string, error) {
	value = strings.Join(strings.Fields(value), " ")
	at, timeErr := time.Parse(time.RFC3339, value)
	isTime := timeErr == nil
	switch sort := strings.TrimRight(place, "0123456789"); sort {
	case "time", "date":
		if !isTime {
			return "", errNoTime
		}
		if sort == "date" {
			return at.Format("2006年1月2日"), nil
		}
		return at.Format("2006年1月2日 15:04"), nil
	case "character_string", "letter", "number", "symbol":
		return some(head(keep(value, func(r rune) bool { return r > ' ' && r < 0x7f }), 32))
	case "phone_number":
		return some(head(keep(value, func(r rune) bool { return unicode.IsDigit(r) || r == '+' || r == '-' }), 17))
	case "phrase":
		return some(head(keep(value, func(r rune) bool { return unicode.Is(unicode.Han, r) }), 5))
	case "name":
		most := 20
		if strings.IndexFunc(value, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			most = 10
		}
		return some(head(value, most))
	default: // thing, const, keyword …
		if isTime {
			value = at.Format("1月2日 15:04")
		}
		return some(head(value, 20))
	}
}

// blank fills a place for which a notice has nothing, or nothing that the place
// takes: WeChat takes no empty ones.
func blank(place string) string {
	switch strings.TrimRight(place, "0123456789") {
	case "phrase":
		return "无"
	case "number":
		return "0"
	case "character_string", "letter", "symbol":
		return "-"
	case "thing", "name", "const", "keyword":
		return "—"
	}
	return ""
}

func some(s string) (string, error) {
	if s == "" {
		return "", errNoField
	}
	return s, nil
}

func keep(s string, want func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if want(r) {
			return r
		}
		return -1
	}, s)
}

// head cuts s to n characters and shows that it did.
func head(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// receipt is the msgid of an answer, which WeChat's later events name.
func receipt(body []byte) string {
	var a struct {
		MsgID json.Number `json:"msgid"`
	}
	if json.Unmarshal(body, &a) != nil {
		return ""
	}
	return a.MsgID.String()
}
