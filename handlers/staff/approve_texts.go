package staff

import (
	"context"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// tipDrafts are the care tips.
func tipDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Tips.Entries {
		e := &t.Clinic.Tips.Entries[i]
		out = append(out, draft{ID: e.ID, Hash: e.Hash(), Name: e.Title, Answer: e.Text, Source: e.Source, For: tipFor(t, e)}.decideAs(decided, e.Approved))
	}
	return out, nil
}

// tipFor says whom a tip goes to; "" for everybody.
func tipFor(t *bot.Turn, e *config.CareTip) string {
	c := t.Clinic
	species, services := []string{}, []string{}
	for _, id := range e.Species {
		if s := c.SpeciesByID(id); s != nil {
			species = append(species, s.Name.In(t.Lang))
		}
	}
	for _, id := range e.Procedures {
		if s := c.Service(id); s != nil {
			services = append(services, s.Name.In(t.Lang))
		}
	}
	topic := config.Text(nil)
	if x := c.Tips.Topic(e.Topic); x != nil {
		topic = x.Name
	}
	return strings.TrimSpace(t.Text("entries.tip_for", map[string]any{
		"Topic": topic, "Season": e.Season, "Months": e.Months, "Species": species, "Procedures": services, "From": e.Age.From, "To": e.Age.To,
	}))
}

// formDrafts are the forms: every question, and what is said around them.
func formDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Forms {
		f := &t.Clinic.Forms[i]
		text := config.Text{}
		for _, l := range config.Languages() {
			text[l] = formText(f, l)
		}
		out = append(out, draft{ID: f.ID, Hash: f.Hash(), Name: f.Title, Answer: text, Source: f.Source}.decideAs(decided, f.Approved))
	}
	return out, nil
}

func formText(f *config.Form, l config.Language) string {
	var lines []string
	add := func(text config.Text) {
		if s := text.In(l); s != "" {
			lines = append(lines, s)
		}
	}
	add(f.Intro)
	n := 0
	for i := range f.Items {
		q := &f.Items[i]
		if q.Type == config.ItemDisplay {
			add(q.Text)
			continue
		}
		n++
		line := strconv.Itoa(n) + ") " + q.Text.In(l)
		var options []string
		for _, o := range q.Options {
			if s := o.Text.In(l); s != "" {
				options = append(options, s)
			}
		}
		if len(options) > 0 {
			line += " [" + strings.Join(options, " / ") + "]"
		}
		lines = append(lines, line)
	}
	add(f.Done)
	return strings.Join(lines, "\n")
}

// adviceDrafts are what the rules of forms tell clients at once.
func adviceDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Forms {
		f := &t.Clinic.Forms[i]
		for j := range f.Rules {
			r := &f.Rules[j]
			if len(r.Advice) == 0 {
				continue
			}
			name := inAll(func(l config.Language) string {
				return t.TextIn(l, "entries.advice_of", map[string]any{"Form": f.Title.In(l), "Reason": r.Reason.In(l)})
			})
			out = append(out, draft{ID: f.AdviceID(r), Hash: r.Hash(), Name: name, Answer: r.Advice, Source: r.Source}.decideAs(decided, r.Approved))
		}
	}
	return out, nil
}

// recallDrafts are the lines that reminders of what is due give as the reason.
func recallDrafts(_ context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error) {
	var out []draft
	for i := range t.Clinic.Recalls {
		r := &t.Clinic.Recalls[i]
		if len(r.Text) == 0 {
			continue
		}
		out = append(out, draft{ID: r.ID, Hash: r.Hash(), Name: r.Name, Answer: r.Text, Source: r.Source}.decideAs(decided, r.Approved))
	}
	return out, nil
}

// inAll says something in every language.
func inAll(say func(config.Language) string) config.Text {
	out := config.Text{}
	for _, l := range config.Languages() {
		out[l] = say(l)
	}
	return out
}
