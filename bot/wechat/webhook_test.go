package wechat_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
)

func TestAddressCheck(t *testing.T) {
	f := newFixture(t)
	status, err := f.wechat.CheckAddress(f.ctx, f.webhook, false)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	status, err = f.wechat.CheckAddress(f.ctx, f.webhook, true)
	require.NoError(t, err)
	require.Equal(t, http.StatusForbidden, status)
	require.Equal(t, 1, f.count("wechat_refused_signature"))

	req, err := http.NewRequestWithContext(f.ctx, http.MethodPut, f.webhook+"?signature=x&timestamp=1&nonce=2", http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
	http.DefaultClient.CloseIdleConnections()
}

func TestForgeries(t *testing.T) {
	both := map[wechattest.Forgery]int{
		wechattest.BadSignature: 403, wechattest.BadToken: 403, wechattest.Stale: 403, wechattest.Future: 403,
		wechattest.NoNonce: 400, wechattest.NoTimestamp: 400, wechattest.Oversized: 413,
		wechattest.EntityBomb: 400, wechattest.ExternalDTD: 400, wechattest.Deep: 400, wechattest.Garbage: 400,
		wechattest.Truncated: 400, wechattest.TwoRoots: 400, wechattest.NoSender: 400, wechattest.NoMsgID: 400,
	}
	plainOnly := map[wechattest.Forgery]int{wechattest.EncryptedHere: 400}
	safeOnly := map[wechattest.Forgery]int{
		wechattest.PlainInSafe: 403, wechattest.PlainAsSafe: 403, wechattest.BadEnvelope: 403,
		wechattest.OtherApp: 403, wechattest.OtherKey: 403, wechattest.CutEnvelope: 403,
	}
	const secretWords = "我的病不要告诉别人"
	try := func(t *testing.T, f *fixture, tables ...map[wechattest.Forgery]int) {
		n := 0
		for _, table := range tables {
			for forgery, want := range table {
				status, err := f.person().Forge(f.ctx, forgery, secretWords)
				require.NoError(t, err, forgery)
				require.Equal(t, want, status, forgery)
				n++
			}
		}
		require.Empty(t, f.receiver.inbounds(), "a forgery reached the receiver")
		total := 0
		for name, count := range f.counts {
			if strings.HasPrefix(name, "wechat_refused_") {
				total += count
			}
		}
		require.Equal(t, n, total, "every refusal is counted: %v", f.counts)
		require.NotContains(t, f.log.String(), secretWords)
	}
	t.Run("plain", func(t *testing.T) { try(t, newFixture(t), both, plainOnly) })
	t.Run("safe", func(t *testing.T) { try(t, newFixture(t, safe), both, safeOnly) })
}

func TestClockSkewIsForgiven(t *testing.T) {
	f := newFixture(t)
	p := f.person().Message("text", wechattest.Field{Name: "Content", Value: "早"})
	f.clock.Advance(4 * time.Minute) // the message was written then; this delivery is signed now
	_, err := f.person().Push(f.ctx, p)
	require.NoError(t, err)
}

func TestRoundTrip(t *testing.T) {
	for name, mode := range map[string]adjust{"plain": func(*wechattest.Config, *wechat.Options) {}, "safe": safe} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, mode)
			f.receiver.answer = say(bot.Message{Text: "选一个 <a> ]]> 白细胞<4.0 & \x01\u2028结束", Options: []bot.Option{
				{Label: `预约 "A&B" <口腔> 100% #1+1`, Value: "1", Ref: "12.1"},
				{Label: "菜单", Value: "/menu", Ref: "/menu"},
				{Label: "地图", URL: `https://example.com/map?a=1&b="x y"`},
				{Label: "无引用", Value: "x"},
			}})
			p := f.person()
			answer, err := p.Text(f.ctx, "你好 ]]> <b>&amp;</b>")
			require.NoError(t, err)
			require.Equal(t, 1, answer.Deliveries)
			got := answer.Message
			require.NotNil(t, got)
			require.Equal(t, wechattest.Passive, got.Via)
			require.Equal(t, "选一个 ＜a> ]]> 白细胞<4.0 & \n结束\n\n1. 预约 \"A&B\" ＜口腔＞ 100% #1+1\n2. 菜单\n3. 地图\n4. 无引用", got.Text)
			require.Len(t, got.Options, 4)
			require.Equal(t, `预约 "A&B" <口腔> 100% #1+1`, got.Options[0].Content, "what a tap sends is the label as it was")
			require.Equal(t, "https://example.com/map?a=1&b=%22x%20y%22", got.Options[2].URL)

			in := f.receiver.inbounds()[0]
			require.Equal(t, bot.KindText, in.Kind)
			require.Equal(t, "你好 ]]> <b>&amp;</b>", in.Text)
			require.Equal(t, openID, in.Address)
			require.Equal(t, "wechat:"+openID+":7000000000000001", in.Key)
			require.Equal(t, 1, in.Inline)
			require.Equal(t, f.clock.Now().Add(4*time.Second), in.InlineUntil)
			require.True(t, in.At.Equal(f.clock.Now()))

			for i, want := range []string{"12.1", "/menu", "", ""} {
				if i == 2 {
					continue
				}
				_, err := p.Tap(f.ctx, got.Options[i])
				require.NoError(t, err)
				all := f.receiver.inbounds()
				tapped := all[len(all)-1]
				require.Equal(t, want, tapped.Choice)
				require.Equal(t, got.Options[i].Content, tapped.Text)
				if want == "" {
					require.Equal(t, bot.KindText, tapped.Kind, "a line without a reference counts by its words")
				} else {
					require.Equal(t, bot.KindChoice, tapped.Kind)
				}
			}
			require.Empty(t, f.wechat.Violations())
		})
	}
}

