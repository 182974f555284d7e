package wechattest

import (
	"fmt"
	"net/http"
	"time"
)

const (
	tokenLife  = 7200 * time.Second
	tokenAhead = 5 * time.Minute // the next token is handed out this early
)

// tokenBook is every access token ever given out.
type tokenBook struct {
	current string
	ends    map[string]time.Time // of each that is good
	past    map[string]bool      // expired ones: 42001 rather than 40001
	stuck   bool                 // stable_token goes on giving the void one until forced
	count   int
}

// issue makes a token; the lock is held.
func (s *Server) issue() string {
	b := &s.tokens
	if b.ends == nil {
		b.ends, b.past = map[string]time.Time{}, map[string]bool{}
	}
	b.count++
	b.current = fmt.Sprintf("token-%04d-0123456789abcdefghijklmnopqrstuvwxyz", b.count)
	b.ends[b.current] = s.clock.Now().Add(tokenLife)
	b.stuck = false
	return b.current
}

// VoidTokens makes every token given out wrong (40001). If stuck, stable_token
// goes on handing the void one out until it is forced, as happens.
func (s *Server) VoidTokens(stuck bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens.ends = map[string]time.Time{}
	s.tokens.past = map[string]bool{}
	if s.tokens.stuck = stuck; !stuck {
		s.tokens.current = ""
	}
}

// admit looks at a call's token.
func (s *Server) admit(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ends, known := s.tokens.ends[token]
	switch {
	case token == "":
		return refuse(41001, "access_token missing")
	case known && !s.clock.Now().Before(ends):
		return refuse(42001, "access_token expired")
	case !known && s.tokens.past[token]:
		return refuse(42001, "access_token expired")
	case !known:
		return refuse(40001, "invalid credential, access_token is invalid or not latest")
	}
	return nil
}

func (s *Server) credentials(appID, secret string) error {
	switch {
	case appID != s.cfg.AppID:
		return refuse(40013, "invalid appid")
	case secret != s.cfg.Secret:
		return refuse(40125, "invalid appsecret")
	}
	return nil
}

// stableToken gives the current token, the same to everyone who asks.
func (s *Server) stableToken(r *http.Request) (any, error) {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if r.Method != http.MethodPost {
		return nil, refuse(43002, "require POST method")
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.GrantType != "client_credential" {
		return nil, refuse(40002, "invalid grant_type")
	}
	if err := s.credentials(in.AppID, in.Secret); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	b := &s.tokens
	if b.stuck && !in.ForceRefresh {
		return map[string]any{"access_token": b.current, "expires_in": 3600}, nil
	}
	left := b.ends[b.current].Sub(now)
	switch {
	case in.ForceRefresh && b.current != "":
		b.past[b.current] = true
		delete(b.ends, b.current)
		s.issue()
		left = tokenLife
	case b.current == "" || left <= tokenAhead:
		s.issue() // the one before stays good to its end
		left = tokenLife
	}
	return map[string]any{"access_token": b.current, "expires_in": int(left / time.Second)}, nil
}

// plainToken is the old way: it voids what others hold.
func (s *Server) plainToken(r *http.Request) (any, error) {
	q := r.URL.Query()
	if err := s.credentials(q.Get("appid"), q.Get("secret")); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens.ends)
	return map[string]any{"access_token": s.issue(), "expires_in": int(tokenLife / time.Second)}, nil
}
