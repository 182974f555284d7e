// Package talk lets a test talk with the real engine the way people do: a
// client's and a staff member's phone, a database in a directory of the test,
// a clock that only the script moves. The transcript it keeps is compared with
// a golden file.
package talk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates"
	"zhenban/templates/outreach"
)

// Channel is the name of the channel the phones are on.
const Channel = "talk"

// The phones that are there without being asked for.
const (
	Client = "client" // a person who never wrote before
	Desk   = "desk"   // the desk's phone, when Options.Staff is set
)

// testKey is 32 bytes in base64: a passphrase would be stretched anew for every talk.
const testKey = "YSBrZXkgZm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzISE="

// Options wires a Talk.
type Options struct {
	Preset string                                    // default vet
	Zone   string                                    // instead of the preset's
	Now    time.Time                                 // default 2026-11-22 15:30 in Shanghai, a Sunday
	Routes func() bot.Routes                         // the conversations
	Staff  bool                                      // the desk has joined with its phone
	Public string                                    // address that people can reach, for links
	Log    io.Writer                                 // default none
	Tune   func(p *config.Profile)                   // changes the preset before it is compiled
	Fit    func(bot.Message) []bot.Message           // how the channel cuts messages; nil for not at all
	Timer  func(k *Talk, book *templates.Book) Timer // runs what is due; nil: nothing ever is
}

// Timer moves the clock, stopping wherever something is due.
type Timer interface {
	Step(ctx context.Context, to time.Time, move func(time.Time), flush func(context.Context) error) error
}

// Talk is one clinic with people talking to it.
type Talk struct {
	T      testing.TB
	Store  *models.Store
	Clock  *clockwork.FakeClock
	Clinic *bot.Clinic
	Engine *bot.Engine
	Files  media.Store
	attach *bot.Attachments

	out    bytes.Buffer
	phones map[string]*phone
	keys   int
	names  names
	timer  Timer
	book   *templates.Book
	deaf   map[string]string // by address, why nothing reaches it: left, blocked, window, failed; "maybe": nobody knows

	bulk, bulkLeft int // of messages to many, how many go out with a move of the clock; 0: all
}

// phone is what one person sees and what can be tapped on it.
type phone struct {
	address string
	locale  string
	name    string
	screen  []bot.Message // the newest messages with options
}

// texts reads the texts once for all talks: they never change.
var texts = sync.OnceValues(templates.Load)

// New starts a clinic.
func New(t testing.TB, o Options) *Talk {
	t.Helper()
	if o.Preset == "" {
		o.Preset = "vet"
	}
	if o.Now.IsZero() {
		zone, err := time.LoadLocation("Asia/Shanghai")
		must(t, err)
		o.Now = time.Date(2026, 11, 22, 15, 30, 0, 0, zone)
	}
	k := &Talk{T: t, Clock: clockwork.NewFakeClockAt(o.Now), phones: map[string]*phone{}, deaf: map[string]string{}, names: newNames()}
	profile, _, err := config.LoadProfile(o.Preset)
	must(t, err)
	profile.Surveys.Sample = 0 // drawn by lot, it would be another one in every run
	if o.Zone != "" {
		profile.Zone = o.Zone
		for i := range profile.Branches {
			profile.Branches[i].Zone = o.Zone
		}
	}
	if o.Tune != nil {
		o.Tune(profile)
	}
	k.Clinic, err = bot.NewClinic(profile, 1)
	must(t, err)
	k.Store, err = models.Open(context.Background(), models.Options{
		DSN: "sqlite:" + filepath.Join(t.TempDir(), "talk.db"), DataKey: testKey, Now: k.Clock.Now,
	})
	must(t, err)
	t.Cleanup(func() { _ = k.Store.Close() })
	k.Files, err = media.Open(filepath.Join(t.TempDir(), "media"), k.Store.Sealer())
	must(t, err)
	book, err := texts()
	must(t, err)
	k.book = book
	if o.Log == nil {
		o.Log = io.Discard
	}
	log := slog.New(slog.NewTextHandler(o.Log, nil))
	k.attach = bot.NewAttachments(k.Files, nil, log)
	k.Engine, err = bot.NewEngine(bot.EngineOptions{
		Store: k.Store, Clinic: func() *bot.Clinic { return k.Clinic }, Book: book, Routes: o.Routes(), Now: k.Clock.Now,
		Log: log, Files: k.Files, Channels: []bot.Channel{channel{o.Fit}}, PublicURL: o.Public,
	})
	must(t, err)
	if o.Timer != nil {
		k.timer = o.Timer(k, book)
	}
	if o.Staff {
		k.Join(Desk, models.Staff{ID: "staff-desk", Name: "小陈", Role: models.Desk})
	}
	return k
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Join makes the person behind a phone a member of staff.
func (k *Talk) Join(phone string, m models.Staff) {
	k.T.Helper()
	id := Channel + ":" + phone
	k.Do(func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddStaff(m); err != nil {
			return err
		}
		c := models.Contact{ID: id, Channel: Channel, Address: phone, Language: string(config.Hans), Reach: models.ReachOpen, CreatedAt: tx.Now}
		if err := tx.SaveContact(c); err != nil {
			return err
		}
		return tx.JoinStaff(id, m.ID)
	})
}

