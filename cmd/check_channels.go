package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"zhenban/bot/telegram"
	"zhenban/bot/wechat"
	"zhenban/bot/wecom"
	"zhenban/config"
	"zhenban/templates/outreach"
)

const notSet = "not set, off"

// wechat fetches a token (a stable one, which does not invalidate the running
// copies') and asks with it.
func (k *checker) wechat(ctx context.Context) (string, error) {
	s := k.settings.WeChat
	if s.AppID == "" {
		return notSet, nil
	}
	c, err := wechat.New(wechat.Options{
		AppID: s.AppID, Secret: s.Secret.Reveal(), Token: s.Token.Reveal(), AESKey: s.AESKey.Reveal(),
		PreviousAESKey: s.AESKeyPrevious.Reveal(), APIBase: s.APIBase, Clock: k.w.Clock,
	})
	if err != nil {
		return "", err
	}
	mode := "plain mode"
	if s.AESKey != "" {
		mode = "safe mode"
	}
	return fmt.Sprintf("%s is accepted at %s, %s", s.AppID, s.APIBase, mode), c.Check(ctx)
}

// wechatNotices proves each template that a notice is mapped onto against the
// account: one line each.
func (k *checker) wechatNotices() []check {
	s := k.settings.WeChat
	if s.AppID == "" {
		return nil
	}
	open := func() (*wechat.Channel, error) {
		return wechat.New(wechat.Options{AppID: s.AppID, Secret: s.Secret.Reveal(), Token: s.Token.Reveal(), APIBase: s.APIBase, Clock: k.w.Clock})
	}
	one := func(key string, m wechat.Mapping, ask func(*wechat.Channel, context.Context, wechat.Mapping) (string, error)) check {
		return check{key + " " + m.Notice, func(ctx context.Context) (string, error) {
			c, err := open()
			if err != nil {
				return "", err
			}
			if fault := outreach.CheckFields(m.Notice, m.Fields); fault != nil {
				return "", fault
			}
			title, err := ask(c, ctx, m)
			return fmt.Sprintf("%s (%s) has every place filled", m.Template, title), err
		}}
	}
	var list []check
	if s.Mass {
		list = append(list, check{"wechat.mass", func(ctx context.Context) (string, error) {
			c, err := open()
			if err != nil {
				return "", err
			}
			return "the account may send to many at once", c.CheckMass(ctx)
		}})
	}
	for _, m := range mappings(s.Templates) {
		list = append(list, one("wechat.templates", m, (*wechat.Channel).CheckTemplate))
	}
	for _, m := range mappings(s.Subscriptions) {
		list = append(list, one("wechat.subscriptions", m, (*wechat.Channel).CheckSubscription))
	}
	return append(list, check{"wechat.notices", func(context.Context) (string, error) { return unmapped(s), nil }})
}

// unmapped says which short forms have no template, and so reach nobody who has
// been silent for two days.
func unmapped(s config.WeChat) string {
	var without []string
	all := slices.Sorted(maps.Keys(outreach.Notices()))
	for _, name := range all {
		has := func(n config.WeChatNotice) bool { return n.Notice == name }
		if !slices.ContainsFunc(s.Templates, has) && !slices.ContainsFunc(s.Subscriptions, has) {
			without = append(without, name)
		}
	}
	if len(without) == 0 {
		return fmt.Sprintf("all %d have a template", len(all))
	}
	return fmt.Sprintf("%d of %d have a template; only within 48 hours of a message go out: %s", len(all)-len(without), len(all), strings.Join(without, ", "))
}

func (k *checker) telegram(ctx context.Context) (string, error) {
	s := k.settings.Telegram
	if s.Token == "" {
		return notSet, nil
	}
	c, err := telegram.New(telegram.Options{
		Token: s.Token.Reveal(), APIBase: s.APIBase, WebhookSecret: s.WebhookSecret.Reveal(), Mode: s.Mode,
		WebhookURL: strings.TrimRight(k.settings.PublicURL, "/") + "/telegram", Clock: k.w.Clock,
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("the token is accepted at %s, mode %s", s.APIBase, s.Mode), c.Check(ctx)
}

// wecom looks at the key alone: trying it would write into the group.
func (k *checker) wecom(context.Context) (string, error) {
	s := k.settings.WeCom
	if s.RobotKey == "" {
		return notSet, nil
	}
	_, err := wecom.New(wecom.Options{Key: s.RobotKey.Reveal(), APIBase: s.APIBase})
	return "the robot's key is set; it is not tried, that would write into the group", err
}

// publicURL: WeChat and Telegram's webhooks come from outside, so an address
// of this machine or of a private network cannot be the one.
func (k *checker) publicURL(context.Context) (string, error) {
	s := k.settings
	webhook := s.WeChat.AppID != "" || s.Telegram.Token != "" && s.Telegram.Mode == config.Webhook
	if s.PublicURL == "" {
		return "not set: messages carry no links, codes no QR address", nil
	}
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("is no address of the form https://HOST")
	}
	inside := u.Hostname() == "localhost" || !strings.Contains(u.Hostname(), ".") && net.ParseIP(u.Hostname()) == nil
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		inside = ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()
	}
	switch {
	case inside && webhook:
		return "", fmt.Errorf("%s cannot be reached from outside, where the platforms call from", s.PublicURL)
	case s.Telegram.Token != "" && s.Telegram.Mode == config.Webhook && u.Scheme != "https":
		return "", errors.New("webhooks of Telegram need https")
	case inside:
		return s.PublicURL + " is reached from this network only", nil
	case u.Scheme != "https":
		return s.PublicURL + " is not encrypted: https is better", nil
	}
	return s.PublicURL, nil
}
