package scheduler

import (
	"context"
	"errors"
	"slices"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// askConsent asks for a consent by itself before a visit, unless it was asked
// or signed as it stands now; one with another wording or price is replaced.
func askConsent(ctx context.Context, w *Work) error {
	var ask outreach.ConsentAsk
	if err := w.Payload(&ask); err != nil {
		return err
	}
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	store, form := w.Tx.Read(), w.Clinic.ConsentByID(ask.Form)
	decided, err := store.Approvals(ctx, outreach.ApprovalConsent)
	if err != nil {
		return err
	}
	if p.Status != models.Booked || form == nil || !decided.Allow(form.ID, form.Hash(), form.Approved) {
		w.Suppress("the visit is " + string(p.Status) + ", or the wording is not approved")
		return nil
	}
	to, err := w.reader(ctx, p)
	if err != nil || to == "" {
		return err
	}
	sheet := outreach.SheetOf(w.Clinic.Clinic, form, p, p.PatientName)
	earlier, err := store.ConsentsOfVisit(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range earlier {
		if c.Form != form.ID || c.Status == models.ConsentInactive {
			continue
		}
		old, err := outreach.ReadSheet(c)
		if err != nil {
			return err
		}
		if c.AskedBy != "" || c.Status == models.ConsentRejected || outreach.SameSheet(old, sheet, c.Hash, form.Hash()) {
			w.Suppress("it was asked before: " + c.Number)
			return nil
		}
		sheet.Anew = true
		if err := w.Tx.DecideConsent(c.ID, c.Version, models.ConsentEvent{What: models.ConsentReplaced, Status: models.ConsentInactive}); err != nil {
			return err
		}
	}
	c := models.TreatmentConsent{
		ID: w.Tx.NewID(), Number: models.NewConsentNumber(), Key: w.Task.Key, Kind: models.ConsentToTreatment, Form: form.ID, Hash: form.Hash(),
		PatientID: p.PatientID, ContactID: to, AppointmentID: p.ID, Branch: p.Slot.Branch, Practitioner: p.Slot.Practitioner, Body: sheet.JSON(), Version: 1, Status: models.ConsentProposed, CreatedAt: w.Now,
	}
	if err := w.Tx.AskConsent(c); err != nil {
		return err
	}
	if err := w.Tx.Schedule(outreach.PlanConsent(w.Clinic.Clinic, c, p, w.Now)...); err != nil {
		return err
	}
	return pushConsent(ctx, w, c, sheet, "")
}

// pushConsent writes to who was asked; with text, that instead of the request.
func pushConsent(ctx context.Context, w *Work, c models.TreatmentConsent, sheet outreach.Sheet, text string) error {
	m := outreach.ConsentPush(w.Clinic.Clinic, c, sheet)
	if text == "" {
		text = m.Text
	}
	return w.Push(ctx, Push{
		ContactID: c.ContactID, Kind: models.KindVisit, Subject: c.About(), Version: c.Version, Opens: m.Opens, Text: text, Data: m.Data, Options: m.Options, Notice: m.Notice,
	})
}

// waitingConsent is the consent of a task, its sheet and its visit, while it
// waits for an answer; false when nothing is left to do: it was answered, the
// visit is over, or it moved and the task with it.
func waitingConsent(ctx context.Context, w *Work) (c models.TreatmentConsent, s outreach.Sheet, p models.Appointment, waits bool, err error) {
	store := w.Tx.Read()
	if c, err = store.ConsentByID(ctx, models.SubjectID(models.KindConsent, w.Task.Subject)); err != nil {
		return c, s, p, false, err
	}
	if s, err = outreach.ReadSheet(c); err != nil || c.Status != models.ConsentProposed {
		w.Suppress("the consent is " + c.Status)
		return c, s, p, false, err
	}
	if c.AppointmentID == "" {
		return c, s, p, true, nil
	}
	if p, err = store.AppointmentByID(ctx, c.AppointmentID); err != nil && !errors.Is(err, models.ErrNotFound) {
		return c, s, p, false, err
	}
	if p.Status != models.Booked && p.Status != models.Arrived {
		w.Suppress("the visit is " + string(p.Status))
		return c, s, p, false, nil
	}
	if !p.Slot.Start.Equal(w.Task.UselessAfter) { // it moved: this comes when it is due by the new time
		moved := outreach.PlanConsent(w.Clinic.Clinic, c, p, w.Now)
		moved = slices.DeleteFunc(moved, func(t models.Task) bool { return t.Kind != w.Task.Kind })
		if len(moved) > 0 {
			w.Suppress("the visit moved")
			return c, s, p, false, w.Tx.Schedule(moved...)
		}
	}
	s.Visit = p.Slot.Start
	return c, s, p, true, nil
}

// remindConsent reminds of a consent that is not answered.
func remindConsent(ctx context.Context, w *Work) error {
	c, s, _, waits, err := waitingConsent(ctx, w)
	if err != nil || !waits {
		return err
	}
	if c.Kind == models.ConsentChoice {
		return pushConsent(ctx, w, c, s, "")
	}
	return pushConsent(ctx, w, c, s, "sign.remind")
}

// callConsent makes somebody of the clinic ask, when a consent is not answered
// shortly before the visit.
func callConsent(ctx context.Context, w *Work) error {
	c, s, p, waits, err := waitingConsent(ctx, w)
	if err != nil || !waits {
		return err
	}
	x := models.Case{
		Key: "unsigned:" + c.ID, Kind: outreach.CaseUnsigned, Branch: c.Branch, Roles: []models.Role{models.Desk, models.Nurse}, Subject: c.About(), ContactID: c.ContactID,
		Details: map[string]string{"Patient": s.Patient, "Number": c.Number, "When": ""}, DueAt: outreach.AwakeAfter(w.Clinic.Clinic, c.Branch, w.Now, outreach.ConcernWithin),
	}
	outreach.Tell(x.Details, "Title", s.Title, w.Clinic.Language)
	if p.ID != "" {
		start := p.Slot.Start.In(w.Clinic.Location(p.Slot.Branch))
		x.DueAt = start
		x.Details["When"] = start.Format("01-02 15:04") + " " + serviceName(w.Clinic.Clinic, p)
	}
	return w.OpenCase(x)
}

func serviceName(c *config.Clinic, p models.Appointment) string {
	if s := c.Service(p.Slot.Service); s != nil {
		return s.Name.In(c.Language)
	}
	return p.Slot.Service
}
