package bot_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

// post is a sender under test.
type post struct {
	*bot.Sender
	db     *storetest.DB
	stop   func()
	mu     sync.Mutex
	alarms []string
	forgot []string
}

func newPost(t *testing.T, o bot.SenderOptions, channels ...bot.Channel) *post {
	t.Helper()
	return newPostOn(t, storetest.Open(t, storetest.SQLite(t)), o, channels...)
}

func newPostOn(t *testing.T, db *storetest.DB, o bot.SenderOptions, channels ...bot.Channel) *post {
	t.Helper()
	p := &post{db: db}
	o.Store, o.Channels, o.Owner = db.Store, channels, "me"
	if o.Clock == nil {
		o.Clock = db.Clock
	}
	o.Alarm = func(_ context.Context, code, _ string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.alarms = append(p.alarms, code)
	}
	o.Forget = func(id string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.forgot = append(p.forgot, id)
	}
	p.Sender = bot.NewSender(o)
	return p
}

func (p *post) start(t *testing.T) { p.stop = running(t, p.Run) }

func (p *post) drain(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Drain(patient(t)))
}

func (p *post) seen() (alarms, forgot []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.alarms...), append([]string(nil), p.forgot...)
}

func TestSenderDeliversInOrderAndKeepsTheReceipt(t *testing.T) {
	web := &standIn{name: "web"}
	p := newPost(t, bot.SenderOptions{}, web)
	put(t, p.db, "web:a", models.PriorityReply, numbered("a", 20)...)
	putRow(t, p.db, models.Outgoing{ContactID: "web:a", NotBefore: p.db.Clock.Now().Add(time.Hour), Priority: models.PriorityPush}, "later")
	p.start(t)
	p.drain(t)
	assert.Equal(t, numbered("a", 20), web.texts())
	assert.Equal(t, sent{"a", "a1", "web:a/a1"}, web.list[0], "the row's key is the key against doubles")
	o := row(t, p.db, "web:a/a20")
	assert.Equal(t, models.OutboxSent, o.State)
	assert.Equal(t, "receipt of a20", o.Receipt)

	p.db.Clock.Advance(time.Hour)
	p.drain(t)
	assert.Equal(t, "later", web.texts()[20])
}

// The one table of what each failure does to its row.
func TestSenderReactions(t *testing.T) {
	for name, c := range map[string]struct {
		err        error
		idempotent bool
		state      string
		reach      string
		next       string // state of the contact's next row
		alarm      bool
	}{
		"retry":               {err: &bot.SendError{Code: "busy", Reaction: bot.RetryLater}, state: models.OutboxPending, next: models.OutboxPending},
		"give up":             {err: &bot.SendError{Code: "45002", Reaction: bot.GiveUp, Alarm: true}, state: models.OutboxFailed, next: models.OutboxSent, alarm: true},
		"left":                {err: &bot.SendError{Code: "43004", Reaction: bot.Unreachable}, state: models.OutboxFailed, next: models.OutboxFailed, reach: models.ReachLeft},
		"blocked":             {err: &bot.SendError{Code: "403", Reaction: bot.Unreachable, Blocked: true}, state: models.OutboxFailed, next: models.OutboxFailed, reach: models.ReachBlocked},
		"no window":           {err: &bot.SendError{Code: "45015", Reaction: bot.NoWindow}, state: models.OutboxFailed, next: models.OutboxSent},
		"switched off":        {err: &bot.SendError{Code: "48001", Reaction: bot.SwitchOff}, state: models.OutboxPending, next: models.OutboxPending, alarm: true},
		"unknown":             {err: &bot.SendError{Code: "timeout", Reaction: bot.Unknown}, state: models.OutboxUnknown, next: models.OutboxSent},
		"unknown, with a key": {err: &bot.SendError{Code: "timeout", Reaction: bot.Unknown}, idempotent: true, state: models.OutboxPending, next: models.OutboxPending},
		"no SendError":        {err: errors.New("bug"), state: models.OutboxUnknown, next: models.OutboxSent, alarm: true},
	} {
		t.Run(name, func(t *testing.T) {
			web := &standIn{name: "web", idempotent: c.idempotent, answer: func(s sent) (string, error) {
				if s.text == "bad" {
					return "", c.err
				}
				return "", nil
			}}
			p := newPost(t, bot.SenderOptions{}, web)
			require.NoError(t, p.db.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
				return tx.SaveContact(models.Contact{ID: "web:a", Channel: "web", Address: "a", Reach: models.ReachOpen, CreatedAt: tx.Now})
			}))
			put(t, p.db, "web:a", models.PriorityReply, "bad", "next")
			p.start(t)
			p.drain(t)
			bad := row(t, p.db, "web:a/bad")
			assert.Equal(t, c.state, bad.State)
			assert.NotEmpty(t, bad.Error)
			assert.Equal(t, 1, bad.Attempts)
			assert.Equal(t, c.next, row(t, p.db, "web:a/next").State)
			alarms, forgot := p.seen()
			assert.Equal(t, c.alarm, len(alarms) == 1, "%v", alarms)
			who, err := p.db.Contact(context.Background(), "web:a")
			require.NoError(t, err)
			if c.reach != "" {
				assert.Equal(t, c.reach, who.Reach)
				assert.Equal(t, []string{"web:a"}, forgot)
			} else {
				assert.Equal(t, models.ReachOpen, who.Reach)
			}
		})
	}
}

