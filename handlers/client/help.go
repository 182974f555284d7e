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
	t.Say("help.text", data,
		t.Option("menu.menu", nil, "/menu"),
		t.Option("menu.doctors", nil, "/doctors"),
		t.Option("menu.privacy", nil, "/privacy"),
		t.Option("menu.language", nil, "/language"),
		t.Option("menu.agent", nil, "/agent"))
	return nil
}
