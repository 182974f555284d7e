package channeltest

import (
	"fmt"
	"strconv"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
)

func textArrives(b *bench) {
	const text = "我想约明天下午的口腔科 😀\n第二行"
	want := text
	if b.Channel().Name() == "terminal" { // a line is a message there
		want = "我想约明天下午的口腔科 😀"
	}
	b.Say(want)
	in := b.received(1)[0]
	require.Equal(b, b.Channel().Name(), in.Channel)
	require.Equal(b, b.Address(), in.Address)
	require.Equal(b, bot.KindText, in.Kind)
	require.Equal(b, want, in.Text)
	require.NotEmpty(b, in.Key)
	require.False(b, in.At.IsZero())
	b.need(b.Again(1))
	b.Say("another")
	got := b.until(func() bool { return b.got[len(b.got)-1].Key != in.Key })
	for _, again := range got[:len(got)-1] {
		require.Equal(b, in.Key, again.Key, "delivered again, same key")
		require.Equal(b, in.Text, again.Text)
	}
}

func fourAtOnce(b *bench) {
	b.answer(bot.Message{Text: "收到了"})
	b.Say("一次")
	b.received(1)
	b.need(b.Again(4))
	before := b.settled()
	require.Len(b, before, 1, "the answer is seen once")
	require.Equal(b, "收到了", before[0].Text)
	keys := map[string]int{}
	for _, in := range b.received(2) {
		keys[in.Key]++
	}
	require.Len(b, keys, 2, "one key for the doubles, one for the last message")
}

func tapCarriesRef(b *bench) {
	b.answer(bot.Message{Text: "您想做什么？", Options: options("预约", "报告", "人工 & <more>")})
	b.Say("菜单")
	b.seen(1)
	b.answer()
	for n := 1; n <= 3; n += 2 {
		// A platform may take the keyboard away once it is used, so each tap
		// has a question of its own.
		if n > 1 {
			b.answer(bot.Message{Text: "您想做什么？", Options: options("预约", "报告", "人工 & <more>")})
			b.Say("菜单")
			b.seen(2)
		}
		seq := b.turn()
		have := len(b.received(1))
		b.need(b.Tap(n))
		in := b.received(have + 1)[have]
		require.Equal(b, bot.KindChoice, in.Kind)
		require.Equal(b, ref(seq, n), in.Choice)
		require.Equal(b, b.Address(), in.Address)
		require.NotEmpty(b, in.Key)
	}
}

func kindArrives(kind bot.Kind) func(*bench) {
	return func(b *bench) {
		b.answer(bot.Message{Text: "好的"})
		b.need(b.Give(kind))
		in := b.received(1)[0]
		require.Equal(b, kind, in.Kind)
		require.Equal(b, b.Address(), in.Address)
		require.NotEmpty(b, in.Key)
		switch kind {
		case bot.KindImage, bot.KindVoice:
			require.NotNil(b, in.Media)
			require.True(b, in.Media.ID != "" || in.Media.URL != "" || len(in.Media.Data) > 0, "the bytes can be had")
		case bot.KindLocation:
			require.NotNil(b, in.Media)
			require.InDelta(b, 31.23, in.Media.Latitude, 1e-4)
			require.InDelta(b, 121.47, in.Media.Longitude, 1e-4)
		}
		require.Equal(b, "好的", b.seen(1)[0].Text)
	}
}

func notKept(b *bench) {
	b.fail(1)
	b.answer(bot.Message{Text: "现在收到了"})
	b.Say("别丢了我")
	key := b.refused(1)[0]
	b.need(b.Redeliver())
	in := b.received(1)[0]
	require.Equal(b, key, in.Key)
	require.Equal(b, "别丢了我", in.Text)
	before := b.settled()
	require.Equal(b, []string{"现在收到了"}, lines(before))
}

func keepOrder(b *bench) {
	b.reply(func(in bot.Inbound) []bot.Message { return []bot.Message{{Text: "答" + in.Text}} })
	const n = 12
	var want []string
	for i := range n {
		b.Say(strconv.Itoa(i))
		want = append(want, fmt.Sprintf("答%d", i))
	}
	for i, in := range b.received(n) {
		require.Equal(b, strconv.Itoa(i), in.Text)
	}
	require.Equal(b, want, lines(b.seen(n)))
}
