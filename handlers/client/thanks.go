package client

import (
	"context"

	"zhenban/bot"
)

// Thanks answers thanks in kind.
type Thanks struct{}

// Name implements bot.Flow.
func (Thanks) Name() string { return "thanks" }

// Step implements bot.Flow.
func (Thanks) Step(_ context.Context, t *bot.Turn) error {
	t.Say("thanks.text", nil)
	return nil
}
