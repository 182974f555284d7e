package client

import (
	"context"

	"zhenban/bot"
	"zhenban/config"
)

// Help says what one can write, with examples that this clinic understands.
type Help struct{}

// Name implements bot.Flow.
func (Help) Name() string { return "help" }

// Step implements bot.Flow.
func (Help) Step(_ context.Context, t *bot.Turn) error {
	example := &t.Clinic.Services[0]
	for i := range t.Clinic.Services {
		if t.Clinic.Services[i].Common {
			example = &t.Clinic.Services[i]
			break
		}
	}
	t.Hub()
	data := map[string]any{"Service": example.Name, "Phone": t.Clinic.Phone, "Pets": t.Clinic.Kind == config.Vet}
	more := moreOptions(t)
	var names []string
	for _, o := range more {
		names = append(names, o.Label)
	}
	data["More"] = names
	options := append([]bot.Option{
		t.Option("menu.menu", nil, "/menu"),
		t.Option("menu.doctors", nil, "/doctors"),
		t.Option("menu.privacy", nil, "/privacy"),
		t.Option("menu.language", nil, "/language"),
		t.Option("menu.agent", nil, "/agent"),
	}, more...)
	t.Say("help.text", data, options...)
	return nil
}

// moreOptions are what else this clinic has for its clients in the chat.
func moreOptions(t *bot.Turn) []bot.Option {
	out := []bot.Option{t.Option("health.open", nil, "/health"), t.Option("bills.all", nil, "/bills")}
	if len(t.Clinic.Scores()) > 0 {
		out = append(out, t.Option("menu.scores", nil, "/scores"))
	}
	if t.Clinic.Consultation.Form != "" {
		out = append(out, t.Option("menu.consult", nil, "/consult"))
	}
	if len(t.Clinic.Referrals) > 0 {
		out = append(out, t.Option("menu.referral", nil, "/referral"))
	}
	return out
}
