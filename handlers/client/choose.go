package client

import (
	"context"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Choose shows the ways of treating that a doctor put to a client side by
// side, and records which one is chosen. Arg of /choose: its number and, if
// one likes, page N, pick N, ok N, later; or the subject of the push.
type Choose struct{}

// Name implements bot.Flow.
func (Choose) Name() string { return "choose" }

// Step implements bot.Flow.
func (Choose) Step(ctx context.Context, t *bot.Turn) error {
	number, rest, _ := strings.Cut(t.Arg, " ")
	if id := models.SubjectID(models.KindConsent, number); id != "" {
		return pushedPaper(ctx, t, id)
	}
	verb, more, _ := strings.Cut(rest, " ")
	p, err := findPaper(ctx, t, number, "choice")
	if err != nil {
		return sayNoPaper(t, err)
	}
	if p.c.Kind != models.ConsentChoice {
		t.Then("/sign " + t.Arg)
		return nil
	}
	t.Hub()
	n, _ := strconv.Atoi(more) // no number: none
	picked := n >= 1 && n <= len(p.s.Plans)
	switch {
	case verb == "text":
		p.plans(n, true)
	case !p.open():
		p.chosen()
	case verb == "later":
		t.Say("choose.later", p.data(), t.Option("choose.open", nil, "/choose "+p.c.Number), t.Option("menu.menu", nil, "/menu"))
	case verb == "pick" && picked:
		t.Say("choose.sure", p.plan(n), t.Option("choose.yes", nil, "/choose "+p.c.Number+" ok "+more), t.Option("choose.again", nil, "/choose "+p.c.Number),
			t.Option("sign.do_ask", nil, "/sign "+p.c.Number+" ask"))
	case verb == "ok" && picked:
		return p.choose(ctx, n)
	default:
		p.plans(n, false)
	}
	return nil
}

// plan is what texts say about one of the plans.
func (p *paper) plan(n int) map[string]any {
	return outreach.With(p.data(), map[string]any{"N": n, "One": p.s.Plans[n-1], "Plan": p.s.Plans[n-1].Name.In(p.t.Lang)})
}

// plans shows the plans, numbered, as many as fit a screen at a time.
func (p *paper) plans(n int, only bool) {
	t := p.t
	pages := outreach.Pages(t.Text("choose.sheet", p.data()))
	n = min(max(n, 0), len(pages)-1)
	text := pages[n]
	var options []bot.Option
	if n+1 < len(pages) {
		verb := " page "
		if only {
			verb = " text "
		}
		options = append(options, t.Option("sign.next", nil, "/choose "+p.c.Number+verb+strconv.Itoa(n+1)))
	}
	if n+1 == len(pages) && !only {
		for i, plan := range p.s.Plans {
			options = append(options, t.Option("choose.pick", map[string]any{"N": i + 1, "Name": plan.Name}, "/choose "+p.c.Number+" pick "+strconv.Itoa(i+1)))
		}
		options = append(options, t.Option("sign.do_ask", nil, "/sign "+p.c.Number+" ask"), t.Option("choose.not_yet", nil, "/choose "+p.c.Number+" later"))
		text += "\n\n" + t.Text("choose.decide", p.data())
	}
	if only {
		options = append(options, t.Option("sign.back", nil, "/choose "+p.c.Number))
	}
	t.Add(bot.Message{Text: text, Options: options})
}

// chosen says how it stands.
func (p *paper) chosen() {
	t, number := p.t, " "+p.c.Number
	t.Say("choose.state", p.data(), t.Option("sign.do_file", nil, "/sign"+number+" file"), t.Option("sign.do_text", nil, "/choose"+number+" text"),
		t.Option("sign.do_ask", nil, "/sign"+number+" ask"), t.Option("papers.open", nil, "/papers"))
}

// choose records the choice, tells the doctor, and leads on: to the consent of
// what was chosen, and to its booking.
func (p *paper) choose(ctx context.Context, n int) error {
	t := p.t
	plan := p.s.Plans[n-1]
	said := p.sign(t.Text("choose.sheet", p.data()) + "\n\n" + t.Text("choose.sure", p.plan(n)))
	said.Plan, said.Price = n, plan.Price.In(t.Lang)
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	said.Name = from.Name
	notice := p.notice("sheet.chosen", outreach.With(p.plan(n), map[string]any{"Name": from.Name}))
	err = p.decide(ctx, models.ConsentAgreed, models.ConsentActive, said, func(s outreach.Speaker, tx *models.Tx) error { return s.Notify(tx, notice) })
	if err != nil {
		return err
	}
	options, err := p.leadOn(ctx, plan.Consent, plan.Service, plan.Price)
	if err != nil {
		return err
	}
	t.Say("choose.done", outreach.With(p.plan(n), map[string]any{"Consent": len(options) > 0 && strings.HasPrefix(options[0].Value, "/sign")}),
		append(options, t.Option("sign.do_file", nil, "/sign "+p.c.Number+" file"), t.Option("papers.open", nil, "/papers"))...)
	return nil
}

// leadOn asks for the consent that goes with what was chosen, and offers to
// book it. The consent has the price of the plan.
func (p *paper) leadOn(ctx context.Context, consent, service string, price config.Text) ([]bot.Option, error) {
	t := p.t
	var options []bot.Option
	form := t.Clinic.ConsentByID(consent)
	decided, err := t.Store.Approvals(ctx, outreach.ApprovalConsent)
	if err != nil {
		return nil, err
	}
	if form != nil && decided.Allow(form.ID, form.Hash(), form.Approved) {
		sheet := outreach.SheetOf(t.Clinic.Clinic, form, p.visit, p.s.Patient)
		if len(price) > 0 {
			sheet.Price = price
		}
		sheet.By = p.s.By
		of := p.c
		of.ID, of.Number, of.Key = t.Store.NewID(t.Now), models.NewConsentNumber(), "chosen:"+p.c.ID
		of.Kind, of.Form, of.Hash = models.ConsentToTreatment, form.ID, form.Hash()
		of.Version, of.Status, of.ContactID, of.Body = 1, models.ConsentProposed, t.Contact.ID, sheet.JSON()
		clinic, visit := t.Clinic.Clinic, p.visit
		t.Write(func(_ context.Context, tx *models.Tx) error {
			if err := tx.AskConsent(of); err != nil {
				return err
			}
			return tx.Schedule(outreach.PlanConsent(clinic, of, visit, tx.Now)...)
		})
		options = append(options, t.Option("choose.to_consent", map[string]any{"Title": form.Title}, "/sign "+of.Number))
	}
	if s := t.Clinic.Service(service); s != nil {
		command := "/book " + s.ID
		if p.patient.ID != "" {
			command += " pt:" + p.patient.ID
		}
		options = append(options, t.Option("choose.to_book", map[string]any{"Name": s.Name}, command))
	}
	return options, nil
}
