package wechat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates"
)

const (
	templateID = "Tmpl_00001"
	noticeID   = "Subs_00001"
)

// office is a sender between a store and the stand-in, with a second channel.
type office struct {
	*fixture
	store  *models.Store
	sender *bot.Sender
	second *inbox
	clicks int
	stop   func()
}

// inbox is a channel that takes everything.
type inbox struct {
	mu   sync.Mutex
	list []string
	err  error
}

func (*inbox) Name() string                    { return "telegram" }
func (*inbox) Fit(m bot.Message) []bot.Message { return []bot.Message{m} }
func (i *inbox) Send(_ context.Context, address string, m bot.Message, _ string) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.err == nil {
		i.list = append(i.list, address+" "+m.Text)
	}
	return "", i.err
}

func mapped(withTemplate, withNotice bool) adjust {
	return func(_ *wechattest.Config, o *wechat.Options) {
		fields := map[string]string{"thing1": "service", "time2": "time"}
		if withTemplate {
			o.Templates = []wechat.Mapping{{Notice: "visit-reminder", Template: templateID, Fields: fields}}
		}
		if withNotice {
			o.Subscriptions = []wechat.Mapping{{Notice: "visit-reminder", Template: noticeID, Fields: fields, Ask: "https://clinic.example/ask"}}
		}
	}
}

func newOffice(t *testing.T, adjusts ...adjust) *office {
	t.Helper()
	f := newFixture(t, adjusts...)
	const content = "项目：{{thing1.DATA}}\n时间：{{time2.DATA}}"
	f.wechat.AddTemplate(templateID, "就诊提醒", content)
	f.wechat.AddSubscription(noticeID, "就诊通知", content)
	o := &office{fixture: f, store: storetest.OpenAt(t, storetest.SQLite(t), f.clock), second: &inbox{}}
	book, err := templates.Load()
	require.NoError(t, err)
	o.sender = bot.NewSender(bot.SenderOptions{
		Store: o.store, Channels: []bot.Channel{f.channel, o.second}, Clock: f.clock, Owner: "me", Book: book,
		Budget: bot.NewBuckets(func(string) bot.Limit { return bot.Limit{} }),
		Alarm:  f.options.Alarm,
	})
	o.start()
	t.Cleanup(func() { o.stop() })
	o.contact(openID, "wechat", "client-1")
	return o
}

func (o *office) start() {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = o.sender.Run(ctx) })
	o.stop = func() { cancel(); wg.Wait() }
}

func reminder() *models.Notice {
	return &models.Notice{Name: "visit-reminder", Fields: map[string]string{"service": "超声波洗牙，含麻醉和术前检查，请空腹六小时", "time": "2026-11-24T15:00:00+08:00"}}
}

func (o *office) do(w ...models.Write) {
	o.t.Helper()
	require.NoError(o.t, o.store.Do(o.ctx, w...))
}

func (o *office) contact(address, channel, client string) {
	o.t.Helper()
	o.do(func(_ context.Context, tx *models.Tx) error {
		return tx.SaveContact(models.Contact{ID: channel + ":" + address, Channel: channel, Address: address, Language: "zh-Hans", Reach: models.ReachOpen, ClientID: client, CreatedAt: tx.Now})
	})
}

// heard is the turn of a message, as the engine keeps it.
func (o *office) heard(key string) {
	o.t.Helper()
	o.clicks++
	require.NoError(o.t, o.store.CommitTurn(o.ctx, models.Turn{
		ContactID: "wechat:" + openID, Seq: int64(o.clicks), Key: key, At: o.clock.Now(), In: []byte(`{}`), Answer: []byte(`{}`),
	}))
}

// wrote lets the person write, to us and to WeChat.
func (o *office) wrote(p *wechattest.Client) {
	o.t.Helper()
	p.Chatting()
	o.heard(fmt.Sprintf("wechat:%s:%d", openID, 7000+o.clicks))
}

