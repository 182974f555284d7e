package cmd_test

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot/wechat/wechattest"
	"zhenban/models/storetest"
)

const (
	appID  = "wx0123456789abcdef"
	aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// account is a stand-in of WeChat with one Official Account, and what the
// program needs to be it.
func account(t *testing.T, safe bool) (*wechattest.Server, []string) {
	t.Helper()
	c := wechattest.Config{AppID: appID, Secret: "secret0123456789", Token: "token01234"}
	if safe {
		c.AESKey = aesKey
	}
	s, err := wechattest.New(c)
	require.NoError(t, err)
	t.Cleanup(func() {
		s.Close()
		require.Empty(t, s.Violations())
	})
	env := []string{
		"ZHENBAN_WECHAT_APP_ID=" + c.AppID, "ZHENBAN_WECHAT_SECRET=" + c.Secret, "ZHENBAN_WECHAT_TOKEN=" + c.Token,
		"ZHENBAN_WECHAT_API_BASE=" + s.URL,
	}
	if safe {
		env = append(env, "ZHENBAN_WECHAT_AES_KEY="+c.AESKey)
	}
	return s, env
}

// follower talks to the program through WeChat.
type follower struct {
	t      *testing.T
	ctx    context.Context
	client *wechattest.Client
	last   *wechattest.Received
}

func follow(t *testing.T, s *wechattest.Server, p *program, openID string) *follower {
	t.Helper()
	f := &follower{t: t, ctx: within(t), client: s.Client(openID, p.url+"/wechat")}
	a, err := f.client.Follow(f.ctx, "")
	f.took(a, err)
	return f
}

// at talks on through another address: after a restart, or to another copy.
func (f *follower) at(s *wechattest.Server, p *program) *follower {
	return &follower{t: f.t, ctx: f.ctx, client: s.Client(f.client.OpenID, p.url+"/wechat"), last: f.last}
}

func (f *follower) took(a wechattest.Answer, err error) string {
	f.t.Helper()
	require.NoError(f.t, err)
	require.NotNil(f.t, a.Message, "answered at once")
	f.last = a.Message
	return a.Message.Text
}

// say says something and gives the answer's text.
func (f *follower) say(words string) string {
	f.t.Helper()
	return f.took(f.client.Text(f.ctx, words))
}

// tap taps the first line of the last answer that holds words.
func (f *follower) tap(words string) string {
	f.t.Helper()
	for _, o := range f.last.Options {
		if strings.Contains(o.Label, words) {
			return f.took(f.client.Tap(f.ctx, o))
		}
	}
	f.t.Fatalf("no line %q in:\n%s", words, f.last.Text)
	return ""
}

// until says words over and over until the answer matches.
func (f *follower) until(form *regexp.Regexp, words string) string {
	f.t.Helper()
	for range 20 {
		if found := form.FindStringSubmatch(f.last.Text); found != nil {
			return found[1]
		}
		f.say(words)
	}
	f.t.Fatalf("never %s; last:\n%s", form, f.last.Text)
	return ""
}

var (
	booked    = regexp.MustCompile(`预约成功[^\n]*?(` + numberForm + `)`)
	cancelled = regexp.MustCompile(`(已取消)`)
)

// Follow, consent, book, move, cancel: by pushes as WeChat signs and encrypts
// them, with a restart in the middle of it.
func TestWeChatFromFollowToCancelled(t *testing.T) {
	for name, safe := range map[string]bool{"safe mode": true, "plain mode": false} {
		t.Run(name, func(t *testing.T) {
			s, vars := account(t, safe)
			env := environment(t, vars...)
			p := serve(t, env)
			status, err := s.CheckAddress(within(t), p.url+"/wechat", false)
			require.NoError(t, err)
			require.Equal(t, 200, status)

			f := follow(t, s, p, "o-duoduo")
			require.Contains(t, f.last.Text, "同意")
			f.tap("同意")
			f.tap("预约")
			f.tap("洗牙")
			f.say("明天下午三点")
			number := f.until(booked, "1")

			require.Zero(t, p.stop(), p.err)
			p = serve(t, env)
			f = f.at(s, p)
			require.Contains(t, f.say("我的预约"), number)

			was := f.last.Text
			f.say("改期 " + number)
			require.Contains(t, f.last.Text, "改到")
			f.say("1")
			f.say("1")
			require.Contains(t, f.last.Text, number)
			require.NotContains(t, f.say("我的预约"), dayAndTime(was), "it stands at its new time")
			require.Contains(t, f.last.Text, number)

			f.say("取消预约 " + number)
			f.until(cancelled, "1")
			require.NotContains(t, f.say("我的预约"), number)
			require.Zero(t, p.stop(), p.err)
			require.NotContains(t, p.err.String(), "level=ERROR")
		})
	}
}

var timeForm = regexp.MustCompile(`\d+月\d+日（周.） ?\d\d:\d\d`)

func dayAndTime(text string) string { return timeForm.FindString(text) }

// WeChat's deliveries of one message overlap: one booking, one answer.
func TestWeChatDeliversFourTimes(t *testing.T) {
	s, vars := account(t, true)
	p := serve(t, environment(t, vars...))
	f := follow(t, s, p, "o-four")
	f.tap("同意")
	f.say("预约")
	for range 12 { // up to the confirmation
		if strings.Contains(f.last.Text, "确认预约") {
			break
		}
		f.say("1")
	}
	require.Contains(t, f.last.Text, "确认预约")
	push := f.client.Message("text", wechattest.Field{Name: "Content", Value: "1"})
	answers := deliverAtOnce(f, push, 4)
	for _, a := range answers {
		require.Regexp(t, booked, a)
		require.Equal(t, answers[0], a)
	}
	number := booked.FindStringSubmatch(answers[0])[1]
	f.say("我的预约")
	require.Contains(t, f.last.Text, number)
	require.Len(t, regexp.MustCompile(numberForm).FindAllString(f.last.Text, -1), 1)
	f.say("菜单")
	late := deliverAtOnce(f, push, 2)
	require.Equal(t, answers[0], late[0], "a repeat is answered alike whatever came between")
	require.Equal(t, answers[0], late[1])
}

func deliverAtOnce(f *follower, push wechattest.Push, times int) []string {
	f.t.Helper()
	answers := make([]string, times)
	var all sync.WaitGroup
	for i := range times {
		all.Go(func() {
			if a, err := f.client.Deliver(f.ctx, push); err == nil && a.Message != nil {
				answers[i] = a.Message.Text
			}
		})
	}
	all.Wait()
	return answers
}

// An answer that takes longer than 4 s comes as a customer-service message,
// once, and WeChat hears success in time.
func TestWeChatAnswersLate(t *testing.T) {
	s, vars := account(t, true)
	env := environment(t, vars...)
	p := serve(t, env)
	f := follow(t, s, p, "o-late")
	f.tap("同意")
	for len(f.client.Inbox()) > 0 && unread(f) {
	}

	// Somebody else has the database's write lock.
	other := storetest.Raw(t, strings.TrimPrefix(env[3], "ZHENBAN_DB="))
	other.SetMaxOpenConns(1)
	_, err := other.Exec("BEGIN IMMEDIATE")
	require.NoError(t, err)
	a, err := f.client.Text(f.ctx, "菜单")
	require.NoError(t, err)
	require.Nil(t, a.Message, "success, and the answer later")
	require.Equal(t, 1, a.Deliveries)
	before := len(f.client.Inbox())
	_, err = other.Exec("ROLLBACK")
	require.NoError(t, err)
	late, err := f.client.Next(f.ctx)
	require.NoError(t, err)
	require.Equal(t, wechattest.Custom, late.Via)
	require.Contains(t, late.Text, "预约")
	require.Contains(t, f.say("我的预约"), "预约") // whatever else is under way comes before this
	require.Zero(t, p.stop(), p.err)
	require.Len(t, f.client.Inbox(), before+2, "the late answer came once")
}

// unread takes a message from the inbox that was answered inline; false when
// there is none left.
func unread(f *follower) bool {
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	_, err := f.client.Next(ctx)
	return err == nil
}
