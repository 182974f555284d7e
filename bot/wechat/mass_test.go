package wechat_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/storetest"
)

const massPath = "/cgi-bin/message/mass/send"

// crowd is an account with followers, and a sender that may send to many.
type crowd struct {
	*fixture
	dsn    string
	store  *models.Store
	sender *bot.Sender
	stop   func()
	people []*wechattest.Client
	n      int
}

func newCrowd(t *testing.T, dsn string, people int, clinic func() *bot.Clinic) *crowd {
	t.Helper()
	c := &crowd{dsn: dsn}
	c.fixture = newFixture(t, func(_ *wechattest.Config, o *wechat.Options) {
		o.Mass = true
		o.Massed = func(ctx context.Context, r models.MassReport) error { return c.store.ReportMass(ctx, r) }
	})
	c.store = storetest.OpenAt(t, dsn, c.clock)
	c.sender = bot.NewSender(bot.SenderOptions{
		Store: c.store, Channels: []bot.Channel{c.channel}, Clock: c.clock, Owner: "me", Clinic: clinic,
		Budget: bot.NewBuckets(func(string) bot.Limit { return bot.Limit{} }), Alarm: c.options.Alarm,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = c.sender.Run(ctx) })
	c.stop = func() { cancel(); wg.Wait() }
	t.Cleanup(func() { c.stop() })
	for i := range people {
		c.join(fmt.Sprintf("oMass%03d", i), "zh-Hans", true)
	}
	return c
}

func (c *crowd) join(id, lang string, known bool) string {
	c.t.Helper()
	if known {
		c.people = append(c.people, c.wechat.Client(id, c.webhook).Join())
	}
	c.do(func(_ context.Context, tx *models.Tx) error {
		return tx.SaveContact(models.Contact{ID: "wechat:" + id, Channel: "wechat", Address: id, Language: lang, Reach: models.ReachOpen, CreatedAt: tx.Now})
	})
	return "wechat:" + id
}

func (c *crowd) do(w ...models.Write) {
	c.t.Helper()
	require.NoError(c.t, c.store.Do(c.ctx, w...))
}

// announce starts a broadcast to everybody.
func (c *crowd) announce() models.Broadcast {
	c.t.Helper()
	c.n++
	b := models.Broadcast{
		ID: c.store.NewID(c.clock.Now()), Kind: models.KindNotice, State: models.BroadcastRunning, Author: "A", AuthorContact: "web:a", StartedAt: c.clock.Now(),
		Texts: map[string]string{"zh-Hans": "停诊"}, Messages: map[string]models.Message{
			"": {Text: fmt.Sprintf("停诊通知 %d", c.n), Options: []models.Option{{Label: "不再收通知", Value: "/prefer notice off"}}}, "en": {Text: "closed"},
		},
	}
	c.do(func(ctx context.Context, tx *models.Tx) error {
		if err := tx.SaveBroadcast(&b); err != nil {
			return err
		}
		g, err := tx.Read().Segment("", models.Vocabulary{}, tx.Now)
		if err != nil {
			return err
		}
		_, err = tx.ExpandBroadcast(ctx, &b, g, 1000, tx.Now, tx.Now.Add(7*24*time.Hour))
		return err
	})
	return b
}

func (c *crowd) turn(b models.Broadcast, to string) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *models.Tx) error {
		now, err := tx.TurnBroadcast(ctx, b.ID, []string{models.BroadcastRunning, models.BroadcastPaused}, to, nil)
		if err == nil {
			_, err = tx.SettleBroadcast(now, 1000)
		}
		return err
	})
}

func (c *crowd) prefers(contact string, wants bool) {
	c.t.Helper()
	c.do(func(_ context.Context, tx *models.Tx) error { return tx.Prefer(contact, models.KindNotice, wants) })
}

// reach is what is said before something is sent.
func (c *crowd) reach() models.ReachCount {
	c.t.Helper()
	g, err := c.store.Segment("", models.Vocabulary{}, c.clock.Now())
	require.NoError(c.t, err)
	rules, _ := c.channel.Mass()
	r, more, err := c.store.BroadcastReach(c.ctx, models.KindNotice, g, models.ReachOptions{
		Channels: []string{"wechat"}, Windows: map[string]models.Window{"wechat": c.channel.Window()}, Mass: map[string]models.MassRules{"wechat": rules},
	}, 1000)
	require.NoError(c.t, err)
	require.False(c.t, more)
	return r
}

