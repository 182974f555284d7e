package client

import (
	"context"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
)

// Urgent answers an emergency: come or call now, what to do on the way, where.
// The staff on duty are told in the same transaction.
type Urgent struct{}

// Name implements bot.Flow.
func (Urgent) Name() string { return "urgent" }

type urgentBranch struct {
	Name, Address config.Text
	Phone         string
	Open          bool
}

// Step implements bot.Flow. A running conversation waits below; it is offered,
// not asked again, since nobody books in an emergency.
func (Urgent) Step(ctx context.Context, t *bot.Turn) error {
	reached, err := alarmStaff(ctx, t)
	if err != nil {
		return err
	}
	data := reception(t)
	var branches []urgentBranch
	for _, b := range branchesMeant(t, "") {
		branches = append(branches, urgentBranch{b.Name, b.Address, b.Phone, t.Clinic.OpenAt(b.ID, t.Now)})
	}
	data["Branches"], data["Advice"] = branches, t.Clinic.Emergency.Advice
	data["Pets"], data["Told"] = t.Clinic.Kind == config.Vet, reached
	t.Hub()
	t.Say("urgent.text", data, t.Option("menu.agent", nil, "/agent"))
	return nil
}

// urgentWithin is how soon an emergency must be settled by whoever took it. As
// long as nobody takes it, its ladder tells.
const urgentWithin = 30 * time.Minute

// alarmStaff opens a case that stays open until somebody closes it, and tells
// everybody on duty. reached is false when nobody has joined with a chat.
func alarmStaff(ctx context.Context, t *bot.Turn) (reached bool, err error) {
	from, err := sender(ctx, t)
	if err != nil {
		return false, err
	}
	roles := []models.Role{models.Desk, models.Nurse, models.Doctor}
	if reached, err = anybody(ctx, t, "", append(roles, models.Manager)...); err != nil || !reached {
		return false, err
	}
	c := models.Case{
		Key: "urgent:" + t.In.Key, Kind: "urgent", Urgent: true, Roles: roles, ContactID: t.Contact.ID, DueAt: t.Now.Add(urgentWithin),
		Details: map[string]string{"Name": from.Name, "Phone": from.Phone, "Words": wordsOf(t)},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	return true, nil
}

// Urgency reports a message that describes an emergency of now. Colleagues
// write about emergencies all day; they are not told to come at once.
func Urgency(t *bot.Turn) bool {
	if t.Staff != nil || t.In.Kind != bot.KindText && t.In.Kind != bot.KindVoice || strings.HasPrefix(t.In.Text, "/") {
		return false
	}
	return urgentAnywhere(t.Heard(), t.In.Text, t.Clinic, t.Now)
}

// urgentAnywhere looks at all of a message; heard is what was understood of its
// beginning, where wishes stand.
func urgentAnywhere(heard *nlu.Result, text string, c *bot.Clinic, now time.Time) bool {
	if urgent(heard, text, c) {
		return true
	}
	for i, part := range nlu.Parts(text) {
		if i == 0 {
			continue
		}
		if h := nlu.Understand(nlu.Request{Text: part, Now: now, Lexicon: c.Lexicon}); urgent(&h, part, c) {
			return true
		}
	}
	return false
}

// urgent reports that a text describes an emergency of now: by what is understood
// of it, by what is said together in it, or by a sign that the clinic lists.
func urgent(h *nlu.Result, text string, c *bot.Clinic) bool {
	if h.Intent == nlu.IntentEmergency && h.Confidence >= 0.6 || nlu.Danger(text, c.Kind == config.Vet) {
		return true
	}
	switch h.Intent {
	case nlu.IntentQuestion, nlu.IntentPrice, nlu.IntentHours:
		return false
	}
	return nlu.Happening(text, c.Emergency.Words)
}

// denied are the words right before others that turn them round.
var denied = [...]string{"不", "没", "无", "未"}

func containsOne(s string, list []string) bool {
	for _, w := range list {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func startsWithOne(s string, list []string) bool {
	for _, w := range list {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

func endsWithOne(s string, list []string) bool {
	for _, w := range list {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}
