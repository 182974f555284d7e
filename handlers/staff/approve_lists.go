package staff

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// knowledgeDrafts are what is answered to questions: what colleagues wrote,
// then the profile's.
func knowledgeDrafts(ctx context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	own, err := t.Store.Knowledge(ctx)
	if err != nil {
		return nil, err
	}
	var out []draft
	for _, k := range own {
		out = append(out, draft{ID: k.ID, Hash: k.Hash(), Name: config.Text{config.Hans: k.Question}, Answer: config.Text{config.Hans: k.Answer}, By: k.By}.decideAs(decided, false))
	}
	for i := range t.Clinic.Profile.Knowledge {
		e := &t.Clinic.Profile.Knowledge[i]
		out = append(out, draft{ID: e.ID, Hash: e.Hash(), Name: e.Name, Answer: e.Answer, Watch: e.Watch, Source: e.Source}.decideAs(decided, e.Approved))
	}
	return out, nil
}

// aftercareDrafts are the advice that goes out with the summary of a visit.
func aftercareDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Visits.Aftercare {
		a := &t.Clinic.Visits.Aftercare[i]
		out = append(out, draft{ID: a.ID, Hash: a.Hash(), Name: servicesNamed(t, a.Services), Answer: a.Text, Source: a.Source}.decideAs(decided, a.Approved))
	}
	return out, nil
}

// courseDrafts are the texts of plans: what to prepare, what to take home, what
// is usual on the days after a procedure.
func courseDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Plans {
		p := &t.Clinic.Plans[i]
		for _, x := range p.Texts() {
			name := inAll(func(l config.Language) string {
				return t.TextIn(l, "entries.part", map[string]any{
					"Name": t.Clinic.PlanNamed(p).In(l), "Part": x.Part, "Item": x.Name.In(l), "From": x.From, "To": x.To,
				})
			})
			out = append(out, draft{ID: x.ID, Hash: x.Hash(), Name: name, Answer: x.Text, Source: x.Source}.decideAs(decided, x.Approved))
		}
	}
	return out, nil
}

// analyteDrafts are what laboratory values mean in plain words.
func analyteDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Analytes {
		a := &t.Clinic.Analytes[i]
		if len(a.Explain) == 0 {
			continue
		}
		out = append(out, draft{ID: a.ID, Hash: a.Hash(), Name: a.Name, Answer: a.Explain, Source: a.Source}.decideAs(decided, a.Approved))
	}
	return out, nil
}

// bandDrafts are what the scores of questionnaires mean.
func bandDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for _, f := range t.Clinic.Scores() {
		for i := range f.Bands {
			b := &f.Bands[i]
			name := inAll(func(l config.Language) string {
				return t.TextIn(l, "scores.band", map[string]any{"Name": f.Title.In(l), "From": b.From, "To": b.To})
			})
			out = append(out, draft{ID: f.BandID(b), Hash: b.Hash(), Name: name, Answer: b.Text, Source: b.Source}.decideAs(decided, b.Approved))
		}
	}
	return out, nil
}

// consentDrafts are what clients are asked to agree to.
func consentDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Consents {
		c := &t.Clinic.Consents[i]
		sheet := outreach.SheetOf(t.Clinic.Clinic, c, models.Appointment{}, "—")
		text := inAll(func(l config.Language) string {
			return t.TextIn(l, "sign.sheet", sheet.Data(t.Clinic.Clinic, models.TreatmentConsent{Hash: c.Hash()}))
		})
		out = append(out, draft{ID: c.ID, Hash: c.Hash(), Name: c.Title, Answer: text, Source: c.Source}.decideAs(decided, c.Approved))
	}
	return out, nil
}

// treatmentDrafts are the templates of what clients choose between.
func treatmentDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Treatments {
		x := &t.Clinic.Treatments[i]
		sheet := outreach.ChoiceOf(t.Clinic.Clinic, x.Name, x.Plans, models.Appointment{}, "—")
		text := inAll(func(l config.Language) string {
			return t.TextIn(l, "choose.sheet", sheet.Data(t.Clinic.Clinic, models.TreatmentConsent{Hash: x.Hash(), Kind: models.ConsentChoice}))
		})
		out = append(out, draft{ID: x.ID, Hash: x.Hash(), Name: x.Name, Answer: text, Source: x.Source}.decideAs(decided, x.Approved))
	}
	return out, nil
}

// servicesNamed names services in every language.
func servicesNamed(t *bot.Turn, ids []string) config.Text {
	out := config.Text{}
	for _, l := range config.Languages() {
		var names []string
		for _, id := range ids {
			if s := t.Clinic.Service(id); s != nil {
				names = append(names, s.Name.In(l))
			}
		}
		sep := "、"
		if l == config.English {
			sep = ", "
		}
		out[l] = strings.Join(names, sep)
	}
	return out
}