// account drains and gives the account, which must add up.
func (c *crowd) account(b models.Broadcast) models.Account {
	c.t.Helper()
	require.NoError(c.t, c.sender.Drain(c.ctx))
	a, err := c.store.BroadcastAccount(c.ctx, b)
	require.NoError(c.t, err)
	require.Equal(c.t, b.Audience, a.Audience(), "%+v", a)
	require.Empty(c.t, c.wechat.Violations())
	return a
}

// had is how often each person has had a text.
func (c *crowd) had(text string) map[string]int {
	out := map[string]int{}
	for _, p := range c.people {
		for _, r := range p.Inbox() {
			if strings.Contains(r.Text, text) {
				out[r.Via+" "+p.OpenID]++
			}
		}
	}
	return out
}

func TestMassReachesWhoWasSilent(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "mysql": storetest.MySQL} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, dsn(t), 8, nil)
			c.join("oEnglish1", "en", true)
			c.join("oEnglish2", "en", true)
			c.people[0].Chatting()
			require.NoError(t, c.store.CommitTurn(c.ctx, models.Turn{
				ContactID: "wechat:oMass000", Seq: 1, Key: "wechat:oMass000:1", At: c.clock.Now(), In: []byte(`{}`), Answer: []byte(`{}`),
			}))
			c.people[1].Leave() // and nobody told us
			require.Equal(t, models.ReachCount{Total: 10, Reachable: 10, Ways: map[string]int{"chat": 1, "mass": 9}}, c.reach())
			b := c.announce()
			c.prefers("wechat:oMass002", false) // while it is on its way
			a := c.account(b)
			require.Equal(t, models.Account{
				Sent: 9, Suppressed: 1, Reasons: map[string]int64{"refused: notice": 1}, Mass: models.MassAccount{Calls: 2, Total: 8},
			}, a)
			got := c.had("停诊通知 1")
			require.Len(t, got, 6)
			require.Equal(t, 1, got["custom oMass000"], "whose chat is open is spoken to there")
			require.Equal(t, 1, got["mass oMass007"])
			require.Equal(t, map[string]int{"mass oEnglish1": 1, "mass oEnglish2": 1}, c.had("closed"))
			require.Equal(t, "停诊通知 1\n\n1. 不再收通知", c.people[7].Inbox()[0].Text, "WeChat shows no tappable lines there")
			row, err := c.store.OutboxByKey(c.ctx, "broadcast:"+b.ID+":wechat:oMass007")
			require.NoError(t, err)
			require.Equal(t, models.WayMass, row.Way)
			require.NotEmpty(t, row.Receipt)
			require.EqualValues(t, 1, row.SentSeq, "its options can be picked")

			require.NoError(t, c.wechat.TellMass(c.ctx, c.webhook, ""))
			require.Equal(t, models.MassAccount{Calls: 2, Total: 8, Reported: 2, Sent: 7, Failed: 1}, c.account(b).Mass)
			require.Empty(t, c.receiver.inbounds(), "a receipt is no person's message")
		})
	}
}

// A call whose end is not known is made again under its key: WeChat takes it
// once. Who refuses in between is left out of one that was not taken.
func TestMassIsRepeatedUnderItsKey(t *testing.T) {
	c := newCrowd(t, storetest.SQLite(t), 5, nil)
	c.wechat.BreakNextAt(massPath, wechattest.FaultLost, 1)
	b := c.announce()
	require.EqualValues(t, 5, c.account(b).Waiting)
	require.Len(t, c.had("停诊通知 1"), 5, "it arrived, and nobody knows")
	c.prefers("wechat:oMass000", false)
	c.clock.Advance(time.Minute)
	a := c.account(b)
	require.EqualValues(t, 5, a.Sent)
	require.Len(t, c.had("停诊通知 1"), 5)
	require.Equal(t, 2, c.wechat.Calls(massPath))

	c.prefers("wechat:oMass000", true)
	c.clock.Advance(24 * time.Hour)
	c.wechat.FailNextAt(massPath, -1, 2)
	b = c.announce()
	require.EqualValues(t, 5, c.account(b).Waiting)
	c.clock.Advance(time.Minute)
	require.EqualValues(t, 5, c.account(b).Waiting)
	c.prefers("wechat:oMass001", false)
	c.turn(b, models.BroadcastPaused)
	c.clock.Advance(time.Minute)
	require.EqualValues(t, 5, c.account(b).Waiting, "not while it is paused")
	c.turn(b, models.BroadcastRunning)
	c.clock.Advance(time.Minute)
	a = c.account(b)
	require.EqualValues(t, 4, a.Sent)
	require.EqualValues(t, 1, a.Suppressed)
	require.EqualValues(t, 4, a.Mass.Total)
	require.Equal(t, map[string]int{"mass oMass000": 1, "mass oMass002": 1, "mass oMass003": 1, "mass oMass004": 1}, c.had("停诊通知 2"))
	for _, n := range c.had("停诊") {
		require.LessOrEqual(t, n, 2)
	}

	// Not known until the key counts no more, or somebody stopped it.
	c.prefers("wechat:oMass001", true)
	for _, stop := range []bool{true, false} {
		c.wechat.FailNextAt(massPath, -1, 99)
		b = c.announce()
		require.EqualValues(t, 5, c.account(b).Waiting)
		if stop {
			c.turn(b, models.BroadcastStopped)
			c.clock.Advance(time.Minute)
		} else {
			c.clock.Advance(23 * time.Hour)
		}
		require.EqualValues(t, 5, c.account(b).Unknown)
	}
}

