package client

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Checkup answers the invitation to the yearly check-up day. Arg of /checkup:
// "no" and the day to decline; nothing to hear when it is.
type Checkup struct{}

// Name implements bot.Flow.
func (Checkup) Name() string { return "checkup" }

// Step implements bot.Flow.
func (Checkup) Step(_ context.Context, t *bot.Turn) error {
	t.Hub()
	c := t.Clinic.Clinic
	word, date, _ := strings.Cut(t.Arg, " ")
	day, err := config.ParseDate(date)
	if word == "no" && err == nil {
		book := outreach.CheckupOptions(c, day)[0]
		if !errors.Is(t.Failed, models.ErrGone) { // not invited: there is nothing to decline, and nothing to say about it
			id := t.Contact.ID
			t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Decline(outreach.CheckupOccasion(day), id) })
		}
		t.Say("checkup.declined", outreach.CheckupData(c, day), t.Option(book.Text, nil, book.Command), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	next := c.CheckupDay.Next(config.DateOf(t.Local()))
	if next.IsZero() {
		t.Say("checkup.none", nil, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	var options []bot.Option
	horizon := 0
	if s := c.Service(c.CheckupDay.Service); s != nil {
		horizon = s.HorizonDays
	}
	if next.Compare(config.DateOf(t.Local()).AddDays(horizon)) <= 0 {
		book := outreach.CheckupOptions(c, next)[0]
		options = append(options, t.Option(book.Text, nil, book.Command))
	}
	t.Say("checkup.next", outreach.CheckupData(c, next), append(options, t.Option("menu.agent", nil, "/agent"))...)
	return nil
}
