package wechat_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
)

// slow lets the receiver wait for the test.
func (f *fixture) slow(then func(context.Context, bot.Inbound) (bot.Reply, error)) (entered chan struct{}, release chan struct{}) {
	entered, release = make(chan struct{}, 16), make(chan struct{})
	f.receiver.answer = func(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
		entered <- struct{}{}
		select {
		case <-release:
		case <-f.ctx.Done():
		}
		return then(ctx, in)
	}
	return entered, release
}

type outcome struct {
	answer wechattest.Answer
	err    error
}

func (f *fixture) text(p *wechattest.Client, words string) chan outcome {
	done := make(chan outcome, 1)
	go func() {
		a, err := p.Text(f.ctx, words)
		done <- outcome{a, err}
	}()
	return done
}

func TestLateAnswer(t *testing.T) {
	f := newFixture(t, safe)
	entered, release := f.slow(say(bot.Message{Text: "想好了"}))
	done := f.text(f.person(), "难题")
	<-entered
	require.NoError(t, f.clock.BlockUntilContext(f.ctx, 2)) // our 4 s and WeChat's 5 s
	f.clock.Advance(4 * time.Second)
	got := <-done
	require.NoError(t, got.err)
	require.Nil(t, got.answer.Message, "success now")
	require.Equal(t, 1, got.answer.Deliveries)
	close(release)
	late := <-f.receiver.late
	require.Equal(t, "想好了", late.Inline[0].Text)
	require.Equal(t, "wechat:"+openID, late.ContactID)
	require.NoError(t, f.channel.Drain(f.ctx))
	require.Equal(t, 1, f.count("wechat_late"))
}

func TestFourDeliveriesAtOnce(t *testing.T) {
	for _, late := range []bool{false, true} {
		f := newFixture(t, safe)
		entered, release := f.slow(say(bot.Message{Text: "一次"}))
		p := f.person()
		push := p.Message("text", wechattest.Field{Name: "Content", Value: "四次"})
		var wg sync.WaitGroup
		answers := make(chan outcome, 4)
		for range 4 {
			wg.Go(func() {
				a, err := p.Deliver(f.ctx, push)
				answers <- outcome{a, err}
			})
		}
		<-entered
		require.NoError(t, f.clock.BlockUntilContext(f.ctx, 8))
		if late {
			f.clock.Advance(4 * time.Second)
		} else {
			close(release)
		}
		wg.Wait()
		for range 4 {
			got := <-answers
			require.NoError(t, got.err)
			require.Equal(t, late, got.answer.Message == nil)
		}
		if late {
			close(release)
			<-f.receiver.late
		}
		require.NoError(t, f.channel.Drain(f.ctx))
		require.Len(t, f.receiver.inbounds(), 1, "one call for all four")
		require.Empty(t, f.receiver.late, "the answer goes out once")
		require.Len(t, p.Inbox(), map[bool]int{false: 1, true: 0}[late])
		require.Empty(t, f.wechat.Violations())
	}
}

func TestReceiverFails(t *testing.T) {
	f := newFixture(t)
	var calls int
	f.receiver.answer = func(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
		if calls++; calls < 3 {
			return bot.Reply{}, errors.New("database away")
		}
		return say(bot.Message{Text: "回来了"})(ctx, in)
	}
	answer, err := f.person().Text(f.ctx, "在吗")
	require.NoError(t, err)
	require.Equal(t, 3, answer.Deliveries)
	require.Equal(t, "回来了", answer.Message.Text)

	f.receiver.answer = func(context.Context, bot.Inbound) (bot.Reply, error) { panic("病历写在这里") }
	answer, err = f.person().Text(f.ctx, "再来")
	require.ErrorIs(t, err, wechattest.ErrOutOfService)
	require.Equal(t, 500, answer.Status)
	require.NotContains(t, f.log.String(), "病历写在这里")
	require.Equal(t, 3, f.count("wechat_panic"))
}

// Once WeChat was told success it never delivers again, so we must.
func TestAcknowledgedMessageIsTriedAgain(t *testing.T) {
	f := newFixture(t)
	var calls int
	entered, release := f.slow(func(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
		if calls++; calls < 3 {
			return bot.Reply{}, errors.New("database away")
		}
		return say(bot.Message{Text: "迟到"})(ctx, in)
	})
	done := f.text(f.person(), "在吗")
	<-entered
	require.NoError(t, f.clock.BlockUntilContext(f.ctx, 2))
	f.clock.Advance(4 * time.Second)
	require.NoError(t, (<-done).err)
	close(release)
	for _, pause := range []time.Duration{time.Second, 2 * time.Second} {
		require.NoError(t, f.clock.BlockUntilContext(f.ctx, 1))
		f.clock.Advance(pause)
	}
	require.Equal(t, "迟到", (<-f.receiver.late).Inline[0].Text)
	require.Empty(t, f.alarmed())
}

