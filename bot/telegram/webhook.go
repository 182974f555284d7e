package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"

	"zhenban/bot"
)

const (
	secretHeader   = "X-Telegram-Bot-Api-Secret-Token"
	maxUpdate      = 1 << 20
	receiveTimeout = 30 * time.Second // Telegram gives up on a delivery after about a minute
	answerTimeout  = 5 * time.Second
)

// Handler takes webhook deliveries. It answers 200 only after the update was
// kept: Telegram repeats a delivery that got anything else.
func (c *Channel) Handler(r bot.Receiver) http.Handler {
	want := sha256.Sum256([]byte(c.opt.WebhookSecret))
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		// Hashed, so that neither content nor length shows in the time taken.
		got := sha256.Sum256([]byte(req.Header.Get(secretHeader)))
		if c.opt.WebhookSecret == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			c.opt.Count("telegram.bad_secret")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(c.deliver(w, req, r))
	})
}

// deliver reads one update and hands it on; it returns the HTTP status.
func (c *Channel) deliver(w http.ResponseWriter, req *http.Request, r bot.Receiver) int {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxUpdate))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.opt.Count("telegram.too_large")
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest
	}
	var u update
	if err := json.Unmarshal(body, &u); err != nil || u.ID == 0 {
		c.opt.Count("telegram.broken_update")
		return http.StatusBadRequest
	}
	ctx, cancel := context.WithTimeout(req.Context(), receiveTimeout)
	defer cancel()
	if err := c.receive(ctx, r, &u); err != nil {
		c.opt.Count("telegram.not_kept")
		c.opt.Log.WarnContext(ctx, "telegram: update not kept, Telegram will repeat it", "update", u.ID, "err", err)
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

// receive hands one update to the receiver; nil means that it is kept, or not
// for us.
func (c *Channel) receive(ctx context.Context, r bot.Receiver, u *update) error {
	in, ours := decode(u, c.opt.Clock.Now())
	var answering sync.WaitGroup
	if u.Callback != nil {
		// At once, beside the turn: until then the button shows a spinner.
		answering.Go(func() { c.acknowledge(ctx, u.Callback) })
	}
	defer answering.Wait()
	if !ours {
		c.opt.Count("telegram.ignored")
		return nil
	}
	reply, err := r.Receive(ctx, in)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if len(reply.Inline) > 0 { // not asked for (Inline is 0), but never to be lost
		if err := r.Late(ctx, reply); err != nil {
			return fmt.Errorf("hand back: %w", err)
		}
	}
	return nil
}

// acknowledge stops the button's spinner and takes the answered keyboard away.
// Both are best effort: a repeated delivery finds them done (400), and neither
// is worth a delay or an error.
func (c *Channel) acknowledge(ctx context.Context, q *callback) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var both sync.WaitGroup
	both.Go(func() {
		if _, err := c.api.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: q.ID}); err != nil {
			c.opt.Count("telegram.callback_unanswered")
		}
	})
	if q.Message != nil {
		both.Go(func() {
			edit := &tg.EditMessageReplyMarkupParams{ChatID: q.Message.Chat.ID, MessageID: q.Message.ID}
			if _, err := c.api.EditMessageReplyMarkup(ctx, edit); err != nil {
				c.opt.Count("telegram.keyboard_kept")
			}
		})
	}
	both.Wait()
}
