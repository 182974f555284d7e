package webchat

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/coder/websocket"

	"zhenban/bot"
)

// How long the other side may take.
const (
	helloTime   = 10 * time.Second
	writeTime   = 10 * time.Second
	pingEvery   = 30 * time.Second
	pongTime    = 15 * time.Second
	receiveTime = 20 * time.Second
)

// socket is one open window. Its run loop alone reads the journal and calls
// the receiver, so that a person's messages are taken in order.
type socket struct {
	c       *Channel
	r       bot.Receiver
	conn    *websocket.Conn
	address string
	lang    string
	scene   string
	cursor  string
	opened  bool   // the history was sent
	greet   string // key of the event still to be told, if any
	event   bot.Event
	greetAt time.Time
	failing bool // the journal could not be read last time
	nudged  chan struct{}
	evicted chan struct{}
	asked   chan Request
	limit   window
}

var (
	keyForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)
	langForm  = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
	sceneForm = regexp.MustCompile(`^[A-Za-z0-9_.:=-]{1,64}$`)
)

// serveSocket is GET /chat/ws.
func (c *Channel) serveSocket(r bot.Receiver) http.HandlerFunc {
	origins := []string{}
	if u, err := url.Parse(c.o.PublicURL); err == nil && u.Host != "" {
		origins = append(origins, u.Host)
	}
	return func(w http.ResponseWriter, req *http.Request) {
		if !c.start() {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		defer c.running.Done()
		conn, err := websocket.Accept(w, req, &websocket.AcceptOptions{OriginPatterns: origins})
		if err != nil { // a foreign origin, or no WebSocket at all; Accept has answered
			c.o.Count("web_refused")
			return
		}
		defer conn.CloseNow() //nolint:errcheck // it is closed already on the good paths
		conn.SetReadLimit(maxFrame)
		ctx, cancel := context.WithCancel(context.WithoutCancel(req.Context()))
		defer cancel()
		if s := c.hello(ctx, conn); s != nil {
			s.r = r
			c.o.Count("web_connect")
			s.serve(ctx, cancel)
		}
	}
}

// hello reads the first frame; nil if the browser is not let in.
func (c *Channel) hello(ctx context.Context, conn *websocket.Conn) *socket {
	ctx, cancel := context.WithTimeout(ctx, helloTime)
	defer cancel()
	defer context.AfterFunc(c.stop, cancel)()
	_, data, err := conn.Read(ctx)
	if err != nil {
		return nil
	}
	var q Request
	if err := json.Unmarshal(data, &q); err != nil || q.T != "hello" || q.V != Version || len(q.Cursor) > 200 {
		c.o.Count("web_bad_hello")
		_ = conn.Close(websocket.StatusPolicyViolation, "hello expected")
		return nil
	}
	if !c.known(q.Token) {
		c.o.Count("web_bad_token")
		_ = conn.Close(CloseToken, "token")
		return nil
	}
	s := &socket{
		c: c, conn: conn, address: Address(q.Token), cursor: q.Cursor,
		nudged: make(chan struct{}, 1), evicted: make(chan struct{}),
		asked: make(chan Request, maxMessages),
		limit: window{max: maxMessages, span: windowLength},
	}
	if langForm.MatchString(q.Lang) {
		s.lang = q.Lang
	}
	if sceneForm.MatchString(q.Scene) {
		s.scene = q.Scene
	}
	return s
}

// serve runs the socket until it closes; all its goroutines have ended then.
func (s *socket) serve(ctx context.Context, cancel context.CancelFunc) {
	s.c.hub.join(s)
	var wg sync.WaitGroup
	wg.Go(func() { defer cancel(); s.read(ctx) })
	wg.Go(func() { defer cancel(); s.ping(ctx) })
	code, reason := s.run(ctx)
	s.c.hub.leave(s)
	_ = s.conn.Close(code, reason)
	cancel()
	wg.Wait()
}

// evict is called by the hub, once, when a ninth window opens.
func (s *socket) evict() { close(s.evicted) }

// read takes frames and queues them for run; it never waits for an answer, so
// that pongs are seen while one is being found.
func (s *socket) read(ctx context.Context) {
	for {
		_, data, err := s.conn.Read(ctx)
		if err != nil {
			return
		}
		var q Request
		if err := json.Unmarshal(data, &q); err != nil {
			s.c.o.Count("web_bad_frame")
			_ = s.conn.Close(websocket.StatusPolicyViolation, "bad frame")
			return
		}
		wait, ok := s.limit.take(s.c.o.Clock.Now())
		if ok && q.T == "ping" { // scripts cannot see the protocol's own pings
			if s.write(ctx, Frame{T: "pong"}) != nil {
				return
			}
			continue
		}
		if ok {
			select {
			case s.asked <- q:
				continue
			default: // answers take longer than questions come
				wait = time.Second
			}
		}
		s.c.o.Count("web_limited")
		if s.fail(ctx, q.Key, CodeRate, wait) != nil {
			return
		}
	}
}

// ping finds out about browsers that went away without a word.
func (s *socket) ping(ctx context.Context) {
	t := s.c.o.Clock.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.Chan():
		}
		if err := s.pong(ctx); err != nil {
			return
		}
	}
}

func (s *socket) pong(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pongTime)
	defer cancel()
	return s.conn.Ping(ctx)
}

func (s *socket) write(ctx context.Context, f Frame) error {
	f.V = Version
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, b)
}

// fail tells the browser that a message was not taken; it repeats it after
// retry, or never if that is 0.
func (s *socket) fail(ctx context.Context, key, code string, retry time.Duration) error {
	if !keyForm.MatchString(key) {
		key = ""
	}
	return s.write(ctx, Frame{T: "error", Key: key, Code: code, RetryMS: retry.Milliseconds()})
}
