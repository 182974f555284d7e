package client

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Papers lists the consents and the treatment plans of the patients this chat
// may see, what waits for an answer first. Arg of /papers: "choices" for the
// plans alone, "page" and a number; or the number of a consent, for whoever
// says it: staff see it as staff do.
type Papers struct{}

const (
	maxPapers  = 200
	papersShow = 6
)

// Name implements bot.Flow.
func (Papers) Name() string { return "papers" }

// Step implements bot.Flow.
func (Papers) Step(ctx context.Context, t *bot.Turn) error {
	if number, _, _ := strings.Cut(t.Arg, " "); paperNumber.MatchString(number) {
		return openPaper(ctx, t, number)
	}
	if t.Staff != nil && t.Arg == "" {
		t.Then("/sheet")
		return nil
	}
	list, err := t.Store.ConsentsFor(ctx, t.Contact.ID, maxPapers)
	if err != nil {
		return err
	}
	choices := strings.HasPrefix(t.Arg, "choices")
	_, number, _ := strings.Cut(t.Arg, "page ")
	from, _ := strconv.Atoi(number) // no number: from the first
	var waiting, rest []models.TreatmentConsent
	for _, c := range list {
		switch {
		case choices && c.Kind != models.ConsentChoice:
		case c.Status == models.ConsentProposed:
			waiting = append(waiting, c)
		default:
			rest = append(rest, c)
		}
	}
	all := append(waiting, rest...)
	t.Hub()
	if len(all) == 0 {
		bound, err := t.Store.BoundPatients(ctx, t.Contact.ID)
		if err != nil {
			return err
		}
		options := []bot.Option{t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu")}
		if len(bound) == 0 {
			options = append([]bot.Option{t.Option("record.bind", nil, "/bind")}, options...)
		}
		t.Say("papers.none", map[string]any{"Bound": len(bound) > 0, "Choices": choices}, options...)
		return nil
	}
	from = min(max(from, 0), len(all)-1)
	var options []bot.Option
	for _, c := range all[from:min(from+papersShow, len(all))] {
		s, err := outreach.ReadSheet(c)
		if err != nil {
			return err
		}
		options = append(options, bot.Option{Label: t.Text("papers.line", s.Data(t.Clinic.Clinic, c)), Value: paperCommand(c)})
	}
	if next := from + papersShow; next < len(all) {
		more := "/papers page "
		if choices {
			more = "/papers choices page "
		}
		options = append(options, t.Option("reports.older", nil, more+strconv.Itoa(next)))
	}
	t.Say("papers.list", map[string]any{"N": len(all), "Waiting": len(waiting), "Choices": choices}, options...)
	return nil
}

var paperNumber = regexp.MustCompile(`^T\d{8}$`)

// openPaper opens a consent by its number.
func openPaper(ctx context.Context, t *bot.Turn, number string) error {
	command := "/sign " + t.Arg
	if t.Staff != nil {
		_, err := t.Store.ConsentFor(ctx, t.Contact.ID, number)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		if err != nil { // not about themselves
			command = "/sheet show " + number
		}
	}
	t.Then(command)
	return nil
}

// paperCommand opens a consent or a choice.
func paperCommand(c models.TreatmentConsent) string {
	if c.Kind == models.ConsentChoice {
		return "/choose " + c.Number
	}
	return "/sign " + c.Number
}

// papersKept are the newest of them as lines, for who asks what is kept.
func papersKept(ctx context.Context, t *bot.Turn) ([]string, error) {
	list, err := t.Store.ConsentsFor(ctx, t.Contact.ID, papersShow)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range list {
		s, err := outreach.ReadSheet(c)
		if err != nil {
			return nil, err
		}
		out = append(out, t.Text("papers.line", s.Data(t.Clinic.Clinic, c)))
	}
	return out, nil
}
