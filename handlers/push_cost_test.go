package handlers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/handlers"
	"zhenban/handlers/talk"
)

// TestWhatIsNoAnswerReadsNoPush: most messages are questions and commands of
// their own; what the clinic pushed is read only for what can be an answer to it.
func TestWhatIsNoAnswerReadsNoPush(t *testing.T) {
	k := talk.New(t, talk.Options{Routes: handlers.Routes})
	k.Say(talk.Client, "你好")
	k.Say(talk.Client, "同意")
	statements, err := k.Store.CountStatements()
	require.NoError(t, err)
	cost := func(text string) int64 {
		k.Say(talk.Client, text)
		k.Drain()
		before := statements.Load()
		k.Say(talk.Client, text)
		return statements.Load() - before
	}
	idle := cost("菜单")
	for _, text := range []string{"你们几点关门？", "地址在哪里", "洗牙多少钱", "menu", "帮助"} {
		require.Equal(t, idle, cost(text), text)
	}
	require.Equal(t, idle+1, cost("好的"), "the push, once")
	require.Equal(t, idle+1, cost("不是我"), "the push, once")
}
