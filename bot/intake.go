package bot

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/models"
)

const (
	// turnTime bounds one turn. WeChat asks three times within 15 s and then
	// tells the person that the account is out of service.
	turnTime = 10 * time.Second
	// maxText is what one inbound text keeps, in characters: far above every
	// platform's limit, far below what understanding it would take long for.
	maxText = 10_000
)

// Intake is the Receiver that channels get: the engine, made safe against a
// database that is away, against steps that fail, and against endless texts.
type Intake struct {
	o     IntakeOptions
	locks locks
	wake  chan struct{}
	late  lateQueue
}

// IntakeOptions wires an Intake.
type IntakeOptions struct {
	Engine Receiver
	Store  *models.Store
	Spool  *Spool
	Clock  clockwork.Clock
	Log    *slog.Logger
	// Sorry makes the text for a person whose message could not be answered
	// now: core.away or core.sorry, Engine.Sorry in the program.
	Sorry func(in *Inbound, key string, data map[string]any) Message
	// Attachments takes in photos and documents; nil: they stay with the platform.
	Attachments *Attachments

	Wake    func()                                       // of the sender; nil for none
	Metrics *Metrics                                     // nil for none
	Alarm   func(ctx context.Context, code, text string) // something an operator must look at; nil: only logged
	Ping    func(ctx context.Context) error              // nil: the store's
}

// NewIntake wires an Intake; Run replays what it spools.
func NewIntake(o IntakeOptions) *Intake {
	if o.Wake == nil {
		o.Wake = func() {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Alarm == nil {
		log := o.Log
		o.Alarm = func(ctx context.Context, code, text string) { log.ErrorContext(ctx, text, "code", code) }
	}
	if o.Ping == nil {
		o.Ping = o.Store.Ping
	}
	return &Intake{o: o, wake: make(chan struct{}, 1)}
}

// Receive decides a message: answered, spooled, or apologised for. Its only
// errors are those after which the platform should deliver again.
func (i *Intake) Receive(ctx context.Context, in Inbound) (Reply, error) {
	in.Text = cutText(in.Text)
	id := in.ContactID()
	defer i.locks.lock(id)() // what is spooled and what goes on must not pass each other
	start := i.o.Clock.Now()
	i.take(ctx, &in)
	if i.o.Spool.Has(id) {
		return i.spool(in, nil)
	}
	reply, err := i.engine(ctx, in)
	switch {
	case err == nil:
		outcome := "answered"
		if reply.Repeat {
			outcome = "repeat"
		}
		i.o.Metrics.Turn(in.Channel, outcome, i.o.Clock.Since(start))
		return reply, nil
	case models.IsUnavailable(err):
		return i.spool(in, err)
	default:
		return i.apologise(ctx, in, err), nil
	}
}

// engine runs the turn to its end, whoever hangs up, and turns a panic into an error.
func (i *Intake) engine(ctx context.Context, in Inbound) (reply Reply, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p, debug.Stack()}
		}
	}()
	return i.o.Engine.Receive(ctx, in)
}

// panicError is a panic in a step. Its text names the kind only, since the
// value may hold what a person said.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string {
	if err, ok := e.value.(runtime.Error); ok {
		return "panic: " + err.Error()
	}
	return fmt.Sprintf("panic with a %T", e.value)
}

// spool keeps a message for later and says so to the person.
func (i *Intake) spool(in Inbound, cause error) (Reply, error) {
	fresh, err := i.o.Spool.Put(in, i.o.Clock.Now())
	if err != nil {
		outcome := "spool_error"
		if errors.Is(err, ErrFull) {
			outcome = "spool_full"
		}
		i.o.Metrics.Turn(in.Channel, outcome, 0)
		return Reply{}, errors.Join(err, cause)
	}
	i.rouse()
	if fresh {
		i.o.Metrics.Turn(in.Channel, "spooled", 0)
		if cause != nil {
			i.o.Log.Warn("message spooled: the database is away", "channel", in.Channel, "error", cause)
		}
	}
	reply := Reply{ContactID: in.ContactID(), Repeat: !fresh}
	if i.inline(&in) {
		reply.Inline = []Message{i.o.Sorry(&in, "core.away", nil)}
	}
	return reply, nil
}

func (i *Intake) inline(in *Inbound) bool {
	return in.Kind != KindEvent && in.Inline != 0 && (in.InlineUntil.IsZero() || i.o.Clock.Now().Before(in.InlineUntil))
}

// apologise settles a message whose step failed: one line in the log, one
// apology, and no repeat by the platform.
func (i *Intake) apologise(ctx context.Context, in Inbound, cause error) Reply {
	id := shortID()
	i.o.Metrics.Turn(in.Channel, "apology", 0)
	attrs := []any{"id", id, "channel", in.Channel, "contact", in.ContactID(), "error", cause}
	var p *panicError
	if errors.As(cause, &p) {
		attrs = append(attrs, "stack", string(p.stack))
	}
	i.o.Log.Error("message not answered", attrs...)
	reply := Reply{ContactID: in.ContactID()}
	if in.Kind == KindEvent {
		return reply
	}
	m := i.o.Sorry(&in, "core.sorry", map[string]any{"ID": id})
	if i.inline(&in) {
		reply.Inline = []Message{m}
		return reply
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnTime)
	defer cancel()
	if err := i.push(ctx, reply.ContactID, "sorry:"+in.Key, m); err != nil {
		i.o.Log.Error("apology not kept", "id", id, "error", err)
	}
	return reply
}

func (i *Intake) push(ctx context.Context, contactID, key string, m Message) error {
	err := i.o.Store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		return tx.Push(models.Outgoing{Key: key, ContactID: contactID, Priority: models.PriorityReply}, m)
	})
	if err == nil {
		i.o.Wake()
	}
	return err
}

// rouse tells Run that there is something to replay.
func (i *Intake) rouse() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// cutText keeps the first maxText characters.
func cutText(s string) string {
	if len(s) <= maxText {
		return s
	}
	n := 0
	for at := range s {
		if n == maxText {
			return s[:at]
		}
		n++
	}
	return s
}

// shortID is what a person can read out on the phone and an operator finds in the log.
func shortID() string {
	var b [5]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the system has no randomness
	}
	return base32.StdEncoding.EncodeToString(b[:])
}

// Sorry renders a text of the engine's own for somebody whose turn is not
// stepped: in their language as last known here, else as the message shows it.
func (e *Engine) Sorry(in *Inbound, key string, data map[string]any) Message {
	clinic := e.o.Clinic()
	t := &Turn{In: *in, Contact: &models.Contact{}, Clinic: clinic}
	l, ok := e.live.Get(in.ContactID())
	if ok {
		t.Contact.Language = l.contact.Language
	} else {
		l = &live{}
	}
	e.chooseLanguage(t, l)
	fill := map[string]any{"Phone": clinic.Profile.Phone}
	for k, v := range data {
		fill[k] = v
	}
	text, err := e.o.Book.Render(t.Lang, key, fill)
	if err != nil {
		e.o.Log.Error("text of an apology", "error", err)
		text = clinic.Profile.Phone
	}
	return Message{Text: text}
}

// Keep puts a message by, safe from a crash, while Receive still works on it: a
// channel that must acknowledge before the answer is there calls it first. The
// replay finds the turn under the same key and at most sends the answer that
// did not go out.
func (i *Intake) Keep(_ context.Context, in Inbound) error {
	in.Text = cutText(in.Text)
	if _, err := i.o.Spool.Put(in, i.o.Clock.Now()); err != nil {
		return err
	}
	i.rouse()
	return nil
}
