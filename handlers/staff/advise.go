package staff

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/bot/wording"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Advise answers an online consultation. What promises an effect does not go
// out: it is said which words, by which rule. Arg of /advise: the case and, if
// one likes, the answer.
type Advise struct{}

// Name implements bot.Flow.
func (Advise) Name() string { return "advise" }

// Step implements bot.Flow.
func (Advise) Step(ctx context.Context, t *bot.Turn) error {
	var s caseState
	text := ""
	if t.Command != "" {
		s.ID, text, _ = strings.Cut(t.Arg, " ")
	} else {
		if err := t.State(&s); err != nil {
			return err
		}
		if text = strings.TrimSpace(t.In.Text); t.Choice != "" || t.Stale || t.Range > 0 || text == "" {
			t.Pass()
			return nil
		}
	}
	c, ok, err := findCase(ctx, t, s.ID)
	if err != nil || !ok {
		return err
	}
	if c.State == models.CaseClosed || errors.Is(t.Failed, models.ErrGone) {
		return sayCase(ctx, t, c, "case.closed")
	}
	data, err := caseData(ctx, t, c)
	if err != nil {
		return err
	}
	found := careless(t, text)
	switch {
	case c.Kind != outreach.CaseConsult:
		return sayCase(ctx, t, c, "case.one")
	case text == "":
		t.Ask("consult.ask_answer", data)
		t.Keep(s)
		return nil
	case wording.Blocked(found):
		t.Ask("consult.careless", map[string]any{"Hits": hitData(t, found, "forbidden")})
		t.Keep(s)
		return nil
	}
	to, err := t.Store.Contact(ctx, c.ContactID)
	if err != nil {
		return err
	}
	lang, id, me := langOf(t, to), c.ID, t.Staff.ID
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.CloseCase(id, me, text) })
	var options []bot.Option
	if s := t.Clinic.Service(t.Clinic.Consultation.Service); s != nil {
		options = append(options, bot.Option{Label: t.TextIn(lang, "price.book", map[string]any{"Name": s.Name}), Value: "/book " + s.ID})
	}
	options = append(options, bot.Option{Label: t.TextIn(lang, "consult.do_again", nil), Value: "/consult again " + c.ID})
	answer := map[string]any{"Name": t.Staff.Name, "Role": string(t.Staff.Role), "Text": text}
	t.Tell(to.ID, lang, "consult:"+c.ID, "consult.answer", answer, options...)
	t.End()
	t.Say("consult.answered", nil, t.Option("todo.open", nil, "/todo"))
	return nil
}

// careless is what the words check says of an answer to one person: what no
// kind of message may say.
func careless(t *bot.Turn, text string) []wording.Hit {
	c, err := wording.New(&t.Clinic.Broadcast)
	if err != nil { // the profile was validated
		return nil
	}
	return c.Check("answer", text)
}
