package client

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates/chart"
)

// Curve draws how a recovery goes: what was answered in the check-ins over the
// days, with the red lines of the form. Arg of /curve: a plan or the
// number of its visit;
// without it, one's own newest procedure. Every look is kept.
type Curve struct{}

// Name implements bot.Flow.
func (Curve) Name() string { return "curve" }

// Step implements bot.Flow.
func (Curve) Step(ctx context.Context, t *bot.Turn) error {
	care, err := isCare(ctx, t)
	if err != nil {
		return err
	}
	t.Hub()
	r, err := findRecovery(ctx, t, t.Arg)
	if errors.Is(err, models.ErrNotFound) || err == nil && t.Staff != nil && !care {
		v := photoView{t: t}
		if t.Staff != nil {
			return v.none()
		}
		t.Say("curve.none", nil, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	if err != nil {
		return err
	}
	return drawCurve(ctx, t, r)
}

func drawCurve(ctx context.Context, t *bot.Turn, r recovery) error {
	list, err := t.Store.ResponsesAbout(ctx, r.subject())
	if err != nil {
		return err
	}
	photos, err := t.Store.AttachmentsAbout(ctx, r.subject(), 1)
	if err != nil {
		return err
	}
	var options []bot.Option
	if len(photos) > 0 {
		options = append(options, t.Option("photos.timeline", nil, "/photos "+r.ID))
	}
	form := t.Clinic.Form(r.Form)
	list = slices.DeleteFunc(list, func(q models.QuestionnaireResponse) bool { return q.Form != r.Form })
	data := map[string]any{"Patient": r.Name, "Service": r.What, "N": len(list)}
	if form == nil || len(list) == 0 {
		if t.Staff == nil && r.Fill != "" {
			options = append([]bot.Option{t.Option("checkin.fill", nil, r.Fill)}, options...)
		}
		t.Say("curve.empty", data, append(options, t.Option("menu.menu", nil, "/menu"))...)
		return nil
	}
	pic := curveOf(t, r, form, list)
	pic.Title = t.Text("curve.title", data)
	png, err := pic.PNG()
	if err != nil {
		return err
	}
	who, subject := t.Contact.ID, r.subject()
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Audit(who, who, "curve", subject) })
	if t.Staff == nil {
		options = append(options, t.Option("menu.agent", nil, "/agent"))
	} else {
		options = append(options, t.Option("curve.plan", nil, "/plan show "+r.ID))
	}
	last := list[len(list)-1]
	data["Day"], data["Flag"], data["Lines"] = r.day(t, last.AuthoredAt), last.Flag, lastLines(t, form, last)
	t.Add(bot.Message{Text: t.Text("curve.text", data), Media: &bot.Media{Name: "recovery.png", ContentType: media.PNG, Data: png}, Options: options})
	return nil
}

// lastLines are the newest answers in words, for whoever cannot see the picture.
func lastLines(t *bot.Turn, form *config.Form, last models.QuestionnaireResponse) []formLine {
	f := filling{t: t, form: form, s: formState{Answers: answersOf(last.Answers)}}
	var out []formLine
	for i := range form.Items {
		q := &form.Items[i]
		if _, ok := f.s.Answers[q.LinkID]; ok && charted(q) {
			out = append(out, formLine{short(q, t.Lang), f.shown(q, t.Lang)})
		}
	}
	return out
}

// charted reports a question whose answers make a curve: numbers, and one of a
// few answers that stand in an order.
func charted(q *config.FormItem) bool {
	switch q.Type {
	case config.ItemInteger, config.ItemDecimal:
		return true
	case config.ItemChoice:
		return !q.Repeats && len(q.Options) >= 2 && len(q.Options) <= 5
	}
	return false
}

