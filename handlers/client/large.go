package client

import (
	"context"

	"zhenban/bot"
)

// Large is large print: short texts in plain words, and larger letters where the
// channel has a say in them. Arg of /large: on or off.
type Large struct{}

// Name implements bot.Flow.
func (Large) Name() string { return "large" }

// Step implements bot.Flow.
func (Large) Step(_ context.Context, t *bot.Turn) error {
	t.Contact.Large = t.Arg != "off"
	t.Hub()
	if !t.Contact.Large {
		t.Say("needs.large_off", nil, t.Option("needs.do_large", nil, "/large on"), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	t.Say("needs.large_on", nil, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"), t.Option("needs.do_normal", nil, "/large off"), t.Option("menu.menu", nil, "/menu"))
	return nil
}
