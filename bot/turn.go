package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates"
	"zhenban/templates/outreach"
)

// Flow is one conversation. A step reads the turn and acts through it only: it
// may be run again, and what it leaves is written in one transaction.
type Flow interface {
	// Name is the flow's key in sessions and the group of its texts.
	Name() string
	// Step handles a turn. t.Command is set when the flow is entered, empty
	// when it goes on with its own question.
	Step(ctx context.Context, t *Turn) error
}

// Leaver is a Flow that must give something back when it is abandoned.
type Leaver interface {
	Leave(ctx context.Context, t *Turn) error
}

// Turn is one inbound message being answered.
type Turn struct {
	Now     time.Time
	In      Inbound
	Contact *models.Contact // a change is kept with the turn
	Staff   *models.Staff   // the member of staff behind the contact, nil for clients
	Clinic  *Clinic
	Store   *models.Store // for reading; writing goes through Write
	Lang    config.Language

	Files     bool                // the channel carries files
	Kept      Files               // reads what the media store keeps; nil: there is none
	Reach     models.ReachOptions // what the channels can do, for estimates
	PublicURL string              // address that people can reach, "" for none

	Sent *models.Attachment // the photo or document of this message, kept with the turn; nil: none

	Command string // "/book" …: the flow is entered by this command
	Arg     string // what follows the command
	Choice  string // Option.Value picked, of the flow's own open question
	Stale   bool   // an option of an older question was tapped
	Range   int    // a number was given that no option has: how many there are
	Said    string // what to understand instead of In.Text: a sentence said earlier that is taken up now
	Failed  error  // why the writes of this very step did not commit at the first try

	book   *templates.Book
	heard  *nlu.Result
	names  []nlu.Name
	frame  frame
	asked  bool
	ended  bool
	passed bool
	hub    bool
	wished bool // a consent was asked for
	then   string
	out    []Message
	prompt []Message
	writes []models.Write
	err    error

	latest func(context.Context) (Pushed, error) // reads what was pushed
	pushed *Pushed                               // once it was read
	undo   string
	undone string
}

// Pushed is the newest of what the clinic said by itself since the person's
// last message: what they saw last.
type Pushed struct {
	Subject string   // what it was about, as models.AboutAppointment names it
	Opens   string   // the conversation that takes a short answer to it
	Options []Option // of the newest one that has any
}

// Pushed is what the person saw last, the zero value for nothing. It is read at
// the first call: most messages have no need of it.
func (t *Turn) Pushed(ctx context.Context) (Pushed, error) {
	if t.pushed == nil {
		p, err := t.latest(ctx)
		if err != nil {
			return p, err
		}
		t.pushed = &p
	}
	return *t.pushed, nil
}

// Undoable says which command takes back what this turn does; it stands for a
// day, or until something else can be undone.
func (t *Turn) Undoable(command string) { t.undo = command }

// Undone says that what the person did last was taken back, or cannot be.
func (t *Turn) Undone() { t.undo = nothing }

// nothing is what takes back nothing.
const nothing = "-"

// Undo is the command that takes back what the person did last, "" for none.
func (t *Turn) Undo() string { return t.undone }

// Heard is what the message's text was understood as.
func (t *Turn) Heard() *nlu.Result {
	if t.heard == nil {
		text := t.In.Text
		if t.Said != "" {
			text = t.Said
		}
		r := nlu.Understand(nlu.Request{Text: text, Now: t.Local(), Lexicon: t.Clinic.Lexicon, Names: t.names})
		t.heard = &r
	}
	return t.heard
}

// Know adds names of this person's own (their pets, their family) to what the
// sentence is searched for.
func (t *Turn) Know(names []nlu.Name) {
	t.names, t.heard = names, nil
}

// Resay takes up a sentence said earlier, as if it were said now.
func (t *Turn) Resay(text string) { t.Said, t.heard = text, nil }

// Local is now in the clinic's zone.
func (t *Turn) Local() time.Time { return t.Now.In(t.Clinic.Location("")) }

