// Package wechattest is a strict stand-in for WeChat's servers: the API that an
// Official Account calls, and the side that pushes messages to its webhook and
// reads the answers, as WeChat documents both. It needs no testing.T, so that
// the bench and the demo's checks use the very same one.
//
// Its cryptography is silenceper/wechat's, on purpose: package wechat has its
// own, and two that share code would share its faults.
package wechattest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// Config is one Official Account as WeChat knows it.
type Config struct {
	AppID, Secret string
	Token         string // shared with the webhook
	AESKey        string // safe mode, if set
	Account       string // the account's own ID, gh_…; has a default
	Clock         clockwork.Clock
	Push          http.RoundTripper // how pushes travel; default: a transport of its own
}

// Server is the stand-in. It listens on URL until Close.
type Server struct {
	URL string

	cfg    Config
	clock  clockwork.Clock
	pusher *http.Client
	http   *http.Server
	served chan struct{} // closed when the listener's goroutine has ended

	mu         sync.Mutex
	changed    chan struct{} // closed and replaced when something arrives
	contacts   map[string]*contact
	violations []string
	calls      map[string]int
	quota      map[string]int
	faults     []fault
	tokens     tokenBook
	media      map[string]medium
	scenes     map[string]string // QR address → scene
	menu       json.RawMessage
	forms      map[string]form      // template messages by ID
	notices    map[string]form      // subscription notices by ID
	seen       map[string]time.Time // openid and client_msg_id
	masses     map[string]*massJob  // by clientmsgid
	serial     int64
}

// New starts a stand-in on a free port of the loopback address.
func New(cfg Config) (*Server, error) {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	if cfg.Account == "" {
		cfg.Account = "gh_zhenban00001"
	}
	if cfg.Push == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxIdleConnsPerHost = 256
		cfg.Push = own
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("wechattest: %w", err)
	}
	s := &Server{
		URL: "http://" + listener.Addr().String(), cfg: cfg, clock: cfg.Clock,
		pusher: &http.Client{Transport: cfg.Push}, served: make(chan struct{}),
		changed: make(chan struct{}), contacts: map[string]*contact{}, calls: map[string]int{},
		quota: map[string]int{}, media: map[string]medium{}, scenes: map[string]string{},
		forms: map[string]form{}, notices: map[string]form{}, seen: map[string]time.Time{}, masses: map[string]*massJob{}, serial: 7_000_000_000_000_000,
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// Close stops listening and lets hanging calls go.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.served
	s.pusher.CloseIdleConnections()
}

// SetAESKey rolls the key over: pushes go out under the new one from now on.
func (s *Server) SetAESKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.AESKey = key
}

// Violations lists what the program did that WeChat's rules forbid, beyond what
// an errcode told it: unreadable links, answers that are not XML, and so on.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Calls is how often an API path was called, e.g. /cgi-bin/stable_token.
func (s *Server) Calls(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[path]
}

// SetQuota lets n more calls of a path through; then it answers 45009.
func (s *Server) SetQuota(path string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quota[path] = n
}

// Menu is the menu last created, as JSON.
func (s *Server) Menu() json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.menu
}

func (s *Server) violate(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, err.Error())
	return err
}

// wait returns once cond, called with the lock held, is true.
func (s *Server) wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		if cond() {
			s.mu.Unlock()
			return nil
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wechattest: nothing arrived: %w", ctx.Err())
		}
	}
}

// signal wakes everyone who waits; the lock is held.
func (s *Server) signal() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// apiError is an errcode with its text.
type apiError struct {
	code int
	text string
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.code, e.text) }

func refuse(code int, text string) error { return &apiError{code, text} }

// ServeHTTP is the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls[r.URL.Path]++
	f := s.nextFault(r.URL.Path)
	s.mu.Unlock()
	if f.kind != "" && s.misbehave(w, r, f.kind) {
		return
	}
	if strings.HasPrefix(r.URL.Path, "/mmbiz/") {
		s.servePicture(w, r)
		return
	}
	answer, err := s.route(r, f.code)
	switch f.kind {
	case FaultLost:
		panic(http.ErrAbortHandler)
	case FaultMute:
		<-r.Context().Done()
		return
	}
	var known *apiError
	switch file, isFile := answer.(medium); {
	case errors.As(err, &known):
		write(w, map[string]any{"errcode": known.code, "errmsg": known.text + " rid: 0-0-0"})
	case err != nil:
		write(w, map[string]any{"errcode": 47001, "errmsg": "data format error: " + err.Error()})
	case isFile:
		w.Header().Set("Content-Type", file.kind)
		_, _ = w.Write(file.data)
	default:
		write(w, answer)
	}
}

// route checks the token, then carries the call out.
func (s *Server) route(r *http.Request, code int) (any, error) {
	switch r.URL.Path {
	case "/cgi-bin/stable_token":
		if code != 0 {
			return nil, refuse(code, "invented")
		}
		return s.stableToken(r)
	case "/cgi-bin/token":
		return s.plainToken(r)
	}
	if err := s.admit(r.URL.Query().Get("access_token")); err != nil {
		return nil, err
	}
	if code != 0 {
		return nil, refuse(code, "invented")
	}
	if err := s.spend(r.URL.Path); err != nil {
		return nil, err
	}
	switch r.Method + " " + r.URL.Path {
	case "POST /cgi-bin/message/custom/send":
		return s.customSend(r)
	case "POST /cgi-bin/message/template/send":
		return s.templateSend(r)
	case "POST /cgi-bin/message/subscribe/bizsend":
		return s.noticeSend(r)
	case "POST /cgi-bin/message/mass/send":
		return s.massSend(r)
	case "POST /cgi-bin/message/mass/speed/get":
		return s.massSpeed()
	case "POST /cgi-bin/user/info/batchget":
		return s.usersGet(r)
	case "GET /cgi-bin/template/get_all_private_template":
		return s.templateList()
	case "GET /wxaapi/newtmpl/gettemplate":
		return s.noticeList()
	case "POST /cgi-bin/menu/create":
		return s.menuCreate(r)
	case "GET /cgi-bin/menu/get":
		return s.menuGet()
	case "POST /cgi-bin/qrcode/create":
		return s.qrCreate(r)
	case "POST /cgi-bin/media/upload":
		return s.mediaUpload(r)
	case "GET /cgi-bin/media/get":
		return s.mediaGet(r)
	case "GET /cgi-bin/getcallbackip", "GET /cgi-bin/get_api_domain_ip":
		return map[string]any{"ip_list": []string{"127.0.0.1"}}, nil
	}
	return nil, refuse(43002, "require other method or unknown address")
}

// spend takes one call off a path's quota, if it has one.
func (s *Server) spend(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	left, limited := s.quota[path]
	if !limited {
		return nil
	}
	if left <= 0 {
		return refuse(45009, "reach max api daily quota limit")
	}
	s.quota[path] = left - 1
	return nil
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	_ = json.NewEncoder(w).Encode(v)
}

// ok is how WeChat says that all went well.
func ok() any { return map[string]any{"errcode": 0, "errmsg": "ok"} }

// decode reads a JSON body strictly. WeChat refuses \u escapes in menus (40033)
// and shows them as they stand in messages; both count as wrong here.
func decode(r *http.Request, v any) error {
	var raw strings.Builder
	d := json.NewDecoder(tee{http.MaxBytesReader(nil, r.Body, 1<<20), &raw})
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return refuse(47001, "data format error")
	}
	if strings.Contains(strings.ReplaceAll(raw.String(), `\\`, ""), `\u`) {
		return refuse(40033, "invalid charset: \\uxxxx")
	}
	return nil
}
