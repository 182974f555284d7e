package telegram

import (
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"zhenban/bot"
)

// Whatever goes in, every part is one call that Telegram takes, and nothing
// is lost.
func TestFitHolds(t *testing.T) {
	c := &Channel{}
	words := rapid.SampledFrom([]string{"字", "a", "。", "\n", " ", "😀", "👨‍👩‍👧‍👦", "_x_", "\n\n", "術後の注意を読む。", strings.Repeat("护", 700), strings.Repeat("y", 3000)})
	rapid.Check(t, func(r *rapid.T) {
		m := bot.Message{Text: strings.Join(rapid.SliceOfN(words, 0, 40).Draw(r, "text"), "")}
		for i := range rapid.IntRange(0, 130).Draw(r, "options") {
			o := bot.Option{Label: strings.Repeat("标签", 1+i%30), Ref: "1.1"}
			if i%7 == 3 {
				o.URL = "https://clinic.example/x"
			}
			m.Options = append(m.Options, o)
		}
		if rapid.Bool().Draw(r, "media") {
			m.Media = &bot.Media{Data: []byte("x")}
		}
		if rapid.Bool().Draw(r, "phone") {
			m.Phone = "号码"
		}
		if rapid.Bool().Draw(r, "first") {
			m.First = 990
		}
		parts := c.Fit(m)
		var text strings.Builder
		options, media, phones := 0, 0, 0
		for _, p := range parts {
			limit := textLimit
			if p.Media != nil {
				limit = captionLimit
				media++
			}
			if n := units(render(&p)); n > limit {
				r.Fatalf("a part of %d units, limit %d", n, limit)
			}
			if render(&p) == "" && p.Media == nil {
				r.Fatalf("an empty part")
			}
			if options > 0 && strings.TrimSpace(p.Text) != "" {
				r.Fatalf("text after options")
			}
			if len(p.Options) > 0 && p.Number(0) != m.Number(options) {
				r.Fatalf("option %d is numbered %d", options, p.Number(0))
			}
			if p.Phone != "" {
				phones++
			}
			if k, ok := markup(&p).(*models.InlineKeyboardMarkup); ok {
				n := 0
				for _, row := range k.InlineKeyboard {
					n += len(row)
				}
				if n > buttonLimit || n != len(p.Options) {
					r.Fatalf("%d buttons of %d options", n, len(p.Options))
				}
			}
			options += len(p.Options)
			text.WriteString(p.Text)
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(text.String()) != squeeze(m.Text) {
			r.Fatalf("the text changed")
		}
		if options != len(m.Options) || (media == 1) != (m.Media != nil) || (phones == 1) != (m.Phone != "") && len(parts) > 0 && m.Media == nil {
			r.Fatalf("%d options, %d media, %d phones", options, media, phones)
		}
	})
}

func TestKeyboardLayout(t *testing.T) {
	rows := func(labels ...string) (shape []int) {
		m := bot.Message{}
		for _, l := range labels {
			m.Options = append(m.Options, bot.Option{Label: l, Ref: "1.1"})
		}
		for _, row := range markup(&m).(*models.InlineKeyboardMarkup).InlineKeyboard {
			shape = append(shape, len(row))
		}
		return shape
	}
	require.Equal(t, []int{3, 1}, rows("09:00", "09:30", "10:00", "10:30"))
	require.Equal(t, []int{2, 1}, rows("张医生 周一", "李医生 周二", "王医生 周三"))
	require.Equal(t, []int{1, 1, 2}, rows("无痛洗牙加全口检查套餐", "口腔科主任医师门诊预约", "是", "否"))
}

func TestButtonsWithoutRoomForData(t *testing.T) {
	m := bot.Message{Text: "?", Options: []bot.Option{
		{Label: "长", Ref: strings.Repeat("x", 65)},
		{Label: "值", Value: "/menu"},
		{Label: "无"},
		{Label: "页", URL: "https://clinic.example"},
	}}
	require.Equal(t, "?\n\n1. 长\n2. 值\n3. 无\n4. 页", render(&m))
	k := markup(&m).(*models.InlineKeyboardMarkup).InlineKeyboard
	require.Equal(t, "/menu", k[0][0].CallbackData)
	require.Equal(t, "https://clinic.example", k[0][1].URL)
}

func TestSplitKeepsCharactersWhole(t *testing.T) {
	for _, s := range []string{"👍🏽", "👨‍👩‍👧‍👦", "é", "👍️"} {
		text := strings.Repeat(s, 500)
		for limit := units(s) + 1; limit < 3*units(s)+2; limit++ {
			for _, part := range split(text, limit) {
				require.Zero(t, len(part)%len(s), "%q cut by %d", s, limit)
			}
		}
	}
	marks := strings.Repeat("\u0301", 100) // nothing but marks: cut all the same
	require.Equal(t, marks, strings.Join(split(marks, 7), ""))
}