// Text renders a text in the person's language. A text at fault is noted and
// fails the turn as a whole.
func (t *Turn) Text(key string, data any) string {
	lang := t.Lang
	if t.Contact.Large {
		lang = lang.Large()
	}
	s, err := t.book.Render(lang, key, data)
	if err != nil && t.err == nil {
		t.err = err
	}
	return s
}

// Say adds a message to the answer.
func (t *Turn) Say(key string, data any, options ...Option) {
	t.Add(Message{Text: t.Text(key, data), Options: options})
}

// Add adds a ready message to the answer.
func (t *Turn) Add(m Message) { t.out = append(t.out, m) }

// Ask adds the flow's next question: the flow goes on with the answer to it.
func (t *Turn) Ask(key string, data any, options ...Option) {
	t.AskMessage(Message{Text: t.Text(key, data), Options: options})
}

// AskMessage is Ask with a ready message.
func (t *Turn) AskMessage(m Message) {
	t.asked = true
	t.prompt = append(t.prompt, m)
}

// Options puts options below the last message of the answer.
func (t *Turn) Options(options ...Option) {
	for _, o := range options {
		t.addOption(o)
	}
}

// Option makes an option whose label is a text.
func (t *Turn) Option(key string, data any, value string) Option {
	return Option{Label: t.Text(key, data), Value: value}
}

// State reads the flow's state into v; v stays as it is when the flow is new.
func (t *Turn) State(v any) error {
	if len(t.frame.State) == 0 {
		return nil
	}
	if err := json.Unmarshal(t.frame.State, v); err != nil {
		return fmt.Errorf("state of %s: %w", t.frame.Flow, err)
	}
	return nil
}

// Keep sets the flow's state.
func (t *Turn) Keep(v any) {
	b, err := json.Marshal(v)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.frame.State = b
}

// End closes the flow; the one below it goes on.
func (t *Turn) End() { t.ended = true }

// Pass says that the message is no answer to the flow's question, so that
// another conversation may take it. The question stays open.
func (t *Turn) Pass() { t.passed = true }

// Hub says that the answer leads elsewhere (a menu), so that a running
// conversation is offered below it rather than asked again at once.
func (t *Turn) Hub() { t.hub = true }

// Then runs a command after this step, in the same turn: the flow that needs
// consent first goes on with what was wanted.
func (t *Turn) Then(command string) { t.then = command }

// Write adds to what is committed with the turn.
func (t *Turn) Write(w models.Write) { t.writes = append(t.writes, w) }

// Speaker writes messages to others than the person of this turn.
func (t *Turn) Speaker() outreach.Speaker {
	return outreach.Speaker{Book: t.book, Language: t.Clinic.Language, Clinic: t.Clinic.Clinic}
}

// Notify tells staff, in the transaction of the turn.
func (t *Turn) Notify(n outreach.Notice) {
	if n.About == "" && t.Staff == nil {
		n.About = t.Contact.ID
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.Notify(tx, n) })
}

// Tell sends a message to another contact, in the transaction of the turn.
func (t *Turn) Tell(contactID string, lang config.Language, key, text string, data any, options ...Option) {
	s, err := t.book.Render(lang, text, data)
	if err != nil && t.err == nil {
		t.err = err
	}
	notice := outreach.MessageNotice(t.Clinic.Clinic, t.Now)(lang)
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.PushNotice(models.Outgoing{Key: key, ContactID: contactID, Priority: models.PriorityPush}, Message{Text: s, Options: options}, notice)
	})
}

// TextIn renders a text in another person's language.
func (t *Turn) TextIn(lang config.Language, key string, data any) string {
	s, err := t.book.Render(lang, key, data)
	if err != nil && t.err == nil {
		t.err = err
	}
	return s
}

// Unheard reports a message that cannot be the answer to an open question: a
// choice of an older message, a number beyond the options, or neither a choice
// nor words.
func (t *Turn) Unheard() bool {
	words := (t.In.Kind == KindText || t.In.Kind == KindVoice) && strings.TrimSpace(t.In.Text) != ""
	return t.Stale || t.Range > 0 || t.Choice == "" && !words
}
