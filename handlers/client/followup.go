package client

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Followup takes the answer to how a patient is after a visit. Arg of
// /followup: ok, trouble or stop, the plan, and the step.
type Followup struct{}

type followupState struct {
	Plan string `json:"p"`
	Step string `json:"s"`
}

// Name implements bot.Flow.
func (Followup) Name() string { return "followup" }

// Step implements bot.Flow.
func (Followup) Step(ctx context.Context, t *bot.Turn) error {
	var s followupState
	verb := "words"
	if models.SubjectID(models.KindCarePlan, t.Arg) != "" { // said rather than tapped
		switch meant := wellOrNot(t); meant {
		case "/followup trouble":
			command, err := offered(ctx, t, meant)
			if err != nil || command == "" {
				t.Pass()
				return err
			}
			t.Command, t.Arg = "/followup", strings.Replace(strings.TrimPrefix(command, "/followup "), "trouble", "said", 1)
		default:
			return takeUp(ctx, t, meant)
		}
	}
	if t.Command != "" {
		fields := append(strings.Fields(t.Arg), "", "", "")
		verb, s.Plan, s.Step = fields[0], fields[1], fields[2]
	} else if err := t.State(&s); err != nil {
		return err
	}
	p, err := findPlan(ctx, t, s.Plan)
	if errors.Is(err, models.ErrNotFound) {
		t.End()
		t.Say("followup.gone", nil, t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	if err != nil {
		return err
	}
	switch verb {
	case "ok":
		return followupGood(ctx, t, p, s)
	case "trouble":
		t.Keep(s)
		t.Ask("followup.ask_words", planData(t, p))
		return nil
	case "stop":
		t.End()
		if p.Running() {
			t.Write(func(_ context.Context, tx *models.Tx) error {
				return tx.SetCarePlan(p.ID, p.Version, models.PlanRevoked, nil)
			})
		}
		t.Say("followup.stopped", planData(t, p), t.Option("menu.agent", nil, "/agent"))
		return nil
	case "words", "said":
		return followupWords(ctx, t, p, s)
	}
	t.Pass()
	return nil
}

// followupGood records that all is well, once.
func followupGood(ctx context.Context, t *bot.Turn, p models.CarePlan, s followupState) error {
	t.End()
	a := models.Answer{Subject: models.AboutCarePlan(p.ID), Name: s.Step, ContactID: t.Contact.ID, Answer: "ok"}
	_, err := t.Store.AnswerTo(ctx, a.Subject, a.Name)
	switch {
	case errors.Is(err, models.ErrNotFound):
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RecordAnswer(a) })
	case err != nil:
		return err
	}
	t.Say("followup.thanks", planData(t, p), t.Option("followup.after_all", nil, "/followup trouble "+p.ID+" "+s.Step))
	return nil
}

// followupWords passes what worries the client on to the doctor. Signs of an
// emergency never come so far: they are answered before any conversation.
func followupWords(ctx context.Context, t *bot.Turn, p models.CarePlan, s followupState) error {
	if t.Stale || t.Range > 0 || t.Choice != "" {
		t.Pass()
		return nil
	}
	t.End()
	words := wordsOf(t)
	a := models.Answer{Subject: models.AboutCarePlan(p.ID), Name: s.Step + "-words", ContactID: t.Contact.ID, Answer: words}
	visit, err := planVisit(ctx, t, p)
	if err != nil {
		return err
	}
	c := outreach.PlanCase(t.Clinic.Clinic, p, visit, outreach.CaseConcern, t.Now)
	c.Key, c.Roles, c.For, c.ContactID = "concern:"+t.In.Key, []models.Role{models.Doctor}, p.Practitioner, t.Contact.ID
	c.Details["Words"], c.Details["By"] = words, ""
	c.DueAt = outreach.AwakeAfter(t.Clinic.Clinic, p.Branch, t.Now, outreach.ConcernWithin)
	reached, err := anybody(ctx, t, p.Branch, models.Doctor, models.Desk, models.Manager)
	if err != nil {
		return err
	}
	_, err = t.Store.AnswerTo(ctx, a.Subject, a.Name)
	first := errors.Is(err, models.ErrNotFound)
	if err != nil && !first {
		return err
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if first {
			if err := tx.RecordAnswer(a); err != nil {
				return err
			}
		}
		return speaker.OpenCase(tx, c)
	})
	data := planData(t, p)
	data["Reached"], data["Open"] = reached, t.Clinic.OpenAt(p.Branch, t.Now)
	t.Say("followup.passed", data, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"))
	return nil
}

// patientOf finds a patient that this person may speak for; ErrNotFound.
func patientOf(ctx context.Context, t *bot.Turn, id string) (models.Patient, error) {
	list, err := t.Store.PatientsOf(ctx, t.Contact.ID, t.Contact.ClientID)
	if err != nil {
		return models.Patient{}, err
	}
	i := slices.IndexFunc(list, func(p models.Patient) bool { return p.ID == id })
	if i < 0 {
		return models.Patient{}, models.ErrNotFound
	}
	return list[i], nil
}
