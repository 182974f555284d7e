package client

import (
	"context"
	"errors"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Consult takes a question to the clinic's consultants: a few questions first,
// then a person answers within the time that the clinic promises. Arg of
// /consult: "again" and the case that was answered, to ask on.
type Consult struct{}

type consultState struct {
	Case string `json:"c"` // the one that was answered
}

// Name implements bot.Flow.
func (Consult) Name() string { return "consult" }

// Step implements bot.Flow.
func (Consult) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		var s consultState
		if err := t.State(&s); err != nil {
			return err
		}
		return s.again(ctx, t)
	}
	c := &t.Clinic.Consultation
	form := t.Clinic.Form(c.Form)
	if form == nil {
		t.Hub()
		t.Say("consult.none", map[string]any{"Phone": t.Clinic.Phone}, ways(t)...)
		return nil
	}
	if id, ok := strings.CutPrefix(t.Arg, "again "); ok {
		t.Ask("consult.ask_again", nil)
		t.Keep(consultState{id})
		return nil
	}
	ok, err := healthConsented(ctx, t)
	if err != nil {
		return err
	}
	if !ok && t.Choice != justAgreed {
		t.Then("/consent " + consentHealth + " /consult")
		return nil
	}
	t.Choice = ""
	t.Say("consult.begin", consultData(t))
	t.Then("/form " + form.ID + " key=consult:" + t.In.Key)
	return nil
}

// consultData is what texts say about when a person answers.
func consultData(t *bot.Turn) map[string]any {
	data := reception(t)
	due := consultDue(t)
	data["Due"] = due.In(t.Clinic.Location(""))
	data["DueText"] = when(t, due, "")
	data["Terms"] = t.Clinic.Consultation.Terms
	return data
}

// consultDue is by when a person answers what is asked now.
func consultDue(t *bot.Turn) time.Time {
	w := t.Clinic.Consultation.Within
	return t.Clinic.OpenFor("", t.Now, w.After(t.Now).Sub(t.Now))
}

// consulted takes a consultation to those who answer it. What was flagged is
// theirs to read, not the client's.
func (f *filling) consulted(r models.QuestionnaireResponse, flags []config.FormRule, list []*config.FormItem) error {
	t := f.t
	who, err := f.who()
	if err != nil {
		return err
	}
	details := map[string]string{"Who": who, "Answers": f.told(list), "Reasons": f.reasons(flags), "Again": "", "Photos": strings.Join(f.photos(f.s.Answers), " ")}
	openConsult(t, "consult:"+r.Key, details)
	advice, err := f.advice(flags)
	if err != nil {
		return err
	}
	data := consultData(t)
	data["Advice"], data["Done"] = advice, f.form.Done.In(t.Lang)
	var options []bot.Option
	if s := t.Clinic.Service(t.Clinic.Consultation.Service); s != nil {
		options = append(options, t.Option("price.book", map[string]any{"Name": s.Name}, "/book "+s.ID))
	}
	t.Say("consult.passed", data, append(options, t.Option("menu.menu", nil, "/menu"))...)
	return nil
}

// openConsult opens the case of a consultation, with its limit.
func openConsult(t *bot.Turn, key string, details map[string]string) {
	c := models.Case{
		Key: key, Kind: outreach.CaseConsult, DueAt: consultDue(t), ContactID: t.Contact.ID, Details: details,
	}
	for _, r := range t.Clinic.Consultation.Roles {
		c.Roles = append(c.Roles, models.Role(r))
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
}

// again takes a further question, with what was asked and answered before.
func (s *consultState) again(ctx context.Context, t *bot.Turn) error {
	words := sentence(t)
	if t.Choice != "" || t.Stale || t.Range > 0 || words == "" || elsewhere(t) {
		t.Pass()
		return nil
	}
	details := map[string]string{"Answers": words, "Reasons": "", "Again": ""}
	before, err := t.Store.CaseByID(ctx, s.Case)
	switch {
	case errors.Is(err, models.ErrNotFound):
	case err != nil:
		return err
	case before.ContactID == t.Contact.ID:
		details["Again"], details["Reasons"] = before.Result, before.Details["Reasons"]
	}
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	details["Who"] = strings.TrimSpace(from.Name + " " + from.Phone)
	openConsult(t, "consult:"+t.In.Key, details)
	t.End()
	data := consultData(t)
	data["Advice"], data["Done"] = nil, ""
	t.Say("consult.passed", data, t.Option("menu.menu", nil, "/menu"))
	return nil
}
