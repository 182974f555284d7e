package templates

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"zhenban/config"
)

// funcs are what texts can call. Times are shown in the zone they carry.
//
//	day      11月23日（周一） · Mon 23 Nov
//	clock    15:00
//	in       the wording of a config.Text in the reader's language
//	price    ¥300 · ¥300–500
//	join     a list in the language's way
func funcs(lang config.Language) template.FuncMap {
	return template.FuncMap{
		"day":   func(t time.Time) string { return Day(lang, t) },
		"clock": func(t time.Time) string { return t.Format("15:04") },
		"in":    func(t config.Text) string { return t.In(lang) },
		"price": func(p config.Price) string { return Price(lang, p) },
		"join":  func(list []string) string { return strings.Join(list, comma(lang)) },
	}
}

// Day writes a calendar day with its weekday.
func Day(lang config.Language, t time.Time) string {
	if lang == config.English {
		return t.Format("Mon 2 Jan")
	}
	names := [...]string{"日", "一", "二", "三", "四", "五", "六"}
	week := "周"
	if lang == config.Hant {
		week = "週"
	}
	return fmt.Sprintf("%d月%d日（%s%s）", int(t.Month()), t.Day(), week, names[t.Weekday()])
}

// Price writes a price in yuan; empty when it is told on site.
func Price(lang config.Language, p config.Price) string {
	var s string
	switch {
	case p.From == 0 && p.To == 0:
	case p.To == 0 || p.To == p.From:
		s = fmt.Sprintf("¥%d", p.From)
	default:
		s = fmt.Sprintf("¥%d–%d", p.From, p.To)
	}
	if note := p.Note.In(lang); note != "" {
		if s == "" {
			return note
		}
		if lang == config.English {
			return s + " (" + note + ")"
		}
		return s + "（" + note + "）"
	}
	return s
}

func comma(lang config.Language) string {
	if lang == config.English {
		return ", "
	}
	return "、"
}
