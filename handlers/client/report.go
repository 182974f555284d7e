package client

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates/reading"
)

// Report shows one report, the trend of one of its values, or sends one of its
// files. Arg of /report: its ID, and before it "trend", "file" or "release";
// behind it the number of the value or the file.
type Report struct{}

// Name implements bot.Flow.
func (Report) Name() string { return "report" }

// Step implements bot.Flow. Somebody else's report, one that does not exist
// and one that was entered in error are answered alike.
func (Report) Step(ctx context.Context, t *bot.Turn) error {
	fields := strings.Fields(t.Arg)
	verb, id, which := "show", t.Arg, 0
	if len(fields) >= 2 {
		verb, id = fields[0], fields[1]
	}
	if len(fields) == 3 {
		which, _ = strconv.Atoi(fields[2]) // no number: the first
	}
	r, staff, err := findReport(ctx, t, id)
	if errors.Is(err, models.ErrNotFound) {
		t.Hub()
		t.Say("report.missing", nil, t.Option("report.list", nil, "/reports"), t.Option("reports.ask", nil, "/desk reports ask"))
		return nil
	}
	if err != nil {
		return err
	}
	who, subject := t.Contact.ID, r.About()
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Audit(who, who, "report-"+verb, subject) })
	v, err := readReport(ctx, t, r, staff)
	if err != nil {
		return err
	}
	switch {
	case r.Held(t.Now) && !staff:
		return v.sayHeld(ctx)
	case verb == "trend":
		return v.trend(ctx, which)
	case verb == "file":
		v.file(which)
		return nil
	case verb == "release" && staff && t.Staff.Role != models.Nurse:
		return v.release(ctx)
	}
	return v.show(ctx)
}

// findReport finds a report that this contact may open: of a patient it is
// bound to, or, for the clinic's own people, one that is theirs to see: doctors
// and nurses and the manager any, others one that a case of their role is about.
func findReport(ctx context.Context, t *bot.Turn, id string) (r models.Clinical, staff bool, err error) {
	if id == "" {
		return r, false, models.ErrNotFound
	}
	m, err := t.Store.StaffOf(ctx, t.Contact.ID)
	switch {
	case errors.Is(err, models.ErrNotFound):
		r, err = t.Store.ReportFor(ctx, t.Contact.ID, id)
		return r, false, err
	case err != nil:
		return r, false, err
	}
	t.Staff = &m
	if r, err = t.Store.ClinicalByID(ctx, models.KindReport, id); err != nil {
		return r, true, err
	}
	if slices.Contains([]models.Role{models.Doctor, models.Nurse, models.Manager}, m.Role) {
		return r, true, nil
	}
	cases, err := t.Store.CasesAbout(ctx, r.About())
	if err != nil {
		return r, true, err
	}
	if !slices.ContainsFunc(cases, func(c models.Case) bool { return c.State != models.CaseClosed && slices.Contains(c.Roles, m.Role) }) {
		return models.Clinical{}, true, models.ErrNotFound
	}
	return r, true, nil
}

// reportView is a report being shown.
type reportView struct {
	t       *bot.Turn
	r       models.Clinical
	p       models.Patient
	results []models.Clinical
	rows    []reading.Row
	staff   bool
}

func readReport(ctx context.Context, t *bot.Turn, r models.Clinical, staff bool) (*reportView, error) {
	v := &reportView{t: t, r: r, staff: staff}
	var err error
	if v.p, err = t.Store.PatientByID(ctx, r.PatientID); err != nil {
		return nil, err
	}
	if v.results, err = t.Store.ResultsOf(ctx, r.Report); err != nil {
		return nil, err
	}
	v.rows = reading.Rows(t.Clinic.Clinic, v.results, v.p, t.Lang)
	return v, nil
}

func (v *reportView) data() map[string]any {
	at := reportTime(v.t, v.r)
	timed := at.Hour() != 0 || at.Minute() != 0
	return map[string]any{
		"Title": reading.Title(v.r), "Patient": v.p.Name, "At": at, "Timed": timed, "Status": v.r.Status, "Rows": v.rows, "Doctor": v.r.Report.Doctor,
		"Conclusion": v.r.Report.Conclusion, "Critical": v.r.Report.Critical, "Phone": v.t.Clinic.Phone, "Held": v.r.Held(v.t.Now),
		"Ours": slices.ContainsFunc(v.rows, func(r reading.Row) bool { return r.Ours }),
		"Off":  slices.ContainsFunc(v.rows, func(r reading.Row) bool { return r.Off }), "Finished": models.Finished(v.r.Status), "Staff": v.staff,
	}
}

// show says what the report says: the values, then the doctor's words, then,
// apart from both, what the names mean.
func (v *reportView) show(ctx context.Context) error {
	t := v.t
	t.Hub()
	t.Say("report.one", v.data())
	options, err := v.options(ctx)
	if err != nil {
		return err
	}
	explained, err := v.explained(ctx)
	if err != nil {
		return err
	}
	if v.r.Report.Conclusion != "" || len(explained) == 0 && !v.staff {
		t.Say("report.doctor_says", v.data())
	}
	if len(explained) > 0 {
		t.Say("report.explained", map[string]any{"List": explained})
	}
	t.Options(options...)
	return nil
}

