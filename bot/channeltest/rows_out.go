package channeltest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
)

func optionsNumbered(b *bench) {
	b.answer(bot.Message{Text: "请选择：", Options: options("内科", "口腔科", strings.Repeat("很长的标签", 8))})
	b.Say("预约")
	require.Equal(b, []string{
		"请选择：", "1. 内科", "2. 口腔科", "3. " + strings.Repeat("很长的标签", 8),
	}, lines(b.seen(1)))
}

func labelBreaks(b *bench) {
	b.answer(bot.Message{Text: "请选择：", Options: options("a label with\na line break", "2. 内科")})
	b.Say("预约")
	require.Equal(b, []string{"请选择：", "1. a label with a line break", "2. 2. 内科"}, lines(b.seen(1)))
}

func optionsCountOn(b *bench) {
	b.answer(
		bot.Message{Text: "上午", Options: options("09:00", "09:30")},
		bot.Message{Text: "下午", Options: options("14:00", "14:30")},
	)
	b.Say("时间")
	require.Equal(b, []string{"上午", "1. 09:00", "2. 09:30", "下午", "3. 14:00", "4. 14:30"}, lines(b.seen(2)))
}

func longAnswer(b *bench) {
	var text strings.Builder
	var want []string
	for i := 0; utf8.RuneCountInString(text.String()) < 10_000; i++ {
		line := fmt.Sprintf("第%d条。%s", i, strings.Repeat("术后护理须知", 7+i%5)) // a sentence ends within each line
		want = append(want, line)
		text.WriteString(line + "\n")
		if i%9 == 0 {
			text.WriteByte('\n')
		}
	}
	var labels []string
	for i := range 12 {
		labels = append(labels, fmt.Sprintf("选项%d号", i))
		want = append(want, fmt.Sprintf("%d. 选项%d号", i+1, i))
	}
	m := bot.Message{Text: text.String(), Options: options(labels...)}
	b.answer(m)
	parts := len(b.Channel().Fit(m))
	b.Say("护理")
	all := b.seen(parts)
	require.Equal(b, want, lines(all))
	for _, part := range all {
		require.Equal(b, strings.TrimSpace(part.Text), strings.Trim(part.Text, "\n"), "no part begins or ends within a line")
	}
}

func emojiIntact(b *bench) {
	const family = "👨‍👩‍👧‍👦"
	text := strings.Repeat(family+"𠮷é", 420)
	m := bot.Message{Text: text}
	b.answer(m)
	parts := len(b.Channel().Fit(m))
	b.Say("表情")
	var all strings.Builder
	for _, part := range b.seen(parts) {
		require.True(b, utf8.ValidString(part.Text))
		require.NotContains(b, part.Text, "�")
		all.WriteString(strings.TrimSpace(part.Text))
	}
	require.Equal(b, text, all.String())
}

func marksUnharmed(b *bench) {
	const text = `a_b *c* [d](e) ~f~ |g| #h ` + "`i`" + ` {j} 1 < 2 > 1 && "q" 'r' \_ 100% <3 ]]>`
	b.answer(bot.Message{Text: text, Options: options("_x* [y]", "100% & more")})
	b.Say("符号")
	require.Equal(b, []string{text, "1. _x* [y]", "2. 100% & more"}, lines(b.seen(1)))
}

func manyOptions(b *bench) {
	var labels, want []string
	for i := range 130 {
		labels = append(labels, fmt.Sprintf("第%03d个", i))
		want = append(want, fmt.Sprintf("%d. 第%03d个", i+1, i))
	}
	m := bot.Message{Text: "全部：", Options: options(labels...)}
	b.answer(m)
	parts := len(b.Channel().Fit(m))
	b.Say("全部")
	require.Equal(b, append([]string{"全部："}, want...), lines(b.seen(parts)))
}

func pictureDelivered(b *bench) {
	m := bot.Message{Text: "扫这个码", Media: &bot.Media{Name: "qr.png", ContentType: "image/png", Data: picture()}, Options: options("好了")}
	b.answer(m)
	parts := len(b.Channel().Fit(m))
	b.Say("二维码")
	all := b.seen(parts)
	media := 0
	for _, part := range all {
		if part.Media {
			media++
		}
	}
	require.Equal(b, 1, media, "the picture is seen once")
	require.Contains(b, lines(all), "扫这个码")
	require.Contains(b, lines(all), "1. 好了")
}

func fitTwice(b *bench) {
	for _, m := range []bot.Message{
		{Text: "短"},
		{Text: strings.Repeat("一行。\n", 3000), Options: options("一", "二", "三")},
		{Text: strings.Repeat("字", 9000)},
		{Options: options(strings.Split(strings.Repeat("标签 ", 150), " ")[:150]...)},
		{Text: strings.Repeat("图", 3000), Media: &bot.Media{Data: picture()}, Options: options("一")},
		{Text: "电话", Phone: "分享我的号码"},
	} {
		once := b.Channel().Fit(m)
		require.NotEmpty(b, once)
		var twice []bot.Message
		for _, part := range once {
			twice = append(twice, b.Channel().Fit(part)...)
		}
		require.Equal(b, once, twice)
	}
}

func nothingToSay(b *bench) {
	b.answer()
	b.Say("谢谢")
	b.received(1)
	require.Empty(b, b.settled())
}
