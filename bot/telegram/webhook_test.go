package telegram

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/telegram/telegramtest"
)

const aText = `{"update_id":77,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"A"},"text":"hello"}}`

func TestHandlerStatuses(t *testing.T) {
	w := newWorld(t, webhookMode)
	post := func(method, secret, body string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, w.web.URL, strings.NewReader(body))
		require.NoError(t, err)
		if secret != "" {
			req.Header.Set(secretHeader, secret)
		}
		resp, err := w.web.Client().Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode
	}
	const secret = "secret_1-A"
	require.Equal(t, http.StatusMethodNotAllowed, post(http.MethodGet, secret, ""))
	require.Equal(t, http.StatusUnauthorized, post(http.MethodPost, "", aText))
	require.Equal(t, http.StatusUnauthorized, post(http.MethodPost, "secret_1-B", aText))
	require.Equal(t, http.StatusUnauthorized, post(http.MethodPost, secret+"x", aText))
	require.Equal(t, http.StatusBadRequest, post(http.MethodPost, secret, "{"))
	require.Equal(t, http.StatusBadRequest, post(http.MethodPost, secret, "{}"))
	require.Equal(t, http.StatusRequestEntityTooLarge, post(http.MethodPost, secret, strings.Repeat(" ", 1<<20)+aText))
	require.Empty(t, w.inbox.count(t, 0))
	require.Equal(t, http.StatusOK, post(http.MethodPost, secret, aText))
	require.Equal(t, "hello", w.inbox.count(t, 1)[0].Text)
	w.inbox.refuseWith(func(bot.Inbound) error { return errAway })
	require.Equal(t, http.StatusInternalServerError, post(http.MethodPost, secret, aText))
	require.NotContains(t, w.log.String(), "hello", "no words of patients in logs")
}

// Without a secret anyone could write: nothing is taken.
func TestHandlerWithoutSecret(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.WebhookSecret = "" })
	resp, err := w.web.Client().Post(w.web.URL, "application/json", strings.NewReader(aText))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
}

func TestTapIsAnsweredAndTheKeyboardGone(t *testing.T) {
	for _, mode := range []string{ModePoll, ModeWebhook} {
		w := newWorld(t, func(o *Options) { o.Mode = mode })
		p := w.api.Person(5)
		p.Start("")
		w.run()
		w.inbox.count(t, 1)
		require.Nil(t, w.send(p, bot.Message{Text: "?", Options: []bot.Option{{Label: "是", Ref: "9.1"}, {Label: "否", Ref: "9.2"}}}))
		release := make(chan struct{})
		w.inbox.refuseWith(func(bot.Inbound) error { <-release; return nil })
		require.NoError(t, p.Tap("2. 否"))
		// Both are done while the turn is still being worked on.
		_, err := p.Wait(t.Context(), func(m []telegramtest.Message) bool { return m[0].Inline == nil })
		require.NoError(t, err)
		require.NoError(t, p.WaitAnswered(t.Context()))
		close(release)
		in := w.inbox.count(t, 2)[1]
		require.Equal(t, bot.KindChoice, in.Kind)
		require.Equal(t, "9.2", in.Choice)
		// The same tap again: Telegram refuses both calls, nobody minds.
		p.Again(t.Context(), 2)
		require.Equal(t, in.Key, w.inbox.count(t, 4)[3].Key)
	}
}

func TestUnaskedInlineIsHandedBack(t *testing.T) {
	w := newWorld(t, nil)
	w.inbox.reply = bot.Reply{Inline: []bot.Message{{Text: "x"}}}
	w.run()
	w.api.Person(5).Start("")
	w.api.Person(5).Say("y")
	w.inbox.count(t, 2)
	w.inbox.mu.Lock()
	defer w.inbox.mu.Unlock()
	require.NotEmpty(t, w.inbox.late)
}

func TestWebhookRepeatsUntilKept(t *testing.T) {
	w := newWorld(t, webhookMode)
	w.inbox.refuseWith(func(bot.Inbound) error { return errAway })
	stop := w.run()
	w.api.Person(5).Start("")
	w.inbox.wait(t, func() bool { return w.inbox.tries == 1 })
	require.NoError(t, w.theirs.BlockUntilContext(t.Context(), 1))
	w.theirs.Advance(time.Second)
	w.inbox.wait(t, func() bool { return w.inbox.tries == 2 })
	w.inbox.refuseWith(nil)
	require.NoError(t, w.theirs.BlockUntilContext(t.Context(), 1))
	w.theirs.Advance(2 * time.Second)
	w.inbox.count(t, 1)
	stop()
	require.Equal(t, 1, w.api.Calls("setWebhook"))
	require.Zero(t, w.api.Calls("deleteWebhook"), "other copies still need it")
}
