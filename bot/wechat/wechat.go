// Package wechat is the WeChat Official Account channel: the webhook that WeChat
// pushes messages to, the passive replies it carries back, and the API calls
// that send customer-service messages, menus, QR codes and pictures.
//
// The webhook's edge (signatures, limits, safe mode, doubles) is our own. From
// silenceper/wechat come the message, menu, QR and media types; its senders are
// not used, because they go through one package-wide http.Client, carry the
// token in their errors and cannot tell "not sent" from "maybe sent". Its root
// package, whose init sets the global logrus to print every message, is never
// imported; a test holds that.
package wechat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/models"
)

// DefaultAPIBase is where WeChat's own API lives.
const DefaultAPIBase = "https://api.weixin.qq.com"

// Options is what the channel needs from the outside.
type Options struct {
	AppID, Secret string
	Token         string // the one typed into the console next to the webhook's address
	AESKey        string // EncodingAESKey, 43 characters; turns safe mode on
	// PreviousAESKey still decrypts while WeChat rolls the key over; the answer
	// goes out under the key that decrypted the question.
	PreviousAESKey string
	APIBase        string // default DefaultAPIBase

	// Templates and Subscriptions are what goes out when the chat is closed.
	Templates, Subscriptions []Mapping

	// Mass lets broadcasts go out as mass messages (群发) to who was silent for
	// too long; Massed keeps what WeChat tells of one at its end, nil: nothing.
	Mass   bool
	Massed func(ctx context.Context, r models.MassReport) error
	// Undelivered is told of a template message that WeChat had taken and did
	// not bring to the person; nil for nobody.
	Undelivered func(ctx context.Context, contactID, receipt, fault string) error

	Clock clockwork.Clock // default: the machine's
	// Wall is the real time, for timestamps that WeChat wrote; default
	// Clock.Now. Only the demo, whose Clock can be moved, needs it: a moved
	// clock would make every signature stale.
	Wall   func() time.Time
	Log    *slog.Logger      // default: silent
	Tokens TokenStore        // nil: the token is kept in memory only
	HTTP   http.RoundTripper // nil: a transport of the channel's own
	// Count counts refusals and the API's errcodes by name; never content.
	Count func(name string)
	// Alarm tells an operator about faults that no caller gets to see. Faults
	// of Send are not among them: they travel in bot.SendError.Alarm.
	Alarm func(ctx context.Context, code, text string)
}

// TokenStore shares the access token between replicas.
type TokenStore interface {
	// Get gives "" when there is no value or it has expired.
	Get(ctx context.Context, name string) (value string, expires time.Time, err error)
	Put(ctx context.Context, name, value string, expires time.Time) error
	// Lock is a lease: one replica refreshes while the others wait for its
	// value. ok is false when another holds it.
	Lock(ctx context.Context, name string, d time.Duration) (release func(), ok bool, err error)
}

// Channel is one Official Account. It implements bot.Channel.
type Channel struct {
	opts   Options
	keys   []aesKey // current first; empty in plain mode
	base   string
	client *http.Client
	tokens *tokens
	flight flight
	late   sync.WaitGroup // deliveries being worked on, also after their answer
}

// New checks the options, every fault at once, and makes the channel. It makes
// no call; Check does.
func New(o Options) (*Channel, error) {
	if o.APIBase == "" {
		o.APIBase = DefaultAPIBase
	}
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	if o.Wall == nil {
		o.Wall = o.Clock.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Count == nil {
		o.Count = func(string) {}
	}
	if o.Alarm == nil {
		o.Alarm = func(context.Context, string, string) {}
	}
	c := &Channel{opts: o, base: strings.TrimRight(o.APIBase, "/")}
	var faults []error
	for name, value := range map[string]string{"app id": o.AppID, "secret": o.Secret, "token": o.Token} {
		if value == "" {
			faults = append(faults, fmt.Errorf("wechat: no %s", name))
		}
	}
	if u, err := url.Parse(o.APIBase); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		faults = append(faults, errors.New("wechat: the API base is not an http(s) address"))
	}
	for _, encoded := range []string{o.AESKey, o.PreviousAESKey} {
		if encoded == "" {
			continue
		}
		key, err := newAESKey(encoded)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		c.keys = append(c.keys, key)
	}
	if o.AESKey == "" && o.PreviousAESKey != "" {
		faults = append(faults, errors.New("wechat: a previous AES key without a current one"))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	c.client = newClient(o.HTTP)
	c.tokens = newTokens(c)
	c.flight.calls, c.flight.turns = make(map[string]*call), make(map[string]*turn)
	return c, nil
}

// Name is the channel's part of a contact's identity.
func (c *Channel) Name() string { return "wechat" }

// Drain waits for deliveries that are still being worked on after WeChat was
// answered, and closes idle connections. Call it once the server takes no more
// requests.
func (c *Channel) Drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() { c.late.Wait(); close(done) }()
	defer c.client.CloseIdleConnections()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wechat: drain: %w", ctx.Err())
	}
}