// push puts a reminder into the outbox, sends what is due and gives its row.
func (o *office) push(key string, change ...func(*models.Outgoing)) models.Outgoing {
	o.t.Helper()
	row := models.Outgoing{Key: key, ContactID: "wechat:" + openID, Kind: models.KindVisit, Priority: models.PriorityPush}
	for _, c := range change {
		c(&row)
	}
	o.do(func(_ context.Context, tx *models.Tx) error {
		return tx.PushNotice(row, models.Message{Text: "提醒您 " + key}, reminder())
	})
	return o.drained(key)
}

func (o *office) drained(key string) models.Outgoing {
	o.t.Helper()
	require.NoError(o.t, o.sender.Drain(o.ctx))
	got, err := o.store.OutboxByKey(o.ctx, key)
	require.NoError(o.t, err)
	return got
}

func (o *office) went(row models.Outgoing, way string) {
	o.t.Helper()
	require.Equal(o.t, models.OutboxSent, row.State, row.Error)
	require.Equal(o.t, way, row.Way)
}

func via(list []wechattest.Received) string {
	var out []string
	for _, r := range list {
		out = append(out, r.Via)
	}
	return strings.Join(out, " ")
}

func TestWayIsChosenBeforeSending(t *testing.T) {
	o := newOffice(t, mapped(true, true))
	p := o.person()
	row := o.push("never-wrote")
	o.went(row, models.WayTemplate)
	require.NotEmpty(t, row.Receipt)
	require.Equal(t, "项目：超声波洗牙，含麻醉和术前检查，请空腹六…\n时间：2026年11月24日 15:00", p.Inbox()[0].Text)
	o.wrote(p)
	for i := range 5 {
		o.went(o.push(fmt.Sprintf("in-window-%d", i)), models.WayChat)
	}
	o.went(o.push("sixth"), models.WayTemplate)
	o.clock.Advance(time.Second)
	o.wrote(p)
	o.went(o.push("counted-anew"), models.WayChat)
	o.clock.Advance(48 * time.Hour)
	o.went(o.push("silent"), models.WayTemplate)
	require.Equal(t, 6, o.wechat.Calls(customPath), "the chat was tried only when it was open")
	require.Equal(t, "template custom custom custom custom custom template custom template", via(p.Inbox()))
	_, err := p.Scan(o.ctx, "door")
	require.NoError(t, err)
	before := len(p.Inbox())
	o.heard("wechat:" + openID + ":1764000000:SCAN:door")
	for i := range 3 {
		o.went(o.push(fmt.Sprintf("after-scan-%d", i)), models.WayChat)
	}
	o.went(o.push("fourth"), models.WayTemplate)
	require.Equal(t, "custom custom custom template", via(p.Inbox()[before:]))
	require.Empty(t, o.wechat.Violations())
}

func TestSubscriptionNoticesSpendConsents(t *testing.T) {
	o := newOffice(t, mapped(false, true))
	o.do(func(_ context.Context, tx *models.Tx) error {
		return tx.GrantNotice("wechat:"+openID, noticeID, 2)
	})
	p := o.person()
	_, err := p.Agree(o.ctx, true, noticeID, noticeID)
	require.NoError(t, err)
	in := o.receiver.inbounds()
	require.Equal(t, bot.EventConsent, in[len(in)-1].Event)
	require.Equal(t, []bot.ConsentEvent{{Template: noticeID, Given: 1}, {Template: noticeID, Given: 1}}, in[len(in)-1].Consents)

	o.went(o.push("one"), models.WaySubscription)
	got, err := o.store.NoticeConsents(o.ctx, "wechat:"+openID)
	require.NoError(t, err)
	require.Equal(t, 1, got[noticeID].Left)
	require.True(t, got[noticeID].MissedAt.IsZero())

	p.Withdraw() // and nobody told us
	row := o.push("two")
	require.Equal(t, models.OutboxFailed, row.State)
	require.Contains(t, row.Error, "43101")
	got, err = o.store.NoticeConsents(o.ctx, "wechat:"+openID)
	require.NoError(t, err)
	require.Zero(t, got[noticeID].Left)
	require.False(t, got[noticeID].MissedAt.IsZero(), "asked for at the next chat")
}

