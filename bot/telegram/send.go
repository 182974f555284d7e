package telegram

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"zhenban/bot"
)

// Send delivers one fitted message by exactly one call, so that a failure
// never leaves half of it behind. The receipt is the message's number in its
// chat. The Bot API has no idempotency key: key is not used.
//
// Text goes out without parse mode: a lone _ of a patient would be a 400.
func (c *Channel) Send(ctx context.Context, address string, m bot.Message, _ string) (string, error) {
	id, err := strconv.ParseInt(address, 10, 64)
	if err != nil {
		return "", &bot.SendError{Code: "address", Reaction: bot.Unreachable, Err: errors.New("not a chat number")}
	}
	hasMedia := m.Media != nil && len(m.Media.Data) > 0
	text := render(&m)
	if text == "" && !hasMedia {
		return "", &bot.SendError{Code: "empty", Reaction: bot.GiveUp, Err: errors.New("nothing to send")}
	}
	if hasMedia && len(m.Media.Data) > maxDocument {
		return "", &bot.SendError{Code: "too_large", Reaction: bot.GiveUp, Err: ErrTooLarge}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout(hasMedia))
	defer cancel()
	sent, err := c.send(ctx, id, text, &m, hasMedia)
	if err != nil {
		return "", c.classify(err)
	}
	return strconv.Itoa(sent.ID), nil
}

func (c *Channel) send(ctx context.Context, id int64, text string, m *bot.Message, hasMedia bool) (*models.Message, error) {
	if !hasMedia {
		off := true
		return c.api.SendMessage(ctx, &tg.SendMessageParams{
			ChatID: id, Text: text, ReplyMarkup: markup(m),
			// A preview is fetched by Telegram's servers: that would open a
			// patient's one-time link before the patient does.
			LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &off},
		})
	}
	upload := &models.InputFileUpload{Filename: fileName(m.Media), Data: bytes.NewReader(m.Media.Data)}
	if isPhoto(m.Media) {
		return c.api.SendPhoto(ctx, &tg.SendPhotoParams{ChatID: id, Photo: upload, Caption: text, ReplyMarkup: markup(m)})
	}
	return c.api.SendDocument(ctx, &tg.SendDocumentParams{ChatID: id, Document: upload, Caption: text, ReplyMarkup: markup(m)})
}

func sendTimeout(hasMedia bool) time.Duration {
	if hasMedia {
		return uploadTimeout
	}
	return callTimeout
}

// fileName gives an upload a name: Telegram shows a document's.
func fileName(m *bot.Media) string {
	if m.Name != "" {
		return m.Name
	}
	kind := m.ContentType
	if kind == "" {
		kind = http.DetectContentType(m.Data)
	}
	switch kind {
	case "image/jpeg":
		return "photo.jpg"
	case "image/png":
		return "photo.png"
	case "application/pdf":
		return "file.pdf"
	}
	return "file"
}
