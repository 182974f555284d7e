package client

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/models"
)

// Farewell answers somebody who says that a patient has died: no form, no
// offer; the messages about the patient stop when they say so, and the desk is
// told. Arg of /farewell: stop or lives, and the patient's ID.
type Farewell struct{}

// hasDied finds a death that is told, not asked about or feared.
var (
	hasDied = regexp.MustCompile(`去世|离世|过世|往生|passed away|has died|died (?:last|yesterday|today|this|on)|had to put (?:him|her|it) (?:down|to sleep)`)
	notDied = regexp.MustCompile(`[?？]|吗|会不会|如果|万一|怕|担心|差点|没有?去世|怎么|what if|afraid|almost|nearly|would|could`)
)

// maxFarewell is how long such a message is at most, in characters: a longer
// one tells more, and a person reads it.
const maxFarewell = 60

func saysDied(text string) bool {
	text = plainWords(text)
	return len([]rune(text)) <= maxFarewell && hasDied.MatchString(text) && !notDied.MatchString(text)
}

// Name implements bot.Flow.
func (Farewell) Name() string { return "farewell" }

// Step implements bot.Flow.
func (Farewell) Step(ctx context.Context, t *bot.Turn) error {
	if t.Staff != nil && t.Arg == "" {
		t.Then("/deceased")
		return nil
	}
	verb, id, _ := strings.Cut(t.Arg, " ")
	if verb == "stop" || verb == "lives" {
		p, err := patientOf(ctx, t, id)
		switch {
		case errors.Is(err, models.ErrNotFound):
			t.Say("farewell.sorry", map[string]any{"Patient": ""}, t.Option("menu.agent", nil, "/agent"))
			return nil
		case err != nil:
			return err
		case verb == "lives":
			if err := livesAfterAll(ctx, t, p); err != nil {
				return err
			}
			t.Say("farewell.lives", map[string]any{"Patient": p.Name})
			return nil
		}
		if err := goneFor(ctx, t, p); err != nil {
			return err
		}
		t.Say("farewell.stopped", map[string]any{"Patient": p.Name}, t.Option("recall.mistake", nil, "/farewell lives "+p.ID))
		return nil
	}
	patients, err := t.Store.PatientsOf(ctx, t.Contact.ID, t.Contact.ClientID)
	if err != nil {
		return err
	}
	patients = slices.DeleteFunc(patients, func(p models.Patient) bool { return !p.DeceasedAt.IsZero() || p.Relation == "self" })
	if named := slices.DeleteFunc(slices.Clone(patients), func(p models.Patient) bool {
		return p.Name == "" || !strings.Contains(plainWords(t.In.Text), plainWords(p.Name))
	}); len(named) > 0 {
		patients = named
	}
	var options []bot.Option
	for _, p := range patients[:min(len(patients), 4)] {
		options = append(options, t.Option("farewell.stop", map[string]any{"Patient": p.Name}, "/farewell stop "+p.ID))
	}
	name := ""
	if len(patients) == 1 {
		name = patients[0].Name
	}
	t.Say("farewell.sorry", map[string]any{"Patient": name}, append(options, t.Option("menu.agent", nil, "/agent"))...)
	return nil
}

// goneFor stops everything about a patient whose people say that they have
// died, and gives the desk a case to check.
func goneFor(ctx context.Context, t *bot.Turn, p models.Patient) error {
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	c := models.Case{
		Key: "deceased:" + p.ID + ":" + t.In.Key, Kind: "deceased", Roles: []models.Role{models.Desk, models.Nurse}, Subject: models.AboutPatient(p.ID),
		ContactID: t.Contact.ID, Details: map[string]string{"Patient": p.Name, "Name": from.Name, "ID": p.ID},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := speaker.OpenCase(tx, c); err != nil {
			return err
		}
		return anyway(tx.PatientDied(p.ID, tx.Now))
	})
	return nil
}
