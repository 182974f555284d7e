package telegram

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/go-telegram/bot/models"

	"zhenban/bot"
)

const (
	buttonLimit = 100 // of one inline keyboard
	dataLimit   = 64  // bytes of callback_data
	labelLimit  = 60  // runes of a button's text; the list in the message has the whole label
)

// render is the text as the person reads it: the options are listed under it,
// one a line, so that numbers work and screen readers see them.
func render(m *bot.Message) string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(m.Text, "\n"))
	for i, o := range m.Options {
		switch {
		case i > 0:
			b.WriteByte('\n')
		case b.Len() > 0:
			b.WriteString("\n\n")
		}
		b.WriteString(numbered(m, i))
		if o.URL != "" && m.Phone != "" { // no link button beside the phone button
			b.WriteString(" " + o.URL)
		}
	}
	if b.Len() == 0 && m.Media == nil {
		return m.Phone
	}
	return b.String()
}

func numbered(m *bot.Message, i int) string {
	return strconv.Itoa(m.Number(i)) + ". " + oneLine(m.Options[i].Label)
}

// oneLine keeps a label from breaking the list.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// markup builds the keyboard. A message without options takes away a phone
// keyboard that an earlier one left behind: one_time_keyboard only folds it.
func markup(m *bot.Message) models.ReplyMarkup {
	if m.Phone != "" {
		return phoneKeyboard(m)
	}
	var rows [][]models.InlineKeyboardButton
	widest := 0
	for i := range m.Options {
		b, ok := button(m, i)
		if !ok {
			continue
		}
		w := width(b.Text)
		last := len(rows) - 1
		if last >= 0 && len(rows[last]) < perRow(max(w, widest)) {
			rows[last] = append(rows[last], b)
			widest = max(widest, w)
			continue
		}
		rows = append(rows, []models.InlineKeyboardButton{b})
		widest = w
	}
	if len(rows) == 0 {
		return &models.ReplyKeyboardRemove{RemoveKeyboard: true}
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: rows}
}

func button(m *bot.Message, i int) (models.InlineKeyboardButton, bool) {
	o := m.Options[i]
	b := models.InlineKeyboardButton{Text: shorten(numbered(m, i))}
	if o.URL != "" {
		b.URL = o.URL
		return b, true
	}
	b.CallbackData = o.Ref
	if b.CallbackData == "" {
		b.CallbackData = o.Value
	}
	// Without data that fits there is no button; the number still works.
	return b, b.CallbackData != "" && len(b.CallbackData) <= dataLimit
}

// phoneKeyboard asks for the sender's own number. It replaces the inline
// keyboard (a message has one), so options become keys that say their label.
func phoneKeyboard(m *bot.Message) *models.ReplyKeyboardMarkup {
	rows := [][]models.KeyboardButton{{{Text: shorten(oneLine(m.Phone)), RequestContact: true}}}
	for i := range m.Options {
		if m.Options[i].URL == "" {
			rows = append(rows, []models.KeyboardButton{{Text: oneLine(m.Options[i].Label)}})
		}
	}
	return &models.ReplyKeyboardMarkup{Keyboard: rows, ResizeKeyboard: true, OneTimeKeyboard: true}
}

// perRow: a telephone shows about 34 narrow letters side by side.
func perRow(widest int) int {
	switch {
	case widest <= 10:
		return 3
	case widest <= 16:
		return 2
	}
	return 1
}

// width counts a Han, kana, hangul or emoji rune as two.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && !unicode.IsMark(r) {
			n++
		}
	}
	return n
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > labelLimit {
		return string(runes[:labelLimit-1]) + "…"
	}
	return s
}
