package client

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/reading"
)

// Reports lists the reports of the patients that this chat is bound to, the
// newest first. Arg of /reports: "page", a number, and the words searched by.
type Reports struct{}

// maxReports bounds how far back the list goes.
const maxReports = 200

// Name implements bot.Flow.
func (Reports) Name() string { return "reports" }

// Step implements bot.Flow.
func (Reports) Step(ctx context.Context, t *bot.Turn) error {
	words, page := sentence(t), 0
	if rest, ok := strings.CutPrefix(t.Arg+" ", "page "); ok {
		number, searched, _ := strings.Cut(strings.TrimSpace(rest), " ")
		page, _ = strconv.Atoi(number) // no number: the first page
		words = searched
	}
	patients, err := t.Store.BoundPatients(ctx, t.Contact.ID)
	if err != nil {
		return err
	}
	if len(patients) == 0 {
		sayUnbound(t)
		return nil
	}
	all, err := t.Store.ReportsFor(ctx, t.Contact.ID, maxReports)
	if err != nil {
		return err
	}
	found, searched := searchReports(t, all, patients, words)
	t.Hub()
	switch {
	case len(all) == 0:
		t.Say("reports.none", reception(t), t.Option("reports.ask", nil, "/desk reports ask"), t.Option("menu.menu", nil, "/menu"))
	case len(found) == 0:
		t.Say("reports.not_found", nil, t.Option("reports.all", nil, "/reports page 0"), t.Option("reports.ask", nil, "/desk reports ask"))
	default:
		if !searched {
			words = ""
		}
		listReports(t, found, patients, page, words)
	}
	return nil
}

// sayUnbound says how reports come to be shown here; it is the same for
// everybody who is not bound, whoever they are.
func sayUnbound(t *bot.Turn) {
	t.Hub()
	t.Say("reports.unbound", reception(t), t.Option("reports.bind", nil, "/bind"), t.Option("reports.ask", nil, "/desk reports ask"))
}

func listReports(t *bot.Turn, list []models.Clinical, patients []models.Patient, page int, words string) {
	part, more := pageOf(list, page)
	var options []bot.Option
	for _, r := range part {
		options = append(options, bot.Option{Label: t.Text("reports.line", reportLine(t, r, patients)), Value: "/report " + r.ID})
	}
	if more > 0 {
		options = append(options, t.Option("reports.older", nil, strings.TrimSpace("/reports page "+strconv.Itoa(more)+" "+words)))
	}
	t.Say("reports.list", map[string]any{"N": len(list), "Words": words}, options...)
}

// reportLine is what one line of the list says.
func reportLine(t *bot.Turn, r models.Clinical, patients []models.Patient) map[string]any {
	data := map[string]any{
		"At": reportTime(t, r), "Title": reading.Title(r), "Patient": "", "Status": r.Status, "Held": r.Held(t.Now), "Year": 0,
	}
	if at := reportTime(t, r); at.Year() != t.Local().Year() {
		data["Year"] = at.Year()
	}
	if len(patients) > 1 {
		data["Patient"] = patientName(patients, r.PatientID)
	}
	return data
}

func patientName(patients []models.Patient, id string) string {
	for _, p := range patients {
		if p.ID == id {
			return p.Name
		}
	}
	return ""
}

// reportTime is when what a report tells of was so, in the clinic's zone.
func reportTime(t *bot.Turn, r models.Clinical) time.Time {
	at := r.At
	if at.IsZero() {
		at = r.CreatedAt
	}
	return at.In(t.Clinic.Location(""))
}

// searchReports keeps what the words ask for: a patient's, of a day or a
// month, of a kind. searched is false when they ask for nothing of the sort.
func searchReports(t *bot.Turn, list []models.Clinical, patients []models.Patient, words string) (found []models.Clinical, searched bool) {
	if words == "" {
		return list, false
	}
	if words != t.In.Text {
		t.Resay(words)
	}
	text := plainWords(words)
	keep := func(wanted bool, ok func(r models.Clinical) bool) {
		if wanted {
			searched = true
			list = slices.DeleteFunc(slices.Clone(list), func(r models.Clinical) bool { return !ok(r) })
		}
	}
	named := func(id string) bool {
		n := plainWords(patientName(patients, id))
		return n != "" && strings.Contains(text, n)
	}
	keep(slices.ContainsFunc(patients, func(p models.Patient) bool { return named(p.ID) }), func(r models.Clinical) bool { return named(r.PatientID) })
	from, to, ok := spanAsked(t)
	keep(ok, func(r models.Clinical) bool { at := reportTime(t, r); return !at.Before(from) && at.Before(to) })
	kinds := kindsIn(text)
	titled := func(r models.Clinical) bool {
		title := plainWords(reading.Title(r))
		return title != "" && (strings.Contains(text, title) || asked(text) != "" && strings.Contains(title, asked(text)))
	}
	switch {
	case slices.ContainsFunc(list, titled):
		keep(true, titled)
	case len(kinds) > 0:
		keep(true, func(r models.Clinical) bool {
			title := plainWords(reading.Title(r))
			return slices.Contains(kinds, r.Category) || slices.ContainsFunc(kinds, func(k string) bool { return strings.Contains(title, k) })
		})
	}
	return list, searched
}

// spanAsked is the time that the words name. What is meant is past: a day that
// is read as to come was last year's.
func spanAsked(t *bot.Turn) (from, to time.Time, ok bool) {
	times := t.Heard().Times
	if len(times) == 0 {
		return from, to, false
	}
	from, to = times[0].Window()
	if !to.After(from) {
		to = from.AddDate(0, 0, 1)
	}
	for from.After(t.Local()) {
		from, to = from.AddDate(-1, 0, 0), to.AddDate(-1, 0, 0)
	}
	return from, to, true
}
