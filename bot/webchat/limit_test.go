package webchat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
)

func TestTooMany(t *testing.T) {
	b := start(t, nil)
	c, _ := b.dial(webchattest.Token())
	for i := range 20 {
		_, err := c.Ask(b.ctx, fmt.Sprint(i))
		require.NoError(t, err)
	}
	_, err := c.Ask(b.ctx, "21")
	var refused *webchattest.Refused
	require.ErrorAs(t, err, &refused)
	require.Equal(t, webchat.CodeRate, refused.Code)
	require.EqualValues(t, 10_000, refused.RetryMS)
	b.clock.Advance(10 * time.Second)
	_, err = c.Ask(b.ctx, "21")
	require.NoError(t, err)
	require.Equal(t, 1, b.count("web_limited"))
}

func TestTooLong(t *testing.T) {
	b := start(t, nil)
	c, _ := b.dial(webchattest.Token())
	key, err := c.Say(b.ctx, strings.Repeat("长", webchat.MaxText+5))
	require.NoError(t, err)
	f, err := c.Next(b.ctx)
	require.NoError(t, err)
	require.Equal(t, webchat.CodeTooLong, f.Code)
	require.Empty(t, f.Key, "the message is taken all the same")
	_, err = c.Answer(b.ctx, key)
	require.NoError(t, err)
	require.Len(t, []rune(b.memory.Taken()[1].Text), webchat.MaxText)
}

func TestFrameTooBig(t *testing.T) {
	b := start(t, nil)
	c, _ := b.dial(webchattest.Token())
	_, err := c.Say(b.ctx, strings.Repeat("a", 70<<10))
	require.NoError(t, err)
	_, err = c.Next(b.ctx)
	require.Equal(t, websocket.StatusMessageTooBig, websocket.CloseStatus(err))
}

func TestBadFrames(t *testing.T) {
	b := start(t, nil)
	c, _ := b.dial(webchattest.Token())
	for _, q := range []webchat.Request{
		{T: "say", Key: "short", Text: "x"},
		{T: "say", Key: "with space 123", Text: "x"},
		{T: "tap", Key: "long-enough-1", Label: "x"},
		{T: "tap", Key: "long-enough-2", Ref: strings.Repeat("r", 65)},
		{T: "shout", Key: "long-enough-3", Text: "x"},
		{T: "say", Key: "long-enough-4", Text: " \n "},
	} {
		require.NoError(t, c.Write(b.ctx, q))
		f, err := c.Next(b.ctx)
		require.NoError(t, err)
		require.Equal(t, "error", f.T)
		require.Zero(t, f.RetryMS)
	}
	require.Len(t, b.memory.Taken(), 1)
	require.NoError(t, c.Write(b.ctx, webchat.Request{T: "ping"}))
	f, err := c.Next(b.ctx)
	require.NoError(t, err)
	require.Equal(t, "pong", f.T)

	require.NoError(t, c.Raw(b.ctx, []byte("{nonsense")))
	_, err = c.Next(b.ctx)
	require.Equal(t, websocket.StatusPolicyViolation, websocket.CloseStatus(err))
}

func TestBadHello(t *testing.T) {
	b := start(t, nil)
	for token, code := range map[string]websocket.StatusCode{
		"":                               webchat.CloseToken,
		"short":                          webchat.CloseToken,
		"demo-client-token-0001":         webchat.CloseToken,
		strings.Repeat("a", 44):          webchat.CloseToken,
		strings.Repeat("a", 42) + "\x00": webchat.CloseToken,
	} {
		c, err := webchattest.Open(b.ctx, b.url, b.hello(token))
		require.NoError(t, err)
		_, err = c.Next(b.ctx)
		require.Equal(t, code, websocket.CloseStatus(err), token)
		c.Cut()
	}
	require.Equal(t, 5, b.count("web_bad_token"))
}

func TestDemoToken(t *testing.T) {
	b := start(t, func(o *webchat.Options) { o.Demo = true })
	b.dial("demo-client-token-0001")
}

func TestOrigin(t *testing.T) {
	b := start(t, func(o *webchat.Options) { o.PublicURL = "https://chat.example/" })
	for origin, ok := range map[string]bool{
		b.url:                    true,
		"https://chat.example":   true, // behind a proxy that changes Host
		"https://evil.example":   false,
		"https://clinic.example": false, // may embed the frame; the frame's own origin is ours
		"null":                   false,
	} {
		h := b.hello(webchattest.Token())
		h.Origin = origin
		c, err := webchattest.Open(b.ctx, b.url, h)
		require.Equal(t, ok, err == nil, origin)
		if ok {
			c.Cut()
		}
	}
	require.Equal(t, 3, b.count("web_refused"))
}

// A ninth window closes the oldest.
func TestWindows(t *testing.T) {
	b := start(t, nil)
	token := webchattest.Token()
	first, _ := b.dial(token)
	for range 8 {
		b.dial(token)
	}
	_, err := first.Next(b.ctx)
	require.EqualValues(t, webchat.CloseWindows, websocket.CloseStatus(err))
}
