package client

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/config"
)

// Language sets what the assistant speaks. Arg of /language: a language's tag.
type Language struct{}

// Name implements bot.Flow.
func (Language) Name() string { return "language" }

// Step implements bot.Flow.
func (Language) Step(_ context.Context, t *bot.Turn) error {
	for _, l := range config.Languages() {
		if !strings.EqualFold(t.Arg, string(l)) {
			continue
		}
		t.Lang, t.Contact.Language = l, string(l)
		t.Hub()
		t.Say("language.set", nil, t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	var options []bot.Option
	for _, l := range config.Languages() { // each in its own name, whatever is spoken now
		options = append(options, bot.Option{Label: t.TextIn(l, "language.name", nil), Value: "/language " + string(l)})
	}
	t.Hub()
	t.Say("language.ask", nil, options...)
	return nil
}
