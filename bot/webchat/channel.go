// Package webchat is the chat on the clinic's own site: a page, a frame that
// other sites embed, the WebSocket they talk through, and the demo's two phones.
//
// What a person sees always comes from the journal (turns and delivered
// pushes). An answer is never painted from the reply alone if the journal has
// it, so two tabs, a reload and a reconnect to another copy all show the same.
package webchat

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/bot"
)

// ChannelName is the channel's part of a contact's identity.
const ChannelName = "web"

// Options is what the channel needs. Clock and Journal must be given.
type Options struct {
	Clock   clockwork.Clock
	Log     *slog.Logger
	Journal Journal
	Files   bot.Files // the media store; nil: what people sent is not shown to them again
	// Name gives the clinic's name in a language (zh-Hans, zh-Hant, en).
	Name func(lang string) string
	// Large reports a contact that reads large print; nil: none does.
	Large func(ctx context.Context, contactID string) bool
	// Origins may embed the frame, as scheme://host[:port].
	Origins []string
	// MaxUpload is the size of the largest photo or file in bytes; 0 means 10 MB.
	MaxUpload int64
	// Count is told of every noteworthy thing, for the metrics.
	Count func(name string)

	// PublicURL is the address browsers use, where a proxy changes the Host header.
	PublicURL string
	// Zone names the time zone that times are shown in; "" is the browser's own.
	Zone string
	// Demo accepts any token of at least 20 characters instead of only random 256-bit ones.
	Demo bool
	// Home is shown at GET / instead of the chat page: the demo's two phones.
	Home http.Handler
	// Poll is how often a connected browser's journal is looked at for what
	// other copies wrote; 0 means every second.
	Poll time.Duration
}

// Channel is the web chat. Close it before the program ends.
type Channel struct {
	o       Options
	assets  *assets
	pages   *pages
	hub     *hub
	uploads *uploads
	stop    context.Context // done when the copy stops: no new frames are taken
	cancel  context.CancelFunc
	running sync.WaitGroup
	closing sync.Mutex // orders Close against a socket that is just starting
}

// New makes the channel. Nothing runs before a browser connects.
func New(o Options) *Channel {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Name == nil {
		o.Name = func(string) string { return "" }
	}
	if o.MaxUpload <= 0 {
		o.MaxUpload = 10 << 20
	}
	if o.Count == nil {
		o.Count = func(string) {}
	}
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	a := loadAssets()
	stop, cancel := context.WithCancel(context.Background())
	return &Channel{
		o:       o,
		assets:  a,
		pages:   newPages(a, o),
		hub:     newHub(),
		uploads: newUploads(),
		stop:    stop,
		cancel:  cancel,
	}
}

// Name is "web".
func (c *Channel) Name() string { return ChannelName }

// Send tells the address's open sockets on this copy to read the journal. The
// message is in the journal, so it cannot fail: who is away sees it on return,
// and sockets on other copies find it when they next look.
func (c *Channel) Send(_ context.Context, address string, _ bot.Message, _ string) (string, error) {
	c.hub.nudge(address, nil)
	return "", nil
}

// Close stops taking messages, lets those being answered finish, and closes
// every socket. HTTP's own Shutdown does not see hijacked connections.
func (c *Channel) Close() {
	c.closing.Lock()
	c.cancel()
	c.closing.Unlock()
	c.running.Wait()
}

// start counts a socket in, unless the copy is stopping.
func (c *Channel) start() bool {
	c.closing.Lock()
	defer c.closing.Unlock()
	if c.stop.Err() != nil {
		return false
	}
	c.running.Add(1)
	return true
}

// Address is who a browser is: the token is its secret and never kept.
func Address(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:22]
}

var (
	randomToken = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	demoToken   = regexp.MustCompile(`^[A-Za-z0-9_-]{20,128}$`)
)

// known says whether a token is one that a browser of ours would make.
func (c *Channel) known(token string) bool {
	if c.o.Demo {
		return demoToken.MatchString(token)
	}
	return randomToken.MatchString(token)
}

// Idempotent implements bot.Idempotent: what is sent twice is one entry of the
// journal all the same.
func (c *Channel) Idempotent() bool { return true }
