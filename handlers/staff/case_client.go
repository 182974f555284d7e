package staff

import (
	"context"
	"errors"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// waiting is the client who waits for a case, if there is one to be told:
// not a colleague who tries things out by themselves.
func waitingFor(ctx context.Context, t *bot.Turn, c models.Case) (to models.Contact, lang config.Language, ok bool, err error) {
	if !outreach.Waits(c) || c.ContactID == t.Contact.ID {
		return to, "", false, nil
	}
	to, err = t.Store.Contact(ctx, c.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		return to, "", false, nil
	}
	if err != nil {
		return to, "", false, err
	}
	if lang = config.Language(to.Language); lang == "" {
		lang = t.Clinic.Language
	}
	return to, lang, true, nil
}

// tellSeen tells who waits that somebody has it, and who: once a case.
func tellSeen(ctx context.Context, t *bot.Turn, c models.Case) error {
	to, lang, ok, err := waitingFor(ctx, t, c)
	if err != nil || !ok || c.State != models.CaseOpen {
		return err
	}
	id := c.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		_, err := tx.CaseSeen(id)
		return err
	})
	t.Tell(to.ID, lang, "case-seen:"+c.ID, "case.seen", map[string]any{"Name": t.Staff.Name, "Role": string(t.Staff.Role), "Urgent": c.Urgent, "Kind": c.Kind})
	return nil
}

// tellSettled tells who waits that it is settled, unless they were answered in
// the chat and so know it. Who was in an emergency was met, or is told that they
// could not be reached: of how it ended no short sentence is written.
func tellSettled(ctx context.Context, t *bot.Turn, c models.Case, result string) error {
	to, lang, ok, err := waitingFor(ctx, t, c)
	if err != nil || !ok || !c.Answered.IsZero() || c.Kind == "urgent" && result != "no_answer" {
		return err
	}
	data := map[string]any{"Kind": c.Kind, "Words": short(c.Details["Words"]), "Missed": result == "no_answer", "Phone": t.Clinic.Phone}
	t.Tell(to.ID, lang, "case-settled:"+c.ID, "case.settled", data, bot.Option{Label: t.TextIn(lang, "case.not_settled", nil), Value: "/agent"})
	return nil
}

// caseAnswered notes that the client of a case was written to: whoever did it has
// it, and where an answer was all that was wanted it is done.
func caseAnswered(t *bot.Turn, c models.Case, words string) {
	id, me, speaker, name := c.ID, t.Staff.ID, t.Speaker(), t.Staff.Name
	result := t.TextIn(t.Clinic.Language, "case.result_reply", map[string]any{"Words": words})
	was := c.State
	c.State, c.Owner = models.CaseTaken, me
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.CaseAnswered(id); err != nil {
			return err
		}
		if outreach.EndsByAnswer(c) {
			return anyway(tx.CloseCase(id, me, result))
		}
		if was != models.CaseOpen {
			return nil
		}
		if _, err := tx.CaseSeen(id); err != nil {
			return err
		}
		err := tx.TakeCase(id, me)
		if err != nil || !c.Urgent {
			return anyway(err)
		}
		return speaker.CaseTaken(tx, c, name)
	})
}

// anyway takes it for done that somebody else was first.
func anyway(err error) error {
	if errors.Is(err, models.ErrGone) {
		return nil
	}
	return err
}
