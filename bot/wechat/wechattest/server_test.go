package wechattest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot/wechat/wechattest"
)

func start(t *testing.T) (*wechattest.Server, func(path, body string) map[string]any) {
	t.Helper()
	s, err := wechattest.New(wechattest.Config{AppID: "wx1", Secret: "s", Token: "t", Clock: clockwork.NewFakeClock()})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	var token string
	post := func(path, body string) map[string]any {
		resp, err := http.Post(s.URL+path+"?access_token="+token, "application/json", strings.NewReader(body)) //nolint:gosec,noctx // loopback
		require.NoError(t, err)
		defer resp.Body.Close() //nolint:errcheck // read to its end
		raw, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		var answer map[string]any
		require.NoError(t, json.Unmarshal(raw, &answer))
		return answer
	}
	got := post("/cgi-bin/stable_token", `{"grant_type":"client_credential","appid":"wx1","secret":"s","force_refresh":false}`)
	token = got["access_token"].(string)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return s, post
}

// The stand-in is worth what it refuses.
func TestRefusals(t *testing.T) {
	s, post := start(t)
	s.Client("o1", "").Chatting()
	const custom = "/cgi-bin/message/custom/send"
	long := strings.Repeat("长", 683)
	for body, code := range map[string]float64{
		`{`: 47001,
		`{"touser":"o1","msgtype":"text","text":{"content":"x"},"more":1}`:                                                47001,
		`{"touser":"o1","msgtype":"text","text":{"content":"\u4f60"}}`:                                                    40033,
		`{"touser":"o1","msgtype":"text","text":{"content":""}}`:                                                          44004,
		`{"touser":"o1","msgtype":"text","text":{"content":"` + long + `"}}`:                                              45002,
		`{"touser":"o1","msgtype":"text"}`:                                                                                40008,
		`{"touser":"o1","msgtype":"image","image":{"media_id":"none"}}`:                                                   40007,
		`{"touser":"o2","msgtype":"text","text":{"content":"x"}}`:                                                         40003,
		`{"touser":"o1","msgtype":"text","text":{"content":"<a href='x'>1. x</a>"}}`:                                      47001,
		`{"touser":"o1","msgtype":"text","text":{"content":"<a href=\"weixin://bizmsgmenu?msgmenucontent=x\">1. x</a>"}}`: 47001,
		`{"touser":"o1","msgtype":"text","text":{"content":"x"}}`:                                                         0,
	} {
		require.InDelta(t, code, post(custom, body)["errcode"], 0, body)
	}
	require.Len(t, s.Violations(), 2, "links that no phone could tap")
}

func TestTemplatesAndNotices(t *testing.T) {
	s, post := start(t)
	p := s.Client("o1", "").Join()
	const template, notice = "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"
	body := `{"touser":"o1","template_id":"T","client_msg_id":"k","data":{"thing1":{"value":"复查"},"time2":{"value":"2026年11月24日 15:00"}}}`
	require.InDelta(t, 40037, post(template, body)["errcode"], 0)
	s.AddTemplate("T", "就诊提醒", "项目：{{thing1.DATA}}\n时间：{{time2.DATA}}")
	require.InDelta(t, 0, post(template, body)["errcode"], 0)
	require.InDelta(t, 0, post(template, body)["errcode"], 0)
	for _, bad := range []string{
		strings.Replace(body, "复查", strings.Repeat("查", 21), 1), strings.Replace(body, "复查", "", 1), strings.Replace(body, "复查", `a\nb`, 1),
		strings.Replace(body, "2026年11月24日 15:00", "2026-11-24T15:00:00Z", 1), strings.Replace(body, "thing1", "thing9", 1),
		strings.Replace(body, `"thing1":{"value":"复查"},`, "", 1),
	} {
		require.InDelta(t, 47003, post(template, bad)["errcode"], 0, bad)
	}
	require.Len(t, p.Inbox(), 1, "one of the two with the same client_msg_id")
	require.Equal(t, "项目：复查\n时间：2026年11月24日 15:00", p.Inbox()[0].Text)

	s.AddSubscription("S", "就诊提醒", "项目：{{thing1.DATA}}")
	body = `{"touser":"o1","template_id":"S","data":{"thing1":{"value":"复查"}}}`
	require.InDelta(t, 43101, post(notice, body)["errcode"], 0)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "success") }))
	t.Cleanup(hook.Close)
	_, err := s.Client("o1", hook.URL).Agree(t.Context(), true, "S")
	require.NoError(t, err)
	require.InDelta(t, 0, post(notice, body)["errcode"], 0)
	require.InDelta(t, 43101, post(notice, body)["errcode"], 0)
	require.Len(t, p.Inbox(), 2)
}

// Answers are judged too: each of these fails the push.
func TestBadAnswers(t *testing.T) {
	s, _ := start(t)
	var answer string
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
	t.Cleanup(hook.Close)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	p := s.Client("o1", hook.URL).Join()
	for name, text := range map[string]string{
		"JSON":          `{"ok":true}`,
		"words":         "ok",
		"someone else":  `<xml><ToUserName>o2</ToUserName><FromUserName>gh_zhenban00001</FromUserName><CreateTime>0</CreateTime><MsgType>text</MsgType><Content>x</Content></xml>`,
		"empty content": `<xml><ToUserName>o1</ToUserName><FromUserName>gh_zhenban00001</FromUserName><CreateTime>0</CreateTime><MsgType>text</MsgType><Content></Content></xml>`,
	} {
		answer = text
		_, err := p.Text(ctx, "x")
		require.Error(t, err, name)
	}
	require.Len(t, s.Violations(), 4)
	for _, text := range []string{"", "success"} {
		answer = text
		for _, push := range []func() (wechattest.Answer, error){
			func() (wechattest.Answer, error) { return p.Follow(ctx, "s") },
			func() (wechattest.Answer, error) { return p.Scan(ctx, "s") },
			func() (wechattest.Answer, error) { return p.View(ctx, "https://a") },
			func() (wechattest.Answer, error) { return p.Unfollow(ctx) },
		} {
			got, err := push()
			require.NoError(t, err)
			require.Nil(t, got.Message)
		}
	}
	hook.Close()
	_, err := p.Text(ctx, "x")
	require.ErrorIs(t, err, wechattest.ErrOutOfService)
}
