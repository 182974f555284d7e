package staff

import (
	"context"
	"regexp"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/bot/wording"
	"zhenban/config"
)

// planLine is a line of a plan as a doctor writes it: 好处：…, Risk: ….
var planLine = regexp.MustCompile(`(?i)^\s*(方案[一二三123]?|名称|好处|优点|风险|缺点|费用|价格|次数|疗程|推荐(?:等级|程度)?|name|option|benefit|risks?|price|cost|visits?|recommend(?:ed|ation)?|grade)\s*[:：]\s*(\S.*)$`)

// maxPlanText bounds one part of a plan, in characters.
const maxPlanText = 200

// readPlan reads a plan out of lines; without a name the first line is it.
// What is missing is named by the key of its text.
func readPlan(text string) (p config.TreatmentPlan, missing []string) {
	part := map[string]*config.Text{}
	for _, x := range []struct {
		words string
		to    *config.Text
	}{
		{"方案 名称 name option", &p.Name},
		{"好处 优点 benefit", &p.Benefit},
		{"风险 缺点 risk risks", &p.Risk},
		{"费用 价格 price cost", &p.Price},
		{"次数 疗程 visit visits", &p.Visits},
		{"推荐 推荐等级 推荐程度 recommend recommended recommendation grade", &p.Grade},
	} {
		for w := range strings.FieldsSeq(x.words) {
			part[w] = x.to
		}
	}
	var last *config.Text
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		simple := nlu.Simplify(line)
		if m := planLine.FindStringSubmatch(simple); m != nil && len(simple) == len(line) {
			word := strings.TrimRight(strings.ToLower(m[1]), "一二三123")
			last = part[word]
			*last = config.Text{config.Hans: cutRunes(strings.TrimSpace(line[len(line)-len(m[2]):]), maxPlanText)}
			continue
		}
		switch {
		case i == 0:
			p.Name = config.Text{config.Hans: cutRunes(line, 60)}
		case last != nil: // a line goes on
			*last = config.Text{config.Hans: cutRunes((*last)[config.Hans]+" "+line, maxPlanText)}
		}
	}
	if strings.Trim(p.Price.In(config.Hans), "0123456789,.-–~至到 元") == "" && len(p.Price) > 0 {
		p.Price = config.Text{config.Hans: "¥" + dash.ReplaceAllString(strings.TrimSuffix(p.Price.In(config.Hans), "元"), "–")}
	}
	for _, x := range []struct {
		key  string
		text config.Text
	}{{"name", p.Name}, {"benefit", p.Benefit}, {"risk", p.Risk}, {"price", p.Price}} {
		if len(x.text) == 0 {
			missing = append(missing, x.key)
		}
	}
	return p, missing
}

// offerAnswer takes the answer to what was asked.
func offerAnswer(ctx context.Context, t *bot.Turn) error {
	var s offerState
	if err := t.State(&s); err != nil {
		return err
	}
	text := strings.TrimSpace(t.In.Text)
	if t.Unheard() {
		t.Pass()
		return nil
	}
	f, ok, err := addressed(ctx, t, s.Who)
	if err != nil || !ok {
		return err
	}
	switch s.Asked {
	case "template":
		return s.begin(ctx, f)
	case "title":
		s.Title = config.Text{config.Hans: cutRunes(text, 40)}
		s.ask(f, "plan")
		return nil
	case "plan":
		return s.write(f, text)
	}
	switch t.Choice {
	case "send":
		return s.send(ctx, f)
	case "more":
		s.ask(f, "plan")
		return nil
	case "over":
		s.Plans = nil
		s.ask(f, "title")
		return nil
	}
	if len(s.Plans) < config.MaxPlans && strings.Contains(text, "\n") { // one more, written at once
		return s.write(f, text)
	}
	t.Pass()
	return nil
}

// begin takes a template, or lets the doctor write.
func (s *offerState) begin(ctx context.Context, f *addressee) error {
	if f.t.Choice == "own" {
		s.ask(f, "title")
		return nil
	}
	list, err := f.treatments(ctx)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.ID == f.t.Choice {
			s.Form, s.Title, s.Plans = x.ID, x.Name, x.Plans
			return s.review(f)
		}
	}
	f.t.Pass()
	return nil
}

// write takes one plan. What it lacks is asked for; what promises a result is
// not put to a client.
func (s *offerState) write(f *addressee, text string) error {
	t := f.t
	p, missing := readPlan(text)
	if len(missing) > 0 {
		var names []string
		for _, key := range missing {
			names = append(names, t.Text("offer.part_"+key, nil))
		}
		t.Ask("offer.missing", map[string]any{"Parts": names}, t.Option("sheet.no", nil, "/cancel"))
		return nil
	}
	if found := careless(t, strings.Join([]string{p.Name.In(t.Lang), p.Benefit.In(t.Lang), p.Grade.In(t.Lang)}, "\n")); wording.Blocked(found) { // what is said of risks may name them
		t.Ask("consult.careless", map[string]any{"Hits": hitData(t, found, "forbidden")}, t.Option("sheet.no", nil, "/cancel"))
		return nil
	}
	s.Plans, s.Form = append(s.Plans, p), ""
	return s.review(f)
}