// A copy that died in the middle of a call, and one that died while it marked
// the rows.
func TestMassOfADeadCopy(t *testing.T) {
	c := newCrowd(t, storetest.SQLite(t), 4, nil)
	c.stop()
	b := c.announce()
	batch := models.MassBatch{ID: b.ID, Kind: b.Kind, Expanded: true}
	rules, _ := c.channel.Mass()
	_, err := c.store.ParkSilent(c.ctx, batch, "wechat", rules.Window, c.clock.Now().Add(time.Hour), 100)
	require.NoError(t, err)
	rows, err := c.store.MassCandidates(c.ctx, batch, "wechat", rules)
	require.NoError(t, err)
	ids := []string{}
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	m := models.Mass{ID: "DEAD1", Channel: "wechat", Batch: b.ID}
	rows, err = c.store.BeginMass(c.ctx, batch, m, 2, ids, "dead", time.Minute)
	require.NoError(t, err)
	require.Len(t, rows, 4)
	none, err := c.store.BeginMass(c.ctx, batch, models.Mass{ID: "OTHER", Channel: "wechat", Batch: b.ID}, 2, ids, "other", time.Minute)
	require.NoError(t, err)
	require.Empty(t, none, "two copies do not have the same rows")
	restart := func() {
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { _ = c.sender.Run(ctx) })
		c.stop = func() { cancel(); wg.Wait() }
	}
	restart()
	require.EqualValues(t, 4, c.account(b).Waiting, "its lease counts")
	c.clock.Advance(time.Minute)
	require.EqualValues(t, 4, c.account(b).Sent)
	require.Len(t, c.had("停诊通知 1"), 4)

	c.stop()
	b = c.announce()
	m.ID, m.Batch, batch.ID = "DEAD2", b.ID, b.ID
	_, err = c.store.ParkSilent(c.ctx, batch, "wechat", rules.Window, c.clock.Now().Add(time.Hour), 100)
	require.NoError(t, err)
	rows, err = c.store.MassCandidates(c.ctx, batch, "wechat", rules)
	require.NoError(t, err)
	for i, r := range rows {
		ids[i] = r.ID
	}
	_, err = c.store.BeginMass(c.ctx, batch, m, 2, ids, "dead", time.Minute)
	require.NoError(t, err)
	require.NoError(t, c.store.EndMass(c.ctx, "dead", m, models.MassEnd{State: models.MassAccepted, Receipt: "77", Lease: time.Minute}))
	require.ErrorIs(t, c.store.EndMass(c.ctx, "dead", m, models.MassEnd{State: models.MassUnknown}), models.ErrGone)
	c.clock.Advance(time.Minute)
	restart()
	require.EqualValues(t, 4, c.account(b).Sent)
	require.Equal(t, 1, c.wechat.Calls(massPath), "what was taken is not asked for again")
}

