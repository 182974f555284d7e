package channeltest

import (
	"github.com/stretchr/testify/require"

	"zhenban/bot"
)

func blocked(b *bench) {
	require.Nil(b, b.send(bot.Message{Text: "还在吗"}))
	b.need(b.Block())
	e := b.send(bot.Message{Text: "还在吗"})
	require.NotNil(b, e)
	require.Equal(b, bot.Unreachable, e.Reaction, e.Error())
	require.NotContains(b, e.Error(), "还在吗", "no message text in an error")
}

func serverError(b *bench) {
	b.need(b.Break(ServerError))
	e := b.send(bot.Message{Text: "预约成功"})
	require.NotNil(b, e)
	require.Equal(b, bot.RetryLater, e.Reaction, e.Error())
	require.NotContains(b, e.Error(), "预约成功")
	require.Nil(b, b.send(bot.Message{Text: "预约成功"}))
	require.Equal(b, []string{"预约成功"}, lines(b.seen(1)))
}

func lostAnswer(b *bench) {
	b.need(b.Break(LostAnswer))
	e := b.send(bot.Message{Text: "预约成功"})
	require.NotNil(b, e)
	require.Equal(b, bot.Unknown, e.Reaction, e.Error())
	require.Equal(b, []string{"预约成功"}, lines(b.seen(1)), "it had arrived")
}

func foreignAddress(b *bench) {
	if name := b.Channel().Name(); name == "web" || name == "terminal" {
		b.Skip("who is away finds it later")
	}
	e := b.sendTo("no such address", bot.Message{Text: "你好"})
	require.NotNil(b, e)
	require.Equal(b, bot.Unreachable, e.Reaction, e.Error())
}
