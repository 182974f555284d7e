package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
// contact is reached; an emergency; a button; a number; words of an option; a
// command; the running conversation; an intent; nobody.
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
	if command, ok := e.spokenCommand(t); ok {
		return e.enter(ctx, t, s, command)
	}
	return e.proceed(ctx, t, s)
}

// pick reads a button, a number or an option's own words. found is false when
// the message is none of these; a stale or impossible pick goes on to the
// running conversation, which asks again.
func (e *Engine) pick(ctx context.Context, t *Turn, l *live) (command, value string, found bool, err error) {
	options := l.answer.options()
	if t.In.Kind == KindChoice {
		command, value, found = tapped(t, l.seq, options)
		return command, value, found, nil
	}
	if t.In.Kind != KindText && t.In.Kind != KindVoice {
		return "", "", false, nil
	}
	n, isNumber := nlu.Number(t.In.Text)
	if !isNumber {
		if command, value, found = worded(t.In.Text, options); found {
			return command, value, found, nil
		}
		if utf8.RuneCountInString(t.In.Text) > maxLabel {
			return "", "", false, nil
		}
		if _, isCommand := nlu.Command(t.In.Text); isCommand {
			return "", "", false, nil
		}
	}
	pushed, err := e.pushed(ctx, l)
	if err != nil {
		return "", "", false, err
	}
	if !isNumber {
		command, value, found = worded(t.In.Text, pushed)
		return command, value, found, nil
	}
	if len(pushed) > 0 { // what the person saw last
		options = pushed
	}
	if len(options) == 0 {
		return "", "", false, nil
	}
	if n < 1 || n > len(options) {
		t.Range = len(options)
		return "", "", false, nil
	}
	command, value, found = split(options[n-1].Value)
	return command, value, found, nil
}

// maxLabel is how long a text may be to be looked up among the options of a
// push, in characters: longer than any label of ours.
const maxLabel = 24

// tapped reads a button's reference: a command, or the turn and the number.
func tapped(t *Turn, seq int64, options []Option) (command, value string, found bool) {
	ref := t.In.Choice
	if strings.HasPrefix(ref, "/") {
		return ref, "", true
	}
	turn, number, ok := strings.Cut(ref, ".")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || turn != strconv.FormatInt(seq, 10) || n < 1 || n > len(options) {
		t.Stale = true
		return "", "", false
	}
	return split(options[n-1].Value)
}

func worded(text string, options []Option) (command, value string, found bool) {
	words := plain(text)
	for _, o := range options {
		if words != "" && plain(o.Label) == words {
			return split(o.Value)
		}
	}
	return "", "", false
}

// pushed are the options of the newest message the clinic sent by itself since
// the contact's last turn.
func (e *Engine) pushed(ctx context.Context, l *live) ([]Option, error) {
	if !l.known {
		return nil, nil
	}
	rows, err := e.o.Store.OutboxNewest(ctx, l.contact.ID, 3)
	if err != nil {
		return nil, err
	}
	for _, row := range slices.Backward(rows) {
		if row.Priority == models.PriorityReply || !row.UpdatedAt.After(l.at) {
			continue
		}
		var m Message
		if err := json.Unmarshal(row.Body, &m); err != nil {
			return nil, fmt.Errorf("outbox row %s: %w", row.ID, err)
		}
		if len(m.Options) > 0 {
			return m.Options, nil
		}
	}
	return nil, nil
}

func split(value string) (command, choice string, found bool) {
	if strings.HasPrefix(value, "/") {
		return value, "", true
	}
	return "", value, true
}

// plain makes an option's words comparable with what is typed.
func plain(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(nlu.Simplify(s)), ""))
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
	default:
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
	if s.Top.Flow == "" && s.Expired != nil && (t.Stale || t.Range > 0 || t.Choice != "" || e.intent(t) == "") {
		return e.offerExpired(t, s)
	}
	if command := e.intent(t); command != "" && t.Choice == "" && !t.Stale {
		return e.enter(ctx, t, s, command)
	}
	if s.Top.Flow != "" {
		e.again(t, s)
		return e.finish(t)
	}
	return e.show(ctx, t, s, e.o.Routes.Unknown)
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

