package telegram

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/telegram/telegramtest"
)

// The offset moves only over what was kept: a crash or an error in between
// brings the update again.
func TestOffsetMovesOverWhatWasKept(t *testing.T) {
	w := newWorld(t, nil)
	for i := range int64(5) {
		w.api.Person(1 + i).Say("hello")
	}
	w.inbox.refuseWith(func(in bot.Inbound) error {
		if in.Address == "3" {
			return errAway
		}
		return nil
	})
	w.run()
	w.inbox.wait(t, func() bool { return w.inbox.tries == 5 })
	require.Equal(t, 5, w.api.Unconfirmed(), "nothing is confirmed before the next call")
	w.back(2 * time.Minute) // asks from the third: 1 and 2 are confirmed, 3 to 5 come again
	w.inbox.wait(t, func() bool { return w.inbox.tries == 8 })
	require.Equal(t, 3, w.api.Unconfirmed())
	w.inbox.refuseWith(nil)
	w.back(2 * time.Minute)
	w.inbox.wait(t, func() bool { return w.inbox.tries == 11 })
	w.api.Person(1).Say("last")
	w.inbox.wait(t, func() bool { return w.inbox.tries == 12 })
}

// Within a chat nothing overtakes; between chats nothing waits.
func TestOrderWithinChats(t *testing.T) {
	w := newWorld(t, nil)
	slow, quick := w.api.Person(1), w.api.Person(2)
	slow.Say("1")
	slow.Say("2")
	quick.Say("a")
	quick.Say("b")
	release := make(chan struct{})
	w.inbox.refuseWith(func(in bot.Inbound) error {
		if in.Text == "1" {
			<-release
		}
		return nil
	})
	w.run()
	got := w.inbox.count(t, 2)
	require.Equal(t, []string{"a", "b"}, []string{got[0].Text, got[1].Text})
	close(release)
	got = w.inbox.count(t, 4)
	require.Equal(t, []string{"1", "2"}, []string{got[2].Text, got[3].Text})
}

// A failure holds back what follows it in the chat, and nothing else.
func TestFailureHoldsBackItsChat(t *testing.T) {
	w := newWorld(t, nil)
	a, b := w.api.Person(1), w.api.Person(2)
	a.Say("1")
	a.Say("2")
	b.Say("x")
	var once sync.Once
	w.inbox.refuseWith(func(in bot.Inbound) error {
		var err error
		if in.Text == "1" {
			once.Do(func() { err = errAway })
		}
		return err
	})
	w.run()
	got := w.inbox.wait(t, func() bool { return w.inbox.tries == 2 })
	require.Len(t, got, 1)
	require.Equal(t, "x", got[0].Text)
	w.back(2 * time.Minute)
	got = w.inbox.count(t, 4)
	var order []string
	for _, in := range got {
		if in.Address == "1" {
			order = append(order, in.Text)
		}
	}
	require.Equal(t, []string{"1", "2"}, order)
}

// After a quiet week numbers start anywhere, also lower.
func TestNumbersJumpDown(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(1)
	w.api.NumberFrom(900_000)
	p.Say("before")
	w.run()
	w.inbox.count(t, 1)
	require.NoError(t, w.theirs.BlockUntilContext(t.Context(), 1))
	w.theirs.Advance(50 * time.Second) // an empty poll
	w.api.NumberFrom(899_995)          // so near that Telegram would take the old offset as a confirmation
	p.Say("after")
	require.Equal(t, "telegram:899995", w.inbox.count(t, 2)[1].Key)
	p.Say("and on")
	require.Equal(t, "telegram:899996", w.inbox.count(t, 3)[2].Key)
}

func TestPollDeletesTheWebhook(t *testing.T) {
	w := newWorld(t, nil)
	other, err := New(Options{Token: telegramtest.Token, APIBase: w.api.URL(), Clock: w.ours, Mode: ModeWebhook, WebhookSecret: "x", WebhookURL: "http://127.0.0.1:1/"})
	require.NoError(t, err)
	require.NoError(t, other.arrange(t.Context()))
	other.wire.http.CloseIdleConnections()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	w.api.Person(1).Say("waited")
	w.run()
	require.Equal(t, "waited", w.inbox.count(t, 1)[0].Text, "what waited is not dropped")
}

func TestTwoPollersAlarmOnce(t *testing.T) {
	w := newWorld(t, nil)
	for range 3 {
		w.api.Fail(telegramtest.Fault{Method: "getUpdates", Status: 409, Body: `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}`})
	}
	w.api.Person(1).Say("hello")
	w.run()
	for range 3 {
		w.back(2 * time.Minute)
	}
	w.inbox.count(t, 1)
	require.Len(t, w.alarmed(), 1)
	require.Contains(t, w.alarmed()[0], "telegram.409|")
}

// Whatever comes instead of updates, the loop goes on, and says no secret.
func TestPollSurvives(t *testing.T) {
	w := newWorld(t, nil)
	for _, f := range []telegramtest.Fault{
		{Method: "deleteWebhook", Status: 502, Body: telegramtest.BadGateway},
		{Method: "getUpdates", Status: 502, Body: telegramtest.BadGateway},
		{Method: "getUpdates", Status: 429, Body: `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 40","parameters":{"retry_after":40}}`},
		{Method: "getUpdates", Kind: telegramtest.Cut, Taken: false},
		{Method: "getUpdates", Status: 200, Body: `{"ok":true,"result":[`},
		{Method: "getUpdates", Status: 200, Body: `{"ok":true,"result":{}}`},
		{Method: "getUpdates", Status: 401, Body: `{"ok":false,"error_code":401,"description":"Unauthorized"}`},
	} {
		w.api.Fail(f)
	}
	w.api.Person(1).Say("hello")
	w.run()
	for range 7 {
		w.back(2 * time.Minute)
	}
	w.inbox.count(t, 1)
	require.NotContains(t, w.log.String(), telegramtest.Token)
	require.Equal(t, []string{"telegram.401"}, func() (codes []string) {
		for _, a := range w.alarmed() {
			codes = append(codes, a[:12])
		}
		return codes
	}())
}

// Stopping finishes what was begun and leaves the rest with Telegram.
func TestStopFinishesWhatWasBegun(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(1)
	p.Say("begun")
	p.Say("not begun")
	begun, release := make(chan struct{}), make(chan struct{})
	w.inbox.refuseWith(func(bot.Inbound) error {
		close(begun)
		<-release
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.ch.Run(ctx, w.inbox) }()
	<-begun
	cancel()
	close(release)
	require.NoError(t, <-done)
	got := w.inbox.count(t, 1)
	require.Len(t, got, 1)
	require.Equal(t, "begun", got[0].Text)
	require.Equal(t, 2, w.api.Unconfirmed())
}
