// Package fhir is the clinic's systems' door: FHIR R4 JSON under /fhir/, with a
// bearer token. One file a resource: what it is searched by, and how it is
// made of what the models keep, and what is made of one that is posted.
package fhir

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"zhenban/bot"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates"
)

// requestTime bounds the work on one request.
const requestTime = 20 * time.Second

// Options is what the interface needs.
type Options struct {
	Store  *models.Store
	Clinic func() *bot.Clinic // the profile in force
	Token  string             // the bearer token; with an empty one nobody is let in
	Now    func() time.Time
	Log    *slog.Logger
	Base   string // address that clients can reach; "": from the request's Host
	Files  media.Store
	Wake   func()          // called when something is due; nil for none
	Book   *templates.Book // for what a case says; nil: it is named by its kind alone
}

type server struct {
	o      Options
	list   []*resource
	byName map[string]*resource
	token  [sha256.Size]byte
	who    string // fingerprint of the token, for the audit
	chain  string // of the audit that this process writes
	mu     sync.Mutex
}

// New makes the handler of /fhir/.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wake == nil {
		o.Wake = func() {}
	}
	s := &server{o: o, chain: "api:" + o.Store.NewID(o.Now()), list: resources(), byName: map[string]*resource{}, token: sha256.Sum256([]byte(o.Token))}
	s.who = hex.EncodeToString(s.token[:4])
	for _, r := range s.list {
		s.byName[r.name] = r
	}
	return s
}

// result is an answer without a fault.
type result struct {
	body     any
	kind, id string // of the resource, for the audit
	count    int
	reading  bool   // one instance, with its version in the headers
	status   int    // 0 means 200
	location string // of what was created
}

// ServeHTTP answers one request and notes that it was made: who, of what kind,
// how many, never what it said.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), requestTime)
	defer cancel()
	f := &format{}
	res, err := s.guarded(ctx, r, f)
	var status int
	if err != nil {
		status = s.refuse(w, r, f, err)
	} else {
		status = write(w, r, f, res)
	}
	s.o.Log.LogAttrs(ctx, slog.LevelInfo, "fhir access", slog.String("who", s.whoIs(r)), slog.String("method", r.Method),
		slog.String("resource", res.kind), slog.String("id", res.id), slog.Int("count", res.count), slog.Int("status", status))
}

// guarded turns a panic into an error, so that it too is answered in FHIR.
func (s *server) guarded(ctx context.Context, r *http.Request, f *format) (res result, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.Error("fhir request panicked", "panic", p, "stack", string(debug.Stack()))
			res, err = result{}, errors.New("panic")
		}
	}()
	return s.handle(ctx, r, f)
}