// settle moves the session to where a step left it.
func (e *Engine) settle(ctx context.Context, t *Turn, s *session, entered bool) error {
	switch {
	case t.ended || (entered && !t.asked): // a conversation that is over, or was one answer
		if !entered || s.Top.Flow == t.frame.Flow { // entered again, it starts over: its old question is closed
			s.end()
		}
		if t.then != "" {
			then := t.then
			t.then, t.ended, t.asked = "", false, false
			return e.show(ctx, t, s, then)
		}
		if s.Top.Flow != "" {
			if t.hub {
				t.addOption(Option{Label: t.Text("core.resume", e.title(t, s.Top.Flow)), Value: commandResume})
			} else {
				// The open question comes again below, and its options count from 1.
				for i := range t.out {
					t.out[i].Options = nil
				}
				t.prompt = append(t.prompt, s.Top.Prompt...)
			}
		}
	case t.asked:
		if entered {
			if s.Top.Flow != t.frame.Flow { // the same one again starts over
				s.suspend()
			} else {
				s.Top, s.Back = frame{}, nil
			}
		}
		f := t.frame
		f.Prompt = t.prompt
		s.ask(f)
		s.Expired = nil
	default: // answered without a new question: the old one stays open
		s.Top.State = t.frame.State
		t.prompt = append(t.prompt, s.Top.Prompt...)
	}
	return e.finish(t)
}

func (t *Turn) addOption(o Option) {
	if n := len(t.out); n > 0 {
		t.out[n-1].Options = append(t.out[n-1].Options, o)
	}
}

func (e *Engine) title(t *Turn, flow string) map[string]any {
	return map[string]any{"Title": t.Text(flow+".title", nil)}
}

// finish puts the open question last, joined to a short answer before it so
// that a platform which carries one message at once carries both.
func (e *Engine) finish(t *Turn) error {
	for _, p := range t.prompt {
		n := len(t.out)
		if n > 0 && t.out[n-1].Media == nil && len(t.out[n-1].Options) == 0 && p.Media == nil {
			last := t.out[n-1]
			p.Text = last.Text + "\n\n" + p.Text
			t.out[n-1] = p
			continue
		}
		t.out = append(t.out, p)
	}
	t.prompt = nil
	return nil
}

// back returns to the question before; from the first one, to the menu.
func (e *Engine) back(ctx context.Context, t *Turn, s *session) error {
	if n := len(s.Back); n > 0 {
		s.Top = s.Back[n-1]
		s.Back = s.Back[:n-1]
		t.prompt = s.Top.Prompt
		return e.finish(t)
	}
	if s.Top.Flow != "" {
		return e.abandon(ctx, t, s)
	}
	return e.show(ctx, t, s, e.o.Routes.Intents[string(nlu.IntentMenu)])
}

// abandon leaves the running conversation and says so.
func (e *Engine) abandon(ctx context.Context, t *Turn, s *session) error {
	name := s.Top.Flow
	if f, ok := e.flows[name].(Leaver); ok {
		t.frame = s.Top
		if err := f.Leave(ctx, t); err != nil {
			return fmt.Errorf("leave %s: %w", name, err)
		}
	}
	s.end()
	t.Say("core.abandoned", e.title(t, name))
	if s.Top.Flow != "" {
		t.prompt = s.Top.Prompt
		return e.finish(t)
	}
	t.out[len(t.out)-1].Options = []Option{t.Option("core.to_menu", nil, e.o.Routes.Intents[string(nlu.IntentMenu)])}
	return nil
}

// resume asks the question again that was left open.
func (e *Engine) resume(ctx context.Context, t *Turn, s *session) error {
	if s.Expired != nil {
		s.Top, s.Expired = *s.Expired, nil
	}
	if s.Top.Flow == "" {
		return e.show(ctx, t, s, e.o.Routes.Intents[string(nlu.IntentMenu)])
	}
	t.prompt = s.Top.Prompt
	return e.finish(t)
}

// offerExpired asks whether a conversation that was left idle goes on.
func (e *Engine) offerExpired(t *Turn, s *session) error {
	t.Say("core.expired", e.title(t, s.Expired.Flow),
		t.Option("core.expired_resume", nil, commandResume), t.Option("core.expired_drop", nil, commandDrop))
	return nil
}
