package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// paper is a consent, or a choice of treatments, as a client looks at it.
type paper struct {
	t       *bot.Turn
	c       models.TreatmentConsent
	s       outreach.Sheet
	patient models.Patient // empty while the patient is not on record
	visit   models.Appointment
	holder  bool // has the patient's whole record, or made it, or booked
	said    outreach.Signed
	by      string // contact that agreed or declined last
	done    bool   // it was carried out
	why     string // why it cannot be answered any more: over, changed; "" it can
}

// findPaper finds what this contact may see; models.ErrNotFound for anything
// else. A look is noted in the log of looks.
func findPaper(ctx context.Context, t *bot.Turn, number, what string) (*paper, error) {
	c, err := t.Store.ConsentFor(ctx, t.Contact.ID, strings.ToUpper(number))
	if err != nil {
		return nil, err
	}
	p := &paper{t: t, c: c}
	if p.s, err = outreach.ReadSheet(c); err != nil {
		return nil, err
	}
	if c.PatientID != "" {
		if p.patient, err = t.Store.PatientByID(ctx, c.PatientID); err != nil {
			return nil, err
		}
	}
	if c.AppointmentID != "" {
		if p.visit, err = t.Store.AppointmentByID(ctx, c.AppointmentID); err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
	}
	if p.visit.ID != "" && c.Status == models.ConsentProposed { // it may have moved since
		p.s.Visit = p.visit.Slot.Start
	}
	if p.holder, err = p.holds(ctx); err != nil {
		return nil, err
	}
	if err := p.history(ctx); err != nil {
		return nil, err
	}
	if p.why, err = p.overtaken(ctx); err != nil {
		return nil, err
	}
	who, subject := t.Contact.ID, c.About()
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Audit(who, who, "consent-"+what, subject) })
	return p, nil
}

// holds reports that the contact has the patient's whole record, rather than
// having been let in to see one patient.
func (p *paper) holds(ctx context.Context) (bool, error) {
	t := p.t
	if p.patient.ID == "" || t.Contact.ClientID != "" && t.Contact.ClientID == p.patient.ClientID {
		return true, nil
	}
	bindings, err := t.Store.Bindings(ctx, t.Contact.ID)
	return slices.ContainsFunc(bindings, func(b models.Binding) bool { return b.ClientID == p.patient.ClientID && b.PatientID == "" }), err
}

// history reads who said what last.
func (p *paper) history(ctx context.Context) error {
	events, err := p.t.Store.ConsentEvents(ctx, p.c.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		switch e.What {
		case models.ConsentAgreed, models.ConsentDeclined:
			if p.said, err = outreach.ReadSigned(e); err != nil {
				return err
			}
			p.by, p.c.UpdatedAt = e.ContactID, e.At
			if !p.said.Visit.IsZero() {
				p.s.Visit = p.said.Visit
			}
		case models.ConsentPerformed:
			p.done = true
		}
	}
	p.done = p.done || p.visit.Status == models.Fulfilled
	return nil
}

// overtaken says why a question that was put cannot be answered any more: what
// it is for is over, or the wording is not what the clinic says now.
func (p *paper) overtaken(ctx context.Context) (string, error) {
	t := p.t
	switch p.visit.Status {
	case models.Cancelled, models.NoShow, models.Fulfilled:
		return "over", nil
	}
	if p.c.Kind != models.ConsentToTreatment || p.c.Form == "" {
		return "", nil
	}
	form := t.Clinic.ConsentByID(p.c.Form)
	decided, err := t.Store.Approvals(ctx, outreach.ApprovalConsent)
	if err != nil {
		return "", err
	}
	if form == nil || form.Hash() != p.c.Hash || !decided.Allow(form.ID, p.c.Hash, form.Approved) {
		return "changed", nil
	}
	return "", nil
}

// open reports that it can be answered.
func (p *paper) open() bool { return p.c.Status == models.ConsentProposed && p.why == "" }

func (p *paper) data() map[string]any {
	plan := ""
	if p.said.Plan > 0 && p.said.Plan <= len(p.s.Plans) {
		plan = p.s.Plans[p.said.Plan-1].Name.In(p.t.Lang)
	}
	return outreach.With(p.s.Data(p.t.Clinic.Clinic, p.c), map[string]any{
		"Name": p.said.Name, "As": p.said.As, "Mine": p.by == p.t.Contact.ID, "Reason": p.said.Reason, "Why": p.why, "Done": p.done, "Plan": plan,
		"Pets": pets(p.t),
	})
}

// sign is what is kept of an answer: who, as what, to which exact wording.
func (p *paper) sign(wording string) outreach.Signed {
	sum := sha256.Sum256([]byte(wording))
	return outreach.Signed{
		Language: p.t.Lang, Wording: wording, Digest: hex.EncodeToString(sum[:]), Price: p.s.Price.In(p.t.Lang), Patient: p.s.Patient,
		Visit: p.s.Visit, ClientID: p.patient.ClientID, Channel: p.t.Contact.Channel,
	}
}

// decide keeps an answer, closes what waited for it, and tells staff.
func (p *paper) decide(ctx context.Context, what, status string, said outreach.Signed, tell func(outreach.Speaker, *models.Tx) error) error {
	t, c := p.t, p.c
	cases, err := t.Store.CasesAbout(ctx, c.About())
	if err != nil {
		return err
	}
	event := models.ConsentEvent{What: what, Status: status, ContactID: t.Contact.ID, Body: said.JSON()}
	speaker, result := t.Speaker(), t.TextIn(t.Clinic.Language, "sign.answered", map[string]any{"What": what})
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.DecideConsent(c.ID, c.Version, event); err != nil {
			return err
		}
		if err := outreach.CloseConsentCases(tx, cases, result); err != nil {
			return err
		}
		return tell(speaker, tx)
	})
	p.said, p.by, p.c.Status, p.c.UpdatedAt = said, t.Contact.ID, status, t.Now
	return nil
}

// notice tells the doctor, or those who stand in, what was answered.
func (p *paper) notice(text string, data map[string]any) outreach.Notice {
	return outreach.Notice{
		Key: text + ":" + p.c.ID + ":" + p.t.In.Key, Branch: p.c.Branch, For: p.c.Practitioner, Roles: []models.Role{models.Nurse, models.Desk}, Text: text,
		Data: outreach.Same(data), Options: []outreach.Option{{Text: "sheet.show", Command: "/sheet show " + p.c.Number}},
	}
}

// sameName compares names as people write them.
func sameName(a, b string) bool {
	fold := func(s string) string {
		return strings.ToLower(strings.Join(strings.FieldsFunc(nlu.Simplify(s), func(r rune) bool { return strings.ContainsRune(" ·•.-", r) }), ""))
	}
	return fold(a) == fold(b)
}

// sayNoPaper is the same whether it is somebody else's or does not exist.
func sayNoPaper(t *bot.Turn, err error) error {
	if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	t.Hub()
	t.Say("sign.missing", nil, t.Option("papers.open", nil, "/papers"), t.Option("menu.agent", nil, "/agent"))
	return nil
}
