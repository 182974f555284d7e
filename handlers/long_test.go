package handlers_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/handlers"
	"zhenban/handlers/talk"
)

// Five thousand characters where a pain score is asked are no score: the
// question stays, whatever stands in them, and the form goes on.
func TestEndlessAnswer(t *testing.T) {
	k := talk.New(t, talk.Options{Routes: handlers.Routes})
	k.Send(talk.Client, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow})
	k.Tap(talk.Client, 1)
	for _, said := range []string{"/form recovery", "1", "1", "跳过"} {
		k.Say(talk.Client, said)
	}
	for _, said := range []string{strings.Repeat("啊", 5000), strings.Repeat("7", 5000), strings.Repeat("疼7分吗", 1250)} {
		answer := k.Say(talk.Client, said)
		require.Contains(t, answer[len(answer)-1].Text, "（4/8）", said[:30])
	}
	answer := k.Say(talk.Client, "3")
	require.Contains(t, answer[0].Text, "（5/8）")
}
