package wechat_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/handlers"
	"zhenban/models"
	"zhenban/templates"
)

// A consent that was lacking is asked for once, under an answer that leaves no
// question open; what the person says to it is kept, and changes nothing on the screen.
func TestLackingConsentIsAskedFor(t *testing.T) {
	o := newOffice(t, mapped(false, true))
	profile, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	clinic, err := bot.NewClinic(profile, 1)
	require.NoError(t, err)
	book, err := templates.Load()
	require.NoError(t, err)
	engine, err := bot.NewEngine(bot.EngineOptions{
		Store: o.store, Clinic: func() *bot.Clinic { return clinic }, Book: book, Routes: handlers.Routes(), Now: o.clock.Now, Channels: []bot.Channel{o.channel},
	})
	require.NoError(t, err)
	n := 0
	send := func(in bot.Inbound) []bot.Message {
		n++
		in.Channel, in.Address, in.Key, in.At, in.Inline = "wechat", openID, "wechat:"+openID+":"+strconv.Itoa(n), o.clock.Now(), -1
		reply, err := engine.Receive(o.ctx, in)
		require.NoError(t, err)
		return reply.Inline
	}
	say := func(text string) []bot.Message { return send(bot.Inbound{Kind: bot.KindText, Text: text}) }
	asked := func(list []bot.Message) bool {
		for _, m := range list {
			for _, option := range m.Options {
				if option.URL == "https://clinic.example/ask" {
					return true
				}
			}
		}
		return false
	}
	require.False(t, asked(say("地址")))
	o.do(func(_ context.Context, tx *models.Tx) error { return tx.MissNotice("wechat:"+openID, noticeID) })
	engine.Forget("wechat:" + openID)
	require.True(t, asked(say("地址")))
	require.False(t, asked(say("地址")), "once")

	menu := say("菜单")
	require.NotEmpty(t, menu)
	consent := bot.Inbound{Kind: bot.KindEvent, Event: bot.EventConsent, Consents: []bot.ConsentEvent{{Template: noticeID, Given: 1}}}
	require.Empty(t, send(consent))
	got, err := o.store.NoticeConsents(o.ctx, "wechat:"+openID)
	require.NoError(t, err)
	require.Equal(t, 1, got[noticeID].Left)
	var words []string
	for _, m := range say("1") {
		words = append(words, m.Text)
	}
	require.NotContains(t, strings.Join(words, "\n"), "没看懂", "a number still picks from the menu")
	ref := menu[len(menu)-1].Options[0].Ref
	require.NotEmpty(t, send(bot.Inbound{Kind: bot.KindChoice, Choice: ref}))

	require.Empty(t, send(bot.Inbound{Kind: bot.KindEvent, Event: bot.EventConsent, Consents: []bot.ConsentEvent{{Template: noticeID, Refused: true}}}))
	o.do(func(_ context.Context, tx *models.Tx) error { return tx.MissNotice("wechat:"+openID, noticeID) })
	engine.Forget("wechat:" + openID)
	require.False(t, asked(say("地址")), "who refused is left alone")
}
