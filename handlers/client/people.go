package client

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
)

// ownClient is the client this person made in the chat, if there is one.
func ownClient(ctx context.Context, t *bot.Turn) (models.Client, bool, error) {
	if t.Contact.ClientID == "" {
		return models.Client{}, false, nil
	}
	c, err := t.Store.ClientByID(ctx, t.Contact.ClientID)
	if errors.Is(err, models.ErrNotFound) {
		return models.Client{}, false, nil
	}
	return c, err == nil, err
}

// who describes the person to staff: what is known of them, never more.
type who struct{ Name, Phone string }

// sender is who writes, as staff should see it.
func sender(ctx context.Context, t *bot.Turn) (who, error) {
	list, err := t.Store.ClientsOf(ctx, t.Contact.ID)
	if err != nil {
		return who{}, err
	}
	if own, ok, err := ownClient(ctx, t); err != nil {
		return who{}, err
	} else if ok {
		list = append(list, own)
	}
	w := who{Name: t.Contact.Display}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Name != "" {
			w.Name = list[i].Name
		}
		if list[i].Phone != "" {
			w.Phone = list[i].Phone
		}
	}
	return w, nil
}

// maxWords bounds what is taken over from one message into another.
const maxWords = 500

// sentence is what the person said in words, "" when they tapped, counted, or
// gave a bare command.
func sentence(t *bot.Turn) string {
	text := t.Said
	if text == "" && (t.In.Kind == bot.KindText || t.In.Kind == bot.KindVoice) {
		text = t.In.Text
	}
	text = strings.TrimSpace(text)
	if _, picked := nlu.Number(text); picked || strings.HasPrefix(text, "/") {
		return ""
	}
	if _, bare := nlu.Command(text); bare {
		return ""
	}
	return cutWords(text)
}

func cutWords(text string) string {
	if r := []rune(text); len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return text
}

// plainWords is a text made comparable with the words of a list.
func plainWords(text string) string { return strings.ToLower(nlu.Simplify(text)) }