func TestSenderRepeatsWhenItMay(t *testing.T) {
	tries := 0
	web := &standIn{name: "web", answer: func(sent) (string, error) {
		tries++
		switch tries {
		case 1:
			return "", &bot.SendError{Code: "busy", Reaction: bot.RetryLater}
		case 2:
			return "", &bot.SendError{Code: "429", Reaction: bot.RetryLater, RetryAfter: time.Hour}
		}
		return "done", nil
	}}
	p := newPost(t, bot.SenderOptions{}, web)
	put(t, p.db, "web:a", models.PriorityReply, "x")
	p.start(t)
	for _, step := range []struct {
		wait  time.Duration
		tries int
	}{{0, 1}, {700 * time.Millisecond, 1}, {600 * time.Millisecond, 2}, {59 * time.Minute, 2}, {time.Minute, 3}} {
		p.db.Clock.Advance(step.wait)
		p.drain(t)
		assert.Len(t, web.texts(), step.tries)
	}
	o := row(t, p.db, "web:a/x")
	assert.Equal(t, models.OutboxSent, o.State)
	attempts, err := p.db.OutboxAttempts(context.Background(), o.ID)
	require.NoError(t, err)
	assert.Len(t, attempts, 2, "each attempt is on record")
}

func TestSenderGivesUpAReplyThatIsTwoDaysOld(t *testing.T) {
	web := &standIn{name: "web", answer: func(sent) (string, error) { return "", &bot.SendError{Code: "502", Reaction: bot.RetryLater} }}
	p := newPost(t, bot.SenderOptions{}, web)
	put(t, p.db, "web:a", models.PriorityReply, "x")
	p.start(t)
	p.drain(t)
	p.db.Clock.Advance(49 * time.Hour)
	p.drain(t)
	assert.Equal(t, models.OutboxFailed, row(t, p.db, "web:a/x").State)
}

func TestSenderDoesNotSendWhatIsOfNoUseAnyMore(t *testing.T) {
	web := &standIn{name: "web"}
	p := newPost(t, bot.SenderOptions{}, web)
	now := p.db.Clock.Now()
	putRow(t, p.db, models.Outgoing{ContactID: "web:a", Priority: models.PriorityPush, UselessAfter: now}, "late")
	putRow(t, p.db, models.Outgoing{ContactID: "web:a", Priority: models.PriorityPush, UselessAfter: now.Add(time.Second)}, "just in time")
	p.start(t)
	p.drain(t)
	assert.Equal(t, []string{"just in time"}, web.texts())
	assert.Equal(t, models.OutboxExpired, row(t, p.db, "web:a/late").State)
}

