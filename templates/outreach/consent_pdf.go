package outreach

import (
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/document"
)

// ConsentPDF prints a consent or a choice: what was put, in the very wording
// that was answered, and who decided what and when.
func (s Speaker) ConsentPDF(c *config.Clinic, of models.TreatmentConsent, events []models.ConsentEvent, lang config.Language) ([]byte, error) {
	sheet, err := ReadSheet(of)
	if err != nil {
		return nil, err
	}
	said, signed, err := lastAnswer(events)
	if err != nil {
		return nil, err
	}
	if !said.Visit.IsZero() {
		sheet.Visit = said.Visit
	}
	if said.Language != "" {
		lang = said.Language // the language it was answered in
	}
	var failed error
	text := func(key string, data map[string]any) string {
		t, err := s.Book.Render(lang, key, data)
		if err != nil && failed == nil {
			failed = err
		}
		return t
	}
	zone := c.Location(of.Branch)
	data := With(sheet.Data(c, of), map[string]any{
		"Name": said.Name, "As": said.As, "Reason": said.Reason, "Digest": said.Digest, "Hash": of.Hash, "Channel": said.Channel,
		"Zone": zone.String(), "Plan": planName(sheet, said.Plan, lang), "What": "", "When": "", "Asked": moment(of.CreatedAt, zone), "Printed": moment(of.UpdatedAt, zone), "Pets": c.Kind == config.Vet,
	})
	if signed != nil {
		data["What"], data["When"] = signed.What, moment(signed.At, zone)
	}
	body := said.Wording
	if body == "" {
		key := "sign.sheet"
		if of.Kind == models.ConsentChoice {
			key = "choose.sheet"
		}
		body = text(key, data)
	}
	d := document.Document{
		Head: c.Name.In(lang), Title: sheet.Title.In(lang), Facts: facts(text("paper.facts", data)), Body: body, Signed: facts(text("paper.signed", data)),
		Note: text("paper.note", data), Missing: text("paper.missing", nil), Made: of.UpdatedAt,
		Footer: func(page, pages int) string {
			return text("paper.footer", map[string]any{"Number": of.Number, "Version": TextVersion(of.Hash), "Page": page, "Of": pages, "Clinic": c.Name})
		},
	}
	for i, p := range sheet.Plans {
		one := map[string]any{"N": i + 1, "Plan": p, "Chosen": said.Plan == i+1}
		d.Columns = append(d.Columns, document.Column{Head: text("paper.plan", one), Facts: facts(text("paper.plan_facts", one))})
	}
	d.Signed = append(d.Signed, afterwards(events, zone, text)...)
	pdf, err := d.PDF()
	if failed != nil {
		err = failed
	}
	return pdf, err
}

// lastAnswer is what was agreed or declined last.
func lastAnswer(events []models.ConsentEvent) (said Signed, of *models.ConsentEvent, err error) {
	for i := range events {
		if e := &events[i]; e.What == models.ConsentAgreed || e.What == models.ConsentDeclined {
			of = e
		}
	}
	if of != nil {
		said, err = ReadSigned(*of)
	}
	return said, of, err
}

// afterwards are what happened since: taken back, carried out, replaced.
func afterwards(events []models.ConsentEvent, zone *time.Location, text func(string, map[string]any) string) []document.Fact {
	var out []document.Fact
	for _, e := range events {
		switch e.What {
		case models.ConsentAsked, models.ConsentAgreed, models.ConsentDeclined:
			continue
		}
		out = append(out, document.Fact{Name: text("paper.event", map[string]any{"What": e.What}), Value: moment(e.At, zone)})
	}
	return out
}

// facts reads lines of a name, a bar and a value; a name without a value is
// left out.
func facts(text string) []document.Fact {
	var out []document.Fact
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(line, "|"); ok && strings.TrimSpace(value) != "" {
			out = append(out, document.Fact{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
		}
	}
	return out
}

// moment is a time with its zone, as a record has it.
func moment(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format("2006-01-02 15:04:05 -07:00")
}

func planName(s Sheet, n int, lang config.Language) string {
	if n < 1 || n > len(s.Plans) {
		return ""
	}
	return s.Plans[n-1].Name.In(lang)
}

// FileName is what a printed form is called.
func FileName(title, number string) string {
	return strings.NewReplacer("/", "-", `\`, "-", ":", "-").Replace(title) + " " + number + ".pdf"
}
