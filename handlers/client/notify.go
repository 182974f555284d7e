package client

import (
	"context"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// wish is what is passed on to staff in the person's name.
type wish struct {
	Kind   string // key of the notice's text below "notice."
	Words  string // what the person said
	More   map[string]any
	Branch string
	Roles  []models.Role
	Urgent bool
	Does   []outreach.Option // what staff can do about it beside a reply
}

// passOn tells staff and offers them to reply. reached is false when none of
// them has joined with a chat, so that nobody would read it: the person is
// given the phone instead of a promise.
func passOn(ctx context.Context, t *bot.Turn, w wish) (reached bool, err error) {
	from, err := sender(ctx, t)
	if err != nil {
		return false, err
	}
	if reached, err = anybody(ctx, t, w.Branch, w.Roles...); err != nil || !reached {
		return false, err
	}
	if t.Sent != nil {
		w.Does = append(w.Does, outreach.Option{Text: "photos.open", Command: "/photos one " + t.Sent.ID})
	}
	data := map[string]any{"Name": from.Name, "Phone": from.Phone, "Words": w.Words}
	for k, v := range w.More {
		data[k] = v
	}
	t.Notify(outreach.Notice{
		Key: w.Kind + ":" + t.In.Key, Branch: w.Branch, Roles: w.Roles, Text: "notice." + w.Kind, Urgent: w.Urgent,
		Data: outreach.Same(data), Options: append(w.Does, outreach.Option{Text: "notice.reply", Command: "/reply " + t.Contact.ID}),
	})
	return true, nil
}

// anybody reports that a member of staff with one of the roles can be reached.
func anybody(ctx context.Context, t *bot.Turn, branch string, roles ...models.Role) (bool, error) {
	n := 0
	err := t.Store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		list, err := tx.StaffContacts(branch, roles...)
		n = len(list)
		return err
	})
	return n > 0, err
}

// reception is what texts say about who is there now and when.
func reception(t *bot.Turn) map[string]any {
	data := map[string]any{"Open": false, "Next": "", "Phone": t.Clinic.Phone}
	for i := range t.Clinic.Branches {
		b := &t.Clinic.Branches[i]
		if t.Clinic.OpenAt(b.ID, t.Now) {
			data["Open"] = true
			return data
		}
	}
	var best int64
	for i := range t.Clinic.Branches {
		b := &t.Clinic.Branches[i]
		if next := t.Clinic.NextOpening(b.ID, t.Now); !next.IsZero() && (best == 0 || next.Unix() < best) {
			best = next.Unix()
			data["Next"] = when(t, next, b.ID)
		}
	}
	return data
}

// passedOn tells the person what became of the wish: handed over, handed over
// but nobody is there before the morning, or to be told by phone.
func passedOn(t *bot.Turn, group string, reached bool, options ...bot.Option) {
	data := reception(t)
	switch {
	case !reached:
		t.Say(group+".phone_only", data, options...)
	case data["Open"] == true:
		t.Say(group+".passed", data, options...)
	default:
		t.Say(group+".closed", data, options...)
	}
}

// wordsOf is what stands in a notice for a message that has no words.
func wordsOf(t *bot.Turn) string {
	if words := sentence(t); words != "" {
		return words
	}
	switch t.In.Kind {
	case bot.KindText, bot.KindChoice, bot.KindEvent:
		return cutWords(t.In.Text)
	case bot.KindVoice:
		if t.In.Text != "" {
			return cutWords(t.In.Text)
		}
	}
	return t.Text("notice.sent_"+string(t.In.Kind), nil)
}
