package client

import (
	"context"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Scores asks one of the questionnaires with a published score that the clinic
// has. Arg of /scores: a form and, if it is known, whose it is.
type Scores struct{}

// Name implements bot.Flow.
func (Scores) Name() string { return "scores" }

// Step implements bot.Flow.
func (Scores) Step(ctx context.Context, t *bot.Turn) error {
	id, patient, _ := strings.Cut(t.Arg, " ")
	list := t.Clinic.Scores()
	form := t.Clinic.Form(id)
	if form == nil && len(list) == 1 {
		form = list[0]
	}
	t.Hub()
	switch {
	case len(list) == 0:
		t.Say("scores.none", nil, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
		return nil
	case form == nil || len(form.Bands) == 0:
		var options []bot.Option
		for _, f := range list {
			options = append(options, bot.Option{Label: f.Title.In(t.Lang), Value: "/scores " + f.ID})
		}
		t.Say("scores.which", nil, options...)
		return nil
	}
	ok, err := healthConsented(ctx, t)
	if err != nil {
		return err
	}
	if !ok && t.Choice != justAgreed {
		t.Then(strings.TrimSpace("/consent " + consentHealth + " /scores " + form.ID + " " + patient))
		return nil
	}
	t.Choice = ""
	return scoreWhom(ctx, t, form, patient)
}

// nobodyYet answers a score for somebody who is not on record.
const nobodyYet = "-"

// scoreWhom finds whose score it is, and asks the form.
func scoreWhom(ctx context.Context, t *bot.Turn, form *config.Form, patient string) error {
	mine, err := t.Store.PatientsOf(ctx, t.Contact.ID, ownID(t))
	if err != nil {
		return err
	}
	mine = slices.DeleteFunc(mine, func(p models.Patient) bool {
		return !p.DeceasedAt.IsZero() || len(form.Species) > 0 && !slices.Contains(form.Species, p.Species)
	})
	if named := namedPatients(t, mine); patient == "" && len(named) == 1 {
		patient = named[0].ID
	}
	known := slices.ContainsFunc(mine, func(p models.Patient) bool { return p.ID == patient })
	switch {
	case known:
		t.Then("/form " + form.ID + " patient=" + patient)
	case len(mine) == 1 && pets(t):
		t.Then("/form " + form.ID + " patient=" + mine[0].ID)
	case len(mine) == 0 || patient == nobodyYet:
		t.Then("/form " + form.ID)
	default:
		var options []bot.Option
		for i, p := range mine {
			if i < maxPatients {
				options = append(options, bot.Option{Label: t.Text("record.patient_line", patientData(t, p)), Value: "/scores " + form.ID + " " + p.ID})
			}
		}
		t.Say("scores.whose", map[string]any{"Title": form.Title, "Pets": pets(t)}, append(options, t.Option("scores.other", map[string]any{"Pets": pets(t)}, "/scores "+form.ID+" "+nobodyYet))...)
	}
	return nil
}

// Named takes the names that the clinic's profile gives to what can be asked
// for: 糖尿病风险, 体况评分.
func Named(t *bot.Turn) (command string, ok bool) {
	text := strings.Trim(plainWords(strings.TrimSpace(t.In.Text)), " 。.!！?？~")
	for range askFor {
		for _, w := range askFor {
			text = strings.TrimPrefix(text, w)
		}
	}
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 60 {
		return "", false
	}
	for _, f := range t.Clinic.Scores() {
		if f.Asked(text, plainWords) {
			return "/scores " + f.ID, true
		}
	}
	return "", false
}

// askFor is what people say before the name of a questionnaire.
var askFor = [...]string{"我想", "我要", "帮我", "想", "要", "做一下", "做个", "做一个", "测一下", "测测", "填一下", "做", "测", "填", "评一下", "i want to do ", "do the ", "the "}
