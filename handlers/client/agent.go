package client

import (
	"context"

	"zhenban/bot"
	"zhenban/models"
)

// Agent hands over to a person: it takes what it is about, tells the desk, and
// says truthfully when somebody will answer.
type Agent struct{}

// Name implements bot.Flow.
func (Agent) Name() string { return "agent" }

// Step implements bot.Flow.
func (Agent) Step(ctx context.Context, t *bot.Turn) error {
	words := ""
	switch {
	case t.Command != "":
		if words = sentence(t); words == "" {
			t.Ask("agent.ask", nil, t.Option("agent.just", nil, "just"))
			t.Keep(struct{}{})
			return nil
		}
	case t.Stale || t.Range > 0:
		t.Pass()
		return nil
	case t.Choice == "":
		words = wordsOf(t)
	}
	t.End()
	reached, err := passOn(ctx, t, wish{Kind: "agent", Words: words, Roles: []models.Role{models.Desk}})
	if err != nil {
		return err
	}
	passedOn(t, "agent", reached)
	return nil
}

// Complaint takes a complaint to the desk and the manager at once.
type Complaint struct{}

// Name implements bot.Flow.
func (Complaint) Name() string { return "complaint" }

// Step implements bot.Flow.
func (Complaint) Step(ctx context.Context, t *bot.Turn) error {
	words := ""
	switch {
	case t.Command != "":
		if words = sentence(t); words == "" {
			t.Ask("complaint.ask", nil)
			t.Keep(struct{}{})
			return nil
		}
	case t.Stale || t.Range > 0 || t.Choice != "":
		t.Pass()
		return nil
	default:
		words = wordsOf(t)
	}
	t.End()
	reached, err := passOn(ctx, t, wish{Kind: "complaint", Words: words, Roles: []models.Role{models.Desk, models.Manager}, Urgent: true})
	if err != nil {
		return err
	}
	passedOn(t, "complaint", reached)
	return nil
}