func curveOf(t *bot.Turn, r recovery, form *config.Form, list []models.QuestionnaireResponse) chart.Curve {
	var pic chart.Curve
	zone := t.Clinic.Location(r.Branch)
	midnight := config.DateOf(r.Start.In(zone)).Time(zone, 0)
	days := map[int]bool{}
	for _, q := range numbersFirst(form) {
		strip := stripOf(t, form, q)
		for _, a := range list {
			v, ok := standing(q, a.Answers[q.LinkID])
			if !ok {
				continue
			}
			day := a.AuthoredAt.Sub(midnight).Hours()/24 - 0.5 // noon of a day stands over its label
			strip.Points = append(strip.Points, chart.Spot{Day: day, Value: v, Red: beyond(form, q, a.Answers[q.LinkID])})
			days[r.day(t, a.AuthoredAt)] = true
		}
		if len(strip.Points) > 0 && len(pic.Strips) < chart.MaxStrips {
			pic.Strips = append(pic.Strips, strip)
		}
	}
	for day := range days {
		pic.Days = append(pic.Days, chart.Tick{At: float64(day), Label: t.Text("curve.day", map[string]any{"Day": day})})
	}
	slices.SortFunc(pic.Days, func(a, b chart.Tick) int { return int(a.At - b.At) })
	return pic
}

// numbersFirst are the questions of a curve: what is measured, then the rest.
func numbersFirst(form *config.Form) []*config.FormItem {
	var numbers, words []*config.FormItem
	for i := range form.Items {
		q := &form.Items[i]
		switch {
		case !charted(q):
		case q.Type == config.ItemChoice:
			words = append(words, q)
		default:
			numbers = append(numbers, q)
		}
	}
	return append(numbers, words...)
}

// standing is where an answer stands: a number as it is, a choice by its place,
// the first on top.
func standing(q *config.FormItem, answer any) (float64, bool) {
	switch v := answer.(type) {
	case float64:
		return v, q.Type != config.ItemChoice
	case string:
		for i := range q.Options {
			if q.Type == config.ItemChoice && q.Options[i].Value == v {
				return float64(len(q.Options) - 1 - i), true
			}
		}
	}
	return 0, false
}

func stripOf(t *bot.Turn, form *config.Form, q *config.FormItem) chart.Strip {
	s := chart.Strip{Name: short(q, t.Lang)}
	if q.Unit != "" {
		s.Name += " " + q.Unit
	}
	if q.Type == config.ItemChoice {
		s.Words, s.High = true, float64(len(q.Options)-1)
		for i := range q.Options {
			s.Ticks = append(s.Ticks, chart.Tick{At: float64(len(q.Options) - 1 - i), Label: q.Options[i].Text.In(t.Lang)})
		}
		return s
	}
	if q.Type == config.ItemInteger && q.Max.Value-q.Min.Value <= 20 { // a scale is shown whole
		s.Low, s.High = q.Min.Value, q.Max.Value
	} else {
		s.Low, s.High = inf, -inf
	}
	for _, l := range form.RedLines(q.LinkID) {
		s.Red = append(s.Red, chart.Limit{At: l.At, Label: t.Text("curve.red", map[string]any{"At": fmt.Sprint(l.At), "Unit": q.Unit, "Below": l.Below})})
	}
	return s
}

// inf leaves the ends of an axis to its values.
const inf = 1e9

// beyond reports an answer that its own red line is about.
func beyond(form *config.Form, q *config.FormItem, answer any) bool {
	v, ok := answer.(float64)
	if !ok {
		s, _ := answer.(string)
		return slices.Contains(form.RedAnswers(q.LinkID), s)
	}
	return slices.ContainsFunc(form.RedLines(q.LinkID), func(l config.RedLine) bool {
		switch {
		case l.Below && l.Or:
			return v <= l.At
		case l.Below:
			return v < l.At
		case l.Or:
			return v >= l.At
		}
		return v > l.At
	})
}

// checkinOpen reports a check-in that nobody has sent yet.
func checkinOpen(ctx context.Context, t *bot.Turn, key string) (bool, error) {
	r, err := t.Store.ResponseByKey(ctx, key)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return false, err
	}
	return r.Status != models.ResponseCompleted, nil
}
