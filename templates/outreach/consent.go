package outreach

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates"
)

// Kinds of the tasks about consents.
const (
	TaskConsentAsk    = "consent-ask"    // asked by itself before a visit
	TaskConsentRemind = "consent-remind" // not answered yet
	TaskConsentCall   = "consent-call"   // still not: somebody of the clinic asks
)

// Kinds of the approvals of what clients agree to and choose between.
const (
	ApprovalConsent   = "consent"
	ApprovalTreatment = "treatment"
)

// Kinds of case about consents.
const (
	CaseUnsigned = "unsigned" // not answered before the visit
	CaseDeclined = "declined" // said no, or took it back
	CaseSignAsk  = "signask"  // has a question about it
)

// Sheet is what is put to a client about a patient: the wording in every
// language, and what it was filled with. It is kept as it was put.
type Sheet struct {
	Title        config.Text `json:"title"`
	Purpose      config.Text `json:"purpose,omitempty"`
	Risks        config.Text `json:"risks,omitempty"`
	Alternatives config.Text `json:"alternatives,omitempty"`
	Duration     config.Text `json:"duration,omitempty"`
	Price        config.Text `json:"price,omitempty"`
	Remark       string      `json:"remark,omitempty"`
	Signers      []string    `json:"signers,omitempty"`
	Paper        bool        `json:"paper,omitempty"`

	Plans []config.TreatmentPlan `json:"plans,omitempty"` // of a choice

	Patient string      `json:"patient"`
	Service config.Text `json:"service,omitempty"` // of the visit
	Visit   time.Time   `json:"visit,omitzero"`
	Doctor  config.Text `json:"doctor,omitempty"`
	By      string      `json:"by,omitempty"`   // who asks
	Anew    bool        `json:"anew,omitempty"` // it takes the place of one with another price or text
}

// Signed is what a person said to a consent, and as whom.
type Signed struct {
	Language config.Language `json:"lang,omitempty"`
	Wording  string          `json:"wording,omitempty"` // exactly what was shown
	Digest   string          `json:"digest,omitempty"`  // SHA-256 of it
	Name     string          `json:"name,omitempty"`    // as typed
	As       string          `json:"as,omitempty"`      // patient, guardian, owner …
	Differs  bool            `json:"differs,omitempty"` // from the name on record
	Plan     int             `json:"plan,omitempty"`    // chosen, from 1
	Visit    time.Time       `json:"visit,omitzero"`    // as it stood then: it may have moved since it was asked
	Price    string          `json:"price,omitempty"`
	Reason   string          `json:"reason,omitempty"` // of a no
	Patient  string          `json:"patient,omitempty"`
	ClientID string          `json:"client,omitempty"`
	Channel  string          `json:"channel,omitempty"`
}

// ReadSheet reads what was put to a client.
func ReadSheet(c models.TreatmentConsent) (Sheet, error) {
	var s Sheet
	err := json.Unmarshal(c.Body, &s)
	return s, err
}

// ReadSigned reads what a person said.
func ReadSigned(e models.ConsentEvent) (Signed, error) {
	var s Signed
	if len(e.Body) == 0 {
		return s, nil
	}
	err := json.Unmarshal(e.Body, &s)
	return s, err
}

// JSON is how both are kept.
func (s Sheet) JSON() []byte { return mustJSON(s) }

// JSON is how it is kept.
func (s Signed) JSON() []byte { return mustJSON(s) }

func mustJSON(v any) []byte {
	b, _ := json.Marshal(v) // texts, numbers and times: cannot fail
	return b
}

// SheetOf fills the wording of a consent for a visit; visit may be empty.
func SheetOf(c *config.Clinic, form *config.Consent, visit models.Appointment, patient string) Sheet {
	s := Sheet{
		Title: form.Title, Purpose: form.Purpose, Risks: form.Risks, Alternatives: form.Alternatives, Duration: form.Duration, Price: form.Price,
		Signers: form.Signers, Paper: form.Paper, Patient: patient,
	}
	s.visit(c, visit)
	if service := c.Service(visit.Slot.Service); len(s.Price) == 0 && service != nil && form.For(service.ID) {
		s.Price = priceOf(service.Price)
	} else if len(s.Price) == 0 && len(form.Services) > 0 {
		s.Price = priceOf(c.Service(form.Services[0]).Price)
	}
	return s
}

// visit notes what the sheet is for.
func (s *Sheet) visit(c *config.Clinic, p models.Appointment) {
	if p.ID == "" {
		return
	}
	s.Visit = p.Slot.Start.In(c.Location(p.Slot.Branch))
	if service := c.Service(p.Slot.Service); service != nil {
		s.Service = service.Name
	}
	if d := c.Practitioner(p.Slot.Practitioner); d != nil {
		s.Doctor = d.Name
	}
}

// ChoiceOf is a sheet of ways of treating for a visit, which may be empty.
func ChoiceOf(c *config.Clinic, title config.Text, plans []config.TreatmentPlan, visit models.Appointment, patient string) Sheet {
	s := Sheet{Title: title, Plans: plans, Patient: patient}
	s.visit(c, visit)
	return s
}

func priceOf(p config.Price) config.Text {
	out := config.Text{}
	for _, l := range config.Languages() {
		if words := templates.Price(l, p); words != "" {
			out[l] = words
		}
	}
	return out
}

