// Package telegram is the channel to Telegram: it turns the Bot API's updates
// into neutral messages and neutral messages into Bot API calls. Limits and
// codes are those of https://core.telegram.org/bots/api; what the library
// go-telegram/bot does otherwise (it moves the offset before an update is
// handled, and acknowledges a webhook before anything is kept) is done here.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/jonboulle/clockwork"

	"zhenban/bot"
)

// Name is the channel's part of a contact's identity.
const Name = "telegram"

// The ways updates arrive. Telegram allows one at a time.
const (
	ModePoll    = "poll"
	ModeWebhook = "webhook"
)

const defaultBase = "https://api.telegram.org"

// Options is what the channel is built from.
type Options struct {
	Token         string // of @BotFather: digits, a colon, letters
	APIBase       string // default https://api.telegram.org; a self-hosted Bot API server otherwise
	WebhookSecret string // comes back with every webhook delivery; required in webhook mode
	WebhookURL    string // address Telegram delivers to, path included; required in webhook mode
	Mode          string // ModePoll (default) or ModeWebhook

	Clock clockwork.Clock
	Log   *slog.Logger                                 // nil: silent
	HTTP  *http.Client                                 // nil: a plain one; its Timeout is not used, each call has its own
	Count func(name string)                            // counts what has no other trace; nil: not counted
	Alarm func(ctx context.Context, code, text string) // something an operator must look at; nil: only logged
	// Commands fill the menu of commands in Telegram's own interface.
	Commands []Command
}

// Command is one line of Telegram's menu of commands.
type Command struct {
	Name        string            // 1–32 of a–z, 0–9 and _, without the slash
	Description map[string]string // by language tag; "" is for every other language
}

// Channel is Telegram as a bot.Channel.
type Channel struct {
	opt  Options
	wire *wire
	api  *tg.Bot
}

var (
	tokenShape   = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	secretShape  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`) // setWebhook, secret_token
	commandShape = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)      // BotCommand.command
)

// New checks the options, all faults at once, and builds the channel. It
// makes no call: Check does. No error contains the token.
func New(o Options) (*Channel, error) {
	if o.APIBase == "" {
		o.APIBase = defaultBase
	}
	o.APIBase = strings.TrimRight(o.APIBase, "/")
	if o.Mode == "" {
		o.Mode = ModePoll
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Count == nil {
		o.Count = func(string) {}
	}
	if o.Alarm == nil {
		log := o.Log
		o.Alarm = func(ctx context.Context, code, text string) { log.ErrorContext(ctx, text, "code", code) }
	}
	w := newWire(o.HTTP, o.APIBase, o.Token)
	// The library's own handlers print whole updates: patients' words do not
	// belong in logs. None of its loops is started, but a handler that is
	// never called costs less than one that is forgotten.
	api, err := tg.New(o.Token,
		tg.WithSkipGetMe(),
		tg.WithServerURL(o.APIBase),
		tg.WithHTTPClient(0, w),
		tg.WithDefaultHandler(ignoreUpdate),
		tg.WithErrorsHandler(func(error) {}),
		tg.WithNotAsyncHandlers(),
	)
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", w.redact(err))
	}
	return &Channel{opt: o, wire: w, api: api}, nil
}

func (o *Options) validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf("telegram: "+format, args...)) }
	if !tokenShape.MatchString(o.Token) {
		fault("the token must look like 123456:ABC-def")
	}
	if u, err := url.Parse(o.APIBase); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		fault("the API base must be an http or https address")
	}
	switch o.Mode {
	case ModePoll:
	case ModeWebhook:
		if !secretShape.MatchString(o.WebhookSecret) {
			fault("webhook mode needs a secret of 1–256 letters, digits, _ and -")
		}
		if u, err := url.Parse(o.WebhookURL); err != nil || u.Host == "" {
			fault("webhook mode needs the address that Telegram delivers to")
		}
	default:
		fault("mode %q is neither poll nor webhook", o.Mode)
	}
	if o.Clock == nil {
		fault("a clock is needed")
	}
	for _, c := range o.Commands {
		if !commandShape.MatchString(c.Name) || len(c.Description) == 0 {
			fault("command %q: name of 1–32 a–z, 0–9, _ and a description", c.Name)
		}
	}
	return errors.Join(faults...)
}

func ignoreUpdate(context.Context, *tg.Bot, *tgUpdate) {}

// Name implements bot.Channel.
func (c *Channel) Name() string { return Name }

// Check asks Telegram whose token this is.
func (c *Channel) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := c.api.GetMe(ctx); err != nil {
		return fmt.Errorf("telegram: getMe: %w", c.classify(err))
	}
	return nil
}

var _ bot.Channel = (*Channel)(nil)
