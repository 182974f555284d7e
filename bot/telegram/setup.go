package telegram

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// setUp tells Telegram how updates are to come, until it has understood or ctx
// ends (false). Webhook and polling exclude each other, so polling starts by
// deleting the webhook; waiting updates are kept in both directions.
func (c *Channel) setUp(ctx context.Context) bool {
	pause := c.newPause()
	for ctx.Err() == nil {
		err := c.arrange(ctx)
		if err == nil {
			c.publishCommands(ctx)
			return ctx.Err() == nil
		}
		if ctx.Err() == nil {
			pause.after(ctx, err)
		}
	}
	return false
}

func (c *Channel) arrange(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if c.opt.Mode == ModePoll {
		if _, err := c.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
			return fmt.Errorf("deleteWebhook: %w", err)
		}
		return nil
	}
	_, err := c.api.SetWebhook(ctx, &tg.SetWebhookParams{
		URL:            c.opt.WebhookURL,
		SecretToken:    c.opt.WebhookSecret,
		AllowedUpdates: allowedUpdates(),
	})
	if err != nil {
		return fmt.Errorf("setWebhook: %w", err)
	}
	return nil
}

// publishCommands fills the menu of commands, a list for each language. It is
// an ornament: a failure is logged and the bot goes on.
func (c *Channel) publishCommands(ctx context.Context) {
	for _, language := range c.languages() {
		commands := make([]models.BotCommand, 0, len(c.opt.Commands))
		for _, command := range c.opt.Commands {
			text := command.Description[language]
			if text == "" {
				text = command.Description[""]
			}
			if text != "" {
				commands = append(commands, models.BotCommand{Command: command.Name, Description: text})
			}
		}
		// setMyCommands takes ISO 639-1: two letters, no region.
		code, _, _ := strings.Cut(language, "-")
		call, cancel := context.WithTimeout(ctx, callTimeout)
		_, err := c.api.SetMyCommands(call, &tg.SetMyCommandsParams{Commands: commands, LanguageCode: code})
		cancel()
		if err != nil {
			c.opt.Log.WarnContext(ctx, "telegram: menu of commands not set", "language", language, "err", c.classify(err))
			return
		}
	}
}

// languages lists the descriptions' languages. Of several regions of one
// language the last in order wins (zh-TW over zh-CN): give plain ones.
func (c *Channel) languages() []string {
	var all []string
	for _, command := range c.opt.Commands {
		for language := range command.Description {
			if !slices.Contains(all, language) {
				all = append(all, language)
			}
		}
	}
	slices.Sort(all)
	return all
}