func TestSenderSplitsAPushThatIsTooLong(t *testing.T) {
	broken := true
	web := &standIn{name: "web", fit: func(m bot.Message) []bot.Message {
		var out []bot.Message
		for _, r := range m.Text {
			out = append(out, bot.Message{Text: string(r)})
		}
		return out
	}}
	web.answer = func(s sent) (string, error) {
		if s.text == "2" && broken {
			broken = false
			return "", &bot.SendError{Code: "busy", Reaction: bot.RetryLater}
		}
		return "", nil
	}
	p := newPost(t, bot.SenderOptions{}, web)
	put(t, p.db, "web:a", models.PriorityPush, "123", "4")
	p.start(t)
	p.drain(t)
	p.db.Clock.Advance(2 * time.Second)
	p.drain(t)
	assert.Equal(t, []string{"1", "2", "2", "3", "4"}, web.texts(), "only the part that failed is repeated, and the order holds")
}

// One second a message and bursts of three is what Telegram allows in a chat.
func TestSenderKeepsToTheChatsBucket(t *testing.T) {
	tele := &standIn{name: "telegram"}
	p := newPost(t, bot.SenderOptions{}, tele)
	put(t, p.db, "telegram:1", models.PriorityReply, numbered("a", 5)...)
	put(t, p.db, "telegram:2", models.PriorityReply, "b1")
	p.start(t)
	ctx := patient(t)
	for n := 3; n < 5; n++ {
		require.NoError(t, p.db.Clock.BlockUntilContext(ctx, 2)) // the lane's timer, and the message that waits for its chat
		assert.Len(t, tele.texts(), n+1)
		p.db.Clock.Advance(time.Second)
	}
	p.drain(t)
	assert.Len(t, tele.texts(), 6)
}

func TestSenderPutsBackWhatWasNotBegunWhenItStops(t *testing.T) {
	tele := &standIn{name: "telegram"}
	p := newPost(t, bot.SenderOptions{}, tele)
	put(t, p.db, "telegram:1", models.PriorityReply, numbered("a", 5)...)
	p.start(t)
	require.NoError(t, p.db.Clock.BlockUntilContext(patient(t), 2))
	p.stop()
	o := row(t, p.db, "telegram:1/a4")
	assert.Equal(t, models.OutboxPending, o.State)
	assert.Zero(t, o.Attempts)
}

func TestSenderSwitchedOffRestsAndTriesAgain(t *testing.T) {
	off := true
	web := &standIn{name: "web", answer: func(sent) (string, error) {
		if off {
			return "", &bot.SendError{Code: "48001", Reaction: bot.SwitchOff, Alarm: true}
		}
		return "", nil
	}}
	p := newPost(t, bot.SenderOptions{Workers: 1}, web)
	for _, who := range numbered("web:", 4) {
		put(t, p.db, who, models.PriorityReply, "x")
	}
	p.start(t)
	p.drain(t)
	assert.Len(t, web.texts(), 1, "the first refusal stops the channel")
	off = false
	p.db.Clock.Advance(14 * time.Minute)
	p.drain(t)
	assert.Len(t, web.texts(), 1)
	p.db.Clock.Advance(time.Minute)
	p.drain(t)
	assert.Len(t, web.texts(), 5)
	alarms, _ := p.seen()
	assert.Equal(t, []string{"web_48001"}, alarms)
}

// Bulk that hangs leaves workers to replies, and one channel that hangs leaves
// the others alone.
func TestSenderBulkAndHangingChannelsDelayNobody(t *testing.T) {
	hang := make(chan struct{})
	replied := make(chan string, 2)
	slow := func(s sent) (string, error) {
		if s.text == "bulk" {
			<-hang
		} else {
			replied <- s.address
		}
		return "", nil
	}
	web, tele := &standIn{name: "web", answer: slow}, &standIn{name: "telegram", answer: slow}
	p := newPost(t, bot.SenderOptions{Workers: 2}, web, tele)
	for _, who := range numbered("web:", 10) {
		put(t, p.db, who, models.PriorityBulk, "bulk")
	}
	p.start(t)
	put(t, p.db, "web:1", models.PriorityReply, "reply")
	put(t, p.db, "telegram:1", models.PriorityReply, "reply")
	p.Wake()
	got := []string{<-replied, <-replied}
	assert.Equal(t, []string{"1", "1"}, got)
	close(hang)
	p.drain(t)
	assert.Len(t, web.texts(), 11)
}

