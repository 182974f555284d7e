package client

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// sayAnswered says that what was sent stays as it is.
func sayAnswered(t *bot.Turn, more ...bot.Option) {
	t.End()
	t.Say("survey.answered", nil, append(more, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))...)
}

// send keeps the answer and thanks for it; a low one reaches the manager and
// the desk: with a case, or, when it is anonymous, without saying whose it is.
func (s *surveyState) send(ctx context.Context, t *bot.Turn, words string) error {
	if errors.Is(t.Failed, models.ErrGone) { // another copy, or an earlier message, was first
		sayAnswered(t)
		return nil
	}
	t.End()
	row, begun := s.survey(t), s.Begun
	a := models.SurveyAnswer{
		PatientID: s.Patient, Overall: s.Score, Result: s.Aspects["result"], Care: s.Aspects["care"],
		Environment: s.Aspects["environment"], Convenience: s.Aspects["convenience"], Words: words, Anonymous: s.Anonymous,
	}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Answer(row, a, begun) })
	phone := map[string]any{"Phone": t.Clinic.Phone}
	low := s.Score <= t.Clinic.Surveys.Low
	reached := false
	if low {
		var err error
		if reached, err = s.alert(ctx, t, words); err != nil {
			return err
		}
	}
	switch {
	case s.Anonymous: // the same for every score: the transcript must not tell
		t.In.Text, t.In.Choice, t.In.Media = "", "", nil
		t.In.Kind = bot.KindEvent
		t.Say("survey.thanks_anonymous", phone)
	case !low:
		t.Say("survey.thanks", nil)
	case reached:
		t.Say("survey.sorry", phone, t.Option("menu.agent", nil, "/agent"))
	default:
		t.Say("survey.phone_only", phone, t.Option("menu.agent", nil, "/agent"))
	}
	return nil
}

// alert tells of a low score.
func (s *surveyState) alert(ctx context.Context, t *bot.Turn, words string) (reached bool, err error) {
	roles := []models.Role{models.Manager, models.Desk}
	if reached, err = anybody(ctx, t, s.Branch, roles...); err != nil {
		return false, err
	}
	lang, about := t.Clinic.Language, s.about(t)
	text := func(key string, data any) string { return t.TextIn(lang, key, data) }
	if s.Anonymous {
		about["Score"], about["Words"], about["Aspects"] = s.Score, words, s.given(text)
		// Named by chance: the notices of one anonymous answer belong together,
		// and with nothing else.
		t.Notify(outreach.Notice{Key: "survey:" + models.NewCode() + models.NewCode(), Branch: s.Branch, Roles: roles, Text: "survey.alert", Data: outreach.Same(about), Urgent: true})
		return reached, nil
	}
	from, err := sender(ctx, t)
	if err != nil {
		return false, err
	}
	visit := ""
	if s.Service != "" {
		visit = text("survey.visit", about)
	}
	zone := t.Clinic.Location(s.Branch)
	c := models.Case{
		ID: t.Store.NewID(t.Now), Key: "survey:" + s.ID, Kind: "survey", Branch: s.Branch, Roles: roles, ContactID: t.Contact.ID, Urgent: true,
		DueAt: t.Clinic.Surveys.CaseDue.After(t.Now.In(zone)),
		Details: map[string]string{
			"Score": strconv.Itoa(s.Score), "Name": from.Name, "Phone": from.Phone, "Visit": visit, "Words": words,
			"Aspects": strings.Join(s.given(text), separator(lang)),
		},
	}
	if s.Appointment != "" {
		c.Subject = models.AboutAppointment(s.Appointment)
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	return reached, nil
}

func separator(lang config.Language) string {
	if lang == config.English {
		return ", "
	}
	return "，"
}
