package staff

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// performed reports that what was agreed to was carried out: nothing is left to
// ask anew or to take back.
func performed(ctx context.Context, t *bot.Turn, c models.TreatmentConsent) (bool, error) {
	if c.AppointmentID != "" {
		v, err := t.Store.AppointmentByID(ctx, c.AppointmentID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return false, err
		}
		if v.Status == models.Fulfilled {
			return true, nil
		}
	}
	events, err := t.Store.ConsentEvents(ctx, c.ID)
	for _, e := range events {
		if e.What == models.ConsentPerformed {
			return true, err
		}
	}
	return false, err
}

// sheetOf shows one consent, or does something about it. Each look is noted.
func sheetOf(ctx context.Context, t *bot.Turn, verb, rest string) error {
	number, more, _ := strings.Cut(rest, " ")
	t.Hub()
	c, err := t.Store.ConsentByNumber(ctx, strings.ToUpper(number))
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if err != nil || t.Staff.Branch != "" && c.Branch != "" && c.Branch != t.Staff.Branch {
		t.Say("sheet.missing", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	who, subject := t.Contact.ID, c.About()
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Audit(who, who, "consent-"+verb, subject) })
	s, err := outreach.ReadSheet(c)
	if err != nil {
		return err
	}
	switch verb {
	case "text":
		return sheetText(ctx, t, c, s, more)
	case "file":
		return sheetFile(ctx, t, c, s)
	case "again":
		return sheetAgain(ctx, t, c, s)
	case "recall", "performed":
		return sheetDecide(ctx, t, c, s, verb)
	}
	return sheetShow(ctx, t, c, s)
}

// answered is what texts say about how a consent stands.
func answered(ctx context.Context, t *bot.Turn, c models.TreatmentConsent, s outreach.Sheet) (map[string]any, bool, error) {
	events, err := t.Store.ConsentEvents(ctx, c.ID)
	if err != nil {
		return nil, false, err
	}
	said := outreach.Signed{}
	for _, e := range events {
		if e.What == models.ConsentAgreed || e.What == models.ConsentDeclined {
			if said, err = outreach.ReadSigned(e); err != nil {
				return nil, false, err
			}
			c.UpdatedAt = e.At
			s.Visit = said.Visit
		}
	}
	if c.AppointmentID != "" && c.Status == models.ConsentProposed { // it may have moved since
		v, err := t.Store.AppointmentByID(ctx, c.AppointmentID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, false, err
		}
		if err == nil {
			s.Visit = v.Slot.Start
		}
	}
	done, err := performed(ctx, t, c)
	plan := ""
	if said.Plan > 0 && said.Plan <= len(s.Plans) {
		plan = s.Plans[said.Plan-1].Name.In(t.Lang)
	}
	last := ""
	if len(events) > 0 {
		last = events[len(events)-1].What
	}
	data := outreach.With(s.Data(t.Clinic.Clinic, c), map[string]any{
		"Name": said.Name, "As": said.As, "Differs": said.Differs, "Reason": said.Reason, "Plan": plan, "Done": done, "Last": last,
	})
	return data, done, err
}

func sheetShow(ctx context.Context, t *bot.Turn, c models.TreatmentConsent, s outreach.Sheet) error {
	data, done, err := answered(ctx, t, c, s)
	if err != nil {
		return err
	}
	var options []bot.Option
	add := func(key, command string) { options = append(options, t.Option(key, nil, command+" "+c.Number)) }
	add("sheet.do_text", "/sheet text")
	add("sheet.do_file", "/sheet file")
	switch {
	case c.Status == models.ConsentProposed:
		add("sheet.do_again", "/sheet again")
		add("sheet.do_recall", "/sheet recall")
	case c.Status == models.ConsentActive && !done && c.Kind == models.ConsentToTreatment:
		add("sheet.do_performed", "/sheet performed")
		add("sheet.do_again", "/sheet again")
	case c.Status != models.ConsentActive:
		add("sheet.do_again", "/sheet again")
	}
	t.Say("sheet.one", data, append(options, t.Option("menu.today", nil, "/today"))...)
	return nil
}

// sheetText shows the wording as it was put.
func sheetText(ctx context.Context, t *bot.Turn, c models.TreatmentConsent, s outreach.Sheet, more string) error {
	data, _, err := answered(ctx, t, c, s)
	if err != nil {
		return err
	}
	key := "sign.sheet"
	if c.Kind == models.ConsentChoice {
		key = "choose.sheet"
	}
	pages := outreach.Pages(t.Text(key, data))
	n, _ := strconv.Atoi(more) // no number: the first page
	n = min(max(n, 0), len(pages)-1)
	var options []bot.Option
	if n+1 < len(pages) {
		options = append(options, t.Option("sign.next", nil, "/sheet text "+c.Number+" "+strconv.Itoa(n+1)))
	}
	t.Add(bot.Message{Text: pages[n], Options: append(options, t.Option("sheet.show", nil, "/sheet show "+c.Number))})
	return nil
}

