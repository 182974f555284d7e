package scheduler

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"zhenban/models"
	"zhenban/templates/outreach"
	"zhenban/templates/reading"
)

// found reads the report, or the observation that stands alone, that a task is
// about, with its patient and values.
func found(ctx context.Context, w *Work) (r models.Clinical, p models.Patient, rows []reading.Row, err error) {
	store := w.Tx.Read()
	kind, id, _ := strings.Cut(w.Task.Subject, "/")
	if r, err = store.ClinicalByID(ctx, kind, id); err != nil {
		return r, p, nil, err
	}
	if p, err = store.PatientByID(ctx, r.PatientID); err != nil {
		return r, p, nil, err
	}
	results := []models.Clinical{r}
	if r.Report != nil {
		if results, err = store.ResultsOf(ctx, r.Report); err != nil {
			return r, p, nil, err
		}
	}
	return r, p, reading.Rows(w.Clinic.Clinic, results, p, w.Clinic.Language), nil
}

// titleOf is what a report, or an observation, is called.
func titleOf(r models.Clinical) string {
	if r.Observation != nil {
		return r.Observation.Code.Words()
	}
	return reading.Title(r)
}

// reportCame deals with a result that has just come. A critical one is the
// doctor's first: a case, urgent, that climbs when nobody takes it. Any other
// is told to the doctors and, when it is final, to the client.
func reportCame(ctx context.Context, w *Work) error {
	r, p, rows, err := found(ctx, w)
	if err != nil {
		return err
	}
	if err := closeOverdue(ctx, w, r); err != nil {
		return err
	}
	if r.Held(w.Now) {
		return openCritical(ctx, w, r, p, rows)
	}
	if r.Report == nil {
		return nil
	}
	if err := calm(ctx, w, r); err != nil {
		return err
	}
	off := 0
	for _, row := range rows {
		if row.Off {
			off++
		}
	}
	data := map[string]any{"Title": titleOf(r), "Patient": p.Name, "Status": r.Status, "Off": off, "Words": r.Report.Conclusion != "", "Changed": r.Status != models.Final}
	err = w.Speaker().Notify(w.Tx, outreach.Notice{
		Key: "report:" + r.ID + ":" + strconv.Itoa(r.Version), Roles: []models.Role{models.Doctor}, Text: "report.for_doctor", Data: outreach.Same(data),
		Subject: r.About(), Options: []outreach.Option{{Text: "report.open", Command: "/report " + r.ID}},
	})
	if err != nil {
		return err
	}
	return tellClients(ctx, w, r, p)
}

// closeOverdue closes the case about a report that was late: it is here.
func closeOverdue(ctx context.Context, w *Work, r models.Clinical) error {
	c, err := w.Tx.Read().CaseByKey(ctx, overdueKey(r))
	if errors.Is(err, models.ErrNotFound) || err == nil && c.State == models.CaseClosed {
		return nil
	}
	if err != nil {
		return err
	}
	result, err := w.Speaker().Book.Render(w.Clinic.Language, "report.came", nil)
	if err != nil {
		return err
	}
	return w.Tx.CloseCase(c.ID, c.Owner, result)
}

func overdueKey(r models.Clinical) string { return "turnaround:" + r.ID }

// calm changes what an open case tells of a critical value that a new version
// of the report no longer has. A person closes it all the same: the client may
// have been called already.
func calm(ctx context.Context, w *Work, r models.Clinical) error {
	cases, err := w.Tx.Read().CasesAbout(ctx, r.About())
	if err != nil {
		return err
	}
	for _, c := range cases {
		if c.Kind != models.CaseCritical || c.State == models.CaseClosed || r.Report.Critical {
			continue
		}
		details := map[string]string{}
		for k, v := range c.Details {
			details[k] = v
		}
		details["Corrected"] = "yes"
		if err := w.Tx.RetellCase(c.Key, details); err != nil {
			return err
		}
	}
	return nil
}

