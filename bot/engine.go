package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates"
)

// Engine turns each inbound message into one turn: understood, stepped,
// written with all it causes, answered. It is the Receiver of all channels.
type Engine struct {
	o        EngineOptions
	flows    map[string]Flow
	commands map[string]Flow
	fit      map[string]func(Message) []Message
	fileless map[string]bool
	// consenters are the channels that need consents, by name.
	consenters map[string]Consenter
	live       *lru.Cache[string, *live]
	locks      locks
	reach      models.ReachOptions
}

// EngineOptions wires an Engine.
type EngineOptions struct {
	Store    *models.Store
	Clinic   func() *Clinic // in force now
	Book     *templates.Book
	Routes   Routes
	Now      func() time.Time
	Log      *slog.Logger
	Wake     func()            // called when something was put into the outbox
	Files    Files             // the media store; nil for none
	Channels []Channel         // to cut answers to what each carries
	Count    func(name string) // metrics; nil for none
	// PublicURL is the address people can reach, for links; "" for none.
	PublicURL string
}

// Routes says which conversation takes what. Handlers registers it whole.
type Routes struct {
	Flows    []Flow
	Commands map[string]string // "/book" → name of the flow it enters
	Intents  map[string]string // intent → command
	Start    string            // command for a new contact's first event
	Urgent   string            // command that takes an emergency, before anything else
	Unknown  string            // command for what nobody understood
	Code     string            // command that takes a one-time code
	Photo    string            // command that takes a photo or document that no conversation waits for
	// Words reads texts that are commands of this clinic's own making, such as
	// 今日预约; nil for none.
	Words func(text string) (command string, ok bool)
	// Named reads texts that are names in this clinic's profile, such as a score
	// that can be asked for; nil for none.
	Named func(t *Turn) (command string, ok bool)
	// Known is the command for words in the middle of a conversation that nobody
	// understood, but that something is known about; "" for none.
	Known func(ctx context.Context, t *Turn) (command string, err error)
	// Urgency reports a text that describes an emergency.
	Urgency func(t *Turn) bool
}

// NewEngine wires the engine. A route to a flow that is not there is an error.
func NewEngine(o EngineOptions) (*Engine, error) {
	cache, err := lru.New[string, *live](8192)
	if err != nil {
		return nil, err
	}
	e := &Engine{o: o, flows: map[string]Flow{}, commands: map[string]Flow{}, fit: map[string]func(Message) []Message{}, fileless: map[string]bool{}, consenters: map[string]Consenter{}, live: cache, reach: ReachOptions(o.Channels)}
	if e.o.Count == nil {
		e.o.Count = func(string) {}
	}
	if e.o.Wake == nil {
		e.o.Wake = func() {}
	}
	for _, f := range o.Routes.Flows {
		e.flows[f.Name()] = f
	}
	for command, name := range o.Routes.Commands {
		f, ok := e.flows[name]
		if !ok {
			return nil, fmt.Errorf("command %s: no flow %q", command, name)
		}
		e.commands[command] = f
	}
	for intent, command := range o.Routes.Intents {
		if _, ok := e.commands[command]; !ok {
			return nil, fmt.Errorf("intent %s: no command %q", intent, command)
		}
	}
	for _, c := range o.Channels {
		e.fit[c.Name()] = c.Fit
		if k, ok := c.(Consenter); ok && k.Asks() {
			e.consenters[c.Name()] = k
		}
		if _, ok := c.(Fileless); ok {
			e.fileless[c.Name()] = true
		}
	}
	return e, nil
}

// maxTries bounds how often a turn is stepped again because another copy, or
// another person, was first.
const maxTries = 8

// Receive answers an inbound message once, whatever its repeats. An error means
// that nothing was kept; models.IsUnavailable tells that the database is away.
func (e *Engine) Receive(ctx context.Context, in Inbound) (Reply, error) {
	id := in.ContactID()
	if err := checkInbound(&in); err != nil {
		return Reply{}, err
	}
	unlock := e.locks.lock(id)
	defer unlock()
	var failed error
	for range maxTries {
		l, err := e.load(ctx, id, &in)
		if err != nil {
			return Reply{}, err
		}
		if l.key == in.Key && l.seq > 0 {
			return e.repeat(id, l.seq, &l.answer), nil
		}
		reply, err := e.try(ctx, l, &in, failed)
		switch {
		case err == nil:
			return reply, nil
		case errors.Is(err, models.ErrDuplicate):
			return e.repeatByKey(ctx, id, in.Key)
		case errors.Is(err, models.ErrStale):
			e.live.Remove(id)
		case errors.Is(err, models.ErrTaken), errors.Is(err, models.ErrHoldGone), errors.Is(err, models.ErrLimit),
			errors.Is(err, models.ErrGone), errors.Is(err, models.ErrCode):
			failed = err
		default:
			e.live.Remove(id)
			return Reply{}, err
		}
	}
	return Reply{}, fmt.Errorf("turn of %s: not settled after %d tries: %w", in.Channel, maxTries, failed)
}

