package client

import (
	"context"
	"strconv"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
)

// Survey asks how it was: a score from 1 to 5 and, if the person likes, what
// was good or lacking and words of their own; two taps answer it. What was
// sent is final. Nobody is named who does not want to be, or who never agreed
// that anything is kept of them.
//
// Arg of /survey: a survey that was sent, and a score if one was tapped; "at"
// and a branch, from a QR code there; nothing, as of /feedback: about the last
// visit, or none; "new": about something else than the last visit; the subject
// of a push: what was said may answer it.
type Survey struct{}

// Name implements bot.Flow.
func (Survey) Name() string { return "survey" }

// Step implements bot.Flow.
func (Survey) Step(ctx context.Context, t *bot.Turn) error {
	var s surveyState
	if t.Command != "" {
		open, err := s.enter(ctx, t)
		if err != nil || !open {
			return err
		}
		return s.ask(ctx, t)
	}
	if err := t.State(&s); err != nil {
		return err
	}
	switch {
	case t.Stale || t.Range > 0:
		t.Pass()
		return nil
	case t.Choice != "":
		return s.choose(ctx, t)
	case s.Score == 0:
		t.Pass() // words before a score may be anything
		return nil
	}
	return s.hear(ctx, t)
}

// choose takes the option picked.
func (s *surveyState) choose(ctx context.Context, t *bot.Turn) error {
	n, _ := strconv.Atoi(t.Choice) // no number: 0
	switch {
	case n >= 1 && n <= 5 && s.Score == 0:
		if s.Score = n; s.Words != "" {
			return s.send(ctx, t, s.Words)
		}
	case n >= 1 && n <= 5 && s.Aspect != "":
		if s.Aspects == nil {
			s.Aspects = map[string]int{}
		}
		s.Aspects[s.Aspect], s.Aspect = n, ""
	case t.Choice == "send":
		return s.send(ctx, t, "")
	case t.Choice == "say":
		s.Saying = true
	case t.Choice == "anonymous":
		s.Anonymous = true
	case t.Choice == "named":
		s.Anonymous = s.Nameless
	case isAspect(t.Choice):
		s.Aspect = t.Choice
	default:
		t.Pass()
		return nil
	}
	return s.ask(ctx, t)
}

// hear takes words as the answer to the open question: 收费没说清楚 is no wish
// for prices here. What is a command leaves the conversation before this.
func (s *surveyState) hear(ctx context.Context, t *bot.Turn) error {
	if h := t.Heard(); h.Confidence >= 0.5 && h.Intent == nlu.IntentNo {
		return s.send(ctx, t, "")
	}
	return s.send(ctx, t, wordsOf(t))
}

// ask puts the question that is next.
func (s *surveyState) ask(_ context.Context, t *bot.Turn) error {
	defer t.Keep(s)
	switch {
	case s.Score == 0:
		s.askScore(t)
	case s.Aspect != "":
		t.Ask("survey.aspect_ask", map[string]any{"Aspect": t.Text("survey.aspect_"+s.Aspect, nil)}, scores(t)...)
	case s.Saying && len(s.Aspects) < len(aspects):
		t.Ask("survey.aspects", map[string]any{"Given": s.given(t.Text)}, append(s.aspectOptions(t), t.Option("survey.send", nil, "send"))...)
	default:
		s.askMore(t)
	}
	return nil
}

func (s *surveyState) askScore(t *bot.Turn) {
	if s.Service == "" {
		t.Ask("survey.ask", nil, scores(t)...)
		return
	}
	t.Ask("survey.ask_visit", s.about(t), scores(t)...)
}

// askMore says what was understood and how the answer is kept, and sends it at
// a tap or with words.
func (s *surveyState) askMore(t *bot.Turn) {
	key := "survey.after_high"
	if s.Score <= t.Clinic.Surveys.Low {
		key = "survey.after_low"
	}
	options := []bot.Option{t.Option("survey.send", nil, "send")}
	if len(s.Aspects) < len(aspects) {
		options = append(options, t.Option("survey.say", nil, "say"))
	}
	switch {
	case s.Nameless:
	case s.Anonymous:
		options = append(options, t.Option("survey.named", nil, "named"))
	default:
		options = append(options, t.Option("survey.anonymous", nil, "anonymous"))
	}
	t.Ask(key, map[string]any{"Anonymous": s.Anonymous, "Given": s.given(t.Text)}, options...)
}

// scores stand in this order, so that the number typed is the score.
func scores(t *bot.Turn) []bot.Option {
	var options []bot.Option
	for i := 1; i <= 5; i++ {
		n := strconv.Itoa(i)
		options = append(options, t.Option("survey.score_"+n, nil, n))
	}
	return options
}

func (s *surveyState) aspectOptions(t *bot.Turn) []bot.Option {
	var options []bot.Option
	for _, a := range aspects {
		if s.Aspects[a] == 0 {
			options = append(options, t.Option("survey.aspect_"+a, nil, a))
		}
	}
	return options
}

// survey is the row this is the answer to.
func (s *surveyState) survey(t *bot.Turn) models.Survey {
	month := s.Month
	if month == "" {
		month = t.Local().Format("2006-01")
	}
	m := models.Survey{
		ID: s.ID, Key: s.Key, Wave: s.Wave, ContactID: t.Contact.ID, AppointmentID: s.Appointment,
		Branch: s.Branch, Service: s.Service, Practitioner: s.Practitioner, Month: month,
	}
	if s.Asked {
		m.State = models.SurveyAsked
	}
	return m
}
