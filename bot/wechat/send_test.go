package wechat_test

import (
	"context"
	"errors"
	"image"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
)

const customPath = "/cgi-bin/message/custom/send"

func picture(t *testing.T) []byte {
	t.Helper()
	var b strings.Builder
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))))
	return []byte(b.String())
}

func (f *fixture) send(to string, m bot.Message) *bot.SendError {
	f.t.Helper()
	_, err := f.channel.Send(f.ctx, to, m, "key")
	if err == nil {
		return nil
	}
	var known *bot.SendError
	require.ErrorAs(f.t, err, &known)
	require.NotContains(f.t, err.Error(), "token-0")
	require.NotContains(f.t, err.Error(), f.options.Secret)
	return known
}

func TestSend(t *testing.T) {
	f := newFixture(t)
	p := f.open()
	require.Nil(t, f.send(openID, bot.Message{Text: "报告好了 <4.0 & \"x\" \u2028", Options: []bot.Option{{Label: "看 <报告>", Value: "/reports", Ref: "/reports"}}}))
	got, err := p.Next(f.ctx)
	require.NoError(t, err)
	require.Equal(t, wechattest.Custom, got.Via)
	require.Equal(t, "报告好了 <4.0 & \"x\" \n\n\n1. 看 ＜报告＞", got.Text)
	require.Equal(t, "/reports", got.Options[0].Ref)

	data := picture(t)
	require.Nil(t, f.send(openID, bot.Message{Media: &bot.Media{Data: data, Name: "x.png"}}))
	got, err = p.Next(f.ctx)
	require.NoError(t, err)
	require.Equal(t, data, got.Media)
	require.Equal(t, 1, f.wechat.Calls("/cgi-bin/stable_token"))
	require.Empty(t, f.wechat.Violations())

	for name, m := range map[string]bot.Message{
		"file":     {Media: &bot.Media{Data: []byte("%PDF-1.7"), Name: "report.pdf"}},
		"picture":  {Media: &bot.Media{}},
		"empty":    {},
		"unfitted": {Text: "x", Media: &bot.Media{Data: data}},
		"45002":    {Text: strings.Repeat("x", 2049)},
	} {
		fault := f.send(openID, m)
		require.NotNil(t, fault, name)
		require.Equal(t, name, fault.Code)
		require.Equal(t, bot.GiveUp, fault.Reaction)
	}
	require.Equal(t, bot.Unreachable, f.send("not an openid", bot.Message{Text: "x"}).Reaction)
}

// The table of errcodes, row by row: see docs/connect-wechat.md.
func TestEveryErrcode(t *testing.T) {
	f := newFixture(t)
	f.open()
	midnight := time.Date(2026, 11, 22, 16, 5, 0, 0, time.UTC).Sub(f.clock.Now()) // 00:05 in Beijing
	rows := []struct {
		code int
		want bot.SendError
	}{
		{-1, bot.SendError{Reaction: bot.Unknown}},
		{43107, bot.SendError{Reaction: bot.SwitchOff, Alarm: true}},
		{43108, bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute}},
		{40001, bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute, Alarm: true}},
		{40014, bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute, Alarm: true}},
		{42001, bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute, Alarm: true}},
		{40164, bot.SendError{Reaction: bot.SwitchOff, Alarm: true}},
		{40003, bot.SendError{Reaction: bot.Unreachable}},
		{43004, bot.SendError{Reaction: bot.Unreachable}},
		{43101, bot.SendError{Reaction: bot.NoWindow}},
		{43019, bot.SendError{Reaction: bot.Unreachable, Blocked: true}},
		{48002, bot.SendError{Reaction: bot.Unreachable, Blocked: true}},
		{43117, bot.SendError{Reaction: bot.RetryLater, RetryAfter: 10 * time.Minute}},
		{45002, bot.SendError{Reaction: bot.GiveUp, Alarm: true}},
		{45009, bot.SendError{Reaction: bot.RetryLater, RetryAfter: midnight, Alarm: true}},
		{45011, bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute}},
		{45015, bot.SendError{Reaction: bot.NoWindow}},
		{45047, bot.SendError{Reaction: bot.NoWindow}},
		{48001, bot.SendError{Reaction: bot.SwitchOff, Alarm: true}},
		{48004, bot.SendError{Reaction: bot.SwitchOff, Alarm: true}},
		{50002, bot.SendError{Reaction: bot.SwitchOff, Alarm: true}},
		{99999, bot.SendError{Reaction: bot.GiveUp, Alarm: true}},
	}
	for _, row := range rows {
		n := 1
		if row.code == 40001 || row.code == 40014 || row.code == 42001 {
			n = 2 // it is repeated once under a new token
		}
		f.wechat.FailNextAt(customPath, row.code, n)
		before := f.wechat.Calls(customPath)
		got := f.send(openID, bot.Message{Text: "x"})
		require.NotNil(t, got, row.code)
		require.Equal(t, before+n, f.wechat.Calls(customPath), "errcode %d", row.code)
		require.Error(t, got.Err)
		want := row.want
		want.Code, want.Err = strconv.Itoa(row.code), got.Err
		require.Equal(t, want, *got, "errcode %d", row.code)
		require.Equal(t, n, f.count("wechat_errcode_"+strconv.Itoa(row.code)))
	}
	require.Nil(t, f.send(openID, bot.Message{Text: "x"}), "and none of them lingers")
	require.Empty(t, f.alarmed(), "the sender raises Send's alarms, nobody twice")
}

