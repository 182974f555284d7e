package staff

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Offer puts one to three ways of treating to a client for a choice: written
// by the doctor, or begun from the profile's templates. Arg of /offer: a
// booking or record number.
type Offer struct{}

// offerState is a choice being written.
type offerState struct {
	Who   string                 `json:"who"`
	Title config.Text            `json:"title,omitempty"`
	Form  string                 `json:"form,omitempty"` // the template it began from
	Plans []config.TreatmentPlan `json:"plans,omitempty"`
	Asked string                 `json:"q"` // template, title, plan, review
}

// offerers are who may put treatments to a client.
func offerers() []models.Role {
	return []models.Role{models.Doctor, models.Consultant, models.Manager}
}

// Name implements bot.Flow.
func (Offer) Name() string { return "offer" }

// Step implements bot.Flow.
func (Offer) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return offerAnswer(ctx, t)
	}
	who, _, _ := strings.Cut(t.Arg, " ")
	if who == "" {
		t.Say("offer.ask_who", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	f, ok, err := addressed(ctx, t, who)
	if err != nil || !ok {
		return err
	}
	templates, err := f.treatments(ctx)
	if err != nil {
		return err
	}
	s := offerState{Who: who}
	if len(templates) == 0 {
		s.ask(f, "title")
		return nil
	}
	s.Asked = "template"
	var options []bot.Option
	for _, x := range templates[:min(len(templates), 6)] {
		options = append(options, bot.Option{Label: t.Text("offer.template", map[string]any{"Name": x.Name, "N": len(x.Plans)}), Value: x.ID})
	}
	t.Keep(s)
	t.Ask("offer.ask_template", map[string]any{"Patient": f.name}, append(options, t.Option("offer.own", nil, "own"), t.Option("sheet.no", nil, "/cancel"))...)
	return nil
}

// treatments are the templates that are approved, those of the visit's service
// first.
func (f *addressee) treatments(ctx context.Context) ([]*config.Treatment, error) {
	decided, err := f.t.Store.Approvals(ctx, outreach.ApprovalTreatment)
	if err != nil {
		return nil, err
	}
	var fit, rest []*config.Treatment
	for i := range f.t.Clinic.Treatments {
		x := &f.t.Clinic.Treatments[i]
		switch {
		case !decided.Allow(x.ID, x.Hash(), x.Approved):
		case f.visit.ID != "" && x.For(f.visit.Slot.Service):
			fit = append(fit, x)
		default:
			rest = append(rest, x)
		}
	}
	return append(fit, rest...), nil
}

func (s *offerState) ask(f *addressee, what string) {
	t := f.t
	s.Asked = what
	t.Keep(s)
	t.Ask("offer.ask_"+what, map[string]any{"Patient": f.name, "N": len(s.Plans) + 1}, t.Option("sheet.no", nil, "/cancel"))
}

// review shows everything before it is sent.
func (s *offerState) review(f *addressee) error {
	t := f.t
	s.Asked = "review"
	t.Keep(s)
	options := []bot.Option{t.Option("sheet.send", nil, "send")}
	if len(s.Plans) < config.MaxPlans {
		options = append(options, t.Option("offer.more", nil, "more"))
	}
	options = append(options, t.Option("offer.over", nil, "over"), t.Option("sheet.no", nil, "/cancel"))
	sheet := s.sheet(f)
	text := t.Text("choose.sheet", sheet.Data(t.Clinic.Clinic, models.TreatmentConsent{Kind: models.ConsentChoice}))
	pages := outreach.Pages(text)
	for _, page := range pages[:len(pages)-1] {
		t.Add(bot.Message{Text: page})
	}
	t.AskMessage(bot.Message{Text: pages[len(pages)-1] + "\n\n" + t.Text("offer.review", map[string]any{"N": len(s.Plans)}), Options: options})
	return nil
}

func (s *offerState) sheet(f *addressee) outreach.Sheet {
	sheet := outreach.ChoiceOf(f.t.Clinic.Clinic, s.Title, s.Plans, f.visit, f.name)
	sheet.By = f.t.Staff.Name
	return sheet
}

// send puts the plans to the client; those that wait unanswered about the same
// are replaced.
func (s *offerState) send(ctx context.Context, f *addressee) error {
	form := config.Treatment{ID: s.Form, Name: s.Title, Plans: s.Plans}
	waiting, err := f.waitingChoices(ctx)
	if err != nil {
		return err
	}
	return f.put(s.sheet(f), models.TreatmentConsent{Kind: models.ConsentChoice, Form: s.Form, Hash: form.Hash()}, waiting)
}

// waitingChoices are the choices about the same that nobody made.
func (f *addressee) waitingChoices(ctx context.Context) ([]models.TreatmentConsent, error) {
	list, err := f.t.Store.ConsentsOfVisit(ctx, f.visit.ID)
	if f.visit.ID == "" {
		list, err = f.t.Store.ConsentsOfPatient(ctx, f.patient.ID, 50)
	}
	var out []models.TreatmentConsent
	for _, c := range list {
		if c.Kind == models.ConsentChoice && c.Status == models.ConsentProposed && (f.visit.ID != "" || c.AppointmentID == "") {
			out = append(out, c)
		}
	}
	return out, err
}
