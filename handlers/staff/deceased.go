package staff

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Deceased records that a patient has died: everything about the patient
// stops, visits to come are cancelled and the desk is told. It is asked twice
// and can be taken back. Arg of /deceased: a record or booking number, or
// "undo" and the patient's ID.
type Deceased struct{}

// Name implements bot.Flow.
func (Deceased) Name() string { return "deceased" }

// Step implements bot.Flow.
func (Deceased) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return deceasedAnswer(ctx, t)
	}
	if id, ok := strings.CutPrefix(t.Arg, "undo "); ok {
		return deceasedUndo(ctx, t, id)
	}
	if t.Arg == "" {
		t.Say("deceased.ask_who", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	return deceasedAsk(ctx, t, t.Arg)
}

func deceasedAsk(ctx context.Context, t *bot.Turn, who string) error {
	p, ok, err := findPatient(ctx, t, who)
	if err != nil || !ok {
		return err
	}
	data, visits, err := deceasedData(ctx, t, p)
	if err != nil {
		return err
	}
	if !p.DeceasedAt.IsZero() && len(visits) == 0 {
		t.End()
		t.Say("deceased.before", data, t.Option("deceased.undo", nil, "/deceased undo "+p.ID))
		return nil
	}
	t.Keep(p.ID)
	t.Ask("deceased.ask", data, t.Option("deceased.yes", nil, "yes"), t.Option("deceased.no", nil, "no"))
	return nil
}

// findPatient finds who is meant by a record number, a booking number or an
// ID; that nobody is, is answered here.
func findPatient(ctx context.Context, t *bot.Turn, who string) (models.Patient, bool, error) {
	p, err := t.Store.PatientByIdentifier(ctx, strings.ToUpper(who))
	if errors.Is(err, models.ErrNotFound) {
		p, err = t.Store.PatientByID(ctx, who)
	}
	if errors.Is(err, models.ErrNotFound) {
		var visit models.Appointment
		if visit, err = t.Store.AppointmentByNumber(ctx, who); err == nil {
			p, err = t.Store.PatientByID(ctx, visit.PatientID)
		}
	}
	if errors.Is(err, models.ErrNotFound) {
		t.End()
		t.Say("deceased.missing", nil, t.Option("menu.today", nil, "/today"))
		return p, false, nil
	}
	return p, err == nil, err
}

// deceasedData is what texts say about a death, and the visits it cancels.
func deceasedData(ctx context.Context, t *bot.Turn, p models.Patient) (map[string]any, []models.Appointment, error) {
	list, err := t.Store.Appointments(ctx, models.AppointmentFilter{PatientID: p.ID, Status: models.Booked, From: t.Now})
	if err != nil {
		return nil, nil, err
	}
	owner, err := t.Store.ClientByID(ctx, p.ClientID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, nil, err
	}
	var visits []map[string]any
	for _, v := range list {
		visits = append(visits, visitData(t, v))
	}
	data := map[string]any{"Patient": p.Name, "Owner": owner.Name, "Visits": visits, "By": t.Staff.Name}
	if p.Kind == "person" && owner.Name == p.Name {
		data["Owner"] = ""
	}
	return data, list, nil
}

func deceasedAnswer(ctx context.Context, t *bot.Turn) error {
	var id string
	if err := t.State(&id); err != nil {
		return err
	}
	switch {
	case t.Choice == "no":
		t.End()
		t.Say("deceased.kept", nil)
		return nil
	case t.Choice != "yes":
		t.Pass()
		return nil
	}
	p, ok, err := findPatient(ctx, t, id)
	if err != nil || !ok {
		return err
	}
	data, visits, err := deceasedData(ctx, t, p)
	if err != nil {
		return err
	}
	t.End()
	undo := t.Option("deceased.undo", nil, "/deceased undo "+p.ID)
	if !p.DeceasedAt.IsZero() && len(visits) == 0 {
		t.Say("deceased.before", data, undo)
		return nil
	}
	calls, err := followupsOf(ctx, t, p.ID)
	if err != nil {
		return err
	}
	clinic := t.Clinic.Clinic
	me, why := t.Staff.ID, t.TextIn(t.Clinic.Language, "deceased.result", nil)
	t.Write(func(_ context.Context, tx *models.Tx) error {
		for _, v := range visits {
			was := v.Version
			v.Status, v.Version = models.Cancelled, was+1
			if err := tx.SetStatus(v.ID, was, models.Cancelled, outreach.PlanVisit(clinic, v, tx.Now)); err != nil {
				return err
			}
		}
		for _, c := range calls {
			if err := tx.CloseCase(c, me, why); err != nil && !errors.Is(err, models.ErrGone) {
				return err
			}
		}
		if err := tx.PatientDied(p.ID, tx.Now); !errors.Is(err, models.ErrGone) { // their people may have told it before
			return err
		}
		return nil
	})
	if len(visits) > 0 {
		t.Notify(outreach.Notice{
			Key: "deceased:" + p.ID + ":" + t.In.Key, Roles: []models.Role{models.Desk}, Text: "deceased.desk", Data: outreach.Same(data),
		})
	}
	options := []bot.Option{}
	people, err := t.Store.PeopleOf(ctx, p, "")
	if err != nil {
		return err
	}
	if len(people) > 0 {
		options = append(options, t.Option("notice.reply", nil, "/reply "+people[0].ID))
	}
	t.Hub()
	t.Undoable("/deceased undo " + p.ID)
	t.Say("deceased.done", data, append(options, undo)...)
	return nil
}

// followupsOf lists the calls that wait about a patient: nobody makes them now.
func followupsOf(ctx context.Context, t *bot.Turn, patientID string) ([]string, error) {
	plans, err := t.Store.CarePlansOf(ctx, patientID)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range plans {
		cases, err := t.Store.CasesAbout(ctx, models.AboutCarePlan(p.ID))
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if (c.Kind == outreach.CaseFollowup || c.Kind == outreach.CaseCheckin) && c.State != models.CaseClosed {
				out = append(out, c.ID)
			}
		}
	}
	return out, nil
}

func deceasedUndo(ctx context.Context, t *bot.Turn, id string) error {
	p, ok, err := findPatient(ctx, t, id)
	if err != nil || !ok {
		return err
	}
	t.End()
	if !p.DeceasedAt.IsZero() {
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.PatientLives(p.ID) })
	}
	t.Say("deceased.undone", map[string]any{"Patient": p.Name}, t.Option("menu.today", nil, "/today"))
	return nil
}
