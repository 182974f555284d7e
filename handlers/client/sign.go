package client

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Sign lets a client read a consent page by page, ask about it, agree with
// their name, decline, and take their agreement back. Arg of /sign: its number
// and, if one likes, page N, yes, no, ask, text, file, back, "back yes"; or the
// subject of the push that asked.
type Sign struct{}

// Name implements bot.Flow.
func (Sign) Name() string { return "sign" }

// Step implements bot.Flow.
func (Sign) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return signAnswer(ctx, t)
	}
	number, rest, _ := strings.Cut(t.Arg, " ")
	if id := models.SubjectID(models.KindConsent, number); id != "" {
		return pushedPaper(ctx, t, id)
	}
	verb, more, _ := strings.Cut(rest, " ")
	p, err := findPaper(ctx, t, number, cmpOr(verb, "show"))
	if err != nil {
		return sayNoPaper(t, err)
	}
	if p.c.Kind == models.ConsentChoice && verb != "ask" && verb != "file" {
		t.Then("/choose " + t.Arg)
		return nil
	}
	t.Hub()
	n, _ := strconv.Atoi(more) // no number: the first page
	switch verb {
	case "text":
		p.page(n, true)
	case "ask":
		p.ask("question", "sign.ask_question", p.data())
	case "file":
		return p.file(ctx)
	case "back":
		return p.takeBack(ctx, more == "yes")
	case "page", "yes", "no":
		if !p.open() {
			p.state()
			return nil
		}
		switch verb {
		case "page":
			p.page(n, false)
		case "yes":
			return p.begin(ctx)
		case "no":
			p.ask("reason", "sign.ask_reason", p.data(), t.Option("sign.no_reason", nil, "none"))
		}
	default:
		if p.open() {
			p.page(0, false)
			return nil
		}
		p.state()
	}
	return nil
}

func cmpOr(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// pushedPaper takes a short answer to the message that asked: it opens what is
// to be read. A yes to that message agrees to nothing yet.
func pushedPaper(ctx context.Context, t *bot.Turn, id string) error {
	c, err := t.Store.ConsentByID(ctx, id)
	if err != nil {
		return sayNoPaper(t, err)
	}
	text := plainWords(t.In.Text)
	_, command := Words(t.In.Text)
	switch {
	case command:
		t.Pass()
	case containsOne(text, []string{"看", "同意书", "方案", "签", "read", "open", "sign"}), t.Heard().Intent == nlu.IntentYes:
		t.Then(paperCommand(c))
	case containsOne(text, []string{"问", "疑问", "不懂", "不明白", "question"}):
		t.Then("/sign " + c.Number + " ask")
	default:
		t.Pass()
	}
	return nil
}

// wording is the whole text in the reader's language.
func (p *paper) wording() string { return p.t.Text("sign.sheet", p.data()) }

// page shows a part of the text that fits a screen; after the last it can be
// decided about, unless it is only read again.
func (p *paper) page(n int, only bool) {
	t := p.t
	pages := outreach.Pages(p.wording())
	n = min(max(n, 0), len(pages)-1)
	text := pages[n]
	if len(pages) > 1 {
		text += "\n" + t.Text("sign.page", map[string]any{"N": n + 1, "Of": len(pages)})
	}
	verb := " page "
	if only {
		verb = " text "
	}
	var options []bot.Option
	if n+1 < len(pages) {
		options = append(options, t.Option("sign.next", nil, "/sign "+p.c.Number+verb+strconv.Itoa(n+1)))
	} else if !only {
		text += "\n\n" + t.Text("sign.decide", p.data())
		options = append(options, t.Option("sign.do_yes", nil, "/sign "+p.c.Number+" yes"), t.Option("sign.do_no", nil, "/sign "+p.c.Number+" no"))
	}
	if only {
		options = append(options, t.Option("sign.back", nil, "/sign "+p.c.Number))
	} else {
		options = append(options, t.Option("sign.do_ask", nil, "/sign "+p.c.Number+" ask"))
	}
	t.Add(bot.Message{Text: text, Options: options})
}

// state says how it stands, who signed, and what can be done.
func (p *paper) state() {
	t := p.t
	number := "/sign " + p.c.Number
	if p.c.Status == models.ConsentProposed && p.why == "changed" {
		n := p.notice("sheet.changed", p.data())
		n.Key = "sheet-changed:" + p.c.ID // once
		n.Roles = append(n.Roles, models.Doctor)
		t.Notify(n)
	}
	var options []bot.Option
	if p.said.Name != "" {
		options = append(options, t.Option("sign.do_file", nil, number+" file"))
	}
	options = append(options, t.Option("sign.do_text", nil, number+" text"))
	if p.mayTakeBack() {
		options = append(options, t.Option("sign.do_back", nil, number+" back"))
	}
	t.Say("sign.state", p.data(), append(options, t.Option("sign.do_ask", nil, number+" ask"), t.Option("papers.open", nil, "/papers"))...)
}

func (p *paper) mayTakeBack() bool {
	return p.c.Status == models.ConsentActive && !p.done && p.c.Kind == models.ConsentToTreatment && (p.holder || p.by == p.t.Contact.ID)
}

// begin asks who signs, as far as that is not known, then for the name.
func (p *paper) begin(_ context.Context) error {
	t := p.t
	s := signState{Number: p.c.Number}
	switch {
	case pets(t) && p.holder:
		s.As = config.SignOwner
	case pets(t):
		s.As = config.SignFamily
	case p.holder && p.patient.Relation == "self":
		s.As = config.SignPatient
	case p.holder && p.patient.Relation == "child":
		s.As = config.SignGuardian
	}
	if s.As == "" {
		var options []bot.Option
		for _, as := range p.s.Signers {
			options = append(options, t.Option("sign.as_"+as, nil, as))
		}
		s.Asked = "as"
		t.Keep(s)
		t.Ask("sign.ask_as", p.data(), options...)
		return nil
	}
	return p.askName(s)
}

// askName asks for the signature, if who they are may give one.
func (p *paper) askName(s signState) error {
	t := p.t
	if !slices.Contains(p.s.Signers, s.As) {
		t.End()
		t.Say("sign.not_you", outreach.With(p.data(), map[string]any{"Signers": p.signers()}), t.Option("sign.do_ask", nil, "/sign "+p.c.Number+" ask"), t.Option("papers.open", nil, "/papers"))
		return nil
	}
	s.Asked = "name"
	t.Keep(s)
	t.Ask("sign.ask_name", outreach.With(p.data(), map[string]any{"As": s.As}), t.Option("sign.do_text", nil, "/sign "+p.c.Number+" page 0"), t.Option("sign.not_now", nil, "later"))
	return nil
}

// signers names who may sign.
func (p *paper) signers() []string {
	var out []string
	for _, as := range p.s.Signers {
		out = append(out, p.t.Text("sign.as_"+as, nil))
	}
	return out
}

// ask asks for a line of the client's own.
func (p *paper) ask(asked, text string, data map[string]any, options ...bot.Option) {
	p.t.Keep(signState{Number: p.c.Number, Asked: asked})
	p.t.Ask(text, data, append(options, p.t.Option("sign.not_now", nil, "later"))...)
}
