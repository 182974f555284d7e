package bot

import (
	"context"
	"fmt"
	"strings"

	"zhenban/bot/nlu"
	"zhenban/models"
)

// Commands the engine itself answers, because they are about the conversation
// and not about the clinic.
const (
	commandBack   = "/back"
	commandCancel = "/cancel"
	commandResume = "/resume"
	commandDrop   = "/drop"
)

// dispatch finds who takes the message, in this order: what changes how the
// contact is reached; an emergency; a button; a number; words of an option; the
// conversation that a push just opened; a command; the running conversation; an intent; nobody.
func (e *Engine) dispatch(ctx context.Context, t *Turn, l *live, s *session) error {
	if t.In.Kind == KindEvent {
		return e.event(ctx, t, s)
	}
	if t.Contact.Reach != models.ReachOpen {
		t.Contact.Reach = models.ReachOpen // who writes can be reached
	}
	if s.Top.Flow != "" && t.Now.Sub(l.at) > IdleExpiry {
		top := s.Top
		s.end()
		s.Suspended, s.Top, s.Expired = nil, frame{}, &top
	}
	if e.o.Routes.Urgency != nil && e.o.Routes.Urgency(t) {
		return e.enter(ctx, t, s, e.o.Routes.Urgent)
	}
	command, value, found, err := e.pick(ctx, t, l)
	if err != nil {
		return err
	}
	if found {
		if command != "" {
			return e.enter(ctx, t, s, command)
		}
		t.Choice = value
		return e.proceed(ctx, t, s)
	}
	if taken, err := e.answered(ctx, t, s); taken || err != nil {
		return err
	}
	if command, ok := e.spokenCommand(t); ok {
		return e.enter(ctx, t, s, command)
	}
	return e.proceed(ctx, t, s)
}

// answered gives what may be an answer to a push to the conversation that the
// push opens, entered with what it was about ("/remind Appointment/1"). It
// passes what is none; a form that is running stays open and asks again.
func (e *Engine) answered(ctx context.Context, t *Turn, s *session) (bool, error) {
	if t.pushed == nil {
		return false, nil
	}
	about := about{Opens: t.pushed.Opens, Subject: t.pushed.Subject, At: t.Now}
	if about.Opens == "" && s.About != nil && s.Top.Flow == "" && !isReply(t.In.Text) {
		about = *s.About // they go on about what they just answered
	}
	f, ok := e.flows[about.Opens]
	if !ok { // none, or a conversation of another version of the program
		return false, nil
	}
	t.Command, t.Arg = "/"+about.Opens, about.Subject
	t.frame = frame{Flow: f.Name()}
	if err := f.Step(ctx, t); err != nil {
		return false, fmt.Errorf("%s: %w", f.Name(), err)
	}
	if t.passed {
		t.reset()
		t.Command, t.Arg = "", ""
		return false, nil
	}
	s.About = &about
	return true, e.settle(ctx, t, s, true)
}

// isReply reports a bare yes or no, which answers the last thing that was said.
func isReply(text string) bool {
	in, ok := nlu.Command(text)
	return ok && (in == nlu.IntentYes || in == nlu.IntentNo)
}

// spokenCommand reads the words that are commands everywhere, alone or with a
// booking number, and a slash command as Telegram sends it.
func (e *Engine) spokenCommand(t *Turn) (string, bool) {
	if t.In.Kind != KindText && t.In.Kind != KindVoice {
		return "", false
	}
	if e.o.Routes.Words != nil {
		if command, ok := e.o.Routes.Words(t.In.Text); ok {
			return command, true
		}
	}
	if e.o.Routes.Named != nil {
		if command, ok := e.o.Routes.Named(t); ok {
			return command, true
		}
	}
	if text := strings.TrimSpace(t.In.Text); strings.HasPrefix(text, "/") {
		if _, ok := e.flow(text); ok || isOwn(text) {
			return text, true
		}
	}
	if code, ok := models.LooksLikeCode(t.In.Text); ok && e.o.Routes.Code != "" {
		return e.o.Routes.Code + " " + code, true
	}
	if intent, ok := nlu.Command(t.In.Text); ok {
		command := e.o.Routes.Intents[string(intent)]
		switch intent {
		case nlu.IntentBack:
			command = commandBack
		case nlu.IntentCancel:
			command = commandCancel
		}
		return command, command != ""
	}
	return "", false
}

func isOwn(command string) bool {
	name, _, _ := strings.Cut(command, " ")
	return name == commandBack || name == commandCancel || name == commandResume || name == commandDrop
}

// flow finds who answers a command, which may carry an argument.
func (e *Engine) flow(command string) (Flow, bool) {
	name, _, _ := strings.Cut(command, " ")
	f, ok := e.commands[strings.ToLower(name)]
	return f, ok
}

