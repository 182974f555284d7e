package wechat_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/channeltest"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
)

func TestConformsPlain(t *testing.T) { channeltest.Run(t, newHarness()) }
func TestConformsSafe(t *testing.T)  { channeltest.Run(t, newHarness(safe)) }

// harness is the channel in the table that every channel passes.
type harness struct {
	*fixture
	person *wechattest.Client
	last   wechattest.Push
}

func newHarness(adjusts ...adjust) func(*testing.T, bot.Receiver) channeltest.Harness {
	return func(t *testing.T, r bot.Receiver) channeltest.Harness {
		f := newFixture(t, adjusts...)
		hook := newHook(t, f.channel.Handler(r))
		t.Cleanup(func() { require.Empty(t, f.wechat.Violations()) })
		return &harness{fixture: f, person: f.wechat.Client(openID, hook).Chatting()}
	}
}

func (h *harness) push(p wechattest.Push) {
	h.last = p
	_, err := h.person.Push(h.ctx, p)
	require.NoError(h.t, err)
}

func (h *harness) Channel() bot.Channel { return h.channel }
func (h *harness) Address() string      { return openID }
func (h *harness) Pass(d time.Duration) { h.clock.Advance(d) }
func (h *harness) Redeliver() bool      { return true } // the stand-in does so by itself

func (h *harness) Say(text string) {
	h.push(h.person.Message("text", wechattest.Field{Name: "Content", Value: text}))
}

func (h *harness) Reopen() { // by the sender, while Say may be under way
	_, err := h.person.Text(h.ctx, channeltest.Reopening)
	if err != nil && h.ctx.Err() == nil {
		h.t.Error(err)
	}
}

func (h *harness) Tap(number int) bool {
	box := h.person.Inbox()
	for i := len(box) - 1; i >= 0; i-- {
		if o, found := box[i].Option(number); found {
			_, err := h.person.Tap(h.ctx, o)
			require.NoError(h.t, err)
			return true
		}
	}
	require.FailNow(h.t, "no such line", "%d", number)
	return false
}

func (h *harness) Give(kind bot.Kind) bool {
	var err error
	switch kind {
	case bot.KindImage:
		_, err = h.person.Image(h.ctx, "image/jpeg", []byte("jpeg"))
	case bot.KindVoice:
		_, err = h.person.Voice(h.ctx, "我想预约")
	case bot.KindSticker:
		h.Say("[收到不支持的消息类型，暂无法显示]")
	case bot.KindLocation:
		_, err = h.person.Location(h.ctx, 31.23, 121.47, "上海")
	default:
		return false
	}
	require.NoError(h.t, err)
	return true
}

func (h *harness) Again(n int) bool {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if _, err := h.person.Deliver(h.ctx, h.last); err != nil {
				h.t.Error(err)
			}
		})
	}
	wg.Wait()
	return true
}

func (h *harness) Seen(ctx context.Context, n int) ([]channeltest.Seen, error) {
	box, err := h.person.Wait(ctx, n)
	var all []channeltest.Seen
	for _, m := range box {
		all = append(all, channeltest.Seen{Text: m.Text, Media: m.Media != nil})
	}
	return all, err
}

func (h *harness) Block() bool {
	h.person.Leave()
	return true
}

func (h *harness) Break(f channeltest.Failure) bool {
	h.wechat.BreakNextAt(customPath, map[channeltest.Failure]wechattest.Fault{
		channeltest.ServerError: wechattest.Fault500, channeltest.LostAnswer: wechattest.FaultLost,
	}[f], 1)
	return true
}

// gate notes when a customer-service message leaves the channel.
type gate struct {
	http.RoundTripper
	sent chan struct{}
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == customPath {
		g.sent <- struct{}{}
	}
	return g.RoundTripper.RoundTrip(r)
}

// The rest of an answer is in the outbox before its first part is on its way,
// and the sender may be quick.
func TestNothingOvertakesThePassiveReply(t *testing.T) {
	g := &gate{sent: make(chan struct{}, 1)}
	f := newFixture(t, func(_ *wechattest.Config, o *wechat.Options) {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		t.Cleanup(transport.CloseIdleConnections)
		g.RoundTripper = transport
		o.HTTP = g
	})
	require.NoError(t, f.channel.Check(f.ctx)) // a token is at hand
	result := make(chan error, 1)
	f.receiver.answer = func(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
		go func() {
			_, err := f.channel.Send(f.ctx, in.Address, bot.Message{Text: "第二"}, "")
			result <- err
		}()
		// The stand-in's 5 s, the webhook's 4 s, and Send's, which waits.
		if err := f.clock.BlockUntilContext(ctx, 3); err != nil {
			return bot.Reply{}, err
		}
		select {
		case <-g.sent:
			return bot.Reply{}, errors.New("overtaken")
		default:
			return say(bot.Message{Text: "第一"})(ctx, in)
		}
	}
	p := f.person()
	_, err := p.Text(f.ctx, "两条")
	require.NoError(t, err)
	require.NoError(t, <-result)
	box := p.Inbox()
	require.Equal(t, []string{"第一", "第二"}, []string{box[0].Text, box[1].Text})
}
