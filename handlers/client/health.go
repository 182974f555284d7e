package client

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Health shows what the clinic has on a patient on a few screens: who, what
// one must know beforehand, what is due, visits, reports, what is under way,
// what is missing. Arg of /health: a patient or a record number; before it
// "wrong" to say what is not right, "pdf" to have it as a file.
type Health struct{}

type healthState struct {
	Patient string `json:"p"`
}

// Name implements bot.Flow.
func (Health) Name() string { return "health" }

// Step implements bot.Flow.
func (Health) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		var s healthState
		if err := t.State(&s); err != nil {
			return err
		}
		return s.wrong(ctx, t)
	}
	words := strings.Fields(t.Arg)
	verb := "show"
	if len(words) == 2 {
		verb = words[0]
	}
	who := ""
	if len(words) > 0 {
		who = words[len(words)-1]
	}
	p, staff, ok, err := healthOf(ctx, t, who)
	if err != nil || !ok {
		return err
	}
	if verb == "wrong" && !staff {
		t.Ask("health.ask_wrong", map[string]any{"Name": p.Name})
		t.Keep(healthState{p.ID})
		return nil
	}
	me, about := t.Contact.ID, models.AboutPatient(p.ID)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Audit(me, me, "health-record", about) })
	s := &summary{ctx: ctx, t: t, p: p, staff: staff}
	if verb == "pdf" {
		return s.file()
	}
	return s.show()
}

// healthOf finds whose summary is wanted and whether this person may see it: a
// patient they are bound to, or, for the clinic's own people, one that is
// theirs to see. What is not shown is answered here.
func healthOf(ctx context.Context, t *bot.Turn, who string) (p models.Patient, staff, ok bool, err error) {
	bound, err := t.Store.BoundPatients(ctx, t.Contact.ID)
	if err != nil {
		return p, false, false, err
	}
	for _, b := range bound {
		if who != "" && (b.ID == who || strings.EqualFold(b.Identifier, who)) || who == "" && len(bound) == 1 {
			return b, false, true, nil
		}
	}
	m, err := t.Store.StaffOf(ctx, t.Contact.ID)
	if err == nil && (who != "" || len(bound) == 0) {
		t.Staff = &m
		p, ok, err = staffSees(ctx, t, m, who)
		if err == nil && !ok {
			t.Hub()
			t.Say("health.staff_which", map[string]any{"Who": who}, t.Option("menu.today", nil, "/today"))
		}
		return p, true, ok, err
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return p, false, false, err
	}
	t.Hub()
	if len(bound) == 0 {
		t.Say("health.unbound", reception(t), t.Option("reports.bind", nil, "/bind"), t.Option("menu.record", nil, "/record"), t.Option("menu.agent", nil, "/agent"))
		return p, false, false, nil
	}
	if named := namedPatients(t, bound); who == "" && len(named) == 1 {
		return named[0], false, true, nil
	}
	var options []bot.Option
	for i, b := range bound {
		if i < maxPatients {
			options = append(options, bot.Option{Label: t.Text("record.patient_line", patientData(t, b)), Value: "/health " + b.ID})
		}
	}
	t.Say("health.which", map[string]any{"Pets": pets(t)}, options...)
	return p, false, false, nil
}

// namedPatients are those whose name the sentence holds.
func namedPatients(t *bot.Turn, list []models.Patient) []models.Patient {
	text := plainWords(sentence(t))
	var out []models.Patient
	for _, p := range list {
		if n := plainWords(p.Name); n != "" && strings.Contains(text, n) {
			out = append(out, p)
		}
	}
	return out
}

// staffSees finds a patient by record number, ID or booking number. Doctors,
// nurses and the manager see any; others one that an open case of their role
// is about.
func staffSees(ctx context.Context, t *bot.Turn, m models.Staff, who string) (models.Patient, bool, error) {
	if who == "" {
		return models.Patient{}, false, nil
	}
	p, err := t.Store.PatientByIdentifier(ctx, strings.ToUpper(who))
	if errors.Is(err, models.ErrNotFound) {
		p, err = t.Store.PatientByID(ctx, who)
	}
	if errors.Is(err, models.ErrNotFound) {
		var v models.Appointment
		if v, err = t.Store.AppointmentByNumber(ctx, who); err == nil && v.PatientID != "" {
			p, err = t.Store.PatientByID(ctx, v.PatientID)
		}
	}
	if errors.Is(err, models.ErrNotFound) || err == nil && p.ID == "" {
		return p, false, nil
	}
	if err != nil || slices.Contains([]models.Role{models.Doctor, models.Nurse, models.Manager}, m.Role) {
		return p, err == nil, err
	}
	cases, err := t.Store.CasesFor(ctx, m, 200)
	return p, slices.ContainsFunc(cases, func(c models.Case) bool { return concerns(c, p) }), err
}

// concerns reports a case about a patient.
func concerns(c models.Case, p models.Patient) bool {
	return c.Subject == models.AboutPatient(p.ID) || c.Details["PatientID"] == p.ID
}

// wrong takes what is not right in the record to the desk, who has to put it
// right: what came from the clinic is not changed in the chat.
func (s *healthState) wrong(ctx context.Context, t *bot.Turn) error {
	words := sentence(t)
	if t.Choice != "" || t.Stale || t.Range > 0 || words == "" || elsewhere(t) {
		t.Pass()
		return nil
	}
	p, staff, ok, err := healthOf(ctx, t, s.Patient)
	if err != nil || !ok || staff {
		t.End()
		return err
	}
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	c := models.Case{
		Key: "correct:" + t.In.Key, Kind: "correct", Roles: []models.Role{models.Desk}, Subject: models.AboutPatient(p.ID), ContactID: t.Contact.ID,
		Details: map[string]string{"Patient": p.Name, "Client": from.Name, "Words": words},
		DueAt:   outreach.AwakeAfter(t.Clinic.Clinic, "", t.Now, lookToday),
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	t.End()
	t.Say("health.wrong_passed", reception(t), t.Option("health.back", nil, "/health "+p.ID), t.Option("menu.menu", nil, "/menu"))
	return nil
}