func TestAcknowledgedAndLostIsAnAlarm(t *testing.T) {
	f := newFixture(t)
	entered, release := f.slow(func(context.Context, bot.Inbound) (bot.Reply, error) {
		return bot.Reply{}, errors.New("database away")
	})
	done := f.text(f.person(), "在吗")
	<-entered
	require.NoError(t, f.clock.BlockUntilContext(f.ctx, 2))
	f.clock.Advance(4 * time.Second)
	require.NoError(t, (<-done).err)
	close(release)
	for i := range 5 {
		require.NoError(t, f.clock.BlockUntilContext(f.ctx, 1))
		f.clock.Advance(time.Second << i)
	}
	require.NoError(t, f.channel.Drain(f.ctx))
	require.Equal(t, []string{"wechat_lost"}, f.alarmed())
}

// keeper is a receiver that can put messages by.
type keeper struct {
	*receiver
	kept chan bot.Inbound
	err  error
}

func (k *keeper) Keep(_ context.Context, in bot.Inbound) error {
	k.kept <- in
	return k.err
}

func TestSlowMessageIsPutByBeforeSuccess(t *testing.T) {
	for _, broken := range []error{nil, errors.New("disk full")} {
		f := newFixture(t)
		k := &keeper{receiver: f.receiver, kept: make(chan bot.Inbound, 4), err: broken}
		hook := newHook(t, f.channel.Handler(k))
		entered, release := f.slow(say(bot.Message{Text: "好"}))
		p := f.wechat.Client(openID, hook).Join()
		push := p.Message("text", wechattest.Field{Name: "Content", Value: "慢"})
		done := make(chan outcome, 1)
		go func() {
			a, err := p.Deliver(f.ctx, push)
			done <- outcome{a, err}
		}()
		<-entered
		require.NoError(t, f.clock.BlockUntilContext(f.ctx, 2))
		f.clock.Advance(4 * time.Second)
		got := <-done
		require.Equal(t, broken == nil, got.err == nil)
		require.Equal(t, "慢", (<-k.kept).Text)
		close(release)
		require.NoError(t, f.channel.Drain(f.ctx))
		require.Len(t, f.receiver.late, map[bool]int{true: 1, false: 0}[broken == nil])
	}
}

// A connection that breaks was not answered: WeChat delivers again, and that
// delivery carries the answer. Sending it late too would double it.
func TestHungUpIsNotLate(t *testing.T) {
	f := newFixture(t)
	entered, release := f.slow(say(bot.Message{Text: "一次"}))
	p := f.person()
	push := p.Message("text", wechattest.Field{Name: "Content", Value: "断线"})
	ctx, cut := context.WithCancel(f.ctx)
	done := make(chan error, 1)
	go func() {
		_, err := p.Deliver(ctx, push)
		done <- err
	}()
	<-entered
	cut()
	require.Error(t, <-done)
	again := make(chan outcome, 1)
	go func() {
		a, err := p.Deliver(f.ctx, push)
		again <- outcome{a, err}
	}()
	close(release)
	got := <-again
	require.NoError(t, got.err)
	require.Equal(t, "一次", got.answer.Message.Text)
	require.NoError(t, f.channel.Drain(f.ctx))
	require.Empty(t, f.receiver.late)
}

func TestPicturesAndOverflowGoOutOtherwise(t *testing.T) {
	f := newFixture(t)
	f.receiver.answer = say(bot.Message{Media: &bot.Media{Data: []byte("png")}}, bot.Message{Text: "后"})
	answer, err := f.person().Text(f.ctx, "图")
	require.NoError(t, err)
	require.Nil(t, answer.Message)
	require.Len(t, (<-f.receiver.late).Inline, 2, "nothing overtakes the picture")

	f.receiver.answer = say(bot.Message{Text: strings.Repeat("长", 1000)}, bot.Message{Text: "后"})
	answer, err = f.person().Text(f.ctx, "长")
	require.NoError(t, err)
	require.LessOrEqual(t, len(answer.Message.Raw), wechat.MaxText)
	rest := (<-f.receiver.late).Inline
	require.Len(t, rest, 2)
	require.Equal(t, strings.Repeat("长", 1000), answer.Message.Text+rest[0].Text)
}