func TestMassKeepsToItsQuotas(t *testing.T) {
	c := newCrowd(t, storetest.SQLite(t), 3, nil)
	for i := range 4 { // a person's month
		require.EqualValues(t, 3, c.account(c.announce()).Sent, i)
		c.clock.Advance(time.Minute)
	}
	require.Equal(t, models.ReachCount{Total: 3, Closed: 3, Ways: map[string]int{}}, c.reach())
	a := c.account(c.announce())
	require.EqualValues(t, 3, a.Failed)
	require.Equal(t, map[string]int64{"no way to them now": 3}, a.Reasons)
	require.Equal(t, 4, c.wechat.Calls(massPath))
	c.clock.Advance(9 * 24 * time.Hour) // December
	c.wechat.FailNextAt(massPath, 45028, 1)
	b := c.announce()
	require.EqualValues(t, 3, c.account(b).Waiting, "the day's are used up")
	require.Contains(t, c.alarmed(), "wechat_mass_45028")
	c.clock.Advance(6 * time.Hour)
	require.EqualValues(t, 3, c.account(b).Waiting)
	require.Equal(t, 5, c.wechat.Calls(massPath), "it is not asked again before midnight")
	c.clock.Advance(time.Hour)
	require.EqualValues(t, 3, c.account(b).Sent)

	c.wechat.FailNextAt(massPath, 48001, 1)
	a = c.account(c.announce())
	require.EqualValues(t, 3, a.Failed, "the account may not: %v", a.Reasons)
	require.Contains(t, c.alarmed(), "wechat_mass_48001")
}

// A call that is refused because of somebody goes out to the others.
func TestMassWithoutStrangers(t *testing.T) {
	c := newCrowd(t, storetest.SQLite(t), 4, nil)
	stranger := c.join("oNobody", "zh-Hans", false)
	a := c.account(c.announce())
	require.EqualValues(t, 4, a.Sent)
	require.EqualValues(t, 1, a.Failed)
	who, err := c.store.Contact(c.ctx, stranger)
	require.NoError(t, err)
	require.Equal(t, models.ReachLeft, who.Reach)
	require.Len(t, c.had("停诊通知 1"), 4)

	require.NoError(t, c.wechat.TellMass(c.ctx, c.webhook, "send success"))
	b := c.announce()
	require.EqualValues(t, 4, c.account(b).Sent)
	require.NoError(t, c.wechat.TellMass(c.ctx, c.webhook, "err(10001)"))
	a = c.account(b)
	require.EqualValues(t, 4, a.Failed, "WeChat stopped it in its review")
	require.Equal(t, map[string]int64{"the platform did not send it: err(10001)": 4}, a.Reasons)

	for _, p := range c.people[1:] {
		c.prefers("wechat:"+p.OpenID, false)
	}
	require.Equal(t, models.ReachCount{Total: 1, Closed: 1, Ways: map[string]int{}}, c.reach())
	a = c.account(c.announce())
	require.EqualValues(t, 1, a.Failed)
	require.Contains(t, fmt.Sprint(a.Reasons), "too few for a message to many")
}

// What the clinic set counts for messages to many as for any other.
func TestMassKeepsQuietHoursAndCaps(t *testing.T) {
	p, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	clinic, err := bot.NewClinic(p, 1)
	require.NoError(t, err)
	c := newCrowd(t, storetest.SQLite(t), 3, func() *bot.Clinic { return clinic })
	c.clock.Advance(5 * time.Hour) // 22:30
	b := c.announce()
	require.EqualValues(t, 3, c.account(b).Waiting)
	require.Zero(t, c.wechat.Calls(massPath))
	c.clock.Advance(10 * time.Hour)
	require.EqualValues(t, 3, c.account(b).Sent)
	require.EqualValues(t, 3, c.account(c.announce()).Sent)
	b = c.announce() // the third of the day
	require.EqualValues(t, 3, c.account(b).Waiting)
	c.clock.Advance(24 * time.Hour)
	require.EqualValues(t, 3, c.account(b).Sent)
	require.Equal(t, 3, c.wechat.Calls(massPath))
}

// Rows that wait for a message to many go singly again once that is switched
// off.
func TestMassSwitchedOff(t *testing.T) {
	c := newCrowd(t, storetest.SQLite(t), 3, nil)
	c.wechat.FailNextAt(massPath, 45028, 1)
	b := c.announce()
	require.EqualValues(t, 3, c.account(b).Waiting)
	c.stop()
	c.options.Mass = false
	plain := c.replica()
	hook := httptest.NewServer(plain.Handler(c.receiver))
	t.Cleanup(hook.Close)
	c.sender = bot.NewSender(bot.SenderOptions{
		Store: c.store, Channels: []bot.Channel{plain}, Clock: c.clock, Owner: "me", Budget: bot.NewBuckets(func(string) bot.Limit { return bot.Limit{} }),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = c.sender.Run(ctx) })
	c.stop = func() { cancel(); wg.Wait() }
	require.EqualValues(t, 3, c.account(b).Failed)
}