// Do writes to the store, as other parts of the program would.
func (k *Talk) Do(writes ...models.Write) {
	k.T.Helper()
	must(k.T, k.Store.Do(context.Background(), writes...))
}

// Phone is the phone of an address; it is there when first asked for.
func (k *Talk) phone(address string) *phone {
	p := k.phones[address]
	if p == nil {
		p = &phone{address: address}
		k.phones[address] = p
	}
	return p
}

// Say sends a text and returns the answer.
func (k *Talk) Say(from, text string) []bot.Message {
	k.T.Helper()
	return k.Send(from, bot.Inbound{Kind: bot.KindText, Text: k.names.real(text)})
}

// Tap picks option number of what the phone shows and returns the answer.
func (k *Talk) Tap(from string, number int) []bot.Message {
	k.T.Helper()
	for _, m := range k.phone(from).screen {
		for i, o := range m.Options {
			if m.Number(i) == number {
				return k.Send(from, bot.Inbound{Kind: bot.KindChoice, Choice: o.Ref})
			}
		}
	}
	k.T.Fatalf("%s has no option %d on the screen", from, number)
	return nil
}

// Send hands one message to the engine and writes its answer, and what it
// caused others to receive, to the transcript.
func (k *Talk) Send(from string, in bot.Inbound) []bot.Message {
	k.T.Helper()
	p := k.phone(from)
	k.keys++
	in.Channel, in.Address, in.Key, in.At, in.Inline = Channel, from, "talk-"+strconv.Itoa(k.keys), k.Clock.Now(), -1
	in.Locale, in.Name = p.locale, p.name
	k.attach.Take(context.Background(), &in)
	reply, err := k.Engine.Receive(context.Background(), in)
	must(k.T, err)
	p.show(reply.Inline, true)
	for _, m := range reply.Inline {
		k.print("<", m)
	}
	if len(reply.Inline) == 0 {
		k.out.WriteString("< (nothing)\n")
	}
	k.Drain()
	return reply.Inline
}

// show puts messages on the screen; an answer takes the place of what was
// there, a push stands above it.
func (p *phone) show(messages []bot.Message, answer bool) {
	if answer {
		p.screen = nil
	}
	for _, m := range messages {
		if len(m.Options) > 0 {
			p.screen = append([]bot.Message{m}, p.screen...)
		}
	}
}