// What may have arrived is repeated under its key while WeChat drops doubles,
// and no longer.
func TestTemplateIsRepeatedOnlyUnderItsKey(t *testing.T) {
	o := newOffice(t, mapped(true, true))
	p := o.person()
	const path = "/cgi-bin/message/template/send"
	o.wechat.BreakNextAt(path, wechattest.FaultLost, 2)
	require.Equal(t, models.OutboxPending, o.push("lost-answer").State)
	o.wrote(p) // the chat is open now; it must not go there
	o.clock.Advance(2 * time.Second)
	require.Equal(t, models.OutboxPending, o.drained("lost-answer").State)
	o.clock.Advance(5 * time.Second)
	o.went(o.drained("lost-answer"), models.WayTemplate)
	require.Equal(t, "template", via(p.Inbox()))
	require.Equal(t, 3, o.wechat.Calls(path))

	o.clock.Advance(49 * time.Hour)
	o.wechat.BreakNextAt(path, wechattest.FaultLost, 1)
	require.Equal(t, models.OutboxPending, o.push("stopped").State)
	o.clock.Advance(11 * time.Minute)
	require.Equal(t, models.OutboxUnknown, o.drained("stopped").State)
	require.Equal(t, "template template", via(p.Inbox()))
	o.wechat.FailNextAt(path, -1, 1)
	require.Equal(t, models.OutboxPending, o.push("busy").State, "-1 under a key is tried again")
	o.clock.Advance(2 * time.Second)
	o.went(o.drained("busy"), models.WayTemplate)
}

// What may have arrived is unknown, not held back, and no other contact gets it.
func TestWhatMayHaveArrivedStaysInDoubt(t *testing.T) {
	const path = "/cgi-bin/message/template/send"
	for name, then := range map[string]func(o *office){
		"too late": func(o *office) { o.clock.Advance(time.Hour) },
		"refused": func(o *office) {
			o.do(func(_ context.Context, tx *models.Tx) error {
				return tx.Prefer("wechat:"+openID, models.KindVisit, false)
			})
			o.clock.Advance(2 * time.Second)
		},
		"left": func(o *office) {
			require.NoError(o.t, o.store.SetReach(o.ctx, "wechat:"+openID, models.ReachLeft))
			o.clock.Advance(2 * time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, mapped(true, false))
			p := o.person()
			o.contact("42", "telegram", "client-1")
			o.wechat.BreakNextAt(path, wechattest.FaultLost, 1)
			row := o.push("x", func(r *models.Outgoing) { r.UselessAfter = o.clock.Now().Add(30 * time.Minute) })
			require.Equal(t, models.OutboxPending, row.State)
			then(o)
			row = o.drained("x")
			require.Equal(t, models.OutboxUnknown, row.State)
			require.Equal(t, models.WayTemplate, row.Way)
			require.Len(t, p.Inbox(), 1)
			require.Empty(t, o.second.list)
		})
	}
}

// WeChat takes a template message and tells a moment later that it did not
// bring it: another contact gets it, or somebody is called.
func TestATemplateThatWasNotBrought(t *testing.T) {
	var o *office
	o = newOffice(t, mapped(true, false), func(_ *wechattest.Config, w *wechat.Options) {
		w.Undelivered = func(ctx context.Context, contact, receipt, fault string) error {
			return o.sender.Reported(ctx, contact, models.WayTemplate, receipt, fault)
		}
	})
	p := o.person()
	row := o.push("one")
	o.went(row, models.WayTemplate)
	for _, status := range []string{"success", "failed:user block", "failed:user block"} {
		a, err := p.TellTemplate(o.ctx, row.Receipt, status)
		require.NoError(t, err)
		require.Equal(t, 200, a.Status)
	}
	row = o.drained("one")
	require.Equal(t, models.OutboxFailed, row.State)
	require.Contains(t, row.Error, "failed:user block")
	cases, err := o.store.OpenCases(o.ctx, 9)
	require.NoError(t, err)
	require.Len(t, cases, 1, "somebody calls, once")
	require.Empty(t, o.receiver.inbounds())

	o.contact("42", "telegram", "client-1")
	row = o.push("two")
	_, err = p.TellTemplate(o.ctx, row.Receipt, "failed: system failed")
	require.NoError(t, err)
	row = o.drained("two")
	require.Equal(t, "telegram:42", row.ContactID)
	o.went(row, models.WayChat)
	_, err = p.TellTemplate(o.ctx, "12345", "failed:user block")
	require.NoError(t, err, "what is not ours changes nothing")
}

