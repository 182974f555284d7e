package client

import (
	"context"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// signState is what is asked for about a consent.
type signState struct {
	Number string `json:"n"`
	Asked  string `json:"q"` // as, name, differs, reason, question
	As     string `json:"as,omitempty"`
	Typed  string `json:"t,omitempty"` // a name that is not the one on record
}

// signAnswer takes what was asked for.
func signAnswer(ctx context.Context, t *bot.Turn) error {
	var s signState
	if err := t.State(&s); err != nil {
		return err
	}
	text := strings.TrimSpace(t.In.Text)
	if t.Unheard() {
		t.Pass()
		return nil
	}
	p, err := findPaper(ctx, t, s.Number, "answer")
	if err != nil {
		t.End()
		return sayNoPaper(t, err)
	}
	switch {
	case t.Choice == "later":
		t.End()
		t.Hub()
		t.Say("sign.later", p.data(), t.Option("sign.open", nil, paperCommand(p.c)), t.Option("menu.menu", nil, "/menu"))
		return nil
	case s.Asked == "question":
		return p.question(ctx, text)
	case !p.open(): // somebody else answered, or it was taken back, meanwhile
		t.End()
		p.state()
		return nil
	}
	switch s.Asked {
	case "as":
		if t.Choice == "" {
			t.Pass()
			return nil
		}
		s.As = t.Choice
		return p.askName(s)
	case "name":
		return p.named(ctx, s, text)
	case "differs":
		if t.Choice == "yes" {
			return p.agree(ctx, s, s.Typed, true)
		}
		if t.Choice == "again" {
			return p.askName(s)
		}
		return p.named(ctx, s, text)
	case "reason":
		if t.Choice != "" {
			text = ""
		}
		return p.decline(ctx, text)
	}
	t.Pass()
	return nil
}

// named takes a typed name: one that is none is no signature, one that is not
// the name on record is asked about once.
func (p *paper) named(ctx context.Context, s signState, name string) error {
	t := p.t
	if n := utf8.RuneCountInString(name); n < 2 || !isName(name) || elsewhere(t) || saysAgree(name) {
		if saysAgree(name) {
			t.Ask("sign.name_please", p.data(), t.Option("sign.not_now", nil, "later"))
			return nil
		}
		t.Pass()
		return nil
	}
	known, err := p.onRecord(ctx, s.As)
	if err != nil {
		return err
	}
	if known != "" && !sameName(known, name) && (s.Asked != "differs" || s.Typed != name) {
		s.Asked, s.Typed = "differs", name
		t.Keep(s)
		t.Ask("sign.ask_differs", outreach.With(p.data(), map[string]any{"Typed": name}), t.Option("sign.this_name", map[string]any{"Typed": name}, "yes"), t.Option("sign.retype", nil, "again"))
		return nil
	}
	return p.agree(ctx, s, name, known != "" && !sameName(known, name))
}

// saysAgree reports an agreement without a name.
func saysAgree(text string) bool {
	text = plainWords(text)
	return strings.Contains(text, "同意") || text == "yes" || text == "ok" || strings.Contains(text, "agree") || text == "好的" || text == "确认" || text == "确定"
}

// onRecord is the name the record has of who signs; "" when it has none.
func (p *paper) onRecord(ctx context.Context, as string) (string, error) {
	if as == config.SignPatient {
		return p.s.Patient, nil
	}
	if !p.holder || p.patient.ClientID == "" || as == config.SignFamily || as == config.SignRelative {
		return "", nil
	}
	c, err := p.t.Store.ClientByID(ctx, p.patient.ClientID)
	return c.Name, err
}

// agree records the agreement: the exact text, who signed it as what.
func (p *paper) agree(ctx context.Context, s signState, name string, differs bool) error {
	t := p.t
	t.End()
	said := p.sign(p.wording() + "\n\n" + t.Text("sign.decide", p.data()) + "\n\n" + t.Text("sign.ask_name", outreach.With(p.data(), map[string]any{"As": s.As})))
	said.Name, said.As, said.Differs = name, s.As, differs
	data := outreach.With(p.data(), map[string]any{"Name": name, "As": s.As, "Differs": differs})
	n := p.notice("sheet.signed", data)
	err := p.decide(ctx, models.ConsentAgreed, models.ConsentActive, said, func(speaker outreach.Speaker, tx *models.Tx) error { return speaker.Notify(tx, n) })
	if err != nil {
		return err
	}
	t.Hub()
	t.Say("sign.signed", p.data(), t.Option("sign.do_file", nil, "/sign "+p.c.Number+" file"), t.Option("sign.do_back", nil, "/sign "+p.c.Number+" back"),
		t.Option("papers.open", nil, "/papers"))
	return nil
}

// decline records a no with its reason, if there is one.
func (p *paper) decline(ctx context.Context, reason string) error {
	t := p.t
	t.End()
	said := p.sign(p.wording())
	said.Reason = cutWords(reason)
	if err := p.refuse(ctx, models.ConsentDeclined, models.ConsentRejected, said); err != nil {
		return err
	}
	t.Hub()
	t.Say("sign.declined", p.data(), t.Option("menu.agent", nil, "/agent"), t.Option("papers.open", nil, "/papers"))
	return nil
}

// refuse keeps a no, or an agreement taken back, and opens the case that makes
// somebody talk to the client.
func (p *paper) refuse(ctx context.Context, what, status string, said outreach.Signed) error {
	t := p.t
	x := p.newCase(outreach.CaseDeclined, map[string]string{"What": what, "Reason": said.Reason})
	x.Urgent = what == models.ConsentWithdrawn
	return p.decide(ctx, what, status, said, func(speaker outreach.Speaker, tx *models.Tx) error {
		x.Key = "declined:" + p.c.ID + ":" + t.In.Key
		return speaker.OpenCase(tx, x)
	})
}

// newCase is a case about this paper for the doctor of the visit, or a nurse.
func (p *paper) newCase(kind string, details map[string]string) models.Case {
	t := p.t
	details["Patient"], details["Number"] = p.s.Patient, p.c.Number
	outreach.Tell(details, "Title", p.s.Title, t.Clinic.Language)
	return models.Case{
		Kind: kind, Branch: p.c.Branch, Roles: []models.Role{models.Doctor, models.Nurse}, For: p.c.Practitioner, Subject: p.c.About(), ContactID: t.Contact.ID,
		Details: details, DueAt: outreach.AwakeAfter(t.Clinic.Clinic, p.c.Branch, t.Now, answerWithin),
	}
}

// question hands a question on; the consent stays as it is.
func (p *paper) question(ctx context.Context, words string) error {
	t := p.t
	t.End()
	reached, err := anybody(ctx, t, p.c.Branch, models.Doctor, models.Nurse, models.Desk, models.Manager)
	if err != nil {
		return err
	}
	x := p.newCase(outreach.CaseSignAsk, map[string]string{"Words": cutWords(words)})
	x.Key = "signask:" + t.In.Key
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, x) })
	t.Hub()
	passedOn(t, "sign", reached, t.Option("sign.back", nil, paperCommand(p.c)), t.Option("menu.menu", nil, "/menu"))
	return nil
}

// takeBack withdraws an agreement before it is carried out, after asking once.
func (p *paper) takeBack(ctx context.Context, sure bool) error {
	t := p.t
	number := "/sign " + p.c.Number
	switch {
	case p.open(): // nothing was agreed to yet
		p.page(0, false)
		return nil
	case !p.mayTakeBack():
		p.state()
		return nil
	case !sure:
		t.Say("sign.ask_back", p.data(), t.Option("sign.back_yes", nil, number+" back yes"), t.Option("sign.keep", nil, number))
		return nil
	}
	said := p.said
	said.Reason = ""
	said.Wording = t.Text("sign.ask_back", p.data())
	if err := p.refuse(ctx, models.ConsentWithdrawn, models.ConsentInactive, said); err != nil {
		return err
	}
	t.Say("sign.taken_back", p.data(), t.Option("menu.agent", nil, "/agent"), t.Option("papers.open", nil, "/papers"))
	return nil
}
