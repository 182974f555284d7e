package staff

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Visit shows one visit with what can be done about it. Arg of /visit: its number.
type Visit struct{}

// Name implements bot.Flow.
func (Visit) Name() string { return "visit" }

// Step implements bot.Flow.
func (Visit) Step(ctx context.Context, t *bot.Turn) error {
	p, ok, err := visit(ctx, t)
	if err != nil || !ok {
		return err
	}
	data, err := withNotes(ctx, t, p)
	if err != nil {
		return err
	}
	needs, err := t.Store.NeedsIn(ctx, p)
	if err != nil {
		return err
	}
	if len(needs) > 0 {
		data["Needs"] = t.Text("needs.line", outreach.NeedsData(needs))
	}
	t.Hub()
	t.Say("visit.one", data, visitOptions(t, p)...)
	return nil
}

// withNotes adds what was written about a visit. The answers before it are for
// those who treat; the desk sees that they are there.
func withNotes(ctx context.Context, t *bot.Turn, p models.Appointment) (map[string]any, error) {
	data := forRole(t, p)
	var err error
	if data["Papers"], err = papersOf(ctx, t, p); err != nil {
		return nil, err
	}
	data["Complaint"], data["Allergies"], data["Medication"], data["More"], data["Why"], data["Done"] = "", "", "", nil, "", ""
	for kind, key := range map[string]string{models.NoteIntake: "", models.NoteNoShow: "Why", models.NoteDone: "Done"} {
		if kind == models.NoteIntake && (p.IntakeAt.IsZero() || t.Staff.Role == models.Desk || t.Staff.Role == models.Manager) ||
			kind == models.NoteNoShow && p.Status != models.NoShow || kind == models.NoteDone && p.Status != models.Fulfilled {
			continue
		}
		n, err := t.Store.VisitNote(ctx, p.ID, kind)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if key != "" {
			data[key] = n.Body
			continue
		}
		a, err := outreach.ReadIntake(n)
		if err != nil {
			return nil, err
		}
		a = a.In(func(key string) string { return t.Text(key, nil) })
		data["Complaint"], data["Allergies"], data["Medication"], data["More"] = a.Complaint, a.Allergies, a.Medication, a.More
	}
	return data, nil
}

// visit finds the visit a command names; a number that leads nowhere, or to a
// branch that is not the colleague's, is answered here.
func visit(ctx context.Context, t *bot.Turn) (models.Appointment, bool, error) {
	number, _, _ := strings.Cut(t.Arg, " ")
	p, err := t.Store.AppointmentByNumber(ctx, number)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return p, false, err
	}
	if err != nil || t.Staff.Branch != "" && t.Staff.Branch != p.Slot.Branch {
		t.Say("visit.missing", map[string]any{"Number": number}, t.Option("menu.today", nil, "/today"))
		return p, false, nil
	}
	return p, true, nil
}

// forRole leaves out what a role does not need: only who calls people sees the phone.
func forRole(t *bot.Turn, p models.Appointment) map[string]any {
	data := visitData(t, p)
	switch t.Staff.Role {
	case models.Doctor, models.Consultant:
		data["Phone"] = ""
	}
	return data
}

func visitOptions(t *bot.Turn, p models.Appointment) []bot.Option {
	var options []bot.Option
	for _, m := range moves {
		if m.from(p.Status) && !early(t, p, m.to) {
			key := "visit.do_" + string(m.to)
			if p.Status == models.NoShow && m.to == models.Arrived {
				key = "visit.do_recall"
			}
			options = append(options, t.Option(key, nil, m.command+" "+p.Number))
		}
	}
	if open(p) && p.ContactID != "" {
		options = append(options, t.Option("notice.reply", nil, "/reply "+p.ContactID))
	}
	if p.Status == models.Arrived || p.Status == models.Fulfilled {
		options = append(options, t.Option("care.open", nil, "/care "+p.Number))
	}
	if p.Status == models.Fulfilled && t.Staff.Role != models.Doctor && t.Staff.Role != models.Nurse {
		options = append(options, t.Option("bill.open", nil, "/bill "+p.Number))
	}
	options = append(options, t.Option("visit.list", nil, "/today "+p.Slot.Start.In(t.Clinic.Location(p.Slot.Branch)).Format("2006-01-02")))
	if open(p) {
		options = append(options, paperOptions(t, p)...)
	}
	return options
}

// move is one change of a visit's state that staff can make.
type move struct {
	command string
	to      models.AppointmentStatus
	after   []models.AppointmentStatus
}

func (m move) from(s models.AppointmentStatus) bool {
	for _, a := range m.after {
		if a == s {
			return true
		}
	}
	return false
}

// early reports a change that cannot be true yet: arriving on another day,
// not having come before the time, done before it without having arrived.
func early(t *bot.Turn, p models.Appointment, to models.AppointmentStatus) bool {
	if to == models.Arrived {
		loc := t.Clinic.Location(p.Slot.Branch)
		return config.DateOf(t.Now.In(loc)).Compare(config.DateOf(p.Slot.Start.In(loc))) < 0
	}
	return p.Status == models.Booked && t.Now.Before(p.Slot.Start)
}

var moves = [...]move{
	{"/arrived", models.Arrived, []models.AppointmentStatus{models.Booked, models.NoShow}},
	{"/done", models.Fulfilled, []models.AppointmentStatus{models.Booked, models.Arrived, models.NoShow}},
	{"/noshow", models.NoShow, []models.AppointmentStatus{models.Booked}},
}

// Mark says what became of a visit. Arg of /arrived, /done and /noshow: its
// number; after the one of /done, a line for the summary that the client gets.
type Mark struct{}

// Name implements bot.Flow.
func (Mark) Name() string { return "mark" }

// Step implements bot.Flow.
func (Mark) Step(ctx context.Context, t *bot.Turn) error {
	p, ok, err := visit(ctx, t)
	if err != nil || !ok {
		return err
	}
	t.Hub()
	for _, m := range moves {
		if m.command != t.Command {
			continue
		}
		if !m.from(p.Status) || early(t, p, m.to) {
			data := forRole(t, p)
			data["Early"] = m.from(p.Status)
			t.Say("visit.cannot", data, visitOptions(t, p)...)
			return nil
		}
		id, was, missed := p.ID, p.Version, p.Status == models.NoShow
		p.Status, p.Version = m.to, was+1
		tasks := outreach.PlanVisit(t.Clinic.Clinic, p, t.Now)
		note := models.VisitNote{AppointmentID: id, Kind: models.NoteDone, Author: t.Contact.ID}
		if m.to == models.Fulfilled {
			_, note.Body, _ = strings.Cut(t.Arg, " ")
		}
		t.Write(func(_ context.Context, tx *models.Tx) error {
			if note.Body != "" {
				if err := tx.NoteVisit(note); err != nil {
					return err
				}
			}
			if missed {
				return tx.Recall(id, was, m.to, tasks)
			}
			return tx.SetStatus(id, was, m.to, tasks)
		})
		data := forRole(t, p)
		data["Papers"] = []string(nil)
		if m.to == models.Arrived { // what is not signed yet is asked at the desk
			if data["Papers"], err = papersOf(ctx, t, p); err != nil {
				return err
			}
		}
		t.Say("visit.marked", data, visitOptions(t, p)...)
	}
	return nil
}
