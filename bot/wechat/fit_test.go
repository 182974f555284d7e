package wechat

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"zhenban/bot"
)

func TestFitLeavesWhatFits(t *testing.T) {
	m := bot.Message{Text: "短", Options: []bot.Option{{Label: "好", Value: "/yes"}}, Phone: "手机号"}
	require.Equal(t, []bot.Message{m}, fit(m))
}

func TestFitCutsAtLineEnds(t *testing.T) {
	line := strings.Repeat("字", 100) // 300 bytes
	got := fit(bot.Message{Text: strings.Repeat(line+"\n", 20) + "请选择：", Options: []bot.Option{{Label: "一", Value: "1"}, {Label: "二", Value: "2"}}})
	require.Len(t, got, 5)
	for _, m := range got[:4] {
		require.Empty(t, m.Options)
		for l := range strings.SplitSeq(m.Text, "\n") {
			require.Equal(t, line, l)
		}
	}
	require.Equal(t, "请选择：", got[4].Text, "options stay with the last line")
	require.Len(t, got[4].Options, 2)
}

func TestFitCutsALongLineAfterASentence(t *testing.T) {
	got := fit(bot.Message{Text: strings.Repeat("这句话有十二个字呀。", 100)})
	for _, m := range got {
		require.True(t, strings.HasSuffix(m.Text, "。"), m.Text)
	}
}

func TestFitPartsPictureAndText(t *testing.T) {
	picture := &bot.Media{Data: []byte("x")}
	got := fit(bot.Message{Text: "看", Media: picture, Options: []bot.Option{{Label: "好"}}})
	require.Equal(t, []bot.Message{{Text: "看", Options: []bot.Option{{Label: "好"}}}, {Media: picture}}, got)
	require.Equal(t, []bot.Message{{Media: picture}}, fit(bot.Message{Media: picture}))
}

// Options that leave no room at all beside them, and no text either.
func TestFitManyOptionsAlone(t *testing.T) {
	for width := range 120 {
		m := bot.Message{Options: make([]bot.Option, 30)}
		for i := range m.Options {
			m.Options[i] = bot.Option{Label: strings.Repeat("x", width+1), Value: "1"}
		}
		n := 0
		for _, p := range fit(m) {
			require.Equal(t, m.Number(n), p.Number(0))
			require.LessOrEqual(t, len(render(p)), MaxText)
			n += len(p.Options)
		}
		require.Equal(t, 30, n)
	}
}

// Whatever the message: every part fits once it is rendered with its
// references, nothing is lost, the numbers count on, and fitting again changes
// nothing.
func TestFitHolds(t *testing.T) {
	word := rapid.Custom(func(t *rapid.T) string {
		unit := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("字。\n <a/>&\"]é🐶x")))).Draw(t, "unit")
		length := rapid.SampledFrom([]int{0, 0, 0, 80, 700, 5000}).Draw(t, "length") // rapid alone draws short ones
		return strings.Repeat(unit, 1+length/(1+len(unit)))
	})
	option := rapid.Custom(func(t *rapid.T) bot.Option {
		o := bot.Option{Label: word.Draw(t, "label"), Value: rapid.SampledFrom([]string{"1", "/menu", "/" + strings.Repeat("v", 62)}).Draw(t, "value")}
		if rapid.IntRange(0, 5).Draw(t, "page") == 0 {
			o.URL = "https://example.com/" + word.Draw(t, "url")
		}
		return o
	})
	rapid.Check(t, func(t *rapid.T) {
		m := bot.Message{Text: word.Draw(t, "text"), Options: rapid.SliceOfN(option, 0, 40).Draw(t, "options"), First: rapid.SampledFrom([]int{0, 3}).Draw(t, "first")}
		parts := fit(m)
		var text strings.Builder
		var options []bot.Option
		for i, p := range parts {
			require.True(t, utf8.ValidString(p.Text) || !utf8.ValidString(m.Text))
			for j := range p.Options {
				require.Equal(t, m.Number(len(options)), p.Number(j))
				options = append(options, p.Options[j])
			}
			text.WriteString(p.Text)
			require.Len(t, fit(p), 1)
			for j := range p.Options { // as the engine does, after fitting
				o := p.Options[j]
				if o.Ref = "123456789012.99"; strings.HasPrefix(o.Value, "/") {
					o.Ref = o.Value
				}
				p.Options[j] = o
			}
			require.LessOrEqual(t, len(render(p)), MaxText, "part %d", i)
		}
		flat := func(s string) string { return strings.ReplaceAll(s, "\n", "") }
		require.Equal(t, flat(m.Text), flat(text.String()))
		require.Len(t, options, len(m.Options))
	})
}
