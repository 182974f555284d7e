package client

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Missed keeps why somebody did not come, and leads to a new booking.
type Missed struct{}

// Name implements bot.Flow.
func (Missed) Name() string { return "missed" }

// Step implements bot.Flow. Arg of /missed: the booking's number and a reason,
// or the subject of the push that asked.
func (Missed) Step(ctx context.Context, t *bot.Turn) error {
	number, why, _ := strings.Cut(t.Arg, " ")
	if models.SubjectID("Appointment", t.Arg) != "" {
		p, ok, err := subjectVisit(ctx, t, t.Arg)
		if err != nil {
			return err
		}
		if why = whyMissed(t); !ok || why == "" {
			t.Pass()
			return nil
		}
		number = p.Number
	}
	t.Arg = number
	p, err := findVisit(ctx, t, number)
	if err != nil {
		return sayMissing(t, err)
	}
	switch why {
	case "book":
		t.Then("/book " + p.Slot.Service)
		return nil
	case "undo":
		t.Then("/undo")
		return nil
	case "notme":
		t.Then("/notme " + p.Number)
		return nil
	case "came":
		return missedCame(ctx, t, p)
	}
	words := why
	if why == "forgot" || why == "busy" || why == "settled" {
		words = t.TextIn(t.Clinic.Language, "noshow."+why, nil) // staff read it
	}
	note := models.VisitNote{AppointmentID: p.ID, Kind: models.NoteNoShow, Body: words, Author: t.Contact.ID}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.NoteVisit(note) })
	t.Undoable("/undo missed " + p.Number)
	data := visitData(t, p)
	data["Why"] = words
	t.Notify(outreach.Notice{
		Key: "missed:" + p.ID + ":" + t.In.Key, Branch: p.Slot.Branch, Roles: []models.Role{models.Desk}, Text: "noshow.told", Data: outreach.Same(data),
		Options: []outreach.Option{{Text: "notice.reply", Command: "/reply " + t.Contact.ID}},
	})
	key := "missed.noted"
	if why == "settled" {
		key = "missed.settled"
	}
	var options []bot.Option
	if t.Clinic.Service(p.Slot.Service) != nil {
		options = append(options, t.Option("missed.again", nil, "/book "+p.Slot.Service))
	}
	t.Say(key, data, append(options, t.Option("menu.agent", nil, "/agent"))...)
	return nil
}

// missedCame asks the desk to look: the person says they were there.
func missedCame(ctx context.Context, t *bot.Turn, p models.Appointment) error {
	data := visitData(t, p)
	reached, err := passOn(ctx, t, wish{Kind: "came", Words: sentence(t), Branch: p.Slot.Branch, Roles: []models.Role{models.Desk}, More: map[string]any{
		"Number": p.Number, "Start": data["Start"], "Service": data["Service"], "Patient": p.PatientName,
	}, Does: []outreach.Option{{Text: "noshow.came_after_all", Command: "/arrived " + p.Number}}})
	if err != nil {
		return err
	}
	data["Reached"] = reached
	t.Say("missed.came", data, t.Option("menu.agent", nil, "/agent"))
	return nil
}

// Words of somebody who was there all the same.
var wasThere = [...]string{"我来了", "我来过", "我到了", "我去了", "来过了", "已经看了", "已经看完", "看过了", "到过", "我有去", "我有来", "i came", "i was there", "i did come", "i was in", "we came", "we were there"}

// whyMissed reads an answer to the question why; "" when it is none.
func whyMissed(t *bot.Turn) string {
	if t.In.Kind != bot.KindText && t.In.Kind != bot.KindVoice {
		return ""
	}
	text := plainWords(t.In.Text)
	if command, ok := Words(t.In.Text); ok { // a command is no reason
		if command == "/undo" {
			return "undo"
		}
		return ""
	}
	switch {
	case containsOne(text, wasThere[:]):
		return "came"
	case saysNotMe(text):
		return "notme"
	case containsOne(text, []string{"忘", "forgot"}) && len([]rune(text)) < 12:
		return "forgot"
	}
	switch h := t.Heard(); h.Intent {
	case nlu.IntentBook, nlu.IntentReschedule, nlu.IntentYes:
		return "book"
	case nlu.IntentPrice, nlu.IntentHours, nlu.IntentAddress, nlu.IntentAgent, nlu.IntentComplaint, nlu.IntentUnsubscribe, nlu.IntentMyBookings,
		nlu.IntentPrivacy, nlu.IntentGreet, nlu.IntentThanks, nlu.IntentEmergency, nlu.IntentSymptom:
		if h.Confidence >= 0.5 {
			return ""
		}
	}
	return cutWords(strings.TrimSpace(t.In.Text))
}
