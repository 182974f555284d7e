// Package telegramtest is a strict stand-in of Telegram's Bot API
// (https://core.telegram.org/bots/api) with people behind it: tests, the bench
// and the demo's checks all talk to this one. It refuses what Telegram
// refuses, limits rates by its own clock, and fails on demand. It does not
// need package testing.
package telegramtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/time/rate"
)

// Config is what a Server is built from.
type Config struct {
	Token string          // default Token
	Clock clockwork.Clock // of rate limits, long polls and repeated deliveries; default the real one
	// Burst is how many messages one chat takes at once before the limit of
	// one a second holds; default 5. Telegram "may allow short bursts".
	Burst int
	// Unlimited turns rate limits off, for a bench that measures us and not them.
	Unlimited bool
}

// Token is the default token.
const Token = "123456:TEST-token-of-the-stand-in"

// Telegram's limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
const (
	perChat      = 1  // messages a second in one chat
	overall      = 30 // messages a second to all chats
	defaultBurst = 5
)

type object = map[string]any

// Server is the stand-in. Its zero value is not usable; see New.
type Server struct {
	cfg     Config
	methods map[string]method

	mu       sync.Mutex
	people   map[int64]*Person
	queue    []*pending // updates nobody confirmed, in order
	updateID int64
	allowed  map[string]bool
	arrived  chan struct{} // closed when an update arrives
	polling  chan struct{} // closed to end the current long poll with 409
	hook     *hook
	lastHook string // last_error_message
	faults   []*Fault
	queries  map[string]*query
	files    map[string]*stored
	commands map[string][]Command
	calls    map[string]int
	serial   int64
	all      *rate.Limiter

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	client *http.Client
	http   *http.Server
	url    string
}

type method func(*call) (any, error)

// Command is one line of setMyCommands.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// New makes a stand-in. It is an http.Handler; Start gives it an address.
func New(cfg Config) *Server {
	if cfg.Token == "" {
		cfg.Token = Token
	}
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	if cfg.Burst == 0 {
		cfg.Burst = defaultBurst
	}
	s := &Server{
		cfg: cfg, people: map[int64]*Person{}, updateID: 1000, arrived: make(chan struct{}),
		queries: map[string]*query{}, files: map[string]*stored{}, commands: map[string][]Command{},
		calls: map[string]int{}, all: rate.NewLimiter(overall, overall),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: time.Minute},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.methods = map[string]method{
		"getme": s.getMe, "getupdates": s.getUpdates,
		"setwebhook": s.setWebhook, "deletewebhook": s.deleteWebhook, "getwebhookinfo": s.getWebhookInfo,
		"setmycommands": s.setMyCommands,
		"sendmessage":   s.sendMessage, "sendphoto": s.sendPhoto, "senddocument": s.sendDocument,
		"sendchataction":         s.sendChatAction,
		"editmessagereplymarkup": s.editMessageReplyMarkup, "answercallbackquery": s.answerCallbackQuery,
		"getfile": s.getFile,
	}
	return s
}

// Start listens on a free port of this machine and returns the base address.
func (s *Server) Start() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("telegramtest: %w", err)
	}
	s.url = "http://" + l.Addr().String()
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.wg.Go(func() { _ = s.http.Serve(l) })
	return s.url, nil
}

// URL is the base address, empty before Start.
func (s *Server) URL() string { return s.url }

// Close ends long polls, deliveries and connections, and waits for them.
func (s *Server) Close() {
	s.cancel()
	if s.http != nil {
		_ = s.http.Close()
	}
	s.wg.Wait()
	s.client.CloseIdleConnections()
}

// Calls is how often a method was called, failed calls included.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[strings.ToLower(method)]
}

// Commands returns what setMyCommands set for a language.
func (s *Server) Commands(language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands[language]
}

// ServeHTTP answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.download(w, rest)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, name, hasMethod := strings.Cut(rest, "/")
	if !ok || !hasMethod || !strings.Contains(token, ":") {
		s.refuse(w, &refusal{Code: http.StatusNotFound, Text: "Not Found"})
		return
	}
	if token != s.cfg.Token {
		s.refuse(w, &refusal{Code: http.StatusUnauthorized, Text: "Unauthorized"})
		return
	}
	name = strings.ToLower(name) // "all methods in the Bot API are case-insensitive"
	s.mu.Lock()
	s.calls[name]++
	s.mu.Unlock()
	run := s.methods[name]
	if run == nil {
		s.refuse(w, &refusal{Code: http.StatusNotFound, Text: "Not Found: method not found"})
		return
	}
	c, err := parse(r)
	if fault := s.fault(name); fault != nil {
		if fault.Taken && err == nil {
			_, _ = run(c)
		}
		s.fail(w, r, fault)
		return
	}
	if err != nil {
		s.refuse(w, err)
		return
	}
	result, err := run(c)
	if err != nil {
		s.refuse(w, err)
		return
	}
	writeJSON(w, http.StatusOK, object{"ok": true, "result": result})
}

// refusal is an error answer of the Bot API.
type refusal struct {
	Code       int
	Text       string
	RetryAfter int
}

func (e *refusal) Error() string { return e.Text }

func bad(format string, args ...any) error {
	return &refusal{Code: http.StatusBadRequest, Text: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func (s *Server) refuse(w http.ResponseWriter, err error) {
	var e *refusal
	if !errors.As(err, &e) {
		e = &refusal{Code: http.StatusInternalServerError, Text: err.Error()}
	}
	body := object{"ok": false, "error_code": e.Code, "description": e.Text}
	if e.RetryAfter > 0 {
		body["parameters"] = object{"retry_after": e.RetryAfter}
	}
	writeJSON(w, e.Code, body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *Server) getMe(*call) (any, error) {
	id, _, _ := strings.Cut(s.cfg.Token, ":")
	return object{"id": json.Number(id), "is_bot": true, "first_name": "Stand-in", "username": "standin_bot"}, nil
}