// What the stand-in finds by itself, not by order.
func TestRealRefusals(t *testing.T) {
	f := newFixture(t)
	code := func(to string) string {
		if fault := f.send(to, bot.Message{Text: "x"}); fault != nil {
			return fault.Code
		}
		return ""
	}
	require.Equal(t, "40003", code("oNobody"))
	p := f.open()
	for range 5 {
		require.Empty(t, code(openID))
	}
	require.Equal(t, "45047", code(openID), "the sixth in a window")
	f.clock.Advance(48 * time.Hour)
	require.Equal(t, "45015", code(openID), "after 48 h")
	_, err := p.Click(f.ctx, "菜单")
	require.NoError(t, err)
	for range 3 {
		require.Empty(t, code(openID))
	}
	require.Equal(t, "45047", code(openID), "the fourth after a click")
	f.clock.Advance(time.Minute)
	require.Equal(t, "45015", code(openID), "a minute after a click")
	_, err = p.Unfollow(f.ctx)
	require.NoError(t, err)
	require.Equal(t, "43004", code(openID))
	f.wechat.SetQuota(customPath, 0)
	require.Equal(t, "45009", code(openID))
}

func TestBrokenHTTP(t *testing.T) {
	f := newFixture(t)
	f.open()
	require.Nil(t, f.send(openID, bot.Message{Text: "x"}), "a token is at hand")
	for fault, want := range map[wechattest.Fault]bot.Reaction{
		wechattest.Fault500: bot.RetryLater, wechattest.FaultEmpty: bot.Unknown, wechattest.FaultHTML: bot.RetryLater, wechattest.FaultPage: bot.RetryLater,
		wechattest.FaultCut: bot.Unknown, wechattest.FaultTrunc: bot.Unknown,
	} {
		f.wechat.BreakNext(fault, 1)
		got := f.send(openID, bot.Message{Text: "x"})
		require.NotNil(t, got, fault)
		require.Equal(t, want, got.Reaction, "%s: %v", fault, got)
		require.False(t, got.Alarm)
	}
	// The request went out, the answer never came.
	f.wechat.BreakNext(wechattest.FaultHang, 1)
	ctx, cancel := context.WithTimeout(f.ctx, 100*time.Millisecond)
	defer cancel()
	_, err := f.channel.Send(ctx, openID, bot.Message{Text: "x"}, "")
	var known *bot.SendError
	require.ErrorAs(t, err, &known)
	require.Equal(t, bot.Unknown, known.Reaction)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	// An upload in doubt puts nothing before anyone.
	f.wechat.BreakNextAt("/cgi-bin/media/upload", wechattest.FaultCut, 1)
	require.Equal(t, bot.RetryLater, f.send(openID, bot.Message{Media: &bot.Media{Data: picture(t)}}).Reaction)
}

func TestNothingWasWritten(t *testing.T) {
	f := newFixture(t, func(_ *wechattest.Config, o *wechat.Options) {
		// Onto a connection kept alive a request may be written after all.
		o.HTTP = &http.Transport{DisableKeepAlives: true}
	})
	f.open()
	require.Nil(t, f.send(openID, bot.Message{Text: "x"}))
	f.wechat.Close()
	got := f.send(openID, bot.Message{Text: "x"})
	require.Equal(t, bot.RetryLater, got.Reaction)
	require.Equal(t, "network", got.Code)
}

