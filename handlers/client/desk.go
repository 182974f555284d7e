package client

import (
	"context"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/models"
)

// AtDesk says plainly what the desk does in person, and passes the wish on if
// the person likes. Arg of /desk: a topic, then "ask" and the words to pass on.
type AtDesk struct{}

// deskTopics are what this conversation knows; each has a text of its own.
var deskTopics = [...]string{"reports", "card"}

// Name implements bot.Flow.
func (AtDesk) Name() string { return "desk" }

// Step implements bot.Flow. The topics are commands of their own as well.
func (AtDesk) Step(ctx context.Context, t *bot.Turn) error {
	topic, arg := strings.TrimPrefix(t.Command, "/"), t.Arg
	if topic == "desk" {
		topic, arg, _ = strings.Cut(t.Arg, " ")
	}
	if !slices.Contains(deskTopics[:], topic) { // a button of another version: care is asked of those who know
		t.Then("/question " + arg)
		return nil
	}
	if words, ok := strings.CutPrefix(arg+" ", "ask "); ok {
		return deskAsk(ctx, t, topic, strings.TrimSpace(words))
	}
	ask := "/desk " + topic + " ask"
	if words := sentence(t); words != "" {
		ask += " " + words
	}
	data := reception(t)
	options := []bot.Option{t.Option("desk.ask_"+topic, nil, strings.ReplaceAll(ask, "\n", " "))}
	t.Hub()
	t.Say("desk."+topic, data, append(options, t.Option("menu.menu", nil, "/menu"))...)
	return nil
}

func deskAsk(ctx context.Context, t *bot.Turn, topic, words string) error {
	reached, err := passOn(ctx, t, wish{Kind: "desk", Words: words, Roles: []models.Role{models.Desk}, More: map[string]any{"Topic": topic}})
	if err != nil {
		return err
	}
	passedOn(t, "desk", reached)
	return nil
}
