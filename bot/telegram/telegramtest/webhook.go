package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// hook is a webhook that is set. Deliveries of one person follow each other;
// those of different people go side by side, up to max_connections.
type hook struct {
	url    string
	secret string
	max    int64
	slots  chan struct{}
	ctx    context.Context
	cancel context.CancelFunc
}

// SecretHeader carries the webhook's secret.
const SecretHeader = "X-Telegram-Bot-Api-Secret-Token"

func (s *Server) setWebhook(c *call) (any, error) {
	address := c.values["url"]
	if address == "" {
		return s.deleteWebhook(c)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, bad("bad webhook: invalid webhook URL specified")
	}
	// A self-hosted server delivers to this machine without TLS.
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !local {
		return nil, bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if port := u.Port(); !local && port != "" && !strings.Contains(" 443 80 88 8443 ", " "+port+" ") {
		return nil, bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	secret := c.values["secret_token"]
	if secret != "" && !regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`).MatchString(secret) {
		return nil, bad("secret token contains unallowed characters")
	}
	limit, err := c.number("max_connections")
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > 100 {
		limit = 40
	}
	allowed, err := c.list("allowed_updates")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unhook(c.yes("drop_pending_updates"))
	if s.polling != nil {
		close(s.polling)
		s.polling = nil
	}
	if allowed != nil {
		s.allow(allowed)
	}
	h := &hook{url: address, secret: secret, max: limit, slots: make(chan struct{}, limit)}
	h.ctx, h.cancel = context.WithCancel(s.ctx)
	s.hook = h
	for _, p := range s.people {
		s.pump(p)
	}
	return true, nil
}

func (s *Server) deleteWebhook(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unhook(c.yes("drop_pending_updates"))
	return true, nil
}

// unhook stops deliveries; s.mu is held.
func (s *Server) unhook(drop bool) {
	if s.hook != nil {
		s.hook.cancel()
		s.hook = nil
	}
	if drop {
		for _, u := range append([]*pending(nil), s.queue...) {
			s.confirm(u)
		}
	}
}

func (s *Server) getWebhookInfo(*call) (any, error) {
	waiting := s.Unconfirmed()
	s.mu.Lock()
	defer s.mu.Unlock()
	info := object{"url": "", "has_custom_certificate": false, "pending_update_count": waiting}
	if s.hook != nil {
		info["url"], info["max_connections"] = s.hook.url, s.hook.max
		if s.lastHook != "" {
			info["last_error_message"] = s.lastHook
		}
	}
	return info, nil
}

// pump starts delivering what waits for a person; s.mu is held.
func (s *Server) pump(p *Person) {
	h := s.hook
	if h == nil || p.pumped == h || len(p.pending) == 0 {
		return
	}
	p.pumped = h
	s.wg.Go(func() {
		for {
			s.mu.Lock()
			if len(p.pending) == 0 || s.hook != h {
				if p.pumped == h {
					p.pumped = nil
				}
				s.mu.Unlock()
				return
			}
			u := p.pending[0]
			s.mu.Unlock()
			if !s.insist(h, u) {
				return
			}
		}
	})
}

// insist delivers an update until it is answered with 2xx: "in case of an
// unsuccessful request, we will repeat". False when the webhook is gone.
func (s *Server) insist(h *hook, u *pending) bool {
	wait := time.Second
	for {
		select {
		case h.slots <- struct{}{}:
		case <-h.ctx.Done():
			return false
		}
		status, err := s.post(h.ctx, h.url, h.secret, u.body)
		<-h.slots
		if err == nil && status/100 == 2 {
			s.mu.Lock()
			s.confirm(u)
			s.mu.Unlock()
			return true
		}
		s.mu.Lock()
		s.lastHook = fmt.Sprintf("Wrong response from the webhook: %d", status)
		if err != nil {
			s.lastHook = err.Error()
		}
		u.person.change()
		s.mu.Unlock()
		timer := s.cfg.Clock.NewTimer(wait)
		select {
		case <-h.ctx.Done():
			timer.Stop()
			return false
		case <-timer.Chan():
		}
		wait = min(2*wait, time.Minute)
	}
}

// Post delivers a body to the webhook by hand, outside the queue, with any
// secret; it returns the HTTP status.
func (s *Server) Post(ctx context.Context, secret string, body []byte) (int, error) {
	s.mu.Lock()
	h := s.hook
	s.mu.Unlock()
	if h == nil {
		return 0, fmt.Errorf("telegramtest: no webhook is set")
	}
	return s.post(ctx, h.url, secret, body)
}

func (s *Server) post(ctx context.Context, address, secret string, body json.RawMessage) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set(SecretHeader, secret)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, nil
}

// Again delivers the person's last update n times at once, as Telegram can
// when an answer was slow: to the webhook side by side, to a poller within
// the next batches. It returns the webhook's statuses.
func (p *Person) Again(ctx context.Context, n int) []int {
	p.s.mu.Lock()
	h, u := p.s.hook, p.last
	if u == nil {
		p.s.mu.Unlock()
		return nil
	}
	if h == nil {
		p.s.offerAgain(u, n)
		p.s.mu.Unlock()
		return nil
	}
	p.s.mu.Unlock()
	statuses := make([]int, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { statuses[i], _ = p.s.post(ctx, h.url, h.secret, u.body) })
	}
	all.Wait()
	return statuses
}
