package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/credential"
	"golang.org/x/sync/singleflight"
)

const (
	// tokenMargin is how long before its end a token is no longer used. WeChat
	// hands out the next one 5 min ahead, and both are good meanwhile.
	tokenMargin = 5 * time.Minute
	// tokenLease is how long one replica may take to refresh.
	tokenLease = 15 * time.Second
	// tokenPoll is how often the others look for its token meanwhile.
	tokenPoll = 200 * time.Millisecond
)

// tokens holds the access token: in memory, then in the shared store, then
// WeChat's. The mutex is held to look and to put, never across a call; callers
// who need a new token share one fetch, and each leaves when its ctx ends.
type tokens struct {
	c     *Channel
	name  string
	fetch singleflight.Group

	mu    sync.Mutex
	value string
	until time.Time // when to stop using value
}

func newTokens(c *Channel) *tokens { return &tokens{c: c, name: "wechat:" + c.opts.AppID} }

// get gives a usable token other than bad, which is "" or one WeChat refused.
func (t *tokens) get(ctx context.Context, bad string) (string, error) {
	if value, ok := t.cached(bad); ok {
		return value, nil
	}
	work := context.WithoutCancel(ctx) // one caller's end must not fail the others
	result := t.fetch.DoChan(bad, func() (any, error) {
		ctx, cancel := context.WithTimeout(work, 2*callWithin)
		defer cancel()
		return t.renew(ctx, bad)
	})
	select {
	case r := <-result:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil
	case <-ctx.Done():
		return "", fmt.Errorf("wechat: token: %w", ctx.Err())
	}
}

func (t *tokens) cached(bad string) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.value, t.value != "" && t.value != bad && t.c.opts.Clock.Now().Before(t.until)
}

// keep puts a token into memory. margin shrinks for a token that is nearly over,
// lest it be fetched again for every call.
func (t *tokens) keep(value string, expires time.Time) {
	now := t.c.opts.Clock.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.value, t.until = value, expires.Add(-min(tokenMargin, expires.Sub(now)/2))
}

// stored looks for a token another replica fetched.
func (t *tokens) stored(ctx context.Context, bad string) (string, bool) {
	if t.c.opts.Tokens == nil {
		return "", false
	}
	value, expires, err := t.c.opts.Tokens.Get(ctx, t.name)
	if err != nil {
		// The store is a saving, not a need: stable_token may be asked for by all.
		t.c.opts.Log.Warn("wechat: token store", "err", err)
		return "", false
	}
	if value == "" || value == bad || expires.Sub(t.c.opts.Clock.Now()) <= tokenMargin {
		return "", false
	}
	t.keep(value, expires)
	return value, true
}

// renew finds or fetches a token, one replica at a time.
func (t *tokens) renew(ctx context.Context, bad string) (string, error) {
	if value, ok := t.cached(bad); ok { // fetched between the look and the flight
		return value, nil
	}
	if t.c.opts.Tokens != nil {
		release, got, found := t.lease(ctx, bad)
		if found != "" {
			return found, nil
		}
		if got {
			defer release()
		}
	}
	value, life, err := t.ask(ctx, false)
	if err == nil && value == bad {
		// WeChat still holds the refused token for good. Force is allowed 20
		// times a day, hence second.
		value, life, err = t.ask(ctx, true)
	}
	if err != nil {
		return "", err
	}
	expires := t.c.opts.Clock.Now().Add(life)
	t.keep(value, expires)
	if t.c.opts.Tokens != nil {
		if err := t.c.opts.Tokens.Put(ctx, t.name, value, expires); err != nil {
			t.c.opts.Log.Warn("wechat: token store", "err", err)
		}
	}
	return value, nil
}

// lease waits until this replica may refresh, or until another one has. Neither
// within the lease's time, or a broken store: refresh anyway.
func (t *tokens) lease(ctx context.Context, bad string) (release func(), got bool, found string) {
	for waited := time.Duration(0); waited < tokenLease; waited += tokenPoll {
		if value, ok := t.stored(ctx, bad); ok {
			return nil, false, value
		}
		release, ok, err := t.c.opts.Tokens.Lock(ctx, t.name, tokenLease)
		if err != nil {
			t.c.opts.Log.Warn("wechat: token lease", "err", err)
			return nil, false, ""
		}
		if ok {
			// Whoever held it before may just have put a token there.
			if value, ok := t.stored(ctx, bad); ok {
				release()
				return nil, false, value
			}
			return release, true, ""
		}
		select {
		case <-t.c.opts.Clock.After(tokenPoll):
		case <-ctx.Done():
			return nil, false, ""
		}
	}
	return nil, false, ""
}

// ask fetches from stable_token, which gives every replica the same token
// (10,000/min, 500,000/day), where plain token would void the others'.
func (t *tokens) ask(ctx context.Context, force bool) (string, time.Duration, error) {
	body, err := marshal(map[string]any{
		"grant_type": "client_credential", "appid": t.c.opts.AppID,
		"secret": t.c.opts.Secret, "force_refresh": force,
	})
	if err != nil {
		return "", 0, err
	}
	t.c.opts.Count("wechat_token_fetch")
	r, err := t.c.roundTrip(ctx, request{path: "/cgi-bin/stable_token", body: body, kind: jsonBody}, "")
	if err != nil {
		return "", 0, fmt.Errorf("wechat: token: %w", err)
	}
	var answer credential.ResAccessToken
	if err := json.NewDecoder(bytes.NewReader(r.body)).Decode(&answer); err != nil || answer.AccessToken == "" || answer.ExpiresIn <= 0 {
		return "", 0, fmt.Errorf("wechat: token: %w", &brokenError{status: r.status})
	}
	return answer.AccessToken, time.Duration(answer.ExpiresIn) * time.Second, nil
}
