package client

import (
	"strconv"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// scored says what a form came to, as its publisher put it, and passes it on
// to the doctor: a score is no diagnosis.
func (f *filling) scored(r models.QuestionnaireResponse, flags []config.FormRule, list []*config.FormItem) error {
	t := f.t
	around, err := f.around()
	if err != nil {
		return err
	}
	species := around.Species
	if v, ok := f.s.Answers[animalItem].(string); ok && species == "" {
		species = v
	}
	advice, err := f.advice(flags)
	if err != nil {
		return err
	}
	data := map[string]any{
		"Title": f.form.Title, "Score": points(r.Score), "Top": f.form.HighestScore(), "Text": "", "Source": f.form.Source, "Done": f.form.Done.In(t.Lang),
		"Yellow": r.Flag == string(config.FlagYellow), "Red": r.Flag == string(config.FlagRed), "Phone": t.Clinic.Phone, "Advice": advice,
	}
	if r.Score == 0 {
		data["Score"] = "0"
	}
	meaning := ""
	if b := f.form.BandOf(r.Score, species); b != nil {
		decided, err := t.Store.Approvals(f.ctx, config.BandTexts)
		if err != nil {
			return err
		}
		meaning = b.Text.In(t.Clinic.Language)
		if decided.Allow(f.form.BandID(b), b.Hash(), b.Approved) {
			data["Text"], data["Source"] = b.Text.In(t.Lang), b.Source
		}
	}
	if err := f.openCase(r, flags, list); err != nil {
		return err
	}
	if len(flags) == 0 {
		if err := f.tellDoctor(r, meaning, list); err != nil {
			return err
		}
	}
	var options []bot.Option
	if s := t.Clinic.Service(f.form.Service); s != nil {
		options = append(options, t.Option("price.book", map[string]any{"Name": s.Name}, "/book "+s.ID))
	} else {
		options = append(options, t.Option("menu.book", nil, "/book"))
	}
	t.Say("scores.done", data, append(options, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))...)
	return nil
}

// animalItem is the linkId of the question which animal it is, for those that
// are not on record.
const animalItem = "animal"

// tellDoctor tells of a score that nothing was flagged in: it is there to be
// talked over, and waits for nobody.
func (f *filling) tellDoctor(r models.QuestionnaireResponse, meaning string, list []*config.FormItem) error {
	t := f.t
	who, err := f.who()
	if err != nil {
		return err
	}
	lang := t.Clinic.Language
	data := map[string]any{
		"Title": f.form.Title.In(lang), "Who": who, "Score": strconv.FormatFloat(r.Score, 'f', -1, 64), "Meaning": meaning, "Answers": f.told(list),
	}
	n := outreach.Notice{Key: "score:" + r.Key, Roles: []models.Role{models.Doctor}, Text: "scores.notice", Data: outreach.Same(data)}
	if f.s.Patient != "" {
		n.Options = []outreach.Option{{Text: "health.open", Command: "/health " + f.s.Patient}}
	}
	t.Notify(n)
	return nil
}
