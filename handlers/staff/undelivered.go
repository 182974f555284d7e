package staff

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Undelivered lists what did not reach somebody in the last days, or may not
// have, and lets it be called about or dropped. Arg of /undelivered: nothing;
// a row's ID; "call" or "drop" before one.
type Undelivered struct{}

const (
	undeliveredFor  = 3 * 24 * time.Hour
	maxUndelivered  = 8
	wordsOfTheirs   = 200 // of a message that is shown
	wordsInLine     = 32  // of one in the list
	undeliveredName = "undelivered"
)

// Name implements bot.Flow.
func (Undelivered) Name() string { return undeliveredName }

// Step implements bot.Flow.
func (Undelivered) Step(ctx context.Context, t *bot.Turn) error {
	verb, id, two := strings.Cut(t.Arg, " ")
	if !two {
		verb, id = "show", t.Arg
	}
	if id == "" {
		return undeliveredList(ctx, t)
	}
	t.Hub()
	row, err := t.Store.OutboxByID(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && row.State != models.OutboxFailed && row.State != models.OutboxUnknown {
		t.Say("undelivered.missing", nil, t.Option("undelivered.back", nil, "/undelivered"))
		return nil
	}
	if err != nil {
		return err
	}
	data, err := undeliveredData(ctx, t, row, wordsOfTheirs)
	if err != nil {
		return err
	}
	back := t.Option("undelivered.back", nil, "/undelivered")
	switch verb {
	case "call":
		own := row
		own.Version = 0 // a case of its own, whatever became of the visit's
		t.Write(bot.OpenReach(t.Speaker(), own, whyNot(row)))
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Handle(row.ID) })
		t.Say("undelivered.called", data, t.Option("todo.open", nil, "/todo"), back)
	case "drop":
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Handle(row.ID) })
		t.Say("undelivered.dropped", data, back)
	default:
		t.Say("undelivered.one", data, t.Option("undelivered.call", nil, "/undelivered call "+row.ID), t.Option("undelivered.drop", nil, "/undelivered drop "+row.ID), back)
	}
	return nil
}

func undeliveredList(ctx context.Context, t *bot.Turn) error {
	list, bulk, err := t.Store.Undelivered(ctx, t.Now.Add(-undeliveredFor), maxUndelivered+1)
	if err != nil {
		return err
	}
	t.Hub()
	more := len(list) > maxUndelivered
	list = list[:min(len(list), maxUndelivered)]
	var options []bot.Option
	for _, row := range list {
		data, err := undeliveredData(ctx, t, row, wordsInLine)
		if err != nil {
			return err
		}
		options = append(options, t.Option("undelivered.line", data, "/undelivered "+row.ID))
	}
	if len(options) == 0 {
		options = append(options, t.Option("menu.today", nil, "/today"))
	}
	t.Say("undelivered.list", map[string]any{"Count": len(list), "More": more, "Bulk": bulk}, options...)
	return nil
}

// undeliveredData is what texts say about a row.
func undeliveredData(ctx context.Context, t *bot.Turn, row models.Outgoing, words int) (map[string]any, error) {
	contact, err := t.Store.Contact(ctx, row.ContactID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	name := ""
	if err == nil {
		if name, err = nameOf(ctx, t, contact); err != nil {
			return nil, err
		}
	}
	var m bot.Message
	if len(row.Body) > 0 {
		if err := json.Unmarshal(row.Body, &m); err != nil {
			return nil, err
		}
	}
	at := row.UpdatedAt.In(t.Clinic.Location(""))
	return map[string]any{
		"Name": name, "Words": beginning(m.Text, words), "Why": whyNot(row), "At": at, "Today": config.DateOf(at) == config.DateOf(t.Local()), "Staff": row.Kind == models.KindStaff,
	}, nil
}

// beginning is the first line of a text, or more of it, cut to n characters.
func beginning(text string, n int) string {
	if n == wordsInLine {
		text, _, _ = strings.Cut(text, "\n")
	}
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

// whyNot reads off a row why it did not arrive, in the words of its texts:
// maybe, left, blocked, window or failed.
func whyNot(row models.Outgoing) string {
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(row.Error, p) {
				return true
			}
		}
		return false
	}
	switch {
	case row.State == models.OutboxUnknown:
		return "maybe"
	case has(models.ReachBlocked, "43019", "48002"):
		return models.ReachBlocked
	case has("is "+models.ReachLeft, string(bot.Unreachable)):
		return models.ReachLeft
	case has("no way to them", string(bot.NoWindow)):
		return "window"
	}
	return "failed"
}
