package client

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Intake asks what the doctor should know before a visit: the complaint,
// allergies, medication. The answers are kept sealed with the visit.
type Intake struct{}

type intakeState struct {
	Number string                 `json:"n"`
	Asked  string                 `json:"q"`
	Same   bool                   `json:"s,omitempty"` // allergies and medication are as they were
	Known  outreach.IntakeAnswers `json:"k"`
}

// Name implements bot.Flow.
func (Intake) Name() string { return "intake" }

// Step implements bot.Flow. Arg of /intake: the booking's number and "same" or
// "later", or the subject of the push that asked.
func (Intake) Step(ctx context.Context, t *bot.Turn) error {
	var s intakeState
	if t.Command == "" {
		if err := t.State(&s); err != nil {
			return err
		}
		return s.answer(ctx, t)
	}
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
	s.Number = number
	if how == "same" {
		if err := s.recall(ctx, t, p); err != nil {
			return err
		}
	}
	if p.Note != "" {
		s.Known.Complaint = p.Note
		return s.next(t, p)
	}
	s.ask(t, "complaint")
	return nil
}

// recall takes the allergies and medication of the last visit over.
func (s *intakeState) recall(ctx context.Context, t *bot.Turn, p models.Appointment) error {
	last, err := t.Store.LastIntake(ctx, p.PatientID, p.ID, t.Clinic.Visits.Intake.Fresh.Before(t.Now))
	if errors.Is(err, models.ErrNotFound) || err == nil && last.Author != t.Contact.ID {
		return nil // too long ago by now: asked afresh
	}
	if err != nil {
		return err
	}
	a, err := outreach.ReadIntake(last)
	s.Same, s.Known.Allergies, s.Known.Medication = err == nil, a.Allergies, a.Medication
	return err
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

func (s *intakeState) ask(t *bot.Turn, what string) {
	s.Asked = what
	options := []bot.Option{t.Option("intake.none_"+what, nil, "none")}
	if what != "complaint" {
		options = append(options, t.Option("intake.unsure", nil, "unsure"))
	}
	t.Ask("intake.ask_"+what, nil, options...)
	t.Keep(s)
}

// answer takes the answer to one question. What is plainly a wish of another
// kind goes to whoever has it.
func (s *intakeState) answer(ctx context.Context, t *bot.Turn) error {
	value := ""
	switch {
	case t.Stale || t.Range > 0:
		t.Pass()
		return nil
	case t.Choice == "unsure":
		value = outreach.AnswerUnsure
	case t.Choice != "":
		value = outreach.AnswerNone
	case t.In.Kind != bot.KindText && t.In.Kind != bot.KindVoice || elsewhere(t):
		t.Pass()
		return nil
	default:
		value = cutWords(strings.TrimSpace(t.In.Text))
		if t.Heard().Intent == nlu.IntentNo {
			value = outreach.AnswerNone
		}
	}
	if utf8.RuneCountInString(value) == 0 {
		t.Pass()
		return nil
	}
	switch s.Asked {
	case "complaint":
		s.Known.Complaint = value
	case "allergies":
		s.Known.Allergies = value
	default:
		s.Known.Medication = value
	}
	t.Arg = s.Number
	p, err := findVisit(ctx, t, s.Number)
	if err != nil {
		return sayMissing(t, err)
	}
	return s.next(t, p)
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

func (s *intakeState) next(t *bot.Turn, p models.Appointment) error {
	switch {
	case s.Same:
	case s.Known.Allergies == "":
		s.ask(t, "allergies")
		return nil
	case s.Known.Medication == "":
		s.ask(t, "medication")
		return nil
	}
	body, err := json.Marshal(s.Known)
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
	data := visitData(t, p)
	said := s.Known.In(func(key string) string { return t.Text(key, nil) })
	data["Complaint"], data["Allergies"], data["Medication"] = said.Complaint, said.Allergies, said.Medication
	t.End()
	t.Say("intake.done", data, t.Option("intake.again", nil, "/intake "+p.Number), t.Option("book.to_bookings", nil, "/bookings"))
	return nil
}
