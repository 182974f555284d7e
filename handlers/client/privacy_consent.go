package client

import (
	"context"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
)

// The kinds of consent, asked apart (PIPL art. 29): to talk and book here, and
// to keep data about health.
const (
	consentChat   = "chat"
	consentHealth = "health"
)

// justAgreed tells the conversation that goes on in the very turn of the
// consent to health data, which is not in the store yet. No option has this
// value, so nobody can pick it.
const justAgreed = "health agreed"

// longNotice is the length in characters from which a notice is shown on
// request only, with the essence in front of it.
const longNotice = 160

// PrivacyConsent asks for consent to keeping data and goes on with what was wanted. Arg of /consent:
// "health" to ask for that kind, then the command to go on with.
type PrivacyConsent struct{}

type consentState struct {
	Kind    string `json:"kind"`
	Next    string `json:"next,omitempty"`
	Said    string `json:"said,omitempty"`
	Wording string `json:"wording"` // exactly what was shown
	Full    bool   `json:"full,omitempty"`
}

// Name implements bot.Flow.
func (PrivacyConsent) Name() string { return "consent" }

// Step implements bot.Flow.
func (PrivacyConsent) Step(_ context.Context, t *bot.Turn) error {
	var s consentState
	if t.Command != "" {
		s = consentState{Kind: consentChat, Next: t.Arg, Said: sentence(t)}
		if kind, next, _ := strings.Cut(t.Arg, " "); kind == consentHealth {
			s.Kind, s.Next = kind, next
		}
		if s.Next == "" {
			s.Said = ""
		}
		s.ask(t)
		return nil
	}
	if err := t.State(&s); err != nil {
		return err
	}
	switch s.answer(t) {
	case "agree":
		s.record(t, true)
		s.goOn(t)
	case "full":
		s.Full = true
		s.ask(t)
	case "decline":
		s.record(t, false)
		s.without(t)
	default:
		t.Pass()
	}
	return nil
}

// answer reads a decision out of a tap or plain words; in doubt there is none.
func (s *consentState) answer(t *bot.Turn) string {
	if t.Choice != "" {
		return t.Choice
	}
	words := plainWords(sentence(t))
	switch {
	case strings.Contains(words, "不同意") || strings.Contains(words, "disagree") || strings.Contains(words, "decline"):
		return "decline"
	case strings.Contains(words, "同意") || strings.HasPrefix(words, "i agree") || words == "agree":
		return "agree"
	}
	if h := t.Heard(); h.Confidence >= 0.5 {
		switch h.Intent {
		case nlu.IntentYes:
			return "agree"
		case nlu.IntentNo:
			return "decline"
		}
	}
	return ""
}

func (s *consentState) ask(t *bot.Turn) {
	notice := t.Clinic.Privacy.Text.In(t.Lang)
	data := map[string]any{"Clinic": t.Clinic.Name, "Notice": notice}
	long := utf8.RuneCountInString(notice) > longNotice
	key := "consent.ask"
	switch {
	case s.Kind == consentHealth:
		key, long = "consent.ask_health", false
	case s.Full || !long:
		key, long = "consent.ask_full", false
	}
	text := t.Text(key, data)
	if s.Wording != "" {
		s.Wording += "\n\n"
	}
	s.Wording += text
	options := []bot.Option{t.Option("consent.agree", nil, "agree")}
	if long {
		options = append(options, t.Option("consent.read", nil, "full"))
	}
	t.AskMessage(bot.Message{Text: text, Options: append(options, t.Option("consent.decline", nil, "decline"))})
	t.Keep(s)
}

func (s *consentState) record(t *bot.Turn, agreed bool) {
	c := models.PrivacyConsent{
		ContactID: t.Contact.ID, Kind: s.Kind, Version: t.Clinic.Privacy.Version, Wording: s.Wording, Agreed: agreed, At: t.Now,
	}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RecordPrivacyConsent(c) })
	if agreed && s.Kind == consentChat {
		t.Contact.ConsentVersion = c.Version
	}
	t.End()
}

func (s *consentState) goOn(t *bot.Turn) {
	if s.Next == "" {
		t.Hub()
		t.Say("consent.thanks", nil, menuOptions(t)...)
		return
	}
	if s.Said != "" {
		t.Resay(s.Said)
	}
	if s.Kind == consentHealth {
		t.Choice = justAgreed
	}
	t.Then(s.Next)
}

func (s *consentState) without(t *bot.Turn) {
	if s.Kind == consentHealth {
		t.Say("consent.declined_health", nil, t.Option("menu.record", nil, "/record"), t.Option("menu.menu", nil, "/menu"))
		return
	}
	t.Say("consent.declined", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.hours", nil, "/hours"),
		t.Option("menu.address", nil, "/address"), t.Option("menu.price", nil, "/price"))
}

// consented reports consent to the notice that is in force now.
func consented(t *bot.Turn) bool {
	return t.Contact.ConsentVersion != "" && t.Contact.ConsentVersion == t.Clinic.Privacy.Version
}

// declined reports that the person said no to the notice that is in force.
func declined(ctx context.Context, t *bot.Turn) (bool, error) {
	c, ok, err := lastConsent(ctx, t, consentChat)
	return ok && !c.Agreed && c.Version == t.Clinic.Privacy.Version, err
}

// healthConsented reports consent to keeping data about health.
func healthConsented(ctx context.Context, t *bot.Turn) (bool, error) {
	c, ok, err := lastConsent(ctx, t, consentHealth)
	return ok && c.Agreed && c.Version == t.Clinic.Privacy.Version, err
}

func lastConsent(ctx context.Context, t *bot.Turn, kind string) (models.PrivacyConsent, bool, error) {
	list, err := t.Store.PrivacyConsents(ctx, t.Contact.ID)
	if err != nil {
		return models.PrivacyConsent{}, false, err
	}
	for _, c := range list {
		if c.Kind == kind {
			return c, true, nil
		}
	}
	return models.PrivacyConsent{}, false, nil
}

// Consented wraps a conversation that keeps personal data: without consent it
// is asked for first, and then goes on with what was wanted.
func Consented(flow bot.Flow) bot.Flow {
	if l, ok := flow.(bot.Leaver); ok {
		return consentedLeaver{consentedFlow{flow}, l}
	}
	return consentedFlow{flow}
}

type consentedFlow struct{ bot.Flow }

// Step implements bot.Flow.
func (f consentedFlow) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command != "" && !consented(t) {
		t.Then(strings.TrimSpace("/consent " + t.Command + " " + t.Arg))
		return nil
	}
	return f.Flow.Step(ctx, t)
}

type consentedLeaver struct {
	consentedFlow
	bot.Leaver
}
