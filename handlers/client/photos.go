package client

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates/chart"
)

// Photos shows the photos of a recovery as one picture, oldest to newest, each
// with its day, and sends one in full. Arg of /photos: a plan or the number of its visit, or
// "case", "patient" or "one" and an ID; without it, one's own newest procedure.
// Every look by the clinic's people is kept.
type Photos struct{}

const (
	// maxSheet is how many photos one picture holds: still to be made out on a
	// phone.
	maxSheet = 12
	// maxOffered is how many are offered in full.
	maxOffered = 6
)

// Name implements bot.Flow.
func (Photos) Name() string { return "timeline" }

// Step implements bot.Flow.
func (Photos) Step(ctx context.Context, t *bot.Turn) error {
	care, err := isCare(ctx, t)
	if err != nil {
		return err
	}
	t.Hub()
	v := photoView{t: t, care: care}
	verb, id, _ := strings.Cut(t.Arg, " ")
	switch verb {
	case "one":
		return v.one(ctx, id)
	case "mine":
		err = v.mine(ctx)
	case "case":
		err = v.ofCase(ctx, id)
	case "patient":
		err = v.ofPatient(ctx, id)
	default:
		err = v.ofVisit(ctx, t.Arg)
		if t.Arg == "" && t.Staff == nil && (errors.Is(err, models.ErrNotFound) || err == nil && len(v.list) == 0) {
			err = v.mine(ctx)
		}
	}
	if errors.Is(err, models.ErrNotFound) {
		return v.none()
	}
	if err != nil {
		return err
	}
	return v.show(ctx)
}

// photoView is photos being shown.
type photoView struct {
	t     *bot.Turn
	care  bool // one of the clinic's people who see health records
	about string
	title map[string]any
	list  []models.Attachment
	from  *recovery // counts the days; nil: dates
	back  []bot.Option
}

