package client

import (
	"context"

	"zhenban/bot"
	"zhenban/models"
)

// Menu shows what can be done, the likeliest first.
type Menu struct{}

// Name implements bot.Flow.
func (Menu) Name() string { return "menu" }

// Step implements bot.Flow.
func (Menu) Step(_ context.Context, t *bot.Turn) error {
	t.Hub()
	t.Say("menu.text", nil, menuOptions(t)...)
	return nil
}

func menuOptions(t *bot.Turn) []bot.Option {
	var options []bot.Option
	if t.Staff != nil {
		options = append(options, t.Option("menu.today", nil, "/today"))
		if t.Staff.Role == models.Manager || t.Staff.Role == models.Consultant {
			options = append(options, t.Option("menu.broadcast", nil, "/broadcast"))
		}
	}
	options = append(options,
		t.Option("menu.book", nil, "/book"),
		t.Option("menu.bookings", nil, "/bookings"),
		t.Option("menu.price", nil, "/price"),
		t.Option("menu.hours", nil, "/hours"),
		t.Option("menu.address", nil, "/address"),
		t.Option("menu.record", nil, "/record"),
		t.Option("menu.agent", nil, "/agent"),
	)
	if t.Clinic.Consultation.Form != "" {
		options = append(options, t.Option("menu.consult", nil, "/consult"))
	}
	return options
}

// ways are the three ways on from where nothing else fits.
func ways(t *bot.Turn) []bot.Option {
	return []bot.Option{t.Option("menu.book", nil, "/book"), t.Option("menu.menu", nil, "/menu"), t.Option("menu.agent", nil, "/agent")}
}