func (v *reportView) options(ctx context.Context) ([]bot.Option, error) {
	t := v.t
	var out []bot.Option
	if v.staff && v.r.Held(t.Now) && t.Staff.Role != models.Nurse {
		out = append(out, t.Option("report.release", nil, "/report release "+v.r.ID))
	}
	series, err := v.series(ctx)
	if err != nil {
		return nil, err
	}
	shown := 0
	for _, off := range []bool{true, false} { // what is not as usual is asked for first
		for i, row := range v.rows {
			if shown < 3 && row.Off == off && len(series[row.ID]) >= 2 {
				shown++
				out = append(out, t.Option("report.trend", map[string]any{"Name": row.Name}, "/report trend "+v.r.ID+" "+strconv.Itoa(i)))
			}
		}
	}
	for i, f := range v.r.Report.Files {
		if i < 3 {
			out = append(out, t.Option("report.file", map[string]any{"Title": f.Title, "PDF": f.ContentType == media.PDF, "N": i + 1}, "/report file "+v.r.ID+" "+strconv.Itoa(i)))
		}
	}
	if v.staff {
		return append(out, t.Option("todo.open", nil, "/todo")), nil
	}
	return append(out, t.Option("report.list", nil, "/reports"), t.Option("report.ask", nil, "/agent")), nil
}

// explained are the names that the clinic explains in plain words, of values
// that are not as usual.
func (v *reportView) explained(ctx context.Context) ([]explanation, error) {
	if v.staff || v.t.Clinic.Reports.Bare {
		return nil, nil
	}
	decided, err := v.t.Store.Approvals(ctx, "analyte")
	if err != nil {
		return nil, err
	}
	var out []explanation
	for _, row := range v.rows {
		a := row.Analyte
		if a == nil || !row.Off || len(a.Explain) == 0 || len(out) == maxExplained || !decided.Allow(a.ID, a.Hash(), a.Approved) ||
			slices.ContainsFunc(out, func(e explanation) bool { return e.Name == row.Name }) {
			continue
		}
		out = append(out, explanation{row.Name, a.Explain.In(v.t.Lang), a.Source})
	}
	return out, nil
}

// maxExplained keeps the explanations shorter than the report.
const maxExplained = 4

type explanation struct{ Name, Text, Source string }

// sayHeld says the truth: it is there, and the doctor is first.
func (v *reportView) sayHeld(ctx context.Context) error {
	data := v.data()
	data["Taken"] = ""
	cases, err := v.t.Store.CasesAbout(ctx, v.r.About())
	if err != nil {
		return err
	}
	for _, c := range cases {
		if c.Kind == models.CaseCritical && c.State == models.CaseTaken {
			m, err := v.t.Store.StaffByID(ctx, c.Owner)
			if err != nil {
				return err
			}
			data["Taken"] = m.Name
		}
	}
	v.t.Hub()
	v.t.Say("report.held", data, v.t.Option("report.ask", nil, "/agent"), v.t.Option("report.list", nil, "/reports"))
	return nil
}

// file sends a file of the report as bytes.
func (v *reportView) file(which int) {
	t, files := v.t, v.r.Report.Files
	t.Hub()
	back := t.Option("report.back", nil, "/report "+v.r.ID)
	if which < 0 || which >= len(files) {
		t.Say("report.missing", nil, back)
		return
	}
	f := files[which]
	if f.ContentType == media.PDF && !t.Files {
		t.Say("report.no_files", reception(t), t.Option("reports.ask", nil, "/desk reports ask"), back)
		return
	}
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, f.Title)
	if name == "" {
		name = reading.Title(v.r)
	}
	name = strings.TrimSuffix(name, extension(f.ContentType)) + extension(f.ContentType)
	m := bot.Message{Media: &bot.Media{Name: name, ContentType: f.ContentType, File: f.Key}}
	o := models.Outgoing{Key: "file:" + t.In.Key, ContactID: t.Contact.ID, Priority: models.PriorityReply, Subject: v.r.About(), UselessAfter: t.Now.Add(fileUseful)}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Push(o, m) })
	t.Say("report.file_sent", map[string]any{"Name": name}, back)
}

func extension(contentType string) string {
	return map[string]string{media.PDF: ".pdf", media.PNG: ".png", media.JPEG: ".jpg"}[contentType]
}

// release lets the client see a held report, by a doctor's word.
func (v *reportView) release(ctx context.Context) error {
	r, t := v.r, v.t
	t.Hub()
	if !r.Held(t.Now) {
		t.Say("report.released_before", v.data())
		return nil
	}
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.Schedule(models.Task{
			Key: "report-release:" + r.ID + ":" + strconv.Itoa(r.Version) + ":by", Kind: "report-release", Subject: r.About(), Version: r.Version, DueAt: tx.Now,
			Priority: models.PriorityAlert,
		})
	})
	var options []bot.Option
	cases, err := t.Store.CasesAbout(ctx, r.About())
	if err != nil {
		return err
	}
	for _, c := range cases {
		if c.State == models.CaseClosed {
			continue
		}
		options = append(options, t.Option("case.do_close", nil, "/case close "+c.ID))
		if id, me := c.ID, t.Staff.ID; c.State == models.CaseOpen { // who decides has it: nobody else is called any more
			t.Write(func(_ context.Context, tx *models.Tx) error { return tx.TakeCase(id, me) })
		}
	}
	t.Say("report.released", v.data(), append(options, t.Option("todo.open", nil, "/todo"))...)
	return nil
}
