package webchat_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
)

func TestConversation(t *testing.T) {
	b := start(t, nil)
	token := webchattest.Token()
	c, _ := b.dial(token)

	said, err := c.Ask(b.ctx, "我想\x00预约\r\n明天")
	require.NoError(t, err)
	require.Equal(t, []string{"你说：我想预约\n明天"}, texts(said))
	said, err = c.Choose(b.ctx, webchat.Pick{N: 2, Label: "报告", Ref: "1.2"})
	require.NoError(t, err)
	require.Equal(t, []string{"你说：报告"}, texts(said))

	got := b.memory.Taken()
	require.Len(t, got, 3)
	first, second, third := got[0], got[1], got[2]
	require.Equal(t, bot.EventFollow, first.Event)
	require.Equal(t, "web:"+webchat.Address(token), first.ContactID())
	require.Equal(t, "zh-Hans", first.Locale)
	require.Equal(t, -1, second.Inline)
	require.True(t, strings.HasPrefix(second.Key, "web:"+webchat.Address(token)+":"))
	require.Equal(t, bot.KindChoice, third.Kind)
	require.Equal(t, "1.2", third.Choice)
	require.NotContains(t, fmt.Sprint(got), token, "the token is a secret")
}

func TestOrder(t *testing.T) {
	b := start(t, nil)
	c, _ := b.dial(webchattest.Token())
	var keys []string
	for i := range 15 {
		k, err := c.Say(b.ctx, fmt.Sprint(i))
		require.NoError(t, err)
		keys = append(keys, k)
	}
	for i, k := range keys {
		said, err := c.Answer(b.ctx, k)
		require.NoError(t, err)
		require.Equal(t, []string{fmt.Sprintf("你说：%d", i)}, texts(said))
	}
	for i, in := range b.memory.Taken()[1:] {
		require.Equal(t, fmt.Sprint(i), in.Text)
	}
}

func TestSameKeyHasOneEffect(t *testing.T) {
	for _, keyless := range []bool{false, true} {
		b := start(t, nil)
		b.memory.Keyless = keyless
		c, _ := b.dial(webchattest.Token())
		for i := range 3 {
			require.NoError(t, c.Write(b.ctx, webchat.Request{T: "say", Key: "same-key-1", Text: "预约"}))
			said, err := c.Answer(b.ctx, "same-key-1")
			require.NoError(t, err)
			if i == 0 {
				require.Equal(t, []string{"你说：预约"}, texts(said))
			} else {
				require.Empty(t, said, "already on the screen")
			}
		}
		require.Len(t, b.memory.Taken(), 2)
	}
}

func TestResumeAfterCut(t *testing.T) {
	b := start(t, nil)
	token := webchattest.Token()
	c, _ := b.dial(token)
	_, err := c.Ask(b.ctx, "一")
	require.NoError(t, err)

	key, err := c.Say(b.ctx, "二")
	require.NoError(t, err)
	said, err := c.Answer(b.ctx, key) // it was taken; suppose the ack was lost
	require.NoError(t, err)
	require.Len(t, said, 1)
	cursor := c.Cursor()
	c.Cut()
	for i := range 120 {
		b.memory.Push("web:"+webchat.Address(token), b.clock.Now(), bot.Message{Text: fmt.Sprint(i)})
	}
	h := b.hello(token)
	h.Cursor = cursor
	c, items, err := webchattest.DialHello(b.ctx, b.url, h)
	require.NoError(t, err)
	defer c.Close() //nolint:errcheck // a test
	require.Len(t, items, 120)
	for i, e := range items {
		require.Equal(t, fmt.Sprint(i), e.Messages[0].Text)
	}
	require.NoError(t, c.Write(b.ctx, webchat.Request{T: "say", Key: key, Text: "二"}))
	said, err = c.Answer(b.ctx, key)
	require.NoError(t, err)
	require.Empty(t, said)
	require.Len(t, b.memory.Taken(), 3, "greeting, one, two")
}

func TestCursorUnknown(t *testing.T) {
	b := start(t, nil)
	token := webchattest.Token()
	c, _ := b.dial(token)
	_, err := c.Ask(b.ctx, "一")
	require.NoError(t, err)
	h := b.hello(token)
	h.Cursor = "of another database"
	c, err = webchattest.Open(b.ctx, b.url, h)
	require.NoError(t, err)
	defer c.Close() //nolint:errcheck // a test
	f, err := c.Next(b.ctx)
	require.NoError(t, err)
	require.True(t, f.Reset)
	require.Len(t, f.Entries, 2)
}

func TestTwoWindowsSeeEverything(t *testing.T) {
	b := start(t, nil)
	token := webchattest.Token()
	one, _ := b.dial(token)
	two, items := b.dial(token)
	require.Len(t, items, 1)

	_, err := one.Ask(b.ctx, "从第一个窗口")
	require.NoError(t, err)
	e, err := two.Push(b.ctx)
	require.NoError(t, err)
	require.True(t, e.Mine)
	require.Equal(t, "从第一个窗口", e.Text)
	require.Equal(t, "你说：从第一个窗口", e.Messages[0].Text)

	b.memory.Push("web:"+webchat.Address(token), b.clock.Now(), bot.Message{Text: "提醒"})
	_, err = b.ch.Send(b.ctx, webchat.Address(token), bot.Message{Text: "提醒"}, "k")
	require.NoError(t, err)
	for _, c := range []*webchattest.Client{one, two} {
		e, err := c.Push(b.ctx)
		require.NoError(t, err)
		require.False(t, e.Mine)
		require.Equal(t, "提醒", e.Messages[0].Text)
	}
}