func TestNoTokenNoDoubt(t *testing.T) {
	for fault, want := range map[wechattest.Fault]bot.Reaction{wechattest.FaultCut: bot.RetryLater, wechattest.FaultTrunc: bot.RetryLater, wechattest.FaultHTML: bot.RetryLater} {
		f := newFixture(t)
		f.wechat.BreakNextAt("/cgi-bin/stable_token", fault, 1)
		require.Equal(t, want, f.send(openID, bot.Message{Text: "x"}).Reaction, fault)
	}
	f := newFixture(t, func(_ *wechattest.Config, o *wechat.Options) { o.Secret = "another" })
	got := f.send(openID, bot.Message{Text: "x"})
	require.Equal(t, bot.SwitchOff, got.Reaction)
	require.Equal(t, "40125", got.Code)
	require.True(t, got.Alarm)
	require.ErrorContains(t, f.channel.Check(f.ctx), "40125")
}

func TestCheckMenuQRMedia(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.channel.Check(f.ctx))

	buttons := []wechat.MenuButton{{Name: "预约", Key: "预约"}, {Name: "更多", Sub: []wechat.MenuButton{{Name: "官网", URL: "https://a.example/?x=1&y=2"}, {Name: "报告", Key: "报告"}}}}
	require.NoError(t, f.channel.CreateMenu(f.ctx, buttons))
	require.Contains(t, string(f.wechat.Menu()), `"key":"报告"`)
	err := f.channel.CreateMenu(f.ctx, []wechat.MenuButton{{Name: strings.Repeat("长", 9), Key: strings.Repeat("k", 129)}, {Name: "空"}})
	for _, part := range []string{"16 bytes", "key over 128", "one of key"} {
		require.ErrorContains(t, err, part)
	}
	f.wechat.FailNext(48001, 1)
	require.Error(t, f.channel.CreateMenu(f.ctx, buttons))
	require.Equal(t, []string{"wechat_48001"}, f.alarmed())

	code, err := f.channel.QR(f.ctx, "bind-77", 30*time.Minute)
	require.NoError(t, err)
	require.Equal(t, "bind-77", f.wechat.Scene(code.URL))
	require.True(t, code.Expires.Equal(f.clock.Now().Add(30*time.Minute)))
	raw, err := code.PNG(256)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(raw), "\x89PNG"))
	code, err = f.channel.QR(f.ctx, "door", 0)
	require.NoError(t, err)
	require.True(t, code.Expires.IsZero())
	for _, ttl := range []time.Duration{-1, time.Millisecond, 31 * 24 * time.Hour} {
		_, err = f.channel.QR(f.ctx, "x", ttl)
		require.Error(t, err)
	}
	_, err = f.channel.QR(f.ctx, strings.Repeat("x", 65), 0)
	require.Error(t, err)

	data := picture(t)
	_, err = f.person().Image(f.ctx, "image/png", data)
	require.NoError(t, err)
	got, kind, err := f.channel.Media(f.ctx, f.receiver.inbounds()[0].Media.ID)
	require.NoError(t, err)
	require.Equal(t, data, got)
	require.Equal(t, "image/png", kind)
	_, _, err = f.channel.Media(f.ctx, "gone")
	require.ErrorContains(t, err, "40007")
	_, _, err = f.channel.Media(f.ctx, f.wechat.PutMedia("application/json", []byte(`{"video_url":"http://x"}`)))
	require.Error(t, err)
	_, _, err = f.channel.Media(f.ctx, f.wechat.PutMedia("image/jpeg", make([]byte, 13<<20)))
	require.ErrorIs(t, err, bot.ErrFileTooLarge)
}

// The address of every call holds the token; none of the ways it can fail may
// print it.
func TestErrorsHoldNoSecrets(t *testing.T) {
	f := newFixture(t, func(_ *wechattest.Config, o *wechat.Options) {
		o.APIBase = "http://127.0.0.1:1/prefix"
	})
	err := f.channel.Check(f.ctx)
	require.Error(t, err)
	require.NotContains(t, err.Error(), f.options.Secret)
	require.NotContains(t, err.Error(), "access_token")
	var known *bot.SendError
	require.True(t, errors.As(err, &known))
	require.Equal(t, bot.RetryLater, known.Reaction)
}
