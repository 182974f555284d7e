package client

import (
	"context"
	"strconv"

	"zhenban/bot"
	"zhenban/models"
)

// Feedback takes a score from 1 to 5 and, if the person likes, words. A low
// score reaches the manager at once.
type Feedback struct{}

// lowScore is the highest score that somebody should look at today.
const lowScore = 2

type feedbackState struct {
	Score int `json:"score"`
}

// Name implements bot.Flow.
func (Feedback) Name() string { return "feedback" }

// Step implements bot.Flow.
func (Feedback) Step(ctx context.Context, t *bot.Turn) error {
	var s feedbackState
	if t.Command != "" {
		var options []bot.Option
		for i := 1; i <= 5; i++ { // in this order, so that the number typed is the score
			n := strconv.Itoa(i)
			options = append(options, t.Option("feedback.score_"+n, nil, n))
		}
		t.Ask("feedback.ask", nil, options...)
		t.Keep(s)
		return nil
	}
	if err := t.State(&s); err != nil {
		return err
	}
	if s.Score == 0 {
		n, err := strconv.Atoi(t.Choice)
		if err != nil {
			t.Pass()
			return nil
		}
		s.Score = n
		key := "feedback.ask_words"
		if s.Score <= lowScore {
			key = "feedback.ask_why"
		}
		t.Ask(key, nil, t.Option("feedback.no_words", nil, "none"))
		t.Keep(s)
		return nil
	}
	words := ""
	switch {
	case t.Choice == "" && (t.Stale || t.Range > 0):
		t.Pass()
		return nil
	case t.Choice == "":
		words = wordsOf(t)
	}
	t.End()
	w := wish{Kind: "feedback", Words: words, Roles: []models.Role{models.Manager}, More: map[string]any{"Score": s.Score}}
	if w.Urgent = s.Score <= lowScore; w.Urgent {
		w.Roles = append(w.Roles, models.Desk)
	}
	reached, err := passOn(ctx, t, w)
	if err != nil {
		return err
	}
	if w.Urgent {
		key := "feedback.sorry"
		if !reached {
			key = "feedback.phone_only"
		}
		t.Say(key, map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	t.Say("feedback.thanks", nil)
	return nil
}
