package telegramtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bot is a bot that calls the stand-in with JSON.
type bot struct {
	*testing.T
	s      *Server
	clock  *clockwork.FakeClock
	client *http.Client
}

func newBot(t *testing.T) *bot {
	clock := clockwork.NewFakeClock()
	b := &bot{T: t, s: New(Config{Clock: clock}), clock: clock, client: &http.Client{Transport: &http.Transport{}}}
	_, err := b.s.Start()
	require.NoError(t, err)
	t.Cleanup(func() {
		b.s.Close()
		b.client.CloseIdleConnections()
	})
	return b
}

type answer struct {
	OK     bool            `json:"ok"`
	Code   int             `json:"error_code"`
	Text   string          `json:"description"`
	Result json.RawMessage `json:"result"`
	Params struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

func (b *bot) call(method string, params map[string]any) answer {
	b.Helper()
	body, err := json.Marshal(params)
	require.NoError(b, err)
	resp, err := b.client.Post(b.s.URL()+"/bot"+Token+"/"+method, "application/json", bytes.NewReader(body))
	require.NoError(b, err)
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	require.NoError(b, err)
	var a answer
	require.NoError(b, json.Unmarshal(data, &a), string(data))
	if !a.OK {
		require.Equal(b, a.Code, resp.StatusCode)
	}
	return a
}

func TestRefusals(t *testing.T) {
	b := newBot(t)
	b.s.Person(1).Start("")
	b.s.Person(2)
	data := func(s string) any {
		return map[string]any{"inline_keyboard": [][]any{{map[string]any{"text": "x", "callback_data": s}}}}
	}
	for _, tc := range []struct {
		method string
		params map[string]any
		want   string
	}{
		{"sendMessage", map[string]any{"chat_id": 9, "text": "x"}, "400 chat not found"},
		{"sendMessage", map[string]any{"chat_id": 2, "text": "x"}, "403 initiate"},
		{"sendMessage", map[string]any{"text": "x"}, "400 chat_id is empty"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": " \n"}, "400 text is empty"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": strings.Repeat("😀", 2049)}, "400 too long"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "a_b", "parse_mode": "Markdown"}, "400 can't parse entities"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "a.b", "parse_mode": "MarkdownV2"}, "400 reserved"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "1 < 2", "parse_mode": "HTML"}, "400 start tag"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "<b>x", "parse_mode": "HTML"}, "400 end tag"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "x", "reply_markup": data("")}, "400 BUTTON_DATA_INVALID"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "x", "reply_markup": data(strings.Repeat("x", 65))}, "400 BUTTON_DATA_INVALID"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "x", "reply_markup": []int{}}, "400 object expected"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "x", "reply_markup": map[string]any{"inline_keyboard": [][]any{{map[string]any{"text": "x"}}}}}, "400 unallowed"},
		{"sendMessage", map[string]any{"chat_id": 1, "text": "x", "reply_markup": map[string]any{"inline_keyboard": [][]any{{map[string]any{"text": "x", "url": "javascript:1"}}}}}, "400 URL"},
		{"sendPhoto", map[string]any{"chat_id": 1}, "400 no photo"},
		{"answerCallbackQuery", map[string]any{"callback_query_id": "x"}, "400 query is too old"},
		{"answerCallbackQuery", map[string]any{"callback_query_id": "x", "text": strings.Repeat("x", 201)}, "400 MESSAGE_TOO_LONG"},
		{"editMessageReplyMarkup", map[string]any{"chat_id": 1, "message_id": 99}, "400 not found"},
		{"setWebhook", map[string]any{"url": "http://clinic.example/x"}, "400 HTTPS"},
		{"setWebhook", map[string]any{"url": "https://clinic.example:8080/x"}, "400 ports"},
		{"setWebhook", map[string]any{"url": "https://clinic.example/x", "secret_token": "ü"}, "400 unallowed"},
		{"setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "Book", "description": "x"}}}, "400 BOT_COMMAND_INVALID"},
		{"setMyCommands", map[string]any{"commands": []any{}, "language_code": "zh-CN"}, "400 LANG"},
		{"getFile", map[string]any{"file_id": "x"}, "400 file_id"},
		{"noSuchMethod", nil, "404 Not Found"},
	} {
		a := b.call(tc.method, tc.params)
		code, text, _ := strings.Cut(tc.want, " ")
		require.False(t, a.OK, "%s %v", tc.method, tc.params)
		require.Equal(t, code, strings.TrimSpace(strings.Split(tc.want, " ")[0]))
		require.Contains(t, a.Text, text)
	}
	require.Empty(t, b.s.Messages(1))
	for _, m := range []map[string]any{
		{"chat_id": "1", "text": "*a* _b_", "parse_mode": "Markdown"},
		{"chat_id": 1, "text": "<b>a</b> &lt;", "parse_mode": "HTML"},
	} {
		require.True(t, b.call("SENDMESSAGE", m).OK)
	}
	require.Equal(t, "a b", b.s.Messages(1)[0].Text)
	require.Equal(t, "a <", b.s.Messages(1)[1].Text)
}

