package cmd_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot/wechat/wechattest"
	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates/outreach"
)

const (
	massPath   = "/cgi-bin/message/mass/send"
	customPath = "/cgi-bin/message/custom/send"
	silentOnes = 300
	openOnes   = 40
	notice     = "12 月 1 日停诊半天"
)

// wakeful is a profile's folder without quiet hours: tests run at any time.
func wakeful(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../config/presets/vet")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "outreach.yaml"), []byte("outreach: {quiet: {from: \"01:00\", to: \"01:00\"}}\n"), 0o600))
	return dir
}

// A copy is killed while a broadcast goes out, in the middle of a message to
// many that WeChat had taken and of single ones, while another copy is at work.
// Nobody is forgotten, nobody has it twice, what may or may not have arrived is
// no more than was under way, and the account adds up.
func TestBroadcastOfACopyThatIsKilled(t *testing.T) {
	s, vars := account(t, true)
	dsn := storetest.MySQL(t)
	env := environment(t, append(vars, "ZHENBAN_DB="+dsn, "ZHENBAN_WECHAT_MASS=true", "ZHENBAN_CLINIC="+wakeful(t))...)
	another := func() *program {
		p := spawn(t, append(env, "ZHENBAN_LISTEN="+freePort(t)), "serve")
		p.url = p.address(p.err.await(t, listening, p.ended))
		return p
	}
	first, second := another(), another()
	store := storetest.OpenAt(t, dsn, clockwork.NewRealClock())
	s.BreakNextAt(massPath, wechattest.FaultMute, 1)
	s.BreakNextAt(customPath, wechattest.FaultMute, 3)
	people := crowd(t, s, store)
	id := announce(t, store)
	waitFor(t, func() bool { return s.Calls(massPath) == 1 && s.Calls(customPath) >= 10 })
	first.kill()
	db := storetest.Raw(t, dsn)
	underWay := scalar(t, db, "SELECT COUNT(*) FROM outbox WHERE state IN ('sending', 'unknown') AND begun_at = 0")

	waitFor(t, func() bool { return scalar(t, db, "SELECT COUNT(*) FROM outbox WHERE state = 'pending'") == 0 })
	// What the dead copy held is free when its leases have run out.
	storetest.Exec(t, dsn, "UPDATE outbox SET lease_until = 1 WHERE state = 'sending' AND begun_at = 0")
	storetest.Exec(t, dsn, "UPDATE mass_sends SET lease_until = 1 WHERE state = 'sending'")
	third := another()
	boss := &follower{t: t, ctx: within(t), client: s.Client("oBoss", third.url+"/wechat")}
	b, err := store.Broadcast(boss.ctx, id)
	require.NoError(t, err)
	var a models.Account
	waitFor(t, func() bool {
		a, err = store.BroadcastAccount(boss.ctx, b)
		return err == nil && a.Waiting == 0
	})
	require.EqualValues(t, silentOnes+openOnes, a.Audience(), "%+v", a)
	require.Equal(t, a.Audience(), a.Sent+a.Unknown, "%+v", a)
	require.LessOrEqual(t, a.Unknown, int64(underWay))
	require.Equal(t, 2, s.Calls(massPath), "it was asked for again under its key")
	require.EqualValues(t, 1, a.Mass.Calls)
	have := 0
	for id, p := range people {
		n := 0
		for _, r := range p.Inbox() {
			if strings.Contains(r.Text, notice) {
				n++
			}
		}
		require.LessOrEqual(t, n, 1, "twice: %s", id)
		have += n
	}
	require.GreaterOrEqual(t, int64(have), a.Sent)
	t.Logf("%d sent, %d unknown of %d under way at the kill; %d have it", a.Sent, a.Unknown, underWay, have)

	// What WeChat tells at the end stands in the account that the manager opens.
	require.NoError(t, s.TellMass(boss.ctx, second.url+"/wechat", ""))
	boss.say("群发")
	require.Contains(t, boss.tap("（1）"), fmt.Sprintf("其中微信群发 1 次、%d 人：微信回报发到 %d", silentOnes, silentOnes))
	boss.say("写群发")
	boss.tap("通知")
	boss.say("12 月 2 日恢复门诊")
	require.Contains(t, boss.tap("所有人"), fmt.Sprintf("其中 %d 人超过 48 小时没说话，用微信群发", silentOnes))
}

// crowd lets people follow: most have been silent, some wrote just now.
func crowd(t *testing.T, s *wechattest.Server, store *models.Store) map[string]*wechattest.Client {
	t.Helper()
	ctx, now := within(t), store.Now()
	people := map[string]*wechattest.Client{}
	writes := []models.Write{func(_ context.Context, tx *models.Tx) error {
		return tx.AddStaff(models.Staff{ID: "BOSS", Name: "何静", Role: models.Manager})
	}}
	add := func(id string, open bool) {
		c := s.Client(id, "").Join()
		writes = append(writes, func(_ context.Context, tx *models.Tx) error {
			return tx.SaveContact(models.Contact{ID: "wechat:" + id, Channel: "wechat", Address: id, Language: "zh-Hans", Reach: models.ReachOpen, CreatedAt: now})
		})
		if open {
			c.Chatting()
		}
		people[id] = c
	}
	for i := range silentOnes + openOnes {
		add(fmt.Sprintf("oCrowd%04d", i), i < openOnes)
	}
	add("oBoss", true)
	delete(people, "oBoss")
	writes = append(writes, func(_ context.Context, tx *models.Tx) error { return tx.JoinStaff("wechat:oBoss", "BOSS") })
	require.NoError(t, store.Do(ctx, writes...))
	for i := range openOnes {
		id := fmt.Sprintf("oCrowd%04d", i)
		require.NoError(t, store.CommitTurn(ctx, models.Turn{
			ContactID: "wechat:" + id, Seq: 1, Key: "wechat:" + id + ":1", At: now.Add(-time.Minute), In: []byte(`{}`), Answer: []byte(`{}`),
		}))
	}
	return people
}

// announce leaves a broadcast as an approval leaves it.
func announce(t *testing.T, store *models.Store) string {
	t.Helper()
	now := store.Now()
	b := models.Broadcast{
		ID: store.NewID(now), Kind: models.KindNotice, State: models.BroadcastApproved, Author: "BOSS", AuthorContact: "wechat:oBoss", Approver: "OTHER",
		Texts: map[string]string{"zh-Hans": notice}, Messages: map[string]models.Message{"": {Text: notice}}, Segment: "*",
	}
	require.NoError(t, store.Do(within(t), func(_ context.Context, tx *models.Tx) error {
		if err := tx.SaveBroadcast(&b); err != nil {
			return err
		}
		return tx.Schedule(outreach.BroadcastStart(b, now))
	}))
	return b.ID
}
