package staff

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Sheet puts consents to clients and shows what became of them. Arg of /sheet:
// nothing for what waits; a booking or record number and, if one likes, which
// consent, a price and a remark; or show, text, file, again, recall, performed
// and the number of a consent.
type Sheet struct{}

// sheetState is a consent being filled in.
type sheetState struct {
	Who    string      `json:"who"` // booking number, or ID of the patient
	Form   string      `json:"form,omitempty"`
	Price  config.Text `json:"price,omitempty"`
	Remark string      `json:"remark,omitempty"`
	Asked  string      `json:"q"` // form, confirm, price, remark
}

// Name implements bot.Flow.
func (Sheet) Name() string { return "sheet" }

// Step implements bot.Flow.
func (Sheet) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return sheetAnswer(ctx, t)
	}
	first, rest, _ := strings.Cut(t.Arg, " ")
	switch first {
	case "":
		return sheetList(ctx, t)
	case "show", "text", "file", "again", "recall", "performed":
		return sheetOf(ctx, t, first, rest)
	}
	s := sheetState{Who: first}
	f, ok, err := addressed(ctx, t, first)
	if err != nil || !ok {
		return err
	}
	forms, err := f.forms(ctx)
	if err != nil {
		return err
	}
	s.hear(t, rest, forms)
	return s.next(ctx, f, forms)
}

// sheetList lists what waits for clients' answers.
func sheetList(ctx context.Context, t *bot.Turn) error {
	list, err := t.Store.ConsentsIn(ctx, models.ConsentProposed, t.Staff.Branch, maxNext)
	if err != nil {
		return err
	}
	var options []bot.Option
	for _, c := range list {
		s, err := outreach.ReadSheet(c)
		if err != nil {
			return err
		}
		options = append(options, bot.Option{Label: t.Text("sheet.line", s.Data(t.Clinic.Clinic, c)), Value: "/sheet show " + c.Number})
	}
	t.Hub()
	t.Say("sheet.list", map[string]any{"N": len(list)}, append(options, t.Option("menu.today", nil, "/today"))...)
	return nil
}

// addressee is whom a consent is about and who is asked.
type addressee struct {
	t       *bot.Turn
	visit   models.Appointment // empty without one
	patient models.Patient     // empty while the patient is not on record
	name    string
	to      models.Contact
}

// addressed finds the patient of a booking or record number, and the contact
// that may sign; that there is none is answered here.
func addressed(ctx context.Context, t *bot.Turn, who string) (*addressee, bool, error) {
	f := &addressee{t: t}
	v, err := t.Store.AppointmentByNumber(ctx, strings.ToUpper(who))
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, false, err
	}
	if err == nil && (t.Staff.Branch == "" || t.Staff.Branch == v.Slot.Branch) {
		f.visit, f.name = v, v.PatientName
	}
	if f.visit.ID == "" || f.visit.PatientID != "" {
		id := who
		if f.visit.PatientID != "" {
			id = f.visit.PatientID
		}
		p, ok, err := findPatient(ctx, t, id)
		if err != nil || !ok {
			return nil, false, err
		}
		f.patient, f.name = p, p.Name
	}
	people, err := f.people(ctx)
	if err != nil {
		return nil, false, err
	}
	data := map[string]any{"Patient": f.name}
	switch {
	case len(people) == 0:
		t.End()
		t.Say("sheet.nobody", data, t.Option("menu.today", nil, "/today"))
		return nil, false, nil
	case !f.patient.DeceasedAt.IsZero():
		t.End()
		t.Say("sheet.died", data, t.Option("menu.today", nil, "/today"))
		return nil, false, nil
	}
	f.to = people[0]
	return f, true, nil
}