func TestRates(t *testing.T) {
	b := newBot(t)
	send := func(chat int64) answer { return b.call("sendMessage", map[string]any{"chat_id": chat, "text": "x"}) }
	for i := range int64(40) {
		b.s.Person(i + 1).Start("")
	}
	for range defaultBurst {
		require.True(t, send(1).OK)
	}
	a := send(1)
	require.Equal(t, 429, a.Code)
	require.Equal(t, 1, a.Params.RetryAfter)
	for i := range int64(overall - defaultBurst) {
		require.True(t, send(i+2).OK)
	}
	require.Equal(t, 429, send(40).Code, "thirty a second over all chats")
	b.clock.Advance(time.Second)
	require.True(t, send(1).OK)
	require.Equal(t, 429, send(1).Code, "the burst comes back slowly")
}

func TestGetUpdates(t *testing.T) {
	b := newBot(t)
	p := b.s.Person(1)
	first := p.Start("")
	p.Say("a")
	ids := func(params map[string]any) (all []int64) {
		var batch []struct {
			ID int64 `json:"update_id"`
		}
		a := b.call("getUpdates", params)
		require.True(t, a.OK, a.Text)
		require.NoError(t, json.Unmarshal(a.Result, &batch))
		for _, u := range batch {
			all = append(all, u.ID)
		}
		return all
	}
	require.Equal(t, []int64{first, first + 1}, ids(nil))
	require.Equal(t, []int64{first}, ids(map[string]any{"limit": 1}), "nothing is confirmed by being read")
	require.Equal(t, []int64{first + 1}, ids(map[string]any{"offset": first + 1}))
	require.Equal(t, []int64{first + 1}, ids(map[string]any{"offset": first + 1000}), "an offset from the future confirms nothing")
	require.Empty(t, ids(map[string]any{"offset": first + 2}))
	require.Empty(t, ids(nil))

	ended := make(chan answer)
	go func() { ended <- b.call("getUpdates", map[string]any{"timeout": 50}) }()
	require.NoError(t, b.clock.BlockUntilContext(t.Context(), 1))
	require.Empty(t, ids(map[string]any{"timeout": 0}), "a second poll")
	require.Equal(t, 409, (<-ended).Code, "ends the first")

	require.True(t, b.call("setWebhook", map[string]any{"url": "http://127.0.0.1:1/"}).OK)
	require.Equal(t, 409, b.call("getUpdates", nil).Code)
	require.True(t, b.call("deleteWebhook", nil).OK)
	p.Edit("not asked for")
	p.Say("x")
	ids(map[string]any{"allowed_updates": []string{"message"}})
	p.Edit("dropped")
	require.Len(t, ids(nil), 2, "one from before")
}