// What another copy wrote is found without a nudge.
func TestPoll(t *testing.T) {
	b := start(t, nil)
	token := webchattest.Token()
	c, _ := b.dial(token)
	b.memory.Push("web:"+webchat.Address(token), b.clock.Now(), bot.Message{Text: "别处写的"})
	b.clock.Advance(time.Second)
	e, err := c.Push(b.ctx)
	require.NoError(t, err)
	require.Equal(t, "别处写的", e.Messages[0].Text)
}

// The sender nudges before it has marked the push as delivered.
func TestNudgeBeforeJournal(t *testing.T) {
	b := start(t, func(o *webchat.Options) { o.Poll = time.Hour })
	token := webchattest.Token()
	c, _ := b.dial(token)
	require.NoError(t, b.clock.BlockUntilContext(b.ctx, 2)) // poll, ping
	_, err := b.ch.Send(b.ctx, webchat.Address(token), bot.Message{}, "k")
	require.NoError(t, err)
	require.NoError(t, b.clock.BlockUntilContext(b.ctx, 3)) // and the quick look
	b.memory.Push("web:"+webchat.Address(token), b.clock.Now(), bot.Message{Text: "提醒"})
	b.clock.Advance(50 * time.Millisecond)
	e, err := c.Push(b.ctx)
	require.NoError(t, err)
	require.Equal(t, "提醒", e.Messages[0].Text)
}

func TestNotKeptIsRepeated(t *testing.T) {
	b := start(t, nil)
	var down atomic.Bool
	b.memory.Answer = func(in bot.Inbound) ([]bot.Message, error) {
		if down.Load() {
			return nil, errDown
		}
		return echo(in)
	}
	c, _ := b.dial(webchattest.Token())
	down.Store(true)
	key, err := c.Say(b.ctx, "在吗")
	require.NoError(t, err)
	_, err = c.Answer(b.ctx, key)
	var refused *webchattest.Refused
	require.ErrorAs(t, err, &refused)
	require.Equal(t, webchat.CodeUnavailable, refused.Code)
	require.Positive(t, refused.RetryMS)

	down.Store(false)
	require.NoError(t, c.Write(b.ctx, webchat.Request{T: "say", Key: key, Text: "在吗"}))
	said, err := c.Answer(b.ctx, key)
	require.NoError(t, err)
	require.Equal(t, []string{"你说：在吗"}, texts(said))
}

// While the journal is away the answer comes in the ack; afterwards the entry
// comes with its key, so that the browser can put it in the answer's place.
func TestJournalAway(t *testing.T) {
	b := start(t, nil)
	c, _ := b.dial(webchattest.Token())
	b.memory.Break(errDown)
	key, err := c.Say(b.ctx, "在吗")
	require.NoError(t, err)
	f, err := c.Next(b.ctx)
	require.NoError(t, err)
	require.Equal(t, "ack", f.T)
	require.False(t, f.Kept)
	require.Equal(t, []string{"你说：在吗"}, texts(f.Messages))
	b.memory.Break(nil)
	b.clock.Advance(time.Second)
	e, err := c.Push(b.ctx)
	require.NoError(t, err)
	require.Equal(t, key, e.Key)
}

func TestJournalAwayAtHello(t *testing.T) {
	b := start(t, nil)
	b.memory.Break(errDown)
	c, err := webchattest.Open(b.ctx, b.url, b.hello(webchattest.Token()))
	require.NoError(t, err)
	defer c.Close() //nolint:errcheck // a test
	f, err := c.Next(b.ctx)
	require.NoError(t, err)
	require.Equal(t, webchat.CodeUnavailable, f.Code)
	b.memory.Break(nil)
	b.clock.Advance(time.Second)
	e, err := c.Push(b.ctx)
	require.NoError(t, err)
	require.Equal(t, "你好", e.Messages[0].Text)
}

func TestScene(t *testing.T) {
	b := start(t, nil)
	token := webchattest.Token()
	for i := range 3 { // first visit, reload, another QR code
		h := b.hello(token)
		h.Scene = []string{"bind.ABCD2345", "bind.ABCD2345", "poster-7"}[i]
		c, _, err := webchattest.DialHello(b.ctx, b.url, h)
		require.NoError(t, err)
		for {
			f, err := c.Next(b.ctx)
			require.NoError(t, err)
			if f.T == "ack" {
				require.Equal(t, "scene:"+h.Scene, f.Key)
				break
			}
		}
		require.NoError(t, c.Close())
	}
	got := b.memory.Taken()
	require.Len(t, got, 2)
	require.Equal(t, bot.EventFollow, got[0].Event)
	require.Equal(t, "bind.ABCD2345", got[0].Scene)
	require.Equal(t, bot.EventScan, got[1].Event)
	require.Equal(t, "poster-7", got[1].Scene)
}

func TestClose(t *testing.T) {
	b := start(t, nil)
	entered, leave := make(chan struct{}), make(chan struct{})
	b.memory.Answer = func(in bot.Inbound) ([]bot.Message, error) {
		if in.Kind == bot.KindText {
			close(entered)
			<-leave
		}
		return echo(in)
	}
	c, _ := b.dial(webchattest.Token())
	key, err := c.Say(b.ctx, "最后一句")
	require.NoError(t, err)
	<-entered
	closed := make(chan struct{})
	go func() { b.ch.Close(); close(closed) }()
	close(leave)
	said, err := c.Answer(b.ctx, key)
	require.NoError(t, err, "what was taken is finished")
	require.Len(t, said, 1)
	_, err = c.Next(b.ctx)
	require.Equal(t, websocket.StatusGoingAway, websocket.CloseStatus(err))
	<-closed
	_, err = webchattest.Open(b.ctx, b.url, b.hello(webchattest.Token()))
	require.Error(t, err)
	require.False(t, errors.Is(err, b.ctx.Err()))
}
