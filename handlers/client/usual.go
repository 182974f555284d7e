package client

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Usual answers whether something is normal in the days after a procedure with
// what is usual on that day, as the clinic approved it, and a way to a person.
// Where there is nothing of the kind the question is answered as any other.
type Usual struct{ questions Question }

// NewUsual makes the conversation; what else is known is offered below.
func NewUsual(q Question) Usual { return Usual{q} }

// Name implements bot.Flow.
func (Usual) Name() string { return "usual" }

// Step implements bot.Flow.
func (u Usual) Step(ctx context.Context, t *bot.Turn) error {
	p, note, err := usualNow(ctx, t)
	if err != nil {
		return err
	}
	if note == nil {
		command := "/question"
		if h := t.Heard(); h.Intent == nlu.IntentSymptom && h.Confidence >= 0.5 {
			command = "/triage"
		}
		t.Then(command)
		return nil
	}
	words := sentence(t)
	k, err := u.questions.base.read(ctx, t)
	if err != nil {
		return err
	}
	r, err := k.search(ctx, t, words)
	if err != nil {
		return err
	}
	data := planData(t, p)
	data["Text"] = note.Text
	options := []bot.Option{t.Option("usual.ask", nil, "/question ask "+strings.ReplaceAll(words, "\n", " "))}
	if of := t.Clinic.PlanByID(p.Plan); slices.ContainsFunc(of.Steps, func(s config.PlanStep) bool { return s.By == config.ByForm }) {
		options = append(options, t.Option("usual.checkin", nil, "/checkin "+p.ID+" again"))
	}
	t.Hub()
	t.Say("usual.today", data, append(options, nearOptions(t, k.near(r))...)...)
	return nil
}

// usualNow is the newest plan that runs and what is usual on its day; no note
// when there is none, or none that is approved.
func usualNow(ctx context.Context, t *bot.Turn) (models.CarePlan, *config.CourseNote, error) {
	plans, err := plansOf(ctx, t)
	if err != nil {
		return models.CarePlan{}, nil, err
	}
	for _, p := range plans {
		of := t.Clinic.PlanByID(p.Plan)
		if !p.Running() || of == nil {
			continue
		}
		note := of.CourseOn(outreach.PlanDay(t.Clinic.Clinic, p, t.Now))
		if note == nil {
			continue
		}
		decided, err := t.Store.Approvals(ctx, outreach.CourseNotes)
		if err != nil || !decided.Allow(of.CourseID(note), note.Hash(), note.Approved) {
			return p, nil, err
		}
		return p, note, nil
	}
	return models.CarePlan{}, nil, nil
}

// asksUsual asks whether something is normal. What is no question of the body
// is left to others.
var (
	asksUsual = regexp.MustCompile(`正常吗|正常么|正常嘛|正常不|正不正常|是不是正常|算正常|正常的吗|要紧吗|要不要紧|没事吧|有没有事|\b(?:is|are) (?:this|it|that|they|some|the) ?[a-z ,]{0,40}normal\b|\bnormal\?|\bis that ok\?`)
	notUsual  = regexp.MustCompile(`价格|费用|多少钱|收费|营业|上班|预约|约|报告|指标|化验|血糖|血压|price|cost|open|report|appointment`)
)
