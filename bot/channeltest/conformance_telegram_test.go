package channeltest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/channeltest"
	"zhenban/bot/telegram"
	"zhenban/bot/telegram/telegramtest"
)

func TestTelegramPoll(t *testing.T)    { channeltest.Run(t, newTelegram(telegram.ModePoll)) }
func TestTelegramWebhook(t *testing.T) { channeltest.Run(t, newTelegram(telegram.ModeWebhook)) }

type telegramHarness struct {
	t      *testing.T
	mode   string
	ch     *telegram.Channel
	server *telegramtest.Server
	person *telegramtest.Person
	ours   *clockwork.FakeClock // of the channel
	theirs *clockwork.FakeClock // of Telegram
}

func newTelegram(mode string) func(*testing.T, bot.Receiver) channeltest.Harness {
	return func(t *testing.T, r bot.Receiver) channeltest.Harness {
		start := time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC)
		h := &telegramHarness{t: t, mode: mode, ours: clockwork.NewFakeClockAt(start), theirs: clockwork.NewFakeClockAt(start)}
		h.server = telegramtest.New(telegramtest.Config{Clock: h.theirs})
		base, err := h.server.Start()
		require.NoError(t, err)
		transport := &http.Transport{}
		o := telegram.Options{
			Token: telegramtest.Token, APIBase: base, Mode: mode, Clock: h.ours,
			HTTP: &http.Client{Transport: transport}, WebhookSecret: "the-secret",
		}
		var handler http.Handler
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { handler.ServeHTTP(w, req) }))
		o.WebhookURL = web.URL + "/telegram"
		h.ch, err = telegram.New(o)
		require.NoError(t, err)
		handler = h.ch.Handler(r)
		h.person = h.server.Person(4711)
		h.person.Start("")

		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- h.ch.Run(ctx, r) }()
		t.Cleanup(func() {
			cancel()
			require.NoError(t, <-done)
			h.server.Close()
			web.Close()
			transport.CloseIdleConnections()
		})
		return h
	}
}

func (h *telegramHarness) Channel() bot.Channel { return h.ch }
func (h *telegramHarness) Address() string      { return h.person.Address() }
func (h *telegramHarness) Say(text string)      { h.person.Say(text) }
func (h *telegramHarness) Reopen()              { h.person.Say(channeltest.Reopening) }

func (h *telegramHarness) Pass(d time.Duration) { h.theirs.Advance(d) }

func (h *telegramHarness) Tap(number int) bool {
	prefix := strconv.Itoa(number) + ". "
	messages := h.person.Messages()
	for i := len(messages) - 1; i >= 0; i-- {
		for _, row := range messages[i].Inline {
			for _, b := range row {
				if len(b.Text) > len(prefix) && b.Text[:len(prefix)] == prefix {
					require.NoError(h.t, h.person.Tap(b.Text))
					return true
				}
			}
		}
	}
	require.FailNow(h.t, "no button", "%d", number)
	return false
}

func (h *telegramHarness) Give(kind bot.Kind) bool {
	switch kind {
	case bot.KindImage:
		h.person.Photo([]byte("jpeg"), "")
	case bot.KindVoice:
		h.person.Voice([]byte("ogg"))
	case bot.KindSticker:
		h.person.Sticker()
	case bot.KindLocation:
		h.person.Location(31.23, 121.47)
	default:
		return false
	}
	return true
}

func (h *telegramHarness) Again(n int) bool {
	ctx, cancel := context.WithTimeout(h.t.Context(), 10*time.Second)
	defer cancel()
	for _, status := range h.person.Again(ctx, n) {
		require.Equal(h.t, http.StatusOK, status)
	}
	return true
}

func (h *telegramHarness) Seen(ctx context.Context, n int) ([]channeltest.Seen, error) {
	messages, err := h.person.WaitCount(ctx, n)
	var all []channeltest.Seen
	for _, m := range messages {
		all = append(all, channeltest.Seen{Text: m.Text, Media: m.Photo != nil || m.Document != nil})
	}
	return all, err
}

func (h *telegramHarness) Redeliver() bool {
	clock := h.ours // a poller repeats by itself
	if h.mode == telegram.ModeWebhook {
		clock = h.theirs
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(h.t, clock.BlockUntilContext(ctx, 1))
	clock.Advance(2 * time.Minute)
	return true
}

func (h *telegramHarness) Block() bool {
	h.person.Block()
	return true
}

func (h *telegramHarness) Break(f channeltest.Failure) bool {
	switch f {
	case channeltest.ServerError:
		h.server.Fail(telegramtest.Fault{Method: "sendMessage", Status: http.StatusBadGateway, Body: telegramtest.BadGateway})
	case channeltest.LostAnswer:
		h.server.Fail(telegramtest.Fault{Method: "sendMessage", Kind: telegramtest.Cut, Taken: true})
	default:
		panic(fmt.Sprint("unknown failure ", f))
	}
	return true
}