func (s *server) handle(ctx context.Context, r *http.Request, f *format) (result, error) {
	path := strings.Trim(strings.TrimPrefix(r.URL.Path, "/fhir"), "/")
	if path != "metadata" && !s.admitted(r) {
		challenge := `Bearer realm="zhenban"`
		if r.Header.Get("Authorization") != "" {
			challenge += `, error="invalid_token"`
		}
		return result{}, faultf(http.StatusUnauthorized, "login", "", "a valid bearer token is needed").with("WWW-Authenticate", challenge)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost {
		return result{}, faultf(http.StatusMethodNotAllowed, "not-supported", "", "GET, HEAD and POST are served").with("Allow", "GET, HEAD, POST")
	}
	if err := f.negotiate(r); err != nil {
		return result{}, err
	}
	c := &call{ctx: ctx, store: s.o.Store, clinic: s.o.Clinic(), now: s.o.Now(), base: s.base(r), files: s.o.Files, book: s.o.Book}
	if r.Method == http.MethodPost {
		return s.post(c, r, path)
	}
	if path == "metadata" {
		return result{body: s.capabilities(c), kind: "CapabilityStatement"}, nil
	}
	kind, id, one := strings.Cut(path, "/")
	res := s.byName[kind]
	switch {
	case res == nil || strings.Contains(id, "/") || strings.HasPrefix(id, "_"):
		return result{}, faultf(http.StatusNotFound, "not-supported", "", "nothing is served under this path; see /fhir/metadata")
	case one:
		return s.read(c, res, id, r.URL.RawQuery)
	}
	return s.search(c, res, r.URL.RawQuery)
}

func (s *server) read(c *call, res *resource, id, raw string) (result, error) {
	if _, f := parseQuery(raw, nil, time.UTC); f != nil {
		return result{}, f
	}
	if !isID(id) {
		return result{}, notFound(res.name)
	}
	found, err := res.read(c, id)
	if errors.Is(err, models.ErrNotFound) {
		return result{kind: res.name}, notFound(res.name)
	}
	if err != nil {
		return result{kind: res.name}, err
	}
	if err := s.looked(c, "read", found); err != nil {
		return result{kind: res.name}, err
	}
	return result{body: found, kind: res.name, id: found.head().ID, count: 1, reading: true}, nil
}

// looked writes into the log of looks what of somebody's record was given out.
func (s *server) looked(c *call, what string, list ...instance) error {
	var about []string
	for _, i := range list {
		switch h := i.head(); h.ResourceType {
		case "Patient", models.KindReport, models.KindObservation, models.KindCarePlan, models.KindEncounter, models.KindConsent,
			kindResponse, kindTask, kindCommunication:
			about = append(about, h.ResourceType+"/"+h.ID)
		}
	}
	if len(about) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.o.Store.Do(c.ctx, func(_ context.Context, tx *models.Tx) error {
		for _, subject := range about {
			if err := tx.Audit(s.chain, "api:"+s.who, what, subject); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *server) search(c *call, res *resource, raw string) (result, error) {
	q, f := parseQuery(raw, res.params, c.clinic.Location(""))
	if f != nil {
		return result{kind: res.name}, f
	}
	p, err := res.search(c, q)
	if err != nil {
		return result{kind: res.name}, err
	}
	if err := s.looked(c, "search", p.items...); err != nil {
		return result{kind: res.name}, err
	}
	return result{body: searchset(c, res.name, q, p), kind: res.name, count: len(p.items)}, nil
}

// admitted compares digests, so that neither the length of the token nor how
// much of it was right shows in the time.
func (s *server) admitted(r *http.Request) bool {
	scheme, given, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(strings.TrimSpace(given)))
	same := subtle.ConstantTimeCompare(sum[:], s.token[:]) == 1
	return ok && s.o.Token != "" && strings.EqualFold(scheme, "Bearer") && same
}

func (s *server) whoIs(r *http.Request) string {
	if s.admitted(r) {
		return s.who
	}
	return "nobody"
}

// base is the address that links begin with.
func (s *server) base(r *http.Request) string {
	if s.o.Base != "" {
		return strings.TrimRight(s.o.Base, "/")
	}
	scheme := "http"
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// refuse is the one place that acts on errors: what the client did is told to
// it, what happened here is logged under a number and told as that.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, f *format, err error) int {
	if r.Context().Err() != nil { // who asked has gone
		return 499
	}
	known := s.known(err)
	for k, v := range known.header {
		w.Header().Set(k, v)
	}
	writeJSON(w, f, known.status, known.outcome())
	return known.status
}

// known is a fault as it is told.
func (s *server) known(err error) *fault {
	var known *fault
	switch {
	case errors.As(err, &known):
	case models.IsUnavailable(err) || errors.Is(err, context.DeadlineExceeded):
		s.o.Log.Warn("fhir request not answered", "error", err)
		known = faultf(http.StatusServiceUnavailable, "transient", "", "the database cannot be reached; try again").with("Retry-After", "5")
	default:
		id := rand.Text()[:8]
		s.o.Log.Error("fhir request failed", "id", id, "error", err)
		known = faultf(http.StatusInternalServerError, "exception", "", "internal error %s", id)
	}
	return known
}