// Data is what texts say about a consent, for a reader's language.
func (s Sheet) Data(c *config.Clinic, of models.TreatmentConsent) map[string]any {
	return map[string]any{
		"Title": s.Title, "Purpose": s.Purpose, "Risks": s.Risks, "Alternatives": s.Alternatives, "Duration": s.Duration, "Price": s.Price,
		"Remark": s.Remark, "Paper": s.Paper, "Patient": s.Patient, "Service": s.Service, "Visit": s.Visit.In(c.Location(of.Branch)), "HasVisit": !s.Visit.IsZero(),
		"Doctor": s.Doctor, "By": s.By, "Clinic": c.Name, "Phone": c.Phone, "Number": of.Number, "Version": TextVersion(of.Hash), "Status": of.Status,
		"Choice": of.Kind == models.ConsentChoice, "At": of.UpdatedAt.In(c.Location(of.Branch)), "Plans": s.Plans, "Anew": s.Anew,
	}
}

// With adds to data.
func With(data map[string]any, more map[string]any) map[string]any {
	out := maps.Clone(data)
	maps.Copy(out, more)
	return out
}

// TextVersion is how a hash is shown: enough to tell versions of a text apart.
func TextVersion(hash string) string { return hash[:min(8, len(hash))] }

// SameSheet reports that one puts to the client what the other did: what was
// agreed to then still holds.
func SameSheet(a, b Sheet, hashA, hashB string) bool {
	return hashA == hashB && maps.Equal(a.Price, b.Price) && a.Remark == b.Remark
}

// How much of a text one screen of a phone shows, in bytes.
const screen = 900

// Pages splits a text at line ends into what a phone shows at once. A heading
// (a line in 【】, or ending in a colon) stays with what follows it.
func Pages(text string) []string {
	var out []string
	var page []string
	size := 0
	flush := func(keep int) {
		rest := slices.Clone(page[len(page)-keep:])
		if done := strings.TrimSpace(strings.Join(page[:len(page)-keep], "\n")); done != "" {
			out = append(out, done)
		}
		page, size = rest, 0
		for _, l := range rest {
			size += len(l) + 1
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if size > 0 && size+len(line) > screen {
			keep := 0
			if last := page[len(page)-1]; len(page) > 1 && isHeading(last) {
				keep = 1
			}
			flush(keep)
		}
		page = append(page, line)
		size += len(line) + 1
	}
	flush(0)
	return out
}

func isHeading(line string) bool {
	return strings.HasPrefix(line, "【") || strings.HasSuffix(line, "：") || strings.HasSuffix(line, ":")
}

// PlanConsent is what is due while a consent is not answered: a reminder, then
// a case for staff, before the visit it is for, or in days if there is none.
func PlanConsent(c *config.Clinic, of models.TreatmentConsent, visit models.Appointment, now time.Time) []models.Task {
	remind, call := config.Lead{Days: 1}, config.Lead{Minutes: 4 * 60}
	if form := c.ConsentByID(of.Form); form != nil && of.Kind == models.ConsentToTreatment {
		remind, call = form.Remind, form.Call
	}
	task := func(kind string, due, useless time.Time) models.Task {
		return models.Task{
			Key: kind + ":" + of.ID + ":" + strconv.FormatInt(due.Unix(), 36), Kind: kind, Subject: of.About(), Version: of.Version, ContactID: of.ContactID,
			DueAt: due, UselessAfter: useless,
		}
	}
	if visit.ID == "" {
		day := c.Location(of.Branch)
		next := config.DateOf(now.In(day)).AddDays(1).Time(day, 10*60)
		return []models.Task{task(TaskConsentRemind, next, next.Add(24*time.Hour)), task(TaskConsentCall, next.Add(24*time.Hour), time.Time{})}
	}
	start := startOf(c, visit)
	var out []models.Task
	if due := remind.Before(start); due.After(now.Add(2 * time.Hour)) {
		out = append(out, task(TaskConsentRemind, due, start))
	}
	due := call.Before(start)
	if awake := c.Outreach.Quiet.Until(due); !awake.IsZero() && awake.Before(start.Add(-intakeLast)) {
		due = awake // nobody is told of it at night
	}
	if soon := now.Add(30 * time.Minute); due.Before(soon) {
		due = soon
	}
	if due.Before(start) {
		out = append(out, task(TaskConsentCall, due, start))
	}
	return out
}

// ConsentAsk is the payload of TaskConsentAsk.
type ConsentAsk struct {
	Form string `json:"form"`
}

// planConsents asks for consents by itself before a visit.
func planConsents(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	var out []models.Task
	for i := range c.Consents {
		form := &c.Consents[i]
		if form.Before == (config.Lead{}) || !form.For(p.Slot.Service) {
			continue
		}
		start := startOf(c, p)
		due := form.Before.Before(start)
		if soon := now.Add(intakeSoon); due.Before(soon) {
			due = soon
		}
		if start.Sub(due) < intakeLast {
			continue
		}
		out = append(out, visitTask(p, TaskConsentAsk, form.ID, due, start.Add(-intakeLast), mustJSON(ConsentAsk{form.ID})))
	}
	return out
}
