package staff

import (
	"context"
	"regexp"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// priced is a price in a line: ¥800, 800元, 800-1200元, 3,000 yuan.
var priced = regexp.MustCompile(`(?i)(?:[¥￥]\s*(\d[\d,]*(?:\.\d+)?(?:\s*[-–~至到]\s*\d[\d,]*)?)\s*(?:元|块)?|(\d[\d,]*(?:\.\d+)?(?:\s*[-–~至到]\s*\d[\d,]*)?)\s*(?:元|块钱?|yuan|rmb))`)

// readPrice takes a price out of a line; what is left is the rest.
func readPrice(line string) (price config.Text, rest string) {
	m := priced.FindStringSubmatch(line)
	if m == nil {
		return nil, line
	}
	return config.Text{config.Hans: "¥" + dash.ReplaceAllString(m[1]+m[2], "–")}, strings.TrimSpace(strings.Replace(line, m[0], " ", 1))
}

var dash = regexp.MustCompile(`\s*[-–~至到]\s*`)

// maxRemark bounds what is written beside a wording, in characters.
const maxRemark = 300

// hear takes the consent meant, a price and a remark out of a line.
func (s *sheetState) hear(t *bot.Turn, line string, forms []*config.Consent) {
	if s.Form == "" {
		form, rest := formMeant(t, line, forms)
		s.Form, line = form, rest
	}
	if price, rest := readPrice(line); len(price) > 0 {
		s.Price, line = price, rest
	}
	if line = strings.Trim(line, " ，,。"); line != "" && s.Form != "" {
		s.Remark = cutRunes(line, maxRemark)
	}
}

func cutRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// formMeant finds the wording whose title a line names, the longest match
// first: 全麻 is a part of 全身麻醉.
func formMeant(t *bot.Turn, line string, forms []*config.Consent) (id, rest string) {
	first, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	word := strings.ToLower(nlu.Simplify(first))
	if word == "" {
		return "", line
	}
	for _, f := range forms {
		title := strings.ToLower(nlu.Simplify(f.Title.In(t.Lang)))
		if word == f.ID || strings.Contains(title, word) || inOrder(title, word) {
			return f.ID, rest
		}
	}
	return "", line
}

// inOrder reports that all characters of a word of two or more stand in a text
// in their order.
func inOrder(text, word string) bool {
	runes := []rune(word)
	if len(runes) < 2 || len(runes) > 8 || runes[0] < 0x2E80 {
		return false
	}
	i := 0
	for _, r := range text {
		if i < len(runes) && r == runes[i] {
			i++
		}
	}
	return i == len(runes)
}

// sheetAnswer takes the answer to what was asked.
func sheetAnswer(ctx context.Context, t *bot.Turn) error {
	var s sheetState
	if err := t.State(&s); err != nil {
		return err
	}
	text := strings.TrimSpace(t.In.Text)
	if t.Unheard() {
		t.Pass()
		return nil
	}
	f, ok, err := addressed(ctx, t, s.Who)
	if err != nil || !ok {
		return err
	}
	forms, err := f.forms(ctx)
	if err != nil {
		return err
	}
	ask := func(q string) error {
		s.Asked = q
		t.Keep(s)
		t.Ask("sheet.ask_"+q, map[string]any{"Patient": f.name}, t.Option("sheet.no", nil, "/cancel"))
		return nil
	}
	switch s.Asked {
	case "form":
		if s.Form = t.Choice; s.Form == "" {
			if s.hear(t, text, forms); s.Form == "" {
				t.Pass()
				return nil
			}
		}
	case "price":
		price, _ := readPrice(text)
		if len(price) == 0 {
			if price = (config.Text{config.Hans: cutRunes(text, 60)}); strings.Trim(text, "0123456789,.- –~至到") == "" {
				price = config.Text{config.Hans: "¥" + dash.ReplaceAllString(text, "–")}
			}
		}
		s.Price = price
	case "remark":
		s.Remark = cutRunes(text, maxRemark)
	default:
		switch t.Choice {
		case "send":
			return s.send(ctx, f, forms)
		case "price", "remark":
			return ask(t.Choice)
		}
		t.Pass()
		return nil
	}
	return s.next(ctx, f, forms)
}

// send puts the consent to the client. What was asked before of the same
// wording with another price or text is replaced in the same breath.
func (s *sheetState) send(ctx context.Context, f *addressee, forms []*config.Consent) error {
	for _, form := range forms {
		if form.ID != s.Form {
			continue
		}
		sheet := s.sheet(f, form)
		same, others, err := f.earlier(ctx, form, sheet)
		if err != nil {
			return err
		}
		if same != nil { // sent by a colleague meanwhile
			return s.next(ctx, f, forms)
		}
		return f.put(sheet, models.TreatmentConsent{Kind: models.ConsentToTreatment, Form: form.ID, Hash: form.Hash()}, others)
	}
	return s.next(ctx, f, forms) // its approval was taken back meanwhile
}

// put keeps and sends what was filled in.
func (f *addressee) put(sheet outreach.Sheet, c models.TreatmentConsent, others []models.TreatmentConsent) error {
	t := f.t
	c.ID, c.Number, c.Key = t.Store.NewID(t.Now), models.NewConsentNumber(), "staff:"+t.Contact.ID+":"+t.In.Key
	c.PatientID, c.AppointmentID, c.AskedBy = f.patient.ID, f.visit.ID, t.Staff.ID
	c.Branch, c.Practitioner = f.visit.Slot.Branch, f.visit.Slot.Practitioner
	if f.visit.ID == "" {
		c.Branch, c.Practitioner = t.Staff.Branch, t.Staff.Practitioner
	}
	c.Version, c.Status = 1, models.ConsentProposed
	sheet.Anew = len(others) > 0
	speaker, clinic, visit, to := t.Speaker(), t.Clinic.Clinic, f.visit, f.to
	to.Language = string(langOf(t, to))
	by := t.Staff.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		for _, o := range others {
			if err := tx.DecideConsent(o.ID, o.Version, models.ConsentEvent{What: models.ConsentReplaced, Status: models.ConsentInactive, StaffID: by}); err != nil {
				return err
			}
		}
		return speaker.AskConsent(tx, clinic, c, sheet, visit, to)
	})
	t.End()
	t.Hub()
	t.Say("sheet.sent", sheet.Data(clinic, c), t.Option("sheet.show", nil, "/sheet show "+c.Number), t.Option("menu.today", nil, "/today"))
	return nil
}