// A copy that died: a template message goes again under its key, a chat
// message never.
func TestWhatADeadCopyWasSending(t *testing.T) {
	o := newOffice(t, mapped(true, true))
	p := o.person()
	o.stop()
	for _, key := range []string{"chat", "template"} {
		o.do(func(_ context.Context, tx *models.Tx) error {
			return tx.PushNotice(models.Outgoing{Key: key, ContactID: "wechat:" + openID, Kind: models.KindVisit, Priority: models.PriorityPush},
				models.Message{Text: key}, reminder())
		})
		list, err := o.store.ClaimOutbox(o.ctx, models.Claim{Owner: "dead", Channel: "wechat", From: 1, To: 4, Limit: 9, Lease: time.Minute})
		require.NoError(t, err)
		require.Len(t, list, 1)
		if key == "template" {
			require.NoError(t, o.store.BeginWay(o.ctx, "dead", list[0], models.WayTemplate, o.clock.Now()))
		}
		o.clock.Advance(2 * time.Minute)
		n, unknown, err := o.store.LapsedOutbox(o.ctx, "wechat", false)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.Equal(t, key == "chat", unknown == 1)
	}
	o.start()
	o.went(o.drained("template"), models.WayTemplate)
	require.Equal(t, models.OutboxUnknown, o.drained("chat").State)
	require.Equal(t, "template", via(p.Inbox()))
}

func TestAnotherContactOfTheSameClient(t *testing.T) {
	o := newOffice(t, mapped(false, false))
	p := o.person()
	o.contact("42", "telegram", "client-1")
	o.contact("43", "telegram", "client-2")
	o.wrote(p)
	p.Leave()
	row := o.push("gone")
	require.Equal(t, "telegram:42", row.ContactID)
	o.went(row, models.WayChat)
	require.Equal(t, []string{"42 提醒您 gone"}, o.second.list)
	contact, err := o.store.Contact(o.ctx, "wechat:"+openID)
	require.NoError(t, err)
	require.Equal(t, models.ReachLeft, contact.Reach)
	before := o.wechat.Calls(customPath)
	require.Equal(t, "telegram:42", o.push("at-once").ContactID)
	require.Equal(t, before, o.wechat.Calls(customPath), "who is known to have left is not tried")

	bulk := o.push("bulk", func(r *models.Outgoing) { r.Priority, r.Kind = models.PriorityBulk, models.KindNotice })
	require.Equal(t, models.OutboxFailed, bulk.State, "a broadcast's list has the others in it already")
	cases, err := o.store.OpenCases(o.ctx, 10)
	require.NoError(t, err)
	require.Empty(t, cases)
}

func TestTheDeskIsAskedToCall(t *testing.T) {
	o := newOffice(t, mapped(false, false))
	o.contact("desk", "telegram", "")
	o.do(func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddStaff(models.Staff{ID: "s1", Name: "小陈", Role: models.Desk}); err != nil {
			return err
		}
		if err := tx.SaveClient(models.Client{ID: "client-1", Name: "陈晓雨", Phone: "+8613800000001"}); err != nil {
			return err
		}
		return tx.JoinStaff("telegram:desk", "s1")
	})
	o.contact("44", "telegram", "client-1")
	for _, kind := range []models.Kind{models.KindVisit, models.KindSurvey} {
		o.do(func(_ context.Context, tx *models.Tx) error { return tx.Prefer("telegram:44", kind, false) })
	}
	row := o.push("closed")
	require.Equal(t, models.OutboxFailed, row.State)
	require.Equal(t, "wechat:"+openID, row.ContactID)
	require.Equal(t, models.OutboxFailed, o.push("survey", func(r *models.Outgoing) { r.Kind = models.KindSurvey }).State)
	cases, err := o.store.OpenCases(o.ctx, 10)
	require.NoError(t, err)
	require.Len(t, cases, 1, "a survey is not worth a call")
	require.Equal(t, "reach", cases[0].Kind)
	require.Equal(t, map[string]string{"Name": "陈晓雨", "Phone": "138 0000 0001", "Words": "提醒您 closed", "Why": "window"}, cases[0].Details)
	require.NoError(t, o.sender.Drain(o.ctx))
	require.Len(t, o.second.list, 1)
	require.Equal(t, "desk 请打电话 · 陈晓雨 138 0000 0001\n对方太久没来消息，平台不让发，请把这条告诉对方：\n提醒您 closed", o.second.list[0])
}

