package client

import (
	"context"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// Doctors tells who works here, what they are good at and when they are on
// duty. Arg of /doctors: a practitioner, or "page" and a number.
type Doctors struct{}

// Name implements bot.Flow.
func (Doctors) Name() string { return "doctors" }

// Step implements bot.Flow.
func (Doctors) Step(_ context.Context, t *bot.Turn) error {
	if p := t.Clinic.Practitioner(t.Arg); p != nil {
		aboutDoctor(t, p)
		return nil
	}
	if t.Arg == "" {
		meant := t.Heard().All(nlu.KindPractitioner)
		if len(meant) == 1 && t.Clinic.Practitioner(meant[0].ID) != nil {
			aboutDoctor(t, t.Clinic.Practitioner(meant[0].ID))
			return nil
		}
	}
	var all []*config.Practitioner
	for i := range t.Clinic.Practitioners {
		all = append(all, &t.Clinic.Practitioners[i])
	}
	page, _ := strconv.Atoi(strings.TrimPrefix(t.Arg, "page ")) // no number: the first page
	list, more := pageOf(all, page)
	var options []bot.Option
	for _, p := range list {
		options = append(options, t.Option("doctors.line", map[string]any{"Name": p.Name, "Title": p.Title, "Departments": departments(t, p)}, "/doctors "+p.ID))
	}
	if more > 0 {
		options = append(options, t.Option("doctors.more", nil, "/doctors page "+strconv.Itoa(more)))
	}
	t.Hub()
	t.Say("doctors.which", nil, options...)
	return nil
}

func departments(t *bot.Turn, p *config.Practitioner) []string {
	var out []string
	for _, id := range p.Departments {
		if d := t.Clinic.Department(id); d != nil {
			out = append(out, d.Name.In(t.Lang))
		}
	}
	return out
}

func aboutDoctor(t *bot.Turn, p *config.Practitioner) {
	var languages []string
	for _, l := range p.Languages {
		languages = append(languages, t.Text("doctors.language_"+strings.ReplaceAll(string(l), "-", "_"), nil))
	}
	data := map[string]any{
		"Name": p.Name, "Title": p.Title, "Departments": departments(t, p), "Specialties": p.Specialties, "Languages": languages,
		"Duty": duty(t, p),
	}
	t.Say("doctors.one", data, t.Option("doctors.book", map[string]any{"Name": p.Name}, "/book p:"+p.ID),
		t.Option("doctors.others", nil, "/doctors all"), t.Option("menu.agent", nil, "/agent"))
}

type dutyRow struct {
	When   string
	Hours  []string
	Branch config.Text // nil where the clinic has one branch only
}

// duty lists the next three days on which somebody works, today included while
// there is time left.
func duty(t *bot.Turn, p *config.Practitioner) []dutyRow {
	var out []dutyRow
	today := config.DateOf(t.Local())
	for i := 0; i < 28 && len(out) < 3; i++ {
		day := today.AddDays(i)
		for b := range t.Clinic.Branches {
			branch := &t.Clinic.Branches[b]
			works := t.Clinic.Works(p.ID, branch.ID, day)
			loc := t.Clinic.Location(branch.ID)
			if len(works) == 0 || !day.Time(loc, works[len(works)-1].End).After(t.Now) {
				continue
			}
			row := dutyRow{When: t.Text("doctors.day", map[string]any{"Days": i, "At": day.Time(loc, 0)}), Hours: spans(works)}
			if len(t.Clinic.Branches) > 1 {
				row.Branch = branch.Name
			}
			out = append(out, row)
		}
	}
	return out
}
