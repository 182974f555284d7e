package wechat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// Mapping says which template of the account a notice goes out by, and which
// field of the notice fills which place of it.
type Mapping struct {
	Notice   string
	Template string
	Fields   map[string]string // place: field
	Link     string
	Ask      string // page on which a person agrees to a subscription notice
	Lasting  bool   // one consent is for good
}

// templateOnce is how long WeChat drops a template message with a
// client_msg_id it has seen: "10 分钟有效". A minute is left for the way there.
const templateOnce = 9 * time.Minute

// Ways implements bot.Wayfinder: the chat while its window is open, then a
// template message, then a subscription notice that the person agreed to.
func (c *Channel) Ways(r bot.Reached) []bot.Way {
	var ways []bot.Way
	if windowLeft(r) >= r.Parts {
		ways = append(ways, bot.Way{Name: models.WayChat})
	}
	if r.Notice == nil {
		return ways
	}
	if m, ok := find(c.opts.Templates, r.Notice.Name); ok {
		ways = append(ways, bot.Way{Name: models.WayTemplate, Template: m.Template, Once: templateOnce})
	}
	if m, ok := find(c.opts.Subscriptions, r.Notice.Name); ok && r.Consents[m.Template].Left > 0 {
		ways = append(ways, bot.Way{Name: models.WaySubscription, Template: m.Template, Spends: true})
	}
	return ways
}

// Lacks implements bot.Consenter: the subscription that would have carried a
// notice, had the person agreed to it.
func (c *Channel) Lacks(n *models.Notice, consents map[string]models.NoticeConsent) (template string, lacks bool) {
	if n == nil {
		return "", false
	}
	m, ok := find(c.opts.Subscriptions, n.Name)
	return m.Template, ok && consents[m.Template].Left <= 0
}

// Asks implements bot.Consenter.
func (c *Channel) Asks() bool {
	for _, m := range c.opts.Subscriptions {
		if m.Ask != "" {
			return true
		}
	}
	return false
}

// AskPage implements bot.Consenter.
func (c *Channel) AskPage(template string) string {
	for _, m := range c.opts.Subscriptions {
		if m.Template == template {
			return m.Ask
		}
	}
	return ""
}

func find(list []Mapping, notice string) (Mapping, bool) {
	for _, m := range list {
		if m.Notice == notice {
			return m, true
		}
	}
	return Mapping{}, false
}

type place struct {
	Value string `json:"value"`
}

// SendBy implements bot.Wayfinder.
func (c *Channel) SendBy(ctx context.Context, w bot.Way, address string, n *models.Notice, key string) (string, error) {
	if !openID(address) {
		return "", &bot.SendError{Code: "40003", Reaction: bot.Unreachable, Err: errors.New("not an openid")}
	}
	list, path := c.opts.Templates, "/cgi-bin/message/template/send"
	if w.Name == models.WaySubscription {
		list, path = c.opts.Subscriptions, "/cgi-bin/message/subscribe/bizsend"
	}
	if n == nil {
		return "", &bot.SendError{Code: "notice", Reaction: bot.GiveUp, Err: errors.New("no short form")}
	}
	m, ok := find(list, n.Name)
	if !ok {
		return "", &bot.SendError{Code: "notice", Reaction: bot.GiveUp, Err: fmt.Errorf("%s is mapped onto no template", n.Name)}
	}
	data := make(map[string]place, len(m.Fields))
	for name, field := range m.Fields {
		text, has := n.Fields[field]
		value, err := fill(name, text)
		if b := blank(name); errors.Is(err, errNoField) && has && b != "" {
			value, err = b, nil // a reminder without the doctor's name is better than none
		}
		if err != nil {
			return "", &bot.SendError{Code: "notice_field", Reaction: bot.GiveUp, Alarm: true, Err: fmt.Errorf("notice %s, place %s, field %s: %w", n.Name, name, field, err)}
		}
		data[name] = place{value}
	}
	call := map[string]any{"touser": address, "template_id": m.Template, "data": data}
	if w.Name == models.WayTemplate {
		if m.Link != "" {
			call["url"] = m.Link
		}
		sum := sha256.Sum256([]byte(key))
		call["client_msg_id"] = hex.EncodeToString(sum[:16])
	} else if m.Link != "" {
		call["page"] = m.Link
	}
	body, err := marshal(call)
	if err != nil {
		return "", classify(err, c.opts.Clock.Now())
	}
	answer, err := c.call(ctx, request{path: path, body: body, kind: jsonBody})
	if err != nil {
		return "", oneWay(classify(err, c.opts.Clock.Now()))
	}
	return receipt(answer.body), nil
}

// oneWay: an account without the right to templates, or whose right to notices
// was taken away, can still chat.
func oneWay(e *bot.SendError) *bot.SendError {
	if e.Code == "48001" || e.Code == "43107" {
		e.OneWay = true
	}
	return e
}

var (
	_ bot.Wayfinder = (*Channel)(nil)
	_ bot.Consenter = (*Channel)(nil)
)