// Every errcode in every way: what becomes of a reminder that is of use until
// the evening, and of the way. Nothing is lost without a trace, nothing goes
// out twice.
func TestEveryErrcodeInEveryWay(t *testing.T) {
	const chat, template, notice = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"
	sent := func(way string) string { return "sent " + way }
	for code, want := range map[int][3]string{ // chat fails, then template, then notice, each alone
		-1:    {"unknown chat", "pending template", "unknown subscription"},
		40001: {"pending", "pending", "pending"},
		40003: {"failed left", "failed left", "failed left"},
		43004: {"failed left", "failed left", "failed left"},
		43019: {"failed blocked", "failed blocked", "failed blocked"},
		48002: {"failed blocked", "failed blocked", "failed blocked"},
		43101: {sent("template"), sent("subscription"), "failed"},
		43117: {"pending", "pending", "pending"},
		45002: {sent("template"), sent("subscription"), "failed"},
		45009: {sent("template"), sent("subscription"), "failed"},
		45011: {"pending", "pending", "pending"},
		45015: {sent("template"), sent("subscription"), "failed"},
		45047: {sent("template"), sent("subscription"), "failed"},
		47003: {sent("template"), sent("subscription"), "failed"},
		48001: {"pending", sent("subscription"), "failed"},
		48004: {"pending", "pending", "pending"},
		50002: {"pending", "pending", "pending"},
		40164: {"pending", "pending", "pending"},
	} {
		for i, path := range []string{chat, template, notice} {
			t.Run(fmt.Sprintf("%d%s", code, path[strings.LastIndex(path[:len(path)-5], "/"):]), func(t *testing.T) {
				o := newOffice(t, mapped(path != notice, true))
				p := o.person()
				_, err := p.Agree(o.ctx, true, noticeID)
				require.NoError(t, err)
				o.do(func(_ context.Context, tx *models.Tx) error { return tx.GrantNotice("wechat:"+openID, noticeID, 1) })
				if path == chat {
					o.wrote(p)
				}
				o.wechat.FailNextAt(path, code, 9)
				row := o.push("x", func(r *models.Outgoing) { r.UselessAfter = o.clock.Now().Add(6 * time.Hour) })
				got := row.State
				switch {
				case got == models.OutboxSent || got == models.OutboxUnknown || got == models.OutboxPending && row.Way != "" && !row.BegunAt.IsZero():
					got += " " + row.Way
				case got == models.OutboxFailed:
					c, err := o.store.Contact(o.ctx, row.ContactID)
					require.NoError(t, err)
					if c.Reach != models.ReachOpen {
						got += " " + c.Reach
					}
					cases, err := o.store.OpenCases(o.ctx, 9)
					require.NoError(t, err)
					require.Len(t, cases, 1, "the desk calls")
				}
				require.Equal(t, want[i], got, row.Error)
				arrived := strings.Fields(strings.ReplaceAll(via(p.Inbox()), wechattest.Passive, ""))
				require.LessOrEqual(t, len(arrived), 1)
			})
		}
	}
}

func TestConsentsThroughTheEngineAreJSON(t *testing.T) {
	b, err := json.Marshal(bot.Inbound{Event: bot.EventConsent, Consents: []bot.ConsentEvent{{Template: "T", Refused: true}}})
	require.NoError(t, err)
	var in bot.Inbound
	require.NoError(t, json.Unmarshal(b, &in))
	require.True(t, in.Consents[0].Refused)
}
