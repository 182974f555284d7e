package client

import (
	"context"

	"zhenban/bot"
	"zhenban/config"
)

// Address tells where the clinic is, how to park and whom to call. Arg of
// /address: a branch.
type Address struct{}

// Name implements bot.Flow.
func (Address) Name() string { return "address" }

// Step implements bot.Flow.
func (Address) Step(_ context.Context, t *bot.Turn) error {
	if t.Arg == "" && len(daysMeant(t)) > 0 { // a branch and a day: whether it is open then
		t.Then("/hours")
		return nil
	}
	branches := branchesMeant(t, t.Arg)
	t.Say("address.text", map[string]any{"Branches": branches, "One": len(branches) == 1}, addressOptions(t, branches)...)
	return nil
}

func addressOptions(t *bot.Turn, branches []*config.Branch) []bot.Option {
	options := []bot.Option{t.Option("menu.book", nil, "/book"), t.Option("menu.hours", nil, "/hours")}
	for _, b := range branches {
		if b.Map != "" {
			o := t.Option("address.map", map[string]any{"Branch": b.Name, "One": len(branches) == 1}, "/address "+b.ID)
			o.URL = b.Map
			options = append(options, o)
		}
	}
	return options
}
