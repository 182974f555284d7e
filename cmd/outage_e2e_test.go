package cmd_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot/webchat/webchattest"
	"zhenban/bot/wechat/wechattest"
	"zhenban/models/storetest"
)

// What comes while the database is away is acknowledged as such, and takes
// effect once and in order when it is back.
func TestDatabaseAway(t *testing.T) {
	s, vars := account(t, true)
	dsn := storetest.MySQL(t)
	l, through := lineTo(t, dsn)
	env := environment(t, append(vars, "ZHENBAN_DB="+through, "ZHENBAN_LISTEN="+freePort(t))...)
	p := launch(t, env, "serve")
	f := follow(t, s, p, "o-away")
	f.tap("同意")
	ctx := within(t)
	web, _, err := webchattest.DialHello(ctx, p.url, webchattest.Hello{Token: webchattest.Token(), Lang: "zh-Hans", Client: client})
	require.NoError(t, err)
	defer web.Cut()
	_, err = web.Push(ctx)
	require.NoError(t, err)
	_, err = web.Ask(ctx, "1")
	require.NoError(t, err)
	db := storetest.Raw(t, dsn)
	before := scalar(t, db, "SELECT COUNT(*) FROM turns")

	l.cut(true)
	status, _ := p.get("/readyz")
	require.Equal(t, 503, status)
	require.Contains(t, f.say("预约"), "恢复")
	said, err := web.Ask(ctx, "几点关门")
	require.NoError(t, err)
	require.Contains(t, all(said), "恢复")
	require.Contains(t, f.say("1"), "恢复")
	// The platform delivers one of them three times more.
	push := f.client.Message("text", wechattest.Field{Name: "Content", Value: "1"})
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			a, err := f.client.Deliver(f.ctx, push)
			if err != nil || a.Message == nil || !strings.Contains(a.Message.Text, "恢复") {
				t.Errorf("not acknowledged: %v", err)
			}
		})
	}
	group.Wait()
	said, err = web.Ask(ctx, "菜单")
	require.NoError(t, err)
	require.Contains(t, all(said), "恢复")

	// A crash meanwhile loses nothing either.
	p.kill()
	l.cut(false)
	p = launch(t, env, "serve")
	waitFor(t, func() bool { return scalar(t, db, "SELECT COUNT(*) FROM turns") == before+5 })
	for _, words := range []string{"想约哪个项目", "哪种宠物", "哪位医生"} { // in the order of what was asked
		next := f.late(words)
		require.Equal(t, wechattest.Custom, next.Via)
	}
	f = f.at(s, p)
	f.say("1")
	require.NotContains(t, f.last.Text, "恢复")
	require.Contains(t, f.last.Text, "什么时候方便")
	require.Equal(t, before+6, scalar(t, db, "SELECT COUNT(*) FROM turns"))
	require.Zero(t, p.stop(), p.err)
}

// late waits for a customer-service message, past what was read before.
func (f *follower) late(words string) wechattest.Received {
	f.t.Helper()
	for {
		r, err := f.client.Next(f.ctx)
		require.NoError(f.t, err, "never heard %q", words)
		if r.Via == wechattest.Custom {
			require.Contains(f.t, r.Text, words)
			return r
		}
	}
}
