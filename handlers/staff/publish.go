package staff

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Publish puts photos or a PDF of a report into a patient's record: for whom,
// what it is, the pages, and everything shown before it counts. A doctor's is
// final; anybody else's is preliminary until a doctor has confirmed it. Arg of
// /publish: a record or booking number, or a phone, and the name of the report, or "confirm"
// and a report.
type Publish struct{}

// publishState is a report being put together.
type publishState struct {
	Patient string   `json:"p,omitempty"`
	Title   string   `json:"n,omitempty"`
	Pages   []string `json:"i,omitempty"` // attachments
}

const (
	maxPages = 12
	maxTitle = 40 // characters
)

// Name implements bot.Flow.
func (Publish) Name() string { return "publish" }

// Step implements bot.Flow.
func (Publish) Step(ctx context.Context, t *bot.Turn) error {
	var s publishState
	if t.Command != "" {
		who, title, _ := strings.Cut(t.Arg, " ")
		if who == "confirm" {
			return publishConfirm(ctx, t, title)
		}
		s.page(t)
		s.name(title)
		return s.next(ctx, t, who)
	}
	if err := t.State(&s); err != nil {
		return err
	}
	switch {
	case t.In.Kind == bot.KindImage || t.In.Kind == bot.KindFile:
		s.page(t)
		return s.next(ctx, t, "")
	case t.Choice == "send":
		return s.publish(ctx, t)
	case strings.HasPrefix(t.Choice, "p:"):
		s.Patient = t.Choice[2:]
		return s.next(ctx, t, "")
	case t.Choice != "" || t.Stale || t.Range > 0 || strings.TrimSpace(t.In.Text) == "":
		t.Pass()
		return nil
	case s.Patient == "":
		who, title, _ := strings.Cut(strings.TrimSpace(t.In.Text), " ")
		s.name(title)
		return s.next(ctx, t, who)
	}
	s.name(t.In.Text)
	return s.next(ctx, t, "")
}

// page takes the photo or document of this message, or says why not.
func (s *publishState) page(t *bot.Turn) {
	switch m := t.In.Media; {
	case t.Sent != nil && len(s.Pages) < maxPages:
		s.Pages = append(s.Pages, t.Sent.ID)
	case m != nil && m.Problem != "":
		t.Say("media."+m.Problem, map[string]any{"MB": 20, "Phone": t.Clinic.Phone, "PDF": t.In.Kind == bot.KindFile})
	}
}

func (s *publishState) name(title string) {
	if title = strings.TrimSpace(title); title != "" && utf8.RuneCountInString(title) <= maxTitle {
		s.Title = title
	}
}

// next asks for what is missing, or shows what will be done.
func (s *publishState) next(ctx context.Context, t *bot.Turn, who string) error {
	defer func() { t.Keep(s) }()
	cancel := t.Option("publish.cancel", nil, "/cancel")
	if who != "" {
		found, err := patientsNamed(ctx, t, who)
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			t.Say("publish.nobody", map[string]any{"Who": who})
		case len(found) == 1:
			s.Patient = found[0].ID
		default:
			var options []bot.Option
			for _, p := range found[:min(len(found), maxFound)] {
				options = append(options, bot.Option{Label: strings.TrimSpace(p.Name + " " + p.Identifier), Value: "p:" + p.ID})
			}
			t.Ask("publish.which", nil, append(options, cancel)...)
			return nil
		}
	}
	if s.Patient == "" {
		t.Ask("publish.who", map[string]any{"N": len(s.Pages)}, cancel)
		return nil
	}
	p, err := t.Store.PatientByID(ctx, s.Patient)
	if err != nil {
		return err
	}
	data := map[string]any{"Patient": p.Name, "Number": p.Identifier, "Title": s.Title, "N": len(s.Pages), "Final": confirms(t.Staff)}
	switch {
	case len(s.Pages) == 0:
		t.Ask("publish.pages", data, cancel)
	case s.Title == "":
		t.Ask("publish.title_ask", data, cancel)
	default:
		owner, err := t.Store.ClientByID(ctx, p.ClientID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		data["Owner"] = owner.Name
		t.Ask("publish.check", data, t.Option("publish.send", nil, "send"), cancel)
	}
	return nil
}

