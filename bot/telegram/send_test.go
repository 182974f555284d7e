package telegram

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/telegram/telegramtest"
)

func TestReactions(t *testing.T) {
	answer := func(code, body string) telegramtest.Fault {
		return telegramtest.Fault{Status: map[string]int{"400": 400, "401": 401, "403": 403, "404": 404, "409": 409, "413": 413, "429": 429, "500": 500}[code], Body: `{"ok":false,"error_code":` + code + `,"description":"` + body + `"}`}
	}
	for name, tc := range map[string]struct {
		fault telegramtest.Fault
		want  bot.SendError
	}{
		"blocked":          {answer("403", "Forbidden: bot was blocked by the user"), bot.SendError{Code: "403", Reaction: bot.Unreachable, Blocked: true}},
		"deactivated":      {answer("403", "Forbidden: user is deactivated"), bot.SendError{Code: "403", Reaction: bot.Unreachable}},
		"never started":    {answer("403", "Forbidden: bot can't initiate conversation with a user"), bot.SendError{Code: "403", Reaction: bot.Unreachable}},
		"no chat":          {answer("400", "Bad Request: chat not found"), bot.SendError{Code: "400", Reaction: bot.Unreachable}},
		"too long":         {answer("400", "Bad Request: message is too long"), bot.SendError{Code: "400", Reaction: bot.GiveUp}},
		"too large":        {answer("413", "Request Entity Too Large"), bot.SendError{Code: "413", Reaction: bot.GiveUp}},
		"revoked":          {answer("401", "Unauthorized"), bot.SendError{Code: "401", Reaction: bot.SwitchOff, Alarm: true}},
		"no such bot":      {answer("404", "Not Found"), bot.SendError{Code: "404", Reaction: bot.SwitchOff, Alarm: true}},
		"logged out":       {answer("400", "Bad Request: Logged out"), bot.SendError{Code: "400", Reaction: bot.SwitchOff, Alarm: true}},
		"conflict":         {answer("409", "Conflict"), bot.SendError{Code: "409", Reaction: bot.RetryLater, Alarm: true}},
		"too many, bare":   {answer("429", "Too Many Requests"), bot.SendError{Code: "429", Reaction: bot.RetryLater}},
		"too many":         {telegramtest.Fault{Status: 429, Body: `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 14400","parameters":{"retry_after":14400}}`}, bot.SendError{Code: "429", Reaction: bot.RetryLater, RetryAfter: 4 * time.Hour}},
		"internal":         {answer("500", "Internal Server Error: restart"), bot.SendError{Code: "500", Reaction: bot.RetryLater}},
		"gateway":          {telegramtest.Fault{Status: 502, Body: telegramtest.BadGateway}, bot.SendError{Code: "502", Reaction: bot.RetryLater}},
		"gateway, no body": {telegramtest.Fault{Status: 504}, bot.SendError{Code: "504", Reaction: bot.RetryLater}},
		"proxy":            {telegramtest.Fault{Status: 407, Body: "<html>"}, bot.SendError{Code: "407", Reaction: bot.RetryLater, Alarm: true}},
		"page":             {telegramtest.Fault{Status: 200, Body: "<html>"}, bot.SendError{Code: "no_answer", Reaction: bot.Unknown}},
		"redirect":         {telegramtest.Fault{Status: 302, Body: "<html>"}, bot.SendError{Code: "302", Reaction: bot.RetryLater, Alarm: true}},
		"cut, taken":       {telegramtest.Fault{Kind: telegramtest.Cut, Taken: true}, bot.SendError{Code: "no_answer", Reaction: bot.Unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			p := w.api.Person(1)
			p.Start("")
			w.api.Fail(tc.fault)
			e := w.send(p, bot.Message{Text: "secret words"})
			require.NotNil(t, e)
			require.NotContains(t, e.Error(), "secret words")
			e.Err = nil
			require.Equal(t, tc.want, *e)
			require.Nil(t, w.send(p, bot.Message{Text: "again"}))
		})
	}
}