func TestSenderFinishesWhatItTook(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	web := &standIn{name: "web", answer: func(sent) (string, error) {
		close(begun)
		<-end
		return "r", nil
	}}
	p := newPost(t, bot.SenderOptions{}, web)
	put(t, p.db, "web:a", models.PriorityReply, "one", "two")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	<-begun
	cancel()
	close(end)
	require.NoError(t, <-done)
	assert.Equal(t, models.OutboxSent, row(t, p.db, "web:a/one").State)
	assert.Equal(t, models.OutboxPending, row(t, p.db, "web:a/two").State, "nothing new is taken")
}

// asked is a budget that tells whom it was asked for.
type asked struct {
	bot.Budget
	of chan string
}

func (a asked) Take(channel, address string, bulk bool, now time.Time) time.Duration {
	a.of <- address
	return a.Budget.Take(channel, address, bulk, now)
}

// What is claimed and waits for a worker is looked at when its turn comes, not
// when it was claimed.
func TestSenderLooksAtTheMomentOfSending(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	web := &standIn{name: "web", answer: func(s sent) (string, error) {
		if s.text == "first" {
			close(begun)
			<-end
		}
		return "", nil
	}}
	budget := asked{bot.NewBuckets(nil), make(chan string, 2)}
	p := newPost(t, bot.SenderOptions{Workers: 1, Budget: budget}, web)
	require.NoError(t, p.db.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		return tx.SavePatient(models.Patient{ID: "cat", ClientID: "c", Name: "豆豆", Kind: "pet"})
	}))
	for _, who := range []string{"first", "second"} {
		putRow(t, p.db, models.Outgoing{Key: who, ContactID: "web:" + who, Priority: models.PriorityPush, Kind: models.KindVisit, Subject: models.AboutPatient("cat")}, who)
	}
	p.start(t)
	<-begun
	assert.Equal(t, []string{"first", "second"}, []string{<-budget.of, <-budget.of}, "both are claimed")
	require.NoError(t, p.db.Do(context.Background(), func(_ context.Context, tx *models.Tx) error { return tx.PatientDied("cat", tx.Now) }))
	close(end)
	p.drain(t)
	assert.Equal(t, []string{"first"}, web.texts())
	assert.Equal(t, models.OutboxSuppressed, row(t, p.db, "second").State)
}

func TestSenderAfterACrash(t *testing.T) {
	for _, idempotent := range []bool{false, true} {
		web := &standIn{name: "web", idempotent: idempotent}
		p := newPost(t, bot.SenderOptions{}, web)
		put(t, p.db, "web:a", models.PriorityReply, "one", "two")
		list, err := p.db.ClaimOutbox(context.Background(), models.Claim{Owner: "dead", Channel: "web", From: 1, To: 4, Limit: 9, Lease: time.Minute})
		require.NoError(t, err)
		require.Len(t, list, 1)
		p.db.Clock.Advance(2 * time.Minute)
		p.start(t)
		p.drain(t)
		if idempotent {
			assert.Equal(t, []string{"one", "two"}, web.texts())
			continue
		}
		assert.Equal(t, []string{"two"}, web.texts(), "what may have arrived is not repeated")
		assert.Equal(t, models.OutboxUnknown, row(t, p.db, "web:a/one").State)
		alarms, _ := p.seen()
		assert.Equal(t, []string{"web_outbox_unknown"}, alarms)
	}
}

func TestSenderSurvivesAPanic(t *testing.T) {
	web := &standIn{name: "web", answer: func(s sent) (string, error) {
		if s.text == "bad" {
			panic("豆豆 is in here")
		}
		return "", nil
	}}
	p := newPost(t, bot.SenderOptions{}, web)
	put(t, p.db, "web:a", models.PriorityReply, "bad", "good")
	p.start(t)
	p.drain(t)
	o := row(t, p.db, "web:a/bad")
	assert.Equal(t, models.OutboxUnknown, o.State)
	assert.NotContains(t, o.Error, "豆豆")
	assert.Equal(t, models.OutboxSent, row(t, p.db, "web:a/good").State)
}
