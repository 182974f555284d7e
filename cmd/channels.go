package cmd

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/bot"
	"zhenban/bot/telegram"
	"zhenban/bot/webchat"
	"zhenban/bot/wechat"
	"zhenban/bot/wecom"
	"zhenban/config"
	"zhenban/models"
)

// platforms are the channels that reach people, as the settings say.
type platforms struct {
	web      *webchat.Channel
	wechat   *wechat.Channel   // nil: not set up
	telegram *telegram.Channel // nil: not set up
	wecom    *wecom.Channel    // the staff's group robot; nil: not set up
}

func (p *platforms) list() []bot.Channel {
	out := []bot.Channel{p.web}
	if p.wechat != nil {
		out = append(out, p.wechat)
	}
	if p.telegram != nil {
		out = append(out, p.telegram)
	}
	if p.wecom != nil {
		out = append(out, p.wecom)
	}
	return out
}

// openPlatforms makes the channels. wall is the real time: what platforms
// stamp does not follow the demo's clock.
func openPlatforms(a *app, wall clockwork.Clock, web webchat.Options) (*platforms, error) {
	s := a.settings
	web.Clock, web.Log, web.Count = a.clock, a.log, a.metrics.Count
	web.Journal, web.Files = bot.Journal{Store: a.store, Files: a.media}, a.media
	web.PublicURL, web.Origins = s.PublicURL, s.Web.Origins
	web.Name = func(lang string) string { return a.clinic.current().Name.In(config.Language(lang)) }
	web.Large = func(ctx context.Context, contactID string) bool {
		c, err := a.store.Contact(ctx, contactID)
		return err == nil && c.Large // who is not known yet reads as usual
	}
	web.Zone = a.clinic.current().Zone
	p := &platforms{web: webchat.New(web)}
	var err error
	if s.WeChat.AppID != "" {
		if p.wechat, err = openWeChat(a, wall); err != nil {
			return nil, err
		}
	}
	if s.Telegram.Token != "" {
		if p.telegram, err = openTelegram(a, wall); err != nil {
			return nil, err
		}
	}
	if s.WeCom.RobotKey != "" {
		p.wecom, err = wecom.New(wecom.Options{Key: s.WeCom.RobotKey.Reveal(), APIBase: s.WeCom.APIBase})
	}
	return p, err
}

func openWeChat(a *app, wall clockwork.Clock) (*wechat.Channel, error) {
	s := a.settings.WeChat
	return wechat.New(wechat.Options{
		AppID: s.AppID, Secret: s.Secret.Reveal(), Token: s.Token.Reveal(), AESKey: s.AESKey.Reveal(),
		PreviousAESKey: s.AESKeyPrevious.Reveal(), APIBase: s.APIBase, Clock: a.clock, Wall: wall.Now, Log: a.log,
		Tokens: models.Tokens{Store: a.store}, Count: a.metrics.Count, Alarm: a.alarm,
		Mass: s.Mass, Massed: a.store.ReportMass,
		Undelivered: func(ctx context.Context, contactID, receipt, fault string) error {
			return a.sender.Reported(ctx, contactID, models.WayTemplate, receipt, fault)
		},
		Templates: mappings(s.Templates), Subscriptions: mappings(s.Subscriptions),
	})
}

func mappings(list []config.WeChatNotice) []wechat.Mapping {
	out := make([]wechat.Mapping, len(list))
	for i, n := range list {
		out[i] = wechat.Mapping{Notice: n.Notice, Template: n.ID, Fields: n.Fields, Link: n.Link, Ask: n.Ask, Lasting: n.Lasting}
	}
	return out
}

func openTelegram(a *app, wall clockwork.Clock) (*telegram.Channel, error) {
	s := a.settings.Telegram
	commands, err := telegramCommands(a)
	if err != nil {
		return nil, err
	}
	return telegram.New(telegram.Options{
		Token: s.Token.Reveal(), APIBase: s.APIBase, WebhookSecret: s.WebhookSecret.Reveal(), Mode: s.Mode,
		WebhookURL: strings.TrimRight(a.settings.PublicURL, "/") + "/telegram", Clock: wall, Log: a.log, Count: a.metrics.Count,
		Alarm: a.alarm, Commands: commands,
	})
}

// telegramCommands is the menu of commands in Telegram's own interface.
func telegramCommands(a *app) ([]telegram.Command, error) {
	var out []telegram.Command
	for _, name := range []string{"book", "bookings", "menu", "hours", "address", "price", "agent", "privacy", "language", "help"} {
		c := telegram.Command{Name: name, Description: map[string]string{}}
		for lang, tag := range map[config.Language]string{config.Hans: "zh", config.Hant: "zh", config.English: ""} {
			if lang == config.Hant { // Telegram knows two letters only; most who set zh read simplified
				continue
			}
			text, err := a.book.Render(lang, "commands."+name, nil)
			if err != nil {
				return nil, err
			}
			c.Description[tag] = text
		}
		out = append(out, c)
	}
	return out, nil
}

// mount adds the platforms' paths and parts.
func (p *platforms) mount(a *app) []func(*http.ServeMux) {
	mounts := []func(*http.ServeMux){func(mux *http.ServeMux) { p.web.Register(mux, a.intake) }}
	if p.wechat != nil {
		mounts = append(mounts, func(mux *http.ServeMux) { mux.Handle("/wechat", p.wechat.Handler(a.intake)) })
		a.parts = append(a.parts, p.menu(a), p.drain)
	}
	if p.telegram != nil {
		if a.settings.Telegram.Mode == config.Webhook {
			mounts = append(mounts, func(mux *http.ServeMux) { mux.Handle("/telegram", p.telegram.Handler(a.intake)) })
		}
		a.parts = append(a.parts, func(ctx context.Context) error { return p.telegram.Run(ctx, a.intake) })
	}
	if p.wecom != nil {
		a.parts = append(a.parts, p.joinGroup(a))
	}
	return mounts
}

// joinGroup makes the robot's group a member of staff at the desk, so that it
// is told what the desk is told.
func (p *platforms) joinGroup(a *app) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := joinAs(ctx, a.store, p.wecom.Name()+":group", models.Staff{Name: "WeCom", Role: models.Desk}); err != nil && ctx.Err() == nil {
			a.log.Warn("WeCom group does not get the desk's notices", "error", err)
		}
		return nil
	}
}

// drain waits, when the program ends, for answers still being worked on after
// WeChat was told that they will come.
func (p *platforms) drain(ctx context.Context) error {
	<-ctx.Done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return p.wechat.Drain(ctx)
}

// menu puts the profile's menu under the Official Account's chat. An account
// that may not have one is no reason to stop.
func (p *platforms) menu(a *app) func(context.Context) error {
	return func(ctx context.Context) error {
		c := a.clinic.current()
		if len(c.Menu) == 0 {
			return nil
		}
		if err := p.wechat.CreateMenu(ctx, menuButtons(c.Menu, c.Language)); err != nil && ctx.Err() == nil {
			a.log.Warn("WeChat menu not created", "error", err)
		}
		return nil
	}
}

func menuButtons(list []config.MenuButton, lang config.Language) []wechat.MenuButton {
	out := make([]wechat.MenuButton, len(list))
	for i, b := range list {
		out[i] = wechat.MenuButton{Name: b.Name.In(lang), Key: b.Command, URL: b.URL, Sub: menuButtons(b.Buttons, lang)}
	}
	return out
}