func TestInboundKinds(t *testing.T) {
	f := newFixture(t, safe)
	f.receiver.answer = say()
	p := f.person()
	field := func(name, value string) wechattest.Field { return wechattest.Field{Name: name, Value: value} }
	rows := []struct {
		name string
		push wechattest.Push
		want bot.Inbound // Key, At, Address and Inline aside
	}{
		{"sticker as text", p.Message("text", field("Content", "【收到不支持的消息类型，暂无法显示】")), bot.Inbound{Kind: bot.KindSticker}},
		{"image", p.Message("image", field("PicUrl", "http://p/1"), field("MediaId", "m1")), bot.Inbound{Kind: bot.KindImage, Media: &bot.Media{ID: "m1", URL: "http://p/1"}}},
		{"voice", p.Message("voice", field("MediaId", "m2"), field("Format", "amr"), field("Recognition", "我想预约。")), bot.Inbound{Kind: bot.KindVoice, Text: "我想预约。", Media: &bot.Media{ID: "m2", ContentType: "audio/amr"}}},
		{"video", p.Message("video", field("MediaId", "m3"), field("ThumbMediaId", "t")), bot.Inbound{Kind: bot.KindFile, Media: &bot.Media{ID: "m3", ContentType: "video/mp4"}}},
		{"short video", p.Message("shortvideo", field("MediaId", "m4")), bot.Inbound{Kind: bot.KindFile, Media: &bot.Media{ID: "m4", ContentType: "video/mp4"}}},
		{"location", p.Message("location", field("Location_X", "23.134521"), field("Location_Y", "113.358803"), field("Label", "广州")), bot.Inbound{Kind: bot.KindLocation, Text: "广州", Media: &bot.Media{Latitude: 23.134521, Longitude: 113.358803}}},
		{"no location", p.Message("location", field("Location_X", "NaN"), field("Location_Y", "1")), bot.Inbound{Kind: bot.KindSticker}},
		{"link", p.Message("link", field("Title", "文章"), field("Description", "d"), field("Url", "http://a/b")), bot.Inbound{Kind: bot.KindText, Text: "文章\nhttp://a/b"}},
		{"unknown kind", p.Message("hologram"), bot.Inbound{Kind: bot.KindSticker}},
		{"another's menu id", p.Message("text", field("Content", "满意"), field("bizmsgmenuid", "101")), bot.Inbound{Kind: bot.KindText, Text: "满意"}},
		{"escaped reference", p.Message("text", field("Content", "好"), field("bizmsgmenuid", "%2Fbook%20A1")), bot.Inbound{Kind: bot.KindChoice, Text: "好", Choice: "/book A1"}},
		{"follow", p.Event("subscribe", ""), bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow}},
		{"follow by code", p.Event("subscribe", "qrscene_bind-7"), bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow, Scene: "bind-7"}},
		{"leave", p.Event("unsubscribe", ""), bot.Inbound{Kind: bot.KindEvent, Event: bot.EventUnfollow}},
		{"scan", p.Event("SCAN", "bind-8"), bot.Inbound{Kind: bot.KindEvent, Event: bot.EventScan, Scene: "bind-8"}},
		{"click", p.Event("CLICK", "预约"), bot.Inbound{Kind: bot.KindText, Text: "预约"}},
		{"view", p.Event("VIEW", "https://a/"+strings.Repeat("x", 400)), bot.Inbound{Kind: bot.KindEvent, Event: bot.EventView}},
	}
	for i, row := range rows {
		answer, err := p.Deliver(f.ctx, row.push)
		require.NoError(t, err, row.name)
		require.Nil(t, answer.Message, row.name)
		all := f.receiver.inbounds()
		require.Len(t, all, i+1, row.name)
		got := all[i]
		require.Less(t, len(got.Key), 200, "a key fits a column")
		require.True(t, strings.HasPrefix(got.Key, "wechat:"+openID+":"), got.Key)
		want := row.want
		want.Channel, want.Address, want.Key = "wechat", openID, got.Key
		want.At, want.Inline, want.InlineUntil = got.At, got.Inline, got.InlineUntil
		require.Equal(t, want, got, row.name)
	}
	n := len(rows)
	for _, ignored := range []wechattest.Push{
		p.Event("LOCATION", "", field("Latitude", "1")), p.Event("TEMPLATESENDJOBFINISH", "", field("MsgID", "1"), field("Status", "success")),
		p.Event("subscribe_msg_popup_event", ""), p.Event("something_new", "k"),
	} {
		answer, err := p.Deliver(f.ctx, ignored)
		require.NoError(t, err)
		require.Nil(t, answer.Message)
	}
	require.Len(t, f.receiver.inbounds(), n, "reports and receipts reach nobody")
	require.Equal(t, 4, f.count("wechat_ignored"))
}

func TestKeyRotation(t *testing.T) {
	f := newFixture(t, func(c *wechattest.Config, o *wechat.Options) {
		c.AESKey, o.AESKey, o.PreviousAESKey = keyOne, keyTwo, keyOne
	})
	p := f.person()
	_, err := p.Text(f.ctx, "旧钥匙") // the stand-in reads the answer with the key it asked under
	require.NoError(t, err)
	f.wechat.SetAESKey(keyTwo)
	_, err = p.Text(f.ctx, "新钥匙")
	require.NoError(t, err)
	f.wechat.SetAESKey(keySafe)
	_, err = p.Text(f.ctx, "谁的钥匙")
	require.ErrorIs(t, err, wechattest.ErrOutOfService)
	require.Len(t, p.Inbox(), 2)
}

func TestNewTellsEveryFault(t *testing.T) {
	_, err := wechat.New(wechat.Options{AESKey: "short", PreviousAESKey: strings.Repeat("*", 43), APIBase: "ftp://x"})
	require.Error(t, err)
	for _, part := range []string{"app id", "secret", "token", "43 characters", "base64", "API base"} {
		require.ErrorContains(t, err, part)
	}
}