// checkInbound refuses what no channel may pass on.
func checkInbound(in *Inbound) error {
	if in.Channel == "" || in.Address == "" || in.Key == "" || len(in.Address) > 100 {
		return fmt.Errorf("inbound from %q lacks a channel, an address or a key", in.Channel)
	}
	return nil
}

func (e *Engine) load(ctx context.Context, id string, in *Inbound) (*live, error) {
	if l, ok := e.live.Get(id); ok {
		return l, nil
	}
	l := &live{}
	c, err := e.o.Store.Contact(ctx, id)
	switch {
	case errors.Is(err, models.ErrNotFound):
		l.contact = models.Contact{ID: id, Channel: in.Channel, Address: in.Address, Reach: models.ReachOpen, CreatedAt: e.o.Now()}
		e.live.Add(id, l)
		return l, nil
	case err != nil:
		return nil, err
	}
	l.contact, l.known = c, true
	last, err := e.o.Store.LastTurn(ctx, id)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	l.seq, l.key, l.at = last.Seq, last.Key, last.At
	if l.session, err = decodeSession(last.State); err != nil {
		e.o.Log.Warn("session starts afresh", "contact", id, "error", err)
	}
	if len(last.Answer) > 0 {
		if err := json.Unmarshal(last.Answer, &l.answer); err != nil {
			return nil, fmt.Errorf("answer of %s/%d: %w", id, last.Seq, err)
		}
	}
	if s, err := e.o.Store.StaffOf(ctx, id); err == nil {
		l.staff = &s
	} else if !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	if l.wish, err = e.wishOf(ctx, in.Channel, id); err != nil {
		return nil, err
	}
	e.live.Add(id, l)
	return l, nil
}

func (e *Engine) repeat(id string, seq int64, a *answer) Reply {
	return Reply{ContactID: id, Seq: seq, Inline: a.Messages[:min(a.Inline, len(a.Messages))], Repeat: true}
}

func (e *Engine) repeatByKey(ctx context.Context, id, key string) (Reply, error) {
	t, err := e.o.Store.TurnByKey(ctx, key)
	if err != nil {
		return Reply{}, err
	}
	var a answer
	if len(t.Answer) > 0 {
		if err := json.Unmarshal(t.Answer, &a); err != nil {
			return Reply{}, err
		}
	}
	e.live.Remove(id) // another copy answered: what is cached here is old
	return e.repeat(id, t.Seq, &a), nil
}

// try steps the turn and commits it.
func (e *Engine) try(ctx context.Context, l *live, in *Inbound, failed error) (Reply, error) {
	contact := l.contact
	s := l.session.clone()
	t := &Turn{
		Now: e.o.Now(), In: *in, Contact: &contact, Staff: l.staff, Clinic: e.o.Clinic(), Store: e.o.Store, book: e.o.Book, Failed: failed,
		Files: !e.fileless[in.Channel], Kept: e.o.Files, PublicURL: e.o.PublicURL, Reach: e.reach,
	}
	e.attach(t)
	t.latest = func(ctx context.Context) (Pushed, error) { return e.pushed(ctx, l) }
	s.recall(t)
	e.chooseLanguage(t, l)
	if err := e.dispatch(ctx, t, l, &s); err != nil {
		return Reply{}, err
	}
	e.askWish(t, l, &s)
	if t.err != nil {
		return Reply{}, t.err
	}
	s.remember(t)
	a := answer{Messages: e.cut(in.Channel, t.out)}
	if in.Kind == KindEvent && len(a.Messages) == 0 {
		if a.Open = l.answer.options(); len(a.Open) > 0 {
			a.OpenSeq = l.answer.seq(l.seq)
		}
	}
	seq := l.seq + 1
	models.Refer(a.Messages, seq)
	a.Inline = e.inline(in, len(a.Messages))
	if err := e.commit(ctx, t, l, &s, seq, &a); err != nil {
		return Reply{}, err
	}
	return Reply{ContactID: contact.ID, Seq: seq, Inline: a.Messages[:a.Inline]}, nil
}