// people are who may be asked: those bound to the record or who made it; while
// the patient is not on record, who booked. Who can be reached comes first.
func (f *addressee) people(ctx context.Context) ([]models.Contact, error) {
	if f.patient.ID != "" {
		list, err := f.t.Store.PeopleOf(ctx, f.patient, f.visit.ContactID)
		slices.SortStableFunc(list, func(a, b models.Contact) int { return unreached(a) - unreached(b) })
		return list, err
	}
	if f.visit.ContactID == "" {
		return nil, nil
	}
	c, err := f.t.Store.Contact(ctx, f.visit.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	return []models.Contact{c}, err
}

func unreached(c models.Contact) int {
	if c.Reach == models.ReachOpen {
		return 0
	}
	return 1
}

// forms are the wordings that are approved, those of the visit's service first.
func (f *addressee) forms(ctx context.Context) ([]*config.Consent, error) {
	decided, err := f.t.Store.Approvals(ctx, outreach.ApprovalConsent)
	if err != nil {
		return nil, err
	}
	var fit, rest []*config.Consent
	for i := range f.t.Clinic.Consents {
		c := &f.t.Clinic.Consents[i]
		switch {
		case !decided.Allow(c.ID, c.Hash(), c.Approved):
		case f.visit.ID != "" && len(c.Services) > 0 && c.For(f.visit.Slot.Service):
			fit = append(fit, c)
		default:
			rest = append(rest, c)
		}
	}
	return append(fit, rest...), nil
}

// next asks for what is open, or shows everything before it is sent.
func (s *sheetState) next(ctx context.Context, f *addressee, forms []*config.Consent) error {
	t := f.t
	data := map[string]any{"Patient": f.name, "Waiting": len(t.Clinic.Consents) - len(forms)}
	if len(forms) == 0 {
		t.End()
		t.Say("sheet.unapproved", data, t.Option("menu.today", nil, "/today"))
		return nil
	}
	at := slices.IndexFunc(forms, func(c *config.Consent) bool { return c.ID == s.Form })
	if at < 0 {
		var options []bot.Option
		for _, c := range forms[:min(len(forms), 8)] {
			options = append(options, bot.Option{Label: c.Title.In(t.Lang), Value: c.ID})
		}
		s.Asked = "form"
		t.Keep(s)
		t.Ask("sheet.ask_form", data, append(options, t.Option("sheet.no", nil, "/cancel"))...)
		return nil
	}
	sheet := s.sheet(f, forms[at])
	same, _, err := f.earlier(ctx, forms[at], sheet)
	if err != nil {
		return err
	}
	if same != nil {
		t.End()
		t.Hub()
		t.Say("sheet.before", sheet.Data(t.Clinic.Clinic, *same), t.Option("sheet.show", nil, "/sheet show "+same.Number), t.Option("menu.today", nil, "/today"))
		return nil
	}
	s.Asked = "confirm"
	t.Keep(s)
	t.Ask("sheet.confirm", outreach.With(sheet.Data(t.Clinic.Clinic, models.TreatmentConsent{Hash: forms[at].Hash()}), map[string]any{"To": f.who(ctx)}),
		t.Option("sheet.send", nil, "send"), t.Option("sheet.set_price", nil, "price"), t.Option("sheet.set_remark", nil, "remark"), t.Option("sheet.no", nil, "/cancel"))
	return nil
}

func (s *sheetState) sheet(f *addressee, form *config.Consent) outreach.Sheet {
	sheet := outreach.SheetOf(f.t.Clinic.Clinic, form, f.visit, f.name)
	if len(s.Price) > 0 {
		sheet.Price = s.Price
	}
	sheet.Remark, sheet.By = s.Remark, f.t.Staff.Name
	return sheet
}

// who is the name of whoever is asked, "" when it is not known.
func (f *addressee) who(ctx context.Context) string {
	if f.patient.ClientID == "" {
		return ""
	}
	c, err := f.t.Store.ClientByID(ctx, f.patient.ClientID)
	if err != nil { // a name beside the question: it can do without
		return ""
	}
	return c.Name
}

// earlier looks for what was asked already of this wording: the same, waiting
// or agreed to; and others, which the new one takes the place of.
func (f *addressee) earlier(ctx context.Context, form *config.Consent, sheet outreach.Sheet) (same *models.TreatmentConsent, others []models.TreatmentConsent, err error) {
	var list []models.TreatmentConsent
	if f.visit.ID != "" {
		list, err = f.t.Store.ConsentsOfVisit(ctx, f.visit.ID)
	} else {
		list, err = f.t.Store.ConsentsOfPatient(ctx, f.patient.ID, 50)
	}
	if err != nil {
		return nil, nil, err
	}
	for i := range list {
		c := &list[i]
		if c.Kind != models.ConsentToTreatment || c.Form != form.ID || c.Status != models.ConsentProposed && c.Status != models.ConsentActive || f.visit.ID == "" && c.AppointmentID != "" {
			continue
		}
		old, err := outreach.ReadSheet(*c)
		if err != nil {
			return nil, nil, err
		}
		done, err := performed(ctx, f.t, *c)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case done: // another time of the same
		case outreach.SameSheet(old, sheet, c.Hash, form.Hash()):
			return c, nil, nil
		default:
			others = append(others, *c)
		}
	}
	return nil, others, nil
}
