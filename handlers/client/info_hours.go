package client

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// Hours tells when the clinic is open: on the day somebody asks about, else
// whether it is open now and how the week goes. Arg of /hours: a branch.
type Hours struct{}

// Name implements bot.Flow.
func (Hours) Name() string { return "hours" }

// Step implements bot.Flow.
func (Hours) Step(_ context.Context, t *bot.Turn) error {
	if e, ok := t.Heard().Best(nlu.KindPractitioner); ok && t.Arg == "" && t.Clinic.Practitioner(e.ID) != nil {
		t.Then("/doctors " + e.ID) // when somebody is on duty, not when the door is open
		return nil
	}
	branches := branchesMeant(t, t.Arg)
	if days := daysMeant(t); len(days) > 0 {
		t.Say("hours.days", map[string]any{"Days": dayRows(t, branches, days), "One": len(branches) == 1}, hoursOptions(t)...)
		return nil
	}
	var rows []map[string]any
	for _, b := range branches {
		rows = append(rows, weekOf(t, b))
	}
	t.Say("hours.week", map[string]any{"Branches": rows, "One": len(branches) == 1}, hoursOptions(t)...)
	return nil
}

func hoursOptions(t *bot.Turn) []bot.Option {
	return []bot.Option{t.Option("menu.book", nil, "/book"), t.Option("menu.address", nil, "/address")}
}

// branchesMeant lists the branches a command or a sentence names; all when it
// names none.
func branchesMeant(t *bot.Turn, arg string) []*config.Branch {
	if b := t.Clinic.Branch(arg); b != nil {
		return []*config.Branch{b}
	}
	var out []*config.Branch
	for _, e := range t.Heard().All(nlu.KindBranch) {
		if b := t.Clinic.Branch(e.ID); b != nil && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	if len(out) > 0 {
		return out
	}
	for i := range t.Clinic.Branches {
		out = append(out, &t.Clinic.Branches[i])
	}
	return out
}

// maxDays is how many days one answer lists.
const maxDays = 7

// daysMeant lists the days a sentence asks about, of each expression the
// likeliest reading.
func daysMeant(t *bot.Turn) []config.Date {
	var out []config.Date
	pos := -1
	for _, at := range t.Heard().Times {
		if at.Pos == pos || at.Type == nlu.TypeTime || at.Type == nlu.TypeTimeRange {
			continue
		}
		pos = at.Pos
		from, to := at.Window()
		for d := config.DateOf(from); len(out) < maxDays; d = d.AddDays(1) {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
			if !d.AddDays(1).Time(from.Location(), 0).Before(to) {
				break
			}
		}
	}
	return out
}

type dayRow struct {
	Date  time.Time
	Today bool
	Rows  []branchDay
}

type branchDay struct {
	Branch  config.Text
	Hours   []string
	Holiday config.Text
}

func dayRows(t *bot.Turn, branches []*config.Branch, days []config.Date) []dayRow {
	var out []dayRow
	for _, d := range days {
		r := dayRow{Date: d.Time(t.Clinic.Location(""), 0), Today: d == config.DateOf(t.Local())}
		for _, b := range branches {
			row := branchDay{Branch: b.Name, Hours: spans(t.Clinic.Hours(b.ID, d))}
			if h := holidayOn(t.Clinic.Holidays, b.ID, d); h != nil {
				row.Holiday = h.Name
			}
			r.Rows = append(r.Rows, row)
		}
		out = append(out, r)
	}
	return out
}

func holidayOn(list []config.Holiday, branch string, d config.Date) *config.Holiday {
	for i := range list {
		h := &list[i]
		if h.From.Compare(d) <= 0 && d.Compare(h.To) <= 0 && (len(h.Branches) == 0 || slices.Contains(h.Branches, branch)) {
			return h
		}
	}
	return nil
}

// weekOf is how it stands at a branch now, its week, and the holidays at hand.
func weekOf(t *bot.Turn, b *config.Branch) map[string]any {
	loc := t.Clinic.Location(b.ID)
	today := config.DateOf(t.Now.In(loc))
	data := map[string]any{
		"Branch": b.Name, "Open": t.Clinic.OpenAt(b.ID, t.Now), "Today": spans(t.Clinic.Hours(b.ID, today)), "Next": "",
		"Week": weekRows(t, b), "Holidays": holidaysSoon(t, b, today),
	}
	if next := t.Clinic.NextOpening(b.ID, t.Now); !next.IsZero() && next.After(t.Now) {
		data["Next"] = when(t, next, b.ID)
	}
	return data
}

// when names a moment the way it is said: today, tomorrow, or the day.
func when(t *bot.Turn, at time.Time, branch string) string {
	loc := t.Clinic.Location(branch)
	at = at.In(loc)
	days := 0
	for d := config.DateOf(t.Now.In(loc)); d.Compare(config.DateOf(at)) < 0 && days < 2; d = d.AddDays(1) {
		days++
	}
	return t.Text("hours.when", map[string]any{"Days": days, "At": at})
}

type weekRow struct {
	Days  string
	Hours []string
}

// weekRows joins neighbouring weekdays with the same hours, from Monday on.
func weekRows(t *bot.Turn, b *config.Branch) []weekRow {
	var out []weekRow
	for from := 0; from < 7; {
		hours := b.Hours.On(time.Weekday((from + 1) % 7))
		to := from
		for to < 6 && slices.Equal(b.Hours.On(time.Weekday((to+2)%7)), hours) {
			to++
		}
		var days string
		switch first, last := weekday(t, from), weekday(t, to); {
		case from == 0 && to == 6:
			days = t.Text("hours.daily", nil)
		case from == to:
			days = first
		default:
			days = t.Text("hours.through", map[string]any{"From": first, "To": last})
		}
		out = append(out, weekRow{days, spans(hours)})
		from = to + 1
	}
	return out
}

// weekday names the day so many days after a Monday.
func weekday(t *bot.Turn, afterMonday int) string {
	return t.Text("hours.weekday_"+strconv.Itoa((afterMonday+1)%7), nil)
}

// soon is how many days ahead a holiday is worth telling.
const soon = 14

type holidayRow struct {
	Name     config.Text
	From, To time.Time
	One      bool
	Hours    []string
}

func holidaysSoon(t *bot.Turn, b *config.Branch, today config.Date) []holidayRow {
	var out []holidayRow
	loc := t.Clinic.Location(b.ID)
	for _, h := range t.Clinic.Holidays {
		if len(h.Branches) > 0 && !slices.Contains(h.Branches, b.ID) || h.To.Compare(today) < 0 || h.From.Compare(today.AddDays(soon)) > 0 {
			continue
		}
		out = append(out, holidayRow{h.Name, h.From.Time(loc, 0), h.To.Time(loc, 0), h.From == h.To, spans(h.Hours)})
	}
	return out
}

// spans writes spans of a day, 09:00–12:00, each by itself.
func spans(list []config.Span) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%02d:%02d–%02d:%02d", s.Start/60, s.Start%60, s.End/60, s.End%60)
	}
	return out
}