// inline is how many messages of an answer the channel still can carry itself.
func (e *Engine) inline(in *Inbound, n int) int {
	if !in.InlineUntil.IsZero() && !e.o.Now().Before(in.InlineUntil) {
		return 0
	}
	if in.Inline < 0 || in.Inline > n {
		return n
	}
	return in.Inline
}

func (e *Engine) cut(channel string, messages []Message) []Message {
	fit := e.fit[channel]
	if fit == nil {
		return messages
	}
	out := make([]Message, 0, len(messages))
	for _, m := range messages {
		out = append(out, fit(m)...)
	}
	return out
}

func (e *Engine) commit(ctx context.Context, t *Turn, l *live, s *session, seq int64, a *answer) error {
	in := t.In
	in.Inline, in.InlineUntil = 0, time.Time{}
	if in.Media != nil && len(in.Media.Data) > 0 {
		m := *in.Media
		m.Data = nil // the bytes belong to the media store, not to the transcript
		in.Media = &m
	}
	row := models.Turn{ContactID: t.Contact.ID, Seq: seq, Key: in.Key, At: t.Now, Flow: s.Top.Flow}
	var err error
	if row.In, err = json.Marshal(in); err != nil {
		return err
	}
	if row.Answer, err = json.Marshal(a); err != nil {
		return err
	}
	if row.State, err = s.encode(); err != nil {
		return err
	}
	if was, c := l.contact, *t.Contact; !l.known {
		t.writes = append([]models.Write{func(_ context.Context, tx *models.Tx) error { return tx.SaveContact(c) }}, t.writes...)
	} else if c != was {
		t.writes = append([]models.Write{func(_ context.Context, tx *models.Tx) error { return tx.ChangeContact(was, c) }}, t.writes...)
	}
	if t.Sent != nil {
		sent := *t.Sent
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveAttachment(sent) })
	}
	for i := a.Inline; i < len(a.Messages); i++ {
		t.Write(enqueueReply(t.Contact.ID, seq, i, a.Messages[i]))
	}
	if err := e.o.Store.CommitTurn(ctx, row, t.writes...); err != nil {
		return err
	}
	next := &live{contact: *t.Contact, known: true, seq: seq, key: in.Key, at: t.Now, session: *s, answer: *a, staff: t.Staff, wish: l.wish}
	if t.wished {
		next.wish = wish{}
	}
	e.live.Add(t.Contact.ID, next)
	if len(t.writes) > 0 {
		e.o.Wake()
	}
	return nil
}

// enqueueReply puts message i of an answer into the outbox, once.
func enqueueReply(contactID string, seq int64, i int, m Message) models.Write {
	return func(_ context.Context, tx *models.Tx) error {
		body, err := json.Marshal(m)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("turn:%s:%d:%d", contactID, seq, i)
		return tx.Enqueue(models.Outgoing{Key: key, ContactID: contactID, Priority: models.PriorityReply, Body: body})
	}
}

// Late sends what a channel could not deliver inline any more.
func (e *Engine) Late(ctx context.Context, r Reply) error {
	var writes []models.Write
	for i, m := range r.Inline {
		writes = append(writes, enqueueReply(r.ContactID, r.Seq, i, m))
	}
	if len(writes) == 0 {
		return nil
	}
	if err := e.o.Store.Do(ctx, writes...); err != nil {
		return err
	}
	e.o.Wake()
	return nil
}

// Forget drops what this copy remembers of a contact, after something outside
// its own turns changed it (staff bound it, deleted it).
func (e *Engine) Forget(contactID string) { e.live.Remove(contactID) }

// chooseLanguage follows the person: what the platform says at first, what
// they write from then on when it is plain.
func (e *Engine) chooseLanguage(t *Turn, l *live) {
	lang := config.Language(t.Contact.Language)
	if lang == "" {
		lang = guessLanguage(t.In.Locale, t.Clinic.Language)
	}
	if (t.In.Kind == KindText || t.In.Kind == KindVoice) && !strings.HasPrefix(t.In.Text, "/") { // a command is in no language
		lang = followLanguage(lang, t.In.Text, !l.known)
	}
	t.Lang = lang
	t.Contact.Language = string(lang)
	if t.In.Name != "" && t.Contact.Display == "" {
		t.Contact.Display = t.In.Name
	}
}
