package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"zhenban/bot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"

// robot is a stand-in of the robot's webhook: 20 messages, then 45009.
type robot struct {
	mu    sync.Mutex
	seen  []string
	fail  func(w http.ResponseWriter) bool // answers the next call
	calls int
}

func (s *robot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.fail != nil && s.fail(w) {
		return
	}
	answer := func(code int, text string) {
		_ = json.NewEncoder(w).Encode(map[string]any{"errcode": code, "errmsg": text + ", hint: [16], from ip: 192.0.2.1"})
	}
	var m struct {
		Type     string                   `json:"msgtype"`
		Text     struct{ Content string } `json:"text"`
		Markdown struct{ Content string } `json:"markdown"`
	}
	body, _ := io.ReadAll(r.Body)
	content, limit := "", 2048
	switch {
	case r.URL.Path != "/cgi-bin/webhook/send" || r.Method != http.MethodPost:
		w.WriteHeader(http.StatusNotFound)
		return
	case r.URL.Query().Get("key") != key:
		answer(93000, "invalid webhook url")
		return
	case json.Unmarshal(body, &m) != nil:
		answer(47001, "data format error")
		return
	}
	switch m.Type {
	case "text":
		content = m.Text.Content
	case "markdown":
		content, limit = m.Markdown.Content, 4096
	default:
		answer(40008, "invalid message type")
		return
	}
	switch {
	case content == "":
		answer(44004, "empty content")
	case len(content) > limit || !utf8.ValidString(content):
		answer(40058, "content exceed max length")
	case len(s.seen) >= 20:
		answer(45009, "api freq out of limit")
	default:
		s.seen = append(s.seen, content)
		answer(0, "ok")
	}
}

func start(t *testing.T, change func(*Options)) (*Channel, *robot) {
	t.Helper()
	s := &robot{}
	server := httptest.NewServer(s)
	transport := &http.Transport{}
	o := Options{Key: key, APIBase: server.URL, HTTP: &http.Client{Transport: transport}}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	require.NoError(t, err)
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	return c, s
}

func send(t *testing.T, c *Channel, m bot.Message) *bot.SendError {
	t.Helper()
	_, err := c.Send(t.Context(), "", m, "key")
	if err == nil {
		return nil
	}
	var e *bot.SendError
	require.ErrorAs(t, err, &e)
	require.NotContains(t, err.Error(), key)
	return e
}

func TestSend(t *testing.T) {
	for _, markdown := range []bool{false, true} {
		c, s := start(t, func(o *Options) { o.Markdown = markdown })
		text := strings.Repeat("病人在候诊区等您，请尽快回复。\n", 300)
		parts := c.Fit(bot.Message{Text: text, Options: []bot.Option{{Label: "打开", URL: "https://clinic.example/t/1"}}})
		for _, p := range parts {
			require.Nil(t, send(t, c, p))
		}
		require.Equal(t, text+"1. 打开 https://clinic.example/t/1", strings.Join(s.seen, "\n"))
	}
}

func TestWordsOfAPatientCallNobody(t *testing.T) {
	c, s := start(t, nil)
	require.Nil(t, send(t, c, bot.Message{Text: "<@all> 😀 _x_"}))
	require.Equal(t, []string{"＜@all> 😀 _x_"}, s.seen)
}

func TestLimit(t *testing.T) {
	c, _ := start(t, nil)
	for range 20 {
		require.Nil(t, send(t, c, bot.Message{Text: "提醒"}))
	}
	e := send(t, c, bot.Message{Text: "提醒"})
	require.Equal(t, "45009", e.Code)
	require.Equal(t, bot.RetryLater, e.Reaction)
	require.Equal(t, time.Minute, e.RetryAfter)
}

func TestWrongKey(t *testing.T) {
	c, _ := start(t, func(o *Options) { o.Key = "another-key-0000" })
	e := send(t, c, bot.Message{Text: "提醒"})
	require.Equal(t, bot.SwitchOff, e.Reaction)
	require.True(t, e.Alarm)
}

func TestFailures(t *testing.T) {
	for name, tc := range map[string]struct {
		fail func(http.ResponseWriter) bool
		want bot.Reaction
	}{
		"busy": {func(w http.ResponseWriter) bool {
			_, _ = io.WriteString(w, `{"errcode":-1,"errmsg":"busy"}`)
			return true
		}, bot.RetryLater},
		"html":    {func(w http.ResponseWriter) bool { w.WriteHeader(502); _, _ = io.WriteString(w, "<html>"); return true }, bot.RetryLater},
		"page":    {func(w http.ResponseWriter) bool { _, _ = io.WriteString(w, "<html>"); return true }, bot.Unknown},
		"cut":     {func(http.ResponseWriter) bool { panic(http.ErrAbortHandler) }, bot.Unknown},
		"unknown": {func(w http.ResponseWriter) bool { _, _ = io.WriteString(w, `{"errcode":99999}`); return true }, bot.GiveUp},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := start(t, nil)
			s.fail = tc.fail
			require.Equal(t, tc.want, send(t, c, bot.Message{Text: "提醒"}).Reaction)
		})
	}
	c, _ := start(t, nil)
	require.Equal(t, bot.GiveUp, send(t, c, bot.Message{}).Reaction)
}

func TestRefusedAndHanging(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	dead := "http://" + l.Addr().String()
	require.NoError(t, l.Close())
	c, _ := start(t, func(o *Options) { o.APIBase = dead })
	require.Equal(t, bot.RetryLater, send(t, c, bot.Message{Text: "提醒"}).Reaction)

	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	c, s := start(t, nil)
	s.fail = func(http.ResponseWriter) bool {
		cancel() // the caller gives up while WeCom works
		<-release
		return true
	}
	_, err = c.Send(ctx, "", bot.Message{Text: "提醒"}, "")
	close(release)
	var e *bot.SendError
	require.True(t, errors.As(err, &e))
	require.Equal(t, bot.Unknown, e.Reaction)
}

func TestNewNamesEveryFault(t *testing.T) {
	_, err := New(Options{Key: "??", APIBase: "nowhere"})
	require.ErrorContains(t, err, "key=")
	require.ErrorContains(t, err, "API base")
}

func FuzzSplit(f *testing.F) {
	f.Add("一行\n两行。<@x>", 9)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 4 + (limit&0x7fffffff)%64
		s = render(&bot.Message{Text: s})
		for _, p := range split(s, limit) {
			if len(p) > limit || p == "" || !utf8.ValidString(p) {
				t.Fatalf("%q of limit %d", p, limit)
			}
		}
	})
}
