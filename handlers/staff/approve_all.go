package staff

import (
	"context"

	"zhenban/bot"
)

// Pending says what waits for approval, by kind of text, and leads there.
type Pending struct{}

// Name implements bot.Flow.
func (Pending) Name() string { return "pending" }

// Step implements bot.Flow.
func (Pending) Step(ctx context.Context, t *bot.Turn) error {
	var waiting, done []bot.Option
	total := 0
	for _, a := range approvals() {
		decided, err := t.Store.Approvals(ctx, a.kind)
		if err != nil {
			return err
		}
		list, err := a.list(ctx, t, decided)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			continue
		}
		yes, no, left := 0, 0, 0
		for _, d := range list {
			switch {
			case d.Allowed:
				yes++
			case d.Refused:
				no++
			default:
				left++
			}
		}
		total += left
		o := t.Option("entries.pending_line", map[string]any{"Kind": a.called(t), "Yes": yes, "No": no, "Left": left}, "/"+a.name)
		if left > 0 {
			waiting = append(waiting, o)
		} else {
			done = append(done, o)
		}
	}
	t.Hub()
	t.Say("entries.pending_list", map[string]any{"Left": total}, append(append(waiting, done...), t.Option("menu.today", nil, "/today"))...)
	return nil
}