// event handles what is no message: coming, going, scanning.
func (e *Engine) event(ctx context.Context, t *Turn, s *session) error {
	switch t.In.Event {
	case EventUnfollow:
		t.Contact.Reach = models.ReachLeft
		return nil
	case EventBlock:
		t.Contact.Reach = models.ReachBlocked
		return nil
	case EventUnblock:
		t.Contact.Reach = models.ReachOpen
		return nil
	case EventFollow, EventScan:
		t.Contact.Reach = models.ReachOpen
		command := e.o.Routes.Start
		if t.In.Scene != "" {
			command += " " + t.In.Scene
		}
		return e.enter(ctx, t, s, command)
	case EventConsent:
		t.Write(consents(t.Contact.ID, t.In.Consents))
		return nil
	default:
		return nil
	}
}

// consents keeps what a person answered about notices.
func consents(contactID string, list []ConsentEvent) models.Write {
	return func(_ context.Context, tx *models.Tx) error {
		for _, c := range list {
			var err error
			switch {
			case c.Refused:
				err = tx.RefuseNotice(contactID, c.Template)
			case c.Spent:
				err = tx.MissNotice(contactID, c.Template)
			case c.Given > 0:
				err = tx.GrantNotice(contactID, c.Template, c.Given)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// enter runs a command: one of the engine's own, or the flow that has it.
func (e *Engine) enter(ctx context.Context, t *Turn, s *session, command string) error {
	name, _, _ := strings.Cut(command, " ")
	switch {
	case name == commandBack:
		return e.back(ctx, t, s)
	case name == commandCancel && s.Top.Flow != "":
		return e.abandon(ctx, t, s)
	case name == commandCancel: // nothing is running: a booking may be meant
		return e.show(ctx, t, s, e.o.Routes.Intents[string(nlu.IntentCancelBooking)])
	case name == commandResume:
		return e.resume(ctx, t, s)
	case name == commandDrop:
		s.Expired, s.Suspended = nil, nil
		t.Say("core.dropped", nil)
		return e.show(ctx, t, s, e.o.Routes.Intents[string(nlu.IntentMenu)])
	}
	return e.show(ctx, t, s, command)
}

func (e *Engine) show(ctx context.Context, t *Turn, s *session, command string) error {
	f, ok := e.flow(command)
	if !ok {
		return fmt.Errorf("no flow for command %q", command)
	}
	name, arg, _ := strings.Cut(command, " ")
	t.Command, t.Arg = strings.ToLower(name), strings.TrimSpace(arg)
	t.frame = frame{Flow: f.Name()}
	if err := f.Step(ctx, t); err != nil {
		return fmt.Errorf("%s: %w", f.Name(), err)
	}
	return e.settle(ctx, t, s, true)
}

// proceed gives the message to the running conversation; what is no answer to
// its question goes to the intent in the sentence, then to nobody.
func (e *Engine) proceed(ctx context.Context, t *Turn, s *session) error {
	if s.Top.Flow != "" {
		f, ok := e.flows[s.Top.Flow]
		if !ok { // a flow of another version of the program
			s.end()
			return e.proceed(ctx, t, s)
		}
		t.frame = s.Top
		if err := f.Step(ctx, t); err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
		if !t.passed {
			return e.settle(ctx, t, s, false)
		}
		t.reset()
	}
	if e.o.Routes.Photo != "" && (t.In.Kind == KindImage || t.In.Kind == KindFile) {
		return e.enter(ctx, t, s, e.o.Routes.Photo)
	}
	if s.Top.Flow == "" && s.Expired != nil && (t.Stale || t.Range > 0 || t.Choice != "" || e.intent(t) == "") {
		return e.offerExpired(t, s)
	}
	if command := e.intent(t); command != "" && t.Choice == "" && !t.Stale {
		return e.enter(ctx, t, s, command)
	}
	if s.Top.Flow == "" {
		return e.show(ctx, t, s, e.o.Routes.Unknown)
	}
	if known := e.o.Routes.Known; known != nil && t.Choice == "" && !t.Stale && t.Range == 0 && (t.In.Kind == KindText || t.In.Kind == KindVoice) {
		if command, err := known(ctx, t); err != nil || command != "" {
			if err != nil {
				return err
			}
			return e.enter(ctx, t, s, command)
		}
	}
	e.again(t, s)
	return e.finish(t)
}

// intent is the command for what a sentence asks for, "" when nothing is plain.
func (e *Engine) intent(t *Turn) string {
	if t.In.Kind != KindText && t.In.Kind != KindVoice {
		return ""
	}
	h := t.Heard()
	if h.Confidence < 0.5 {
		return ""
	}
	command := e.o.Routes.Intents[string(h.Intent)]
	if command != "" && h.Number != "" && !strings.Contains(command, " ") {
		command += " " + h.Number
	}
	return command
}

// again says that the message did not fit and asks the open question once more.
func (e *Engine) again(t *Turn, s *session) {
	switch {
	case t.Stale:
		t.Say("core.stale", nil)
	case t.Range > 0:
		t.Say("core.range", map[string]any{"Last": t.Range})
	case t.In.Text == "" || t.In.Kind != KindText && t.In.Kind != KindVoice:
		t.Say("core.unreadable", nil)
	default:
		t.Say("core.unclear", nil)
	}
	t.prompt = s.Top.Prompt
}

func (t *Turn) reset() {
	t.out, t.prompt, t.writes = nil, nil, nil
	t.asked, t.ended, t.passed, t.hub, t.then = false, false, false, false, ""
	t.frame = frame{}
}