// patientsNamed finds whom a record or booking number, or an owner's phone,
// stands for.
func patientsNamed(ctx context.Context, t *bot.Turn, who string) ([]models.Patient, error) {
	p, err := t.Store.PatientByIdentifier(ctx, strings.ToUpper(who))
	if errors.Is(err, models.ErrNotFound) {
		var v models.Appointment
		if v, err = t.Store.AppointmentByNumber(ctx, strings.ToUpper(who)); err == nil {
			p, err = t.Store.PatientByID(ctx, v.PatientID)
		}
	}
	if err == nil {
		return []models.Patient{p}, nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	owners, err := clients(ctx, t, who)
	var out []models.Patient
	for i := 0; i < len(owners) && err == nil; i++ {
		var list []models.Patient
		list, err = t.Store.PatientsOfClient(ctx, owners[i].ID)
		out = append(out, list...)
	}
	return out, err
}

// confirms reports whose word makes a report final.
func confirms(m *models.Staff) bool { return m.Role == models.Doctor }

// publish keeps the report and tells whoever must know.
func (s *publishState) publish(ctx context.Context, t *bot.Turn) error {
	pages, err := t.Store.AttachmentsByID(ctx, s.Pages)
	if err != nil {
		return err
	}
	if len(pages) == 0 || s.Patient == "" || s.Title == "" {
		return s.next(ctx, t, "")
	}
	p, err := t.Store.PatientByID(ctx, s.Patient)
	if err != nil {
		return err
	}
	status := models.Preliminary
	if confirms(t.Staff) {
		status = models.Final
	}
	r, err := photoReport(t, *s, p, pages, status)
	if err != nil {
		return err
	}
	from, ids, clinic, speaker, by := t.Contact.ID, s.Pages, t.Clinic.Clinic, t.Speaker(), t.Staff.Name
	t.Write(func(ctx context.Context, tx *models.Tx) error {
		kept, _, err := tx.Keep(ctx, r)
		if err != nil {
			return err
		}
		if err := tx.FileAttachments(from, ids, p.ID, kept.About(), ""); err != nil {
			return err
		}
		if err := tx.Audit(from, from, "report-publish", kept.About()); err != nil {
			return err
		}
		if err := tx.Schedule(outreach.PlanReport(clinic, kept, false, tx.Now)...); err != nil || status == models.Final {
			return err
		}
		return speaker.Notify(tx, outreach.Notice{
			Key: "publish:" + kept.ID, Roles: []models.Role{models.Doctor}, Text: "publish.for_doctor", Subject: kept.About(),
			Data:    outreach.Same(map[string]any{"Patient": p.Name, "Title": s.Title, "N": len(ids), "By": by}),
			Options: []outreach.Option{{Text: "report.open", Command: "/report " + kept.ID}, {Text: "publish.confirm", Command: "/publish confirm " + kept.ID}},
		})
	})
	t.End()
	t.Hub()
	t.Say("publish.done", map[string]any{"Patient": p.Name, "Title": s.Title, "Final": status == models.Final},
		t.Option("report.open", nil, "/report "+r.ID), t.Option("menu.today", nil, "/today"))
	return nil
}

// publishConfirm makes a preliminary report final, by a doctor's word.
func publishConfirm(ctx context.Context, t *bot.Turn, id string) error {
	t.End()
	t.Hub()
	if !slices.Contains([]models.Role{models.Doctor, models.Manager}, t.Staff.Role) {
		t.Say("staff.role", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	r, err := t.Store.ClinicalByID(ctx, models.KindReport, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && !fromChat(r) {
		t.Say("publish.missing", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	if err != nil {
		return err
	}
	data := map[string]any{"Title": r.Report.Code.Words(), "Status": r.Status}
	if r.Status != models.Preliminary {
		t.Say("publish.confirmed_before", data, t.Option("report.open", nil, "/report "+id))
		return nil
	}
	final, err := confirmed(r, t.Now)
	if err != nil {
		return err
	}
	final.Report.Doctor = t.Staff.Name
	who, clinic := t.Contact.ID, t.Clinic.Clinic
	t.Write(func(ctx context.Context, tx *models.Tx) error {
		kept, _, err := tx.Keep(ctx, final)
		if err != nil {
			return err
		}
		if err := tx.Audit(who, who, "report-confirm", kept.About()); err != nil {
			return err
		}
		return tx.Schedule(outreach.PlanReport(clinic, kept, false, tx.Now)...)
	})
	t.Say("publish.confirmed", data, t.Option("report.open", nil, "/report "+id), t.Option("todo.open", nil, "/todo"))
	return nil
}
