package bot

import (
	"context"
	"time"

	"zhenban/bot/nlu"
	"zhenban/models"
)

// wish is a consent that a notice was lacking: the next chat that leaves room
// for it asks.
type wish struct {
	template string
	page     string
}

// refusedFor is how long a refusal is let be.
const refusedFor = 90 * 24 * time.Hour

// wishOf is the consent to ask a contact for; the zero wish for none. Only
// channels that know consents are asked.
func (e *Engine) wishOf(ctx context.Context, channel, contactID string) (wish, error) {
	c := e.consenters[channel]
	if c == nil {
		return wish{}, nil
	}
	list, err := e.o.Store.NoticeConsents(ctx, contactID)
	if err != nil {
		return wish{}, err
	}
	for template, n := range list {
		page := c.AskPage(template)
		if page == "" || n.MissedAt.IsZero() || !n.RefusedAt.IsZero() && e.o.Now().Sub(n.RefusedAt) < refusedFor {
			continue
		}
		return wish{template, page}, nil
	}
	return wish{}, nil
}

// askWish puts the question under an answer that leaves none open, once.
func (e *Engine) askWish(t *Turn, l *live, s *session) {
	if l.wish.template == "" || t.In.Kind == KindEvent || s.Top.Flow != "" || len(t.out) == 0 || t.Staff != nil {
		return
	}
	w, contactID := l.wish, t.Contact.ID
	t.addOption(Option{Label: t.Text("core.ask_notice", nil), Value: e.o.Routes.Intents[string(nlu.IntentMenu)], URL: w.page})
	t.wished = true
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.AskedNotice(contactID, w.template) })
}
