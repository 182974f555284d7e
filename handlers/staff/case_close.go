package staff

import (
	"context"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// askResult asks how a case ended, or what the doctor should know.
func askResult(ctx context.Context, t *bot.Turn, c models.Case, doctor bool) error {
	data, err := caseData(ctx, t, c)
	if err != nil {
		return err
	}
	t.Keep(caseState{ID: c.ID, Doctor: doctor})
	if doctor {
		t.Ask("case.ask_doctor", data)
		return nil
	}
	var options []bot.Option
	for _, r := range results {
		options = append(options, t.Option("case.result_"+r, nil, r))
	}
	t.Ask("case.ask_result", data, options...)
	return nil
}

// caseAnswer takes the result.
func caseAnswer(ctx context.Context, t *bot.Turn) error {
	var s caseState
	if err := t.State(&s); err != nil {
		return err
	}
	words := strings.TrimSpace(t.In.Text)
	switch {
	case t.Choice != "" && slices.Contains(results[:], t.Choice):
		words = t.TextIn(t.Clinic.Language, "case.result_"+t.Choice, nil)
	case t.Choice != "" || t.Stale || t.Range > 0 || words == "":
		t.Pass()
		return nil
	}
	c, ok, err := findCase(ctx, t, s.ID)
	if err != nil || !ok {
		return err
	}
	if c.State == models.CaseClosed {
		return sayCase(ctx, t, c, "case.closed")
	}
	id, me := c.ID, t.Staff.ID
	c.State, c.Owner, c.Result = models.CaseClosed, me, words
	key := "case.closed_now"
	speaker := t.Speaker()
	var next *models.Case
	if s.Doctor {
		key = "case.passed"
		concern := concernOf(t, c, words)
		next = &concern
		c.Result = t.TextIn(t.Clinic.Language, "case.result_doctor", map[string]any{"Words": words})
	}
	result := c.Result
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.CloseCase(id, me, result); err != nil || next == nil {
			return err
		}
		return speaker.OpenCase(tx, *next)
	})
	return sayCase(ctx, t, c, key)
}

// passable reports a case whose client's concerns go to the doctor.
func passable(c models.Case) bool { return c.Kind == outreach.CaseFollowup }

// concernOf is the case that passes a client's worry on to the doctor.
func concernOf(t *bot.Turn, c models.Case, words string) models.Case {
	details := map[string]string{"Words": words, "By": t.Staff.Name}
	for k, v := range c.Details {
		switch name, _, _ := strings.Cut(k, "@"); name {
		case "Patient", "Service", "Days", "Number":
			details[k] = v
		}
	}
	return models.Case{
		Key: "concern:" + c.ID, Kind: outreach.CaseConcern, Branch: c.Branch, Roles: []models.Role{models.Doctor}, For: c.For, Subject: c.Subject,
		ContactID: c.ContactID, Details: details, DueAt: outreach.AwakeAfter(t.Clinic.Clinic, c.Branch, t.Now, outreach.ConcernWithin),
	}
}