// Drain delivers what is due in the outbox and the sender's policy lets out,
// and writes it to the transcript.
func (k *Talk) Drain() {
	k.T.Helper()
	ctx := context.Background()
	policy := bot.Policy{Store: k.Store, Clinic: func() *bot.Clinic { return k.Clinic }}
	claim := models.Claim{Owner: "talk", Channel: Channel, From: models.PriorityReply, To: models.PriorityBulk, Limit: 50, Lease: time.Minute}
	if k.bulk > 0 {
		claim.To = models.PriorityPush
	}
	for {
		rows, err := k.Store.ClaimOutbox(ctx, claim)
		must(k.T, err)
		if len(rows) == 0 && k.bulk > 0 && k.bulkLeft > 0 {
			claim.To, claim.Limit = models.PriorityBulk, k.bulkLeft
			rows, err = k.Store.ClaimOutbox(ctx, claim)
			must(k.T, err)
			k.bulkLeft -= len(rows)
			claim.To, claim.Limit = models.PriorityPush, 50
		}
		if len(rows) == 0 {
			return
		}
		for _, r := range rows {
			end, err := policy.Clear(ctx, r, k.Clock.Now())
			must(k.T, err)
			if end != nil {
				must(k.T, k.Store.FinishOutbox(ctx, claim.Owner, r, *end))
				continue
			}
			if why := k.deaf[r.ContactID[len(Channel)+1:]]; why != "" {
				must(k.T, k.Store.FinishOutbox(ctx, claim.Owner, r, k.undelivered(r, why)))
				continue
			}
			var m bot.Message
			must(k.T, json.Unmarshal(r.Body, &m))
			must(k.T, bot.Fill(ctx, k.Files, &m))
			address := r.ContactID[len(Channel)+1:]
			k.phone(address).show([]bot.Message{m}, false)
			k.print(address+"<", m)
			must(k.T, k.Store.FinishOutbox(ctx, claim.Owner, r, models.Outcome{State: models.OutboxSent}))
		}
	}
}

// undelivered is how a delivery ends that does not arrive, as the sender has it.
func (k *Talk) undelivered(r models.Outgoing, why string) models.Outcome {
	if why == "maybe" {
		return models.Outcome{State: models.OutboxUnknown, Reason: "no answer"}
	}
	end := models.Outcome{State: models.OutboxFailed, Reason: "the contact is " + why}
	if r.Kind == models.KindVisit || r.Kind == models.KindCare {
		end.Lost = bot.OpenReach(outreach.Speaker{Book: k.book, Language: k.Clinic.Language, Clinic: k.Clinic.Clinic}, r, why)
	}
	return end
}

// Advance moves the clock; what is due on the way happens then.
func (k *Talk) Advance(d time.Duration) {
	k.T.Helper()
	if k.timer == nil {
		k.Clock.Advance(d)
		k.Drain()
		return
	}
	k.bulkLeft = k.bulk
	flush := func(context.Context) error {
		k.Drain()
		return nil
	}
	move := func(to time.Time) { k.Clock.Advance(to.Sub(k.Clock.Now())) }
	must(k.T, k.timer.Step(context.Background(), k.Clock.Now().Add(d), move, flush))
}

// Transcript is everything said so far.
func (k *Talk) Transcript() string { return k.out.String() }

func (k *Talk) print(who string, m bot.Message) {
	var b bytes.Buffer
	b.WriteString(m.Text)
	for i, o := range m.Options {
		fmt.Fprintf(&b, "\n%d. %s", m.Number(i), o.Label)
		if o.URL != "" {
			fmt.Fprintf(&b, " <%s>", o.URL)
		}
	}
	if m.Phone != "" {
		fmt.Fprintf(&b, "\n[%s]", m.Phone)
	}
	switch {
	case m.Media == nil:
	case m.Media.ContentType == "application/pdf" && len(m.Media.Data) > 10_000: // set from a drawn number: its size is another each time
		fmt.Fprintf(&b, "\n[%s %s]", m.Media.ContentType, k.names.shown(m.Media.Name))
	default:
		fmt.Fprintf(&b, "\n[%s %s, %d bytes]", m.Media.ContentType, k.names.shown(m.Media.Name), len(m.Media.Data))
	}
	for i, line := range bytes.Split(b.Bytes(), []byte("\n")) {
		if i == 0 {
			fmt.Fprintf(&k.out, "%s ", who)
		} else if len(line) > 0 {
			k.out.WriteString("  ")
		}
		k.out.WriteString(k.names.shown(string(line)))
		k.out.WriteString("\n")
	}
}

// channel is the phones' channel; nothing goes out over it but by Drain.
type channel struct {
	fit func(bot.Message) []bot.Message
}

func (channel) Name() string { return Channel }

func (c channel) Fit(m bot.Message) []bot.Message {
	if c.fit == nil {
		return []bot.Message{m}
	}
	return c.fit(m)
}

func (channel) Send(context.Context, string, bot.Message, string) (string, error) { return "", nil }
