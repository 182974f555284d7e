package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Progress says what became of what somebody passed on to staff: delivered,
// seen by whom, answered, dealt with.
type Progress struct{}

// progressBack is how far back what is closed is shown, maxProgress how much.
const (
	progressBack = 7 * 24 * time.Hour
	maxProgress  = 5
	maxShown     = 20 // of what was said, in characters
)

// progress leads to what becomes of something that was passed on.
func progress(t *bot.Turn, reached bool) []bot.Option {
	if !reached {
		return nil
	}
	return []bot.Option{t.Option("progress.open", nil, "/progress")}
}

type progressLine struct {
	At                      time.Time
	Kind, Words, Owner      string
	Title                   string
	Today, Closed, Answered bool
}

// Name implements bot.Flow.
func (Progress) Name() string { return "progress" }

// Step implements bot.Flow.
func (Progress) Step(ctx context.Context, t *bot.Turn) error {
	list, err := t.Store.CasesOf(ctx, t.Contact.ID, t.Now.Add(-progressBack), maxOpen)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(c models.Case) bool { return !outreach.Waits(c) })
	t.Hub()
	if len(list) == 0 {
		t.Say("progress.none", nil, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	open := false
	var lines []progressLine
	for _, c := range list[:min(len(list), maxProgress)] {
		at := c.CreatedAt.In(t.Clinic.Location(c.Branch))
		l := progressLine{
			At: at, Kind: c.Kind, Words: cutRunes(c.Details["Words"], maxShown), Title: c.Details["Title"], Closed: c.State == models.CaseClosed,
			Answered: !c.Answered.IsZero(), Today: config.DateOf(at) == config.DateOf(t.Now.In(at.Location())),
		}
		open = open || !l.Closed
		if c.Owner != "" {
			m, err := t.Store.StaffByID(ctx, c.Owner)
			if err != nil && !errors.Is(err, models.ErrNotFound) {
				return err
			}
			l.Owner = t.Text("progress.owner", map[string]any{"Name": m.Name, "Role": string(m.Role)})
		}
		lines = append(lines, l)
	}
	t.Say("progress.list", map[string]any{"Cases": lines, "Open": open, "Phone": t.Clinic.Phone}, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
	return nil
}
