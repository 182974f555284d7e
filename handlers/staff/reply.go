package staff

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// nameOf is what a client is called: in the clinic's records, by themselves,
// or on the platform.
func nameOf(ctx context.Context, t *bot.Turn, c models.Contact) (string, error) {
	found, err := clientOf(ctx, t, c)
	return found.Name, err
}

// clientOf is who is behind a contact: in the clinic's records or by
// themselves; without either, by the name on the platform.
func clientOf(ctx context.Context, t *bot.Turn, c models.Contact) (models.Client, error) {
	list, err := t.Store.ClientsOf(ctx, c.ID)
	if err != nil {
		return models.Client{}, err
	}
	if c.ClientID != "" {
		own, err := t.Store.ClientByID(ctx, c.ClientID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return models.Client{}, err
		}
		list = append(list, own)
	}
	for _, x := range list {
		if x.Name != "" {
			return x, nil
		}
	}
	out := models.Client{Name: c.Display}
	for _, x := range list {
		if x.Phone != "" {
			out.Phone = x.Phone
		}
	}
	return out, nil
}

// Reply answers a client in their own chat. Arg of /reply: the contact and, if
// one likes, the words.
type Reply struct{}

type replyState struct {
	To string `json:"to"`
}

// Name implements bot.Flow.
func (Reply) Name() string { return "reply" }

// Step implements bot.Flow.
func (Reply) Step(ctx context.Context, t *bot.Turn) error {
	var s replyState
	text := ""
	if t.Command != "" {
		s.To, text, _ = strings.Cut(t.Arg, " ")
	} else {
		if err := t.State(&s); err != nil {
			return err
		}
		if t.Choice != "" || t.Stale || t.Range > 0 {
			t.Pass()
			return nil
		}
		if text = strings.TrimSpace(t.In.Text); text == "" {
			t.Ask("reply.words_only", nil)
			t.Keep(s)
			return nil
		}
	}
	to, err := t.Store.Contact(ctx, s.To)
	if err == nil {
		to.Display, err = nameOf(ctx, t, to)
	}
	switch {
	case errors.Is(err, models.ErrNotFound):
		t.End()
		t.Say("reply.nobody", nil, t.Option("menu.today", nil, "/today"))
		return nil
	case err != nil:
		return err
	case to.Reach != models.ReachOpen:
		t.End()
		t.Say("reply.unreachable", map[string]any{"Name": to.Display}, t.Option("menu.today", nil, "/today"))
		return nil
	case text == "":
		t.Ask("reply.ask", map[string]any{"Name": to.Display})
		t.Keep(s)
		return nil
	}
	t.End()
	lang := config.Language(to.Language)
	if lang == "" {
		lang = t.Clinic.Language
	}
	data := map[string]any{"Role": string(t.Staff.Role), "Text": text, "Clinic": t.Clinic.Name}
	t.Tell(to.ID, lang, "reply:"+t.In.Key, "reply.to_client", data, bot.Option{Label: t.TextIn(lang, "reply.answer", nil), Value: "/agent"})
	t.Say("reply.sent", map[string]any{"Name": to.Display})
	return nil
}
