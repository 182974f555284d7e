// Package wecom is the group robot (群机器人) of WeCom: staff alerts go to one
// group by it. It only sends. Limits are those of
// https://developer.work.weixin.qq.com/document/path/91770.
package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"zhenban/bot"
)

// Name is the channel's part of a contact's identity.
const Name = "wecom"

const (
	defaultBase   = "https://qyapi.weixin.qq.com"
	textLimit     = 2048 // bytes of UTF-8 in text.content
	markdownLimit = 4096 // bytes of UTF-8 in markdown.content
	callTimeout   = 15 * time.Second
)

// Options is what the channel is built from.
type Options struct {
	Key     string // of the robot's webhook address, after key=
	APIBase string // default https://qyapi.weixin.qq.com
	// Markdown sends alerts as markdown instead of text: twice as long, but
	// marks in a patient's words show as formatting.
	Markdown bool
	HTTP     *http.Client // nil: a plain one; its Timeout is not used
}

// Channel is the robot as a bot.Channel. The address is not used: a robot
// speaks to one group.
type Channel struct {
	opt  Options
	http *http.Client
}

// New checks the options. It makes no call; no error contains the key.
func New(o Options) (*Channel, error) {
	if o.APIBase == "" {
		o.APIBase = defaultBase
	}
	o.APIBase = strings.TrimRight(o.APIBase, "/")
	var faults []error
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{8,128}$`).MatchString(o.Key) {
		faults = append(faults, errors.New("wecom: the robot's key is what stands after key= in its webhook address"))
	}
	if u, err := url.Parse(o.APIBase); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		faults = append(faults, errors.New("wecom: the API base must be an http or https address"))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	client := http.Client{}
	if o.HTTP != nil {
		client = *o.HTTP
	}
	client.Timeout = 0 // the call has its own
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Channel{opt: o, http: &client}, nil
}

// Name implements bot.Channel.
func (c *Channel) Name() string { return Name }

// Fit cuts a message at line ends into what the robot carries. Options are
// listed in the text: nobody can pick them here, but staff see them. Pictures
// and files are dropped, a patient's documents do not belong in a group.
func (c *Channel) Fit(m bot.Message) []bot.Message {
	var out []bot.Message
	for _, part := range split(render(&m), c.limit()) {
		out = append(out, bot.Message{Text: part})
	}
	return out
}

func (c *Channel) limit() int {
	if c.opt.Markdown {
		return markdownLimit
	}
	return textLimit
}

// Send posts one fitted message. The robot gives no receipt and has no key
// against doubles.
func (c *Channel) Send(ctx context.Context, _ string, m bot.Message, _ string) (string, error) {
	text := render(&m)
	if text == "" {
		return "", &bot.SendError{Code: "empty", Reaction: bot.GiveUp, Err: errors.New("nothing to send")}
	}
	type content struct {
		Content string `json:"content"`
	}
	body := struct {
		Type     string   `json:"msgtype"`
		Text     *content `json:"text,omitempty"`
		Markdown *content `json:"markdown,omitempty"`
	}{Type: "text", Text: &content{text}}
	if c.opt.Markdown {
		body.Type, body.Text, body.Markdown = "markdown", nil, &content{text}
	}
	data, err := json.Marshal(body)
	if err != nil {
		return "", fmt.Errorf("wecom: encode: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if e := c.post(ctx, data); e != nil {
		return "", e
	}
	return "", nil
}

var _ bot.Channel = (*Channel)(nil)