func TestTimeoutAfterTheRequestLeft(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(1)
	p.Start("")
	w.api.Fail(telegramtest.Fault{Kind: telegramtest.Hang, Taken: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = p.WaitCount(t.Context(), 1) // Telegram has it
		cancel()
	}()
	e := decision(t, func() error {
		_, err := w.ch.Send(ctx, p.Address(), bot.Message{Text: "x"}, "")
		return err
	})
	require.Equal(t, bot.Unknown, e.Reaction)
}

func TestNothingLeft(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	dead := "http://" + l.Addr().String()
	require.NoError(t, l.Close())
	c, err := New(Options{Token: telegramtest.Token, APIBase: dead, Clock: newWorld(t, nil).ours})
	require.NoError(t, err)
	for _, m := range []bot.Message{{Text: "x"}, {Media: &bot.Media{Data: pngOf(1, 1)}}} {
		e := decision(t, func() error { _, err := c.Send(t.Context(), "1", m, ""); return err })
		require.Equal(t, bot.RetryLater, e.Reaction)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := decision(t, func() error { _, err := c.Send(ctx, "1", bot.Message{Text: "x"}, ""); return err })
	require.Equal(t, bot.RetryLater, e.Reaction)
	require.ErrorContains(t, c.Check(t.Context()), "refused")
}

func TestSendRefusesLocally(t *testing.T) {
	w := newWorld(t, nil)
	for address, m := range map[string]bot.Message{"openid": {Text: "x"}, "1": {}} {
		e := decision(t, func() error { _, err := w.ch.Send(t.Context(), address, m, ""); return err })
		require.NotEqual(t, bot.RetryLater, e.Reaction)
	}
	e := decision(t, func() error {
		_, err := w.ch.Send(t.Context(), "1", bot.Message{Media: &bot.Media{Data: make([]byte, maxDocument+1)}}, "")
		return err
	})
	require.Equal(t, bot.GiveUp, e.Reaction)
	require.Zero(t, w.api.Calls("sendMessage"))
}

func TestPhotoOrDocument(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(1)
	p.Start("")
	for i, tc := range []struct {
		data  []byte
		photo bool
	}{
		{pngOf(40, 30), true},
		{pngOf(2100, 100), false}, // ratio over 20
		{pngOf(9000, 1100), false},
		{[]byte("%PDF-1.7"), false},
		{append(pngOf(40, 30), make([]byte, maxPhoto)...), false},
	} {
		require.Nil(t, w.send(p, bot.Message{Text: "看", Media: &bot.Media{Name: "r", Data: tc.data}, Options: []bot.Option{{Label: "好", Ref: "1.1"}}}))
		m := p.Messages()[i]
		require.Equal(t, tc.photo, m.Photo != nil, i)
		require.Equal(t, !tc.photo, m.Document != nil, i)
		require.Equal(t, "看\n\n1. 好", m.Text)
		require.Equal(t, "1.1", m.Inline[0][0].Data)
		w.theirs.Advance(time.Second)
	}
}

func TestPhoneKeyboardComesAndGoes(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(1)
	p.Start("")
	ask := w.ch.Fit(bot.Message{Text: "请留下手机号", Phone: "分享我的号码", Options: []bot.Option{{Label: "不了", Value: "no"}}})
	require.Len(t, ask, 1)
	require.Nil(t, w.send(p, ask[0]))
	k := p.Keyboard()
	require.Equal(t, [][]telegramtest.Key{{{Text: "分享我的号码", RequestContact: true}}, {{Text: "不了"}}}, k.Keys)
	require.True(t, k.OneTime)
	p.ShareContact(true)
	require.True(t, p.Keyboard().Folded, "folded, but still there")
	require.Nil(t, w.send(p, bot.Message{Text: "谢谢"}))
	require.Nil(t, p.Keyboard())
}

func TestCheckAndCommands(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Commands = []Command{
			{Name: "book", Description: map[string]string{"": "Book", "zh": "预约"}},
			{Name: "menu", Description: map[string]string{"": "Menu"}},
		}
	})
	require.NoError(t, w.ch.Check(t.Context()))
	w.api.Person(1).Start("")
	w.run()
	w.inbox.count(t, 1)
	require.Equal(t, []telegramtest.Command{{Command: "book", Description: "预约"}, {Command: "menu", Description: "Menu"}}, w.api.Commands("zh"))
	require.Equal(t, "Book", w.api.Commands("")[0].Description)

	other, err := New(Options{Token: "99:wrong", APIBase: w.api.URL(), Clock: w.ours, HTTP: &http.Client{Transport: w.ch.wire.http.Transport}})
	require.NoError(t, err)
	e := decision(t, func() error { return other.Check(t.Context()) })
	require.Equal(t, bot.SwitchOff, e.Reaction)
	require.NotContains(t, e.Error(), "99:wrong")
}

func TestMedia(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(1)
	p.Photo(pngOf(4, 3), "")
	p.Document("big.bin", "application/octet-stream", make([]byte, maxDownload+1), "")
	w.run()
	got := w.inbox.count(t, 2)
	data, kind, err := w.ch.Media(t.Context(), got[0].Media.ID)
	require.NoError(t, err)
	require.Equal(t, pngOf(4, 3), data)
	require.Equal(t, "image/png", kind)
	_, _, err = w.ch.Media(t.Context(), got[1].Media.ID)
	require.ErrorIs(t, err, ErrTooLarge)
	_, _, err = w.ch.Media(t.Context(), "nonsense")
	require.Error(t, err)
	w.api.Close()
	_, _, err = w.ch.Media(t.Context(), got[0].Media.ID)
	require.Error(t, err)
	require.NotContains(t, err.Error(), telegramtest.Token)
}

func TestNewNamesEveryFault(t *testing.T) {
	_, err := New(Options{Token: "no token", APIBase: "ftp://x", Mode: ModeWebhook, WebhookSecret: "ü", Commands: []Command{{Name: "Book!"}}})
	for _, part := range []string{"token", "API base", "secret", "address", "clock", "Book!"} {
		require.ErrorContains(t, err, part)
	}
	require.NotContains(t, err.Error(), "no token")
	_, err = New(Options{Token: telegramtest.Token, Mode: "push"})
	require.ErrorContains(t, err, "poll")
	require.False(t, strings.Contains(err.Error(), telegramtest.Token))
}