// openCritical opens the case of a critical result.
func openCritical(ctx context.Context, w *Work, r models.Clinical, p models.Patient, rows []reading.Row) error {
	var lines []string
	for _, row := range rows {
		if row.Critical {
			lines = append(lines, strings.TrimSpace(row.Name+" "+row.Value+" "+row.Sign))
		}
	}
	contact := ""
	told, err := w.Tx.Read().BoundContacts(ctx, p.ID)
	if err != nil {
		return err
	}
	if len(told) > 0 {
		contact = told[0]
	}
	return w.OpenCase(models.Case{
		Key: "critical:" + r.ID + ":" + strconv.Itoa(r.Version), Kind: models.CaseCritical, Urgent: true, Roles: []models.Role{models.Doctor},
		Subject: r.About(), ContactID: contact, DueAt: w.Now.Add(w.Clinic.Reports.Doctor.Length()),
		Details: map[string]string{
			"Title": titleOf(r), "Patient": p.Name, "Lines": strings.Join(lines, "\n"),
			"Corrected": "", "Until": r.HeldUntil.In(w.Clinic.Location("")).Format("15:04"),
		},
	})
}

// reportRelease lets the client see what was held, and says that it is there:
// the doctor has closed the case, or said so, or it waited long enough.
func reportRelease(ctx context.Context, w *Work) error {
	r, p, _, err := found(ctx, w)
	if err != nil {
		return err
	}
	if r.HeldUntil.IsZero() {
		w.Suppress("it was released before")
		return nil
	}
	ids := []string{r.ID}
	if r.Report != nil {
		ids = append(ids, r.Report.Results...)
	}
	if err := w.Tx.Release(ids...); err != nil {
		return err
	}
	if r.Report == nil {
		return nil
	}
	return tellClients(ctx, w, r, p)
}

// tellClients says to whom is bound to the patient that a report can be read:
// when it is final, and when it was changed after that.
func tellClients(ctx context.Context, w *Work, r models.Clinical, p models.Patient) error {
	if !models.Finished(r.Status) {
		return nil
	}
	told, err := w.Tx.Read().BoundContacts(ctx, p.ID)
	if err != nil {
		return err
	}
	at := r.At
	if at.IsZero() {
		at = r.CreatedAt
	}
	data := map[string]any{
		"Title": titleOf(r), "Patient": p.Name, "Changed": r.Status != models.Final, "At": at.In(w.Clinic.Location("")), "Critical": r.Report.Critical,
		"Phone": w.Clinic.Phone,
	}
	for _, contact := range told {
		err := w.Push(ctx, Push{
			Key: "report:" + r.ID + ":" + strconv.Itoa(r.Version) + ":" + contact, ContactID: contact, Kind: models.KindVisit, Urgent: r.Report.Critical,
			Subject: r.About(), Version: r.Version, Text: "report.ready", Data: outreach.Same(data),
			Notice:  outreach.ReportNotice(w.Clinic.Clinic, titleOf(r), p.Name, at),
			Options: []outreach.Option{{Text: "report.open", Command: "/report " + r.ID}, {Text: "report.ask", Command: "/agent"}},
		})
		if err != nil && !errors.Is(err, models.ErrNotFound) { // who was erased is told nothing
			return err
		}
	}
	return nil
}

// reportOverdue opens a case about a report that should have come by now.
func reportOverdue(ctx context.Context, w *Work) error {
	r, p, _, err := found(ctx, w)
	if err != nil {
		return err
	}
	if r.Status != models.Registered && r.Status != models.Partial {
		w.Suppress("it has come")
		return nil
	}
	hours, minutes := "", ""
	if d := w.Clinic.Reports.Promise(r.Category); d%time.Hour == 0 {
		hours = strconv.Itoa(int(d / time.Hour))
	} else {
		minutes = strconv.Itoa(int(d / time.Minute))
	}
	return w.OpenCase(models.Case{
		Key: overdueKey(r), Kind: "turnaround", Roles: []models.Role{models.Nurse, models.Desk}, Subject: r.About(),
		DueAt: w.Now.Add(turnaroundWithin),
		Details: map[string]string{
			"Title": titleOf(r), "Patient": p.Name, "Since": since(w, r.CreatedAt), "Hours": hours, "Minutes": minutes,
		},
	})
}

// turnaroundWithin is how soon somebody finds out what keeps a report.
const turnaroundWithin = 30 * time.Minute

func since(w *Work, at time.Time) string {
	return at.In(w.Clinic.Location("")).Format("01-02 15:04")
}
