package client

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Intake opens the form that is asked before a visit: the complaint, allergies,
// medication, what else the clinic wants to know. The doctor reads the answers.
type Intake struct{}

// Name implements bot.Flow.
func (Intake) Name() string { return "intake" }

// Step implements bot.Flow. Arg of /intake: the booking's number and "same" or
// "later", or the subject of the push that asked.
func (Intake) Step(ctx context.Context, t *bot.Turn) error {
	number, how, _ := strings.Cut(t.Arg, " ")
	if models.SubjectID("Appointment", t.Arg) != "" {
		p, ok, err := subjectVisit(ctx, t, t.Arg)
		if err != nil {
			return err
		}
		command := intakeMeant(t)
		if !ok || command == "" {
			t.Pass()
			return nil
		}
		t.Then(strings.Replace(command, "#", p.Number, 1))
		return nil
	}
	t.Arg = number
	p, err := findVisit(ctx, t, number)
	if err != nil {
		return sayMissing(t, err)
	}
	switch {
	case how == "later":
		t.Say("intake.skipped", nil)
		return nil
	case p.Status != models.Booked && p.Status != models.Arrived:
		sayOver(t, p)
		return nil
	}
	ok, err := healthConsented(ctx, t)
	if err != nil {
		return err
	}
	if !ok && t.Choice != justAgreed {
		t.Then(strings.TrimSpace("/consent " + consentHealth + " /intake " + number + " " + how))
		return nil
	}
	t.Choice = ""
	if t.Clinic.Form(config.IntakeForm) == nil {
		t.Say("intake.skipped", nil)
		return nil
	}
	// Answered again, it is another form about the same visit.
	command := "/form " + config.IntakeForm + " key=intake:" + p.ID + ":" + strconv.FormatInt(max(p.IntakeAt.Unix(), 0), 36) + " about=" + models.AboutAppointment(p.ID)
	if p.PatientID != "" {
		command += " patient=" + p.PatientID
	}
	if how == "same" {
		command += " same=yes"
	}
	t.Then(command)
	return nil
}

// recall fills in what is known before an intake is asked: what was said at the
// booking and, where nothing has changed, what was answered the last time.
func (f *filling) recall(same bool) error {
	t := f.t
	p, err := t.Store.AppointmentByID(f.ctx, models.SubjectID("Appointment", f.s.Subject))
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if same {
		last, err := t.Store.LastIntake(f.ctx, p.PatientID, p.ID, t.Clinic.Visits.Intake.Fresh.Before(t.Now))
		switch {
		case errors.Is(err, models.ErrNotFound), err == nil && last.Author != t.Contact.ID: // too long ago by now: asked afresh
		case err != nil:
			return err
		default:
			a, err := outreach.ReadIntake(last)
			if err != nil {
				return err
			}
			f.s.Answers = answersOf(a.Values())
		}
	}
	delete(f.s.Answers, "complaint") // it is of each visit its own
	if p.Note != "" {
		f.s.Answers["complaint"] = p.Note
	}
	return nil
}

// takenIn keeps the answers with the visit, for the doctor.
func (f *filling) takenIn(r models.QuestionnaireResponse, list []*config.FormItem) error {
	t := f.t
	p, err := t.Store.AppointmentByID(f.ctx, models.SubjectID("Appointment", r.Subject))
	if err != nil {
		return err
	}
	a := outreach.NewIntake(r.Answers)
	for _, q := range list {
		if _, known := r.Answers[q.LinkID]; !known || q.Type == config.ItemDisplay || outreach.IntakeNamed(q.LinkID) {
			continue
		}
		line := outreach.IntakeLine{Question: config.Text{}, Answer: config.Text{}}
		for _, l := range config.Languages() {
			line.Question[l], line.Answer[l] = short(q, l), f.shown(q, l)
		}
		a.More = append(a.More, line)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	note := models.VisitNote{AppointmentID: p.ID, Kind: models.NoteIntake, Body: string(body), Author: t.Contact.ID}
	tasks := outreach.BriefLate(t.Clinic.Clinic, p, t.Now)
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.NoteVisit(note); err != nil {
			return err
		}
		return tx.Schedule(tasks...)
	})
	t.Say("intake.done", a.Fill(t.Speaker(), visitData(t, p))(t.Lang), t.Option("intake.again", nil, "/intake "+p.Number), t.Option("book.to_bookings", nil, "/bookings"))
	return nil
}

// intakeMeant is what a short answer to the push means, "#" for the number.
func intakeMeant(t *bot.Turn) string {
	text := plainWords(t.In.Text)
	switch {
	case saysNotMe(text):
		return "/notme #"
	case containsOne(text, []string{"一样", "没变", "不变", "same", "no change", "nothing changed", "unchanged"}):
		return "/intake # same"
	}
	if command := aboutVisit(t); command != "" && !strings.HasPrefix(command, "/confirm") && t.Heard().Intent != nlu.IntentNo {
		return command + "#"
	}
	switch t.Heard().Intent {
	case nlu.IntentYes:
		return "/intake #"
	case nlu.IntentConfirmVisit:
		return "/confirm #"
	case nlu.IntentNo:
		return "/intake # later"
	}
	return ""
}

// elsewhere reports a message that is plainly no answer about health.
func elsewhere(t *bot.Turn) bool {
	h := t.Heard()
	if h.Confidence < plainly {
		return false
	}
	switch h.Intent {
	case nlu.IntentPrice, nlu.IntentHours, nlu.IntentAddress, nlu.IntentAgent, nlu.IntentCancelBooking, nlu.IntentReschedule, nlu.IntentMyBookings,
		nlu.IntentLate, nlu.IntentComplaint, nlu.IntentUnsubscribe, nlu.IntentPrivacy:
		return true
	}
	return false
}

// plainly is the confidence from which a sentence is taken for another wish
// than the answer that was asked for.
const plainly = 0.8