func (v *photoView) none() error {
	t := v.t
	if t.Staff != nil {
		t.Say("photos.none_here", nil, t.Option("todo.open", nil, "/todo"))
		return nil
	}
	t.Say("photos.none_yet", nil, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
	return nil
}

// mine are the newest that this person sent, whatever they are about.
func (v *photoView) mine(ctx context.Context) (err error) {
	v.about, v.title, v.from, v.back = v.t.Contact.ID, map[string]any{"Patient": "", "Service": ""}, nil, nil
	v.list, err = v.t.Store.AttachmentsFrom(ctx, v.t.Contact.ID, time.Time{}, maxSheet)
	return err
}

func (v *photoView) ofVisit(ctx context.Context, number string) error {
	if v.t.Staff != nil && !v.care {
		return models.ErrNotFound
	}
	r, err := findRecovery(ctx, v.t, number)
	if err != nil {
		return err
	}
	if v.list, err = v.t.Store.AttachmentsAbout(ctx, r.subject(), maxSheet); err != nil {
		return err
	}
	v.about, v.from = r.subject(), &r
	v.title = map[string]any{"Patient": r.Name, "Service": r.What}
	v.back = []bot.Option{v.t.Option("curve.open", nil, "/curve "+r.ID)}
	return nil
}

// ofPatient is for the clinic's people: all that there is of a patient.
func (v *photoView) ofPatient(ctx context.Context, id string) error {
	if !v.care {
		return models.ErrNotFound
	}
	p, err := v.t.Store.PatientByID(ctx, id)
	if err != nil {
		return err
	}
	v.about, v.title = models.AboutPatient(p.ID), map[string]any{"Patient": p.Name, "Service": ""}
	v.list, err = v.t.Store.AttachmentsOfPatient(ctx, p.ID, maxSheet)
	return err
}

// ofCase are the photos that a case came with; whoever deals with it sees them.
func (v *photoView) ofCase(ctx context.Context, id string) error {
	t := v.t
	c, err := t.Store.CaseByID(ctx, id)
	if err != nil {
		return err
	}
	if !seesCase(t, c) {
		return models.ErrNotFound
	}
	ids := strings.Fields(c.Details["Photos"])
	if v.list, err = t.Store.AttachmentsByID(ctx, ids); err != nil {
		return err
	}
	if c.Subject == "" && len(v.list) > 0 { // what came right after the first went along with it
		since := v.list[0].At
		more, err := t.Store.AttachmentsFrom(ctx, c.ContactID, since, maxSheet)
		if err != nil {
			return err
		}
		v.list = append(v.list, slices.DeleteFunc(more, func(a models.Attachment) bool { return a.Subject != "" || a.At.Sub(since) > burst })...)
	}
	slices.SortFunc(v.list, func(a, b models.Attachment) int { return b.At.Compare(a.At) })
	if id := models.SubjectID(models.KindCarePlan, c.Subject); id != "" {
		p, err := t.Store.CarePlanByID(ctx, id)
		if err != nil {
			return err
		}
		r, _, err := recoveryOf(ctx, t, p)
		if err != nil {
			return err
		}
		if v.from = &r; v.care {
			v.back = append(v.back, t.Option("photos.timeline", nil, "/photos "+r.ID), t.Option("curve.open", nil, "/curve "+r.ID))
		}
	}
	v.about, v.title = models.AboutCase(c.ID), map[string]any{"Patient": c.Details["Who"], "Service": ""}
	v.back = append(v.back, t.Option("case.do_show", nil, "/case "+c.ID))
	return nil
}

// seesCase reports a case that is this colleague's, or of their role.
func seesCase(t *bot.Turn, c models.Case) bool {
	m := t.Staff
	if m == nil {
		return false
	}
	return c.Owner == m.ID || (c.Branch == "" || m.Branch == "" || c.Branch == m.Branch) && (m.Role == models.Manager || slices.Contains(c.Roles, m.Role))
}

// show draws the sheet: oldest to newest.
func (v *photoView) show(ctx context.Context) error {
	t := v.t
	if len(v.list) == 0 {
		return v.none()
	}
	v.list = v.list[:min(len(v.list), maxSheet)]
	slices.Reverse(v.list)
	v.audit("photos", v.about)
	sheet := chart.Sheet{Title: t.Text("photos.sheet_title", v.title)}
	for i, a := range v.list {
		cell := chart.Cell{Label: count(i+1) + "　" + v.label(a.At)}
		if a.ContentType == media.PDF {
			cell.Word = "PDF"
		} else {
			cell.Load = func() ([]byte, error) { return t.Kept.Get(ctx, a.File) }
		}
		sheet.Cells = append(sheet.Cells, cell)
	}
	picture, err := sheet.JPEG()
	if err != nil {
		return err
	}
	var options []bot.Option
	for i, a := range v.list[max(0, len(v.list)-maxOffered):] {
		n := max(0, len(v.list)-maxOffered) + i + 1
		options = append(options, t.Option("photos.full", map[string]any{"N": n, "Label": v.label(a.At)}, "/photos one "+a.ID))
	}
	v.title["N"] = len(v.list)
	t.Add(bot.Message{Text: t.Text("photos.sheet", v.title), Media: &bot.Media{Name: "timeline.jpg", ContentType: media.JPEG, Data: picture}, Options: append(options, v.back...)})
	return nil
}

// label is the day of a photo: of the recovery, or of the year.
func (v *photoView) label(at time.Time) string {
	local := at.In(v.t.Clinic.Location(""))
	if v.from == nil {
		return v.t.Text("photos.date", map[string]any{"At": local})
	}
	return v.t.Text("photos.day", map[string]any{"Day": v.from.day(v.t, at), "At": local})
}

// one sends a photo or a document in full: to whoever sent it, to whom the
// patient is bound, and to the clinic's people who may see it.
func (v *photoView) one(ctx context.Context, id string) error {
	t := v.t
	a, err := t.Store.AttachmentByID(ctx, id)
	if err == nil {
		err = v.mayOpen(ctx, a)
	}
	if errors.Is(err, models.ErrNotFound) {
		return v.none()
	}
	if err != nil {
		return err
	}
	v.audit("photo", "Media/"+a.ID)
	if a.ContentType == media.PDF && !t.Files {
		t.Say("photos.no_files", map[string]any{"Phone": t.Clinic.Phone})
		return nil
	}
	m := bot.Message{Media: &bot.Media{Name: a.ID + extension(a.ContentType), ContentType: a.ContentType, File: a.File}}
	o := models.Outgoing{Key: "file:" + t.In.Key, ContactID: t.Contact.ID, Priority: models.PriorityReply, UselessAfter: t.Now.Add(fileUseful)}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Push(o, m) })
	t.Say("photos.sent", map[string]any{"PDF": a.ContentType == media.PDF, "At": a.At.In(t.Clinic.Location(""))})
	return nil
}

// mayOpen is ErrNotFound for whoever may not: it is not told apart.
func (v *photoView) mayOpen(ctx context.Context, a models.Attachment) error {
	t := v.t
	switch {
	case a.ContactID == t.Contact.ID, v.care:
		return nil
	case t.Staff != nil:
		return v.deskMayOpen(ctx, a)
	case a.PatientID == "":
		return models.ErrNotFound
	}
	list, err := t.Store.PatientsOf(ctx, t.Contact.ID, ownID(t))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(p models.Patient) bool { return p.ID == a.PatientID }) {
		return models.ErrNotFound
	}
	return nil
}

// deskMayOpen lets the other roles see what was sent to the clinic as a message
// is, and what a case of theirs came with.
func (v *photoView) deskMayOpen(ctx context.Context, a models.Attachment) error {
	if a.Subject == "" && a.ResponseKey == "" {
		return nil
	}
	list, err := v.t.Store.CasesAbout(ctx, a.Subject)
	if err != nil {
		return err
	}
	for _, c := range list {
		if seesCase(v.t, c) && slices.Contains(strings.Fields(c.Details["Photos"]), a.ID) {
			return nil
		}
	}
	return models.ErrNotFound
}

// audit keeps that one of the clinic's people, or a client, looked.
func (v *photoView) audit(what, subject string) {
	who := v.t.Contact.ID
	v.t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Audit(who, who, what, subject) })
}

func count(n int) string { return strconv.Itoa(n) }
