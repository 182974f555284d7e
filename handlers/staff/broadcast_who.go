package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// everybody stands for the segment without a condition.
const everybody = "*"

// askWho offers the segments that clinics use most, and an expression.
func askWho(_ context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	closeQuestion(t)
	set := func(key string, data any, expression string) bot.Option {
		return t.Option("broadcast.who_"+key, data, "/broadcast segment "+b.ID+" "+expression)
	}
	options := []bot.Option{set("all", nil, everybody)}
	for i := range t.Clinic.Species {
		if s := &t.Clinic.Species[i]; i < 3 {
			options = append(options, set("species", map[string]any{"Name": s.Name}, fmt.Sprintf("species == %q", s.ID)))
		}
	}
	options = append(options, set("away", nil, "last_visit > 180"))
	if len(t.Clinic.Branches) > 1 {
		for i := range t.Clinic.Branches {
			if br := &t.Clinic.Branches[i]; i < 3 {
				options = append(options, set("branch", map[string]any{"Name": br.Name}, fmt.Sprintf("branch == %q", br.ID)))
			}
		}
	}
	options = append(options, t.Option("broadcast.who_expression", nil, "/broadcast expression "+b.ID))
	t.Say("broadcast.ask_who", nil, options...)
	return nil
}

func askExpression(_ context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	askAbout(t, b, "expression", map[string]any{"Pets": len(t.Clinic.Species) > 0})
	return nil
}

func takeSegment(ctx context.Context, t *bot.Turn, b models.Broadcast, text string) error {
	expression := text
	if expression == everybody {
		expression = ""
	}
	g, err := segmentOf(t, expression)
	var fault *models.SegmentFault
	if errors.As(err, &fault) {
		t.Ask("broadcast.segment_fault", map[string]any{
			"Code": fault.Code, "At": fault.At, "Near": fault.Near, "Meant": fault.Meant, "Field": fault.Field, "Fields": models.SegmentFields(),
		})
		keepQuestion(t, broadcastState{ID: b.ID, Ask: "expression"})
		return nil
	}
	if err != nil {
		return err
	}
	b.Segment, b.Compiled = text, g.Canonical()
	edit(t, &b)
	return card(ctx, t, b)
}

func askWhen(_ context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	askAbout(t, b, "time", nil, t.Option("broadcast.do_now", nil, "/broadcast now "+b.ID))
	return nil
}

func sendAtOnce(ctx context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	b.ScheduledAt = time.Time{}
	edit(t, &b)
	return card(ctx, t, b)
}

// takeTime reads when to send out of a sentence; quiet hours move it to their end.
func takeTime(ctx context.Context, t *bot.Turn, b models.Broadcast) error {
	h := t.Heard()
	if len(h.Times) == 0 {
		t.Pass()
		return nil
	}
	at := h.Times[0].Start
	if h.Times[0].End.Sub(at) > 12*time.Hour { // a day, no time of it
		at = time.Date(at.Year(), at.Month(), at.Day(), 10, 0, 0, 0, at.Location())
	}
	if !at.After(t.Now) || at.After(t.Now.AddDate(0, 3, 0)) {
		t.Ask("broadcast.time_bad", map[string]any{"At": at})
		keepQuestion(t, broadcastState{ID: b.ID, Ask: "time"})
		return nil
	}
	if until := t.Clinic.Outreach.Quiet.Until(at.In(t.Clinic.Location(""))); !until.IsZero() {
		t.Say("broadcast.time_quiet", map[string]any{"At": until.In(t.Clinic.Location(""))})
		at = until
	}
	b.ScheduledAt = at
	edit(t, &b)
	return card(ctx, t, b)
}
