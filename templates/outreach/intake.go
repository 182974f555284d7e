package outreach

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// IntakeAnswers is what a person says before a visit.
type IntakeAnswers struct {
	Complaint  string         `json:"complaint,omitempty"`
	Allergies  string         `json:"allergies,omitempty"`
	Medication string         `json:"medication,omitempty"`
	More       []IntakeLine   `json:"more,omitempty"`    // what the clinic asks besides
	Answers    map[string]any `json:"answers,omitempty"` // all of it, by linkId
}

// IntakeLine is an answer to a question of the clinic's own, as it reads.
type IntakeLine struct {
	Question config.Text `json:"q"`
	Answer   config.Text `json:"a"`
}

// IntakeNamed reports a question that has a name of its own here.
func IntakeNamed(linkID string) bool {
	return linkID == "complaint" || linkID == "allergies" || linkID == "medication"
}

// NewIntake reads the answers to an intake form.
func NewIntake(answers map[string]any) IntakeAnswers {
	said := func(name string) string {
		switch v, _ := answers[name].(string); v {
		case "none":
			return AnswerNone
		case "unsure":
			return AnswerUnsure
		default:
			return v
		}
	}
	return IntakeAnswers{Complaint: said("complaint"), Allergies: said("allergies"), Medication: said("medication"), Answers: answers}
}

// Values are the answers by linkId, of an older version's notes as well.
func (a IntakeAnswers) Values() map[string]any {
	if len(a.Answers) > 0 {
		return a.Answers
	}
	out := map[string]any{}
	for name, v := range map[string]string{"complaint": a.Complaint, "allergies": a.Allergies, "medication": a.Medication} {
		if v != "" {
			out[name] = strings.TrimPrefix(v, "=")
		}
	}
	return out
}

// Answers that were picked rather than written, kept so that every reader sees
// them in their own language.
const (
	AnswerNone   = "=none"
	AnswerUnsure = "=unsure"
)

// In is the answers as they read in a language; text renders a text of it.
func (a IntakeAnswers) In(text func(key string) string) IntakeAnswers {
	for name, v := range map[string]*string{"complaint": &a.Complaint, "allergies": &a.Allergies, "medication": &a.Medication} {
		switch *v {
		case AnswerNone:
			*v = text("intake.none_" + name)
		case AnswerUnsure:
			*v = text("intake.unsure")
		}
	}
	return a
}

// Fill adds the answers to what a text is filled with, in each reader's
// language.
func (a IntakeAnswers) Fill(s Speaker, data map[string]any) func(config.Language) any {
	return func(lang config.Language) any {
		if lang == "" {
			lang = s.Language
		}
		said := a.In(func(key string) string {
			text, _ := s.Book.Render(lang, key, nil) // plain texts that a test knows are there
			return text
		})
		out := maps.Clone(data)
		out["Complaint"], out["Allergies"], out["Medication"], out["More"] = said.Complaint, said.Allergies, said.Medication, said.More
		return out
	}
}

// ReadIntake reads the answers out of a note.
func ReadIntake(n models.VisitNote) (IntakeAnswers, error) {
	var a IntakeAnswers
	err := json.Unmarshal([]byte(n.Body), &a)
	return a, err
}

// Who books so late that the usual time for questions is past is asked a while
// after the booking, unless the visit is about to begin.
const (
	intakeSoon = 10 * time.Minute
	intakeLast = 30 * time.Minute
)

func planIntake(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	if !asksIntake(c, p) {
		return nil
	}
	out := planBrief(c, p, now)
	if !p.IntakeAt.IsZero() { // a visit that moved is asked about once
		return out
	}
	start := startOf(c, p)
	due := c.Visits.Intake.Before.Before(start)
	if soon := now.Add(intakeSoon); due.Before(soon) {
		due = soon
	}
	if start.Sub(due) < intakeLast {
		return out
	}
	return append(out, visitTask(p, TaskIntake, "ask", due, start.Add(-intakeLast), nil))
}

func asksIntake(c *config.Clinic, p models.Appointment) bool {
	return c.Form(config.IntakeForm) != nil && c.Visits.AsksIntake(p.Slot.Service)
}

// planBrief shows the doctor what was answered: some time before the visit, or
// at once for somebody who is there.
func planBrief(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	if !asksIntake(c, p) {
		return nil
	}
	start := startOf(c, p)
	due := c.Visits.Intake.Doctor.Before(start)
	if due.Before(now) || p.Status == models.Arrived {
		due = now
	}
	return []models.Task{visitTask(p, TaskBrief, "doctor", due, p.Slot.End, nil)}
}

// BriefLate is for answers that came when the doctor had been shown none.
func BriefLate(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	if c.Visits.Intake.Doctor.Before(startOf(c, p)).After(now) {
		return nil // still to come
	}
	return []models.Task{visitTask(p, TaskBrief, "late", now, p.Slot.End, nil)}
}
