package bot

import (
	"context"
	"fmt"

	"zhenban/bot/nlu"
)

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