// sheetFile sends the printed form.
func sheetFile(ctx context.Context, t *bot.Turn, c models.TreatmentConsent, s outreach.Sheet) error {
	back := t.Option("sheet.show", nil, "/sheet show "+c.Number)
	if !t.Files {
		t.Say("sheet.no_files", nil, t.Option("sheet.do_text", nil, "/sheet text "+c.Number), back)
		return nil
	}
	events, err := t.Store.ConsentEvents(ctx, c.ID)
	if err != nil {
		return err
	}
	pdf, err := t.Speaker().ConsentPDF(t.Clinic.Clinic, c, events, t.Lang)
	if err != nil {
		return err
	}
	name := outreach.FileName(s.Title.In(t.Lang), c.Number)
	m := bot.Message{Media: &bot.Media{Name: name, ContentType: media.PDF, Data: pdf}}
	o := models.Outgoing{Key: "file:" + t.In.Key, ContactID: t.Contact.ID, Priority: models.PriorityReply}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Push(o, m) })
	t.Say("sign.file_sent", map[string]any{"Name": name}, back)
	return nil
}

// sheetAgain fills in the same anew: with the wording and the price in force.
func sheetAgain(ctx context.Context, t *bot.Turn, c models.TreatmentConsent, s outreach.Sheet) error {
	who := c.PatientID
	if c.AppointmentID != "" {
		v, err := t.Store.AppointmentByID(ctx, c.AppointmentID)
		if err != nil {
			return err
		}
		who = v.Number
	}
	if c.Kind == models.ConsentChoice {
		t.Then("/offer " + who)
		return nil
	}
	t.Then(strings.TrimSpace("/sheet " + who + " " + c.Form + " " + s.Remark))
	return nil
}

// sheetDecide takes a consent back that nobody answered, or notes that it was
// carried out.
func sheetDecide(ctx context.Context, t *bot.Turn, c models.TreatmentConsent, s outreach.Sheet, verb string) error {
	data, done, err := answered(ctx, t, c, s)
	if err != nil {
		return err
	}
	e := models.ConsentEvent{What: models.ConsentRecalled, Status: models.ConsentInactive, StaffID: t.Staff.ID}
	fits := c.Status == models.ConsentProposed
	if verb == "performed" {
		e.What, e.Status = models.ConsentPerformed, models.ConsentActive
		fits = c.Status == models.ConsentActive && !done
	}
	if !fits {
		return sheetShow(ctx, t, c, s)
	}
	cases, err := t.Store.CasesAbout(ctx, c.About())
	if err != nil {
		return err
	}
	result := t.TextIn(t.Clinic.Language, "sign.answered", map[string]any{"What": e.What})
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.DecideConsent(c.ID, c.Version, e); err != nil {
			return err
		}
		return outreach.CloseConsentCases(tx, cases, result)
	})
	t.Say("sheet.decided", outreach.With(data, map[string]any{"What": e.What}), t.Option("sheet.show", nil, "/sheet show "+c.Number), t.Option("menu.today", nil, "/today"))
	return nil
}

// papersOf says how it stands with the consents for a visit, a line each; those
// that no longer hold are left out.
func papersOf(ctx context.Context, t *bot.Turn, p models.Appointment) ([]string, error) {
	list, err := t.Store.ConsentsOfVisit(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range list {
		if c.Status == models.ConsentInactive {
			continue
		}
		s, err := outreach.ReadSheet(c)
		if err != nil {
			return nil, err
		}
		out = append(out, t.Text("sheet.of_visit", s.Data(t.Clinic.Clinic, c)))
	}
	return out, nil
}

// paperOptions put to the client what belongs to the service of a visit.
func paperOptions(t *bot.Turn, p models.Appointment) []bot.Option {
	var options []bot.Option
	for i := range t.Clinic.Consents {
		if c := &t.Clinic.Consents[i]; len(c.Services) > 0 && c.For(p.Slot.Service) {
			options = append(options, t.Option("sheet.do_send", nil, "/sheet "+p.Number))
			break
		}
	}
	for i := range t.Clinic.Treatments {
		if t.Clinic.Treatments[i].For(p.Slot.Service) && slices.Contains(offerers(), t.Staff.Role) {
			return append(options, t.Option("offer.do_write", nil, "/offer "+p.Number))
		}
	}
	return options
}
