package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// What WeChat allows of mass messages by a list of openids (群发接口): 2 to
// 10,000 openids a call; a service account's calls 100 a day; four messages a
// person and calendar month, those from the console included. A repeat with a
// clientmsgid it has seen in the last 24 hours is refused with 45065.
const (
	massLeast  = 2
	massMost   = 10_000
	massPerDay = 100
	massMonth  = 4
	massOnce   = 23 * time.Hour
)

// Mass implements bot.Masser.
func (c *Channel) Mass() (rules models.MassRules, ok bool) {
	return models.MassRules{
		Least: massLeast, Most: massMost, PerDay: massPerDay, PerContact: massMonth, Once: massOnce, Zone: beijing(), Window: c.Window(),
	}, c.opts.Mass
}

// beijing is the zone in which WeChat counts days and months.
func beijing() *time.Location { return time.FixedZone("CST", 8*60*60) }

// SendMass implements bot.Masser: message/mass/send of a text. Its lines cannot
// be tapped there, so that they stand as words.
func (c *Channel) SendMass(ctx context.Context, addresses []string, m bot.Message, key string) (receipt string, again bool, err error) {
	text := plainText(m)
	switch {
	case m.Media != nil || text == "":
		return "", false, &bot.SendError{Code: "mass", Reaction: bot.GiveUp, Err: errors.New("only texts go to many at once")}
	case len(text) > MaxText:
		return "", false, &bot.SendError{Code: "45002", Reaction: bot.GiveUp, Alarm: true, Err: fmt.Errorf("%d bytes in a message to many", len(text))}
	}
	body, err := marshal(map[string]any{"touser": addresses, "msgtype": "text", "text": map[string]string{"content": text}, "clientmsgid": key})
	if err != nil {
		return "", false, classify(err, c.opts.Clock.Now())
	}
	answer, err := c.call(ctx, request{path: "/cgi-bin/message/mass/send", body: body, kind: jsonBody})
	var coded *codeError
	if errors.As(err, &coded) && coded.code == 45065 { // it has been taken before
		return massReceipt(coded.body, key), true, nil
	}
	if err != nil {
		return "", false, oneWay(classify(err, c.opts.Clock.Now()))
	}
	return massReceipt(answer.body, key), false, nil
}

// massReceipt is the msg_id by which WeChat tells later how it went.
func massReceipt(body []byte, key string) string {
	var a struct {
		MsgID json.Number `json:"msg_id"`
	}
	if json.Unmarshal(body, &a) != nil || a.MsgID == "" || a.MsgID == "0" {
		return key
	}
	return a.MsgID.String()
}

// plainText is a message without links: an option is its number and words, or
// its page.
func plainText(m bot.Message) string {
	lines := []string{strings.TrimSpace(m.Text)}
	for i, o := range m.Options {
		if i == 0 {
			lines = append(lines, "")
		}
		line := strconv.Itoa(m.Number(i)) + ". " + o.Label
		if page(o.URL) {
			line += " " + o.URL
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// lookUp is how many openids user/info/batchget takes.
const lookUp = 100

// Strangers implements bot.Masser: those who do not follow, or whose openid is
// none of this account's.
func (c *Channel) Strangers(ctx context.Context, addresses []string) ([]string, error) {
	var out []string
	for len(addresses) > 0 {
		n := min(lookUp, len(addresses))
		left, err := c.strangers(ctx, addresses[:n])
		if err != nil {
			return nil, c.fault(ctx, err)
		}
		out, addresses = append(out, left...), addresses[n:]
	}
	return out, nil
}

// strangers halves a list that WeChat refuses whole until it knows for whom.
func (c *Channel) strangers(ctx context.Context, addresses []string) ([]string, error) {
	type user struct {
		OpenID string `json:"openid"`
	}
	users := make([]user, len(addresses))
	for i, a := range addresses {
		users[i] = user{a}
	}
	body, err := marshal(map[string]any{"user_list": users})
	if err != nil {
		return nil, err
	}
	answer, err := c.call(ctx, request{path: "/cgi-bin/user/info/batchget", body: body, kind: jsonBody})
	var coded *codeError
	if errors.As(err, &coded) && (coded.code == 40003 || coded.code == 46004) {
		if len(addresses) == 1 {
			return addresses, nil
		}
		half := len(addresses) / 2
		left, err := c.strangers(ctx, addresses[:half])
		if err != nil {
			return nil, err
		}
		right, err := c.strangers(ctx, addresses[half:])
		return append(left, right...), err
	}
	if err != nil {
		return nil, err
	}
	var list struct {
		Users []struct {
			Subscribe int    `json:"subscribe"`
			OpenID    string `json:"openid"`
		} `json:"user_info_list"`
	}
	if err := json.Unmarshal(answer.body, &list); err != nil {
		return nil, &brokenError{status: answer.status}
	}
	var out []string
	for _, u := range list.Users {
		if u.Subscribe == 0 {
			out = append(out, u.OpenID)
		}
	}
	return out, nil
}

// CheckMass asks for the speed of mass messages, which only an account that may
// send them is told; it sends nothing.
func (c *Channel) CheckMass(ctx context.Context) error {
	_, err := c.call(ctx, request{path: "/cgi-bin/message/mass/speed/get", body: []byte("{}"), kind: jsonBody})
	if err != nil {
		return c.fault(ctx, err)
	}
	return nil
}

// massReport reads the receipt. FilterCount is how many were left after
// WeChat took out who may have no more.
func (p *push) massReport() models.MassReport {
	number := func(s string) int64 {
		n, _ := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		return n
	}
	r := models.MassReport{
		Channel: "wechat", Receipt: p.massID, Total: number(p.total), Filtered: number(p.filtered), Sent: number(p.sent), Failed: number(p.failed),
	}
	if s := strings.ReplaceAll(strings.ToLower(p.status), " ", ""); s != "sendsuccess" {
		r.Fault = shorten(p.status, 40)
		if r.Fault == "" {
			r.Fault = "no status"
		}
	}
	return r
}

var _ bot.Masser = (*Channel)(nil)
