package staff

import (
	"context"
	"errors"

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
	t.Hub()
	t.Say("visit.one", forRole(t, p), visitOptions(t, p)...)
	return nil
}

// visit finds the visit a command names; a number that leads nowhere, or to a
// branch that is not the colleague's, is answered here.
func visit(ctx context.Context, t *bot.Turn) (models.Appointment, bool, error) {
	p, err := t.Store.AppointmentByNumber(ctx, t.Arg)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return p, false, err
	}
	if err != nil || t.Staff.Branch != "" && t.Staff.Branch != p.Slot.Branch {
		t.Say("visit.missing", map[string]any{"Number": t.Arg}, t.Option("menu.today", nil, "/today"))
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
			options = append(options, t.Option("visit.do_"+string(m.to), nil, m.command+" "+p.Number))
		}
	}
	if open(p) && p.ContactID != "" {
		options = append(options, t.Option("notice.reply", nil, "/reply "+p.ContactID))
	}
	return append(options, t.Option("visit.list", nil, "/today "+p.Slot.Start.In(t.Clinic.Location(p.Slot.Branch)).Format("2006-01-02")))
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
	{"/arrived", models.Arrived, []models.AppointmentStatus{models.Booked}},
	{"/done", models.Fulfilled, []models.AppointmentStatus{models.Booked, models.Arrived}},
	{"/noshow", models.NoShow, []models.AppointmentStatus{models.Booked}},
}

// Mark says what became of a visit. Arg of /arrived, /done and /noshow: its number.
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
		id, was := p.ID, p.Version
		p.Status, p.Version = m.to, was+1
		tasks := outreach.PlanVisit(t.Clinic.Clinic, p, t.Now)
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SetStatus(id, was, m.to, tasks) })
		t.Say("visit.marked", forRole(t, p), visitOptions(t, p)...)
	}
	return nil
}
