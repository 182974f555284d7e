package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"zhenban/bot"
)

const (
	// callWithin bounds one API call.
	callWithin = 10 * time.Second
	// maxAnswer bounds a JSON answer; maxMedia a download (WeChat takes pictures
	// up to 10 MB and voices up to 2 MB).
	maxAnswer = 1 << 20
	maxMedia  = 12 << 20
	jsonBody  = "application/json; charset=utf-8"
)

// newClient makes the channel's own client. It follows no redirect: the token
// stands in the address and would go along.
func newClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxIdleConnsPerHost = 32 // the default of 2 dials anew for nearly every send
		transport = own
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// request is one API call, without its token.
type request struct {
	path  string
	query string // beside the token
	body  []byte // nil: GET
	kind  string // content type of body
	media bool   // the answer is a file
}

// response is what came back with errcode 0.
type response struct {
	status int
	kind   string
	body   []byte
}

// codeError is an errcode, which WeChat sends inside HTTP 200.
type codeError struct {
	code int64
	text string
	body []byte // the whole answer: a refusal may tell more
}

func (e *codeError) Error() string { return fmt.Sprintf("errcode %d: %s", e.code, e.text) }

// wireError is a call that brought no answer.
type wireError struct {
	written bool // the request was on its way: it may have been carried out
	err     error
}

func (e *wireError) Error() string { return e.err.Error() }
func (e *wireError) Unwrap() error { return e.err }

// brokenError is an answer that is not WeChat's JSON: a proxy's HTML, a 5xx.
type brokenError struct {
	status int
	cut    bool // it may have been carried out: JSON that ended early, nothing at all, a gateway that stopped waiting
}

func (e *brokenError) Error() string { return "HTTP " + strconv.Itoa(e.status) + " without an errcode" }

// tokenError is a call that was never made, for want of a token.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return e.err.Error() }
func (e *tokenError) Unwrap() error { return e.err }

// call makes one API call under the current token. A refused token is dropped,
// fetched once for all, and the call repeated once; that is safe, for WeChat
// looks at the token before it does anything.
func (c *Channel) call(ctx context.Context, r request) (response, error) {
	token, err := c.tokens.get(ctx, "")
	if err != nil {
		return response{}, &tokenError{err}
	}
	answer, err := c.roundTrip(ctx, r, token)
	if refused(err) {
		if token, err = c.tokens.get(ctx, token); err != nil {
			return response{}, &tokenError{err}
		}
		answer, err = c.roundTrip(ctx, r, token)
	}
	return answer, err
}

func refused(err error) bool {
	var e *codeError
	return errors.As(err, &e) && tokenCode(e.code)
}

// roundTrip makes one HTTP request and reads the errcode.
func (c *Channel) roundTrip(ctx context.Context, r request, token string) (response, error) {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	var written atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(i httptrace.WroteRequestInfo) { written.Store(i.Err == nil) },
	})
	req, err := c.request(ctx, r, token)
	if err != nil {
		return response{}, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return response{}, &wireError{written: written.Load(), err: c.redact(err, token)}
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end or given up
	limit := int64(maxAnswer)
	if r.media {
		limit = maxMedia
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return response{}, &wireError{written: true, err: c.redact(err, token)}
	}
	answer := response{status: resp.StatusCode, kind: resp.Header.Get("Content-Type"), body: body}
	if int64(len(body)) > limit {
		if r.media {
			return response{}, bot.ErrFileTooLarge
		}
		return response{}, fmt.Errorf("wechat: %s: more than %d bytes", r.path, limit)
	}
	if err := c.verdict(r, answer); err != nil {
		return response{}, err
	}
	return answer, nil
}

func (c *Channel) request(ctx context.Context, r request, token string) (*http.Request, error) {
	address := c.base + r.path
	if token != "" {
		address += "?access_token=" + url.QueryEscape(token)
		if r.query != "" {
			address += "&" + r.query
		}
	}
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if r.body != nil {
		method, body = http.MethodPost, bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, c.redact(err, token)
	}
	if r.kind != "" {
		req.Header.Set("Content-Type", r.kind)
	}
	return req, nil
}

// verdict reads the errcode. A file carries none unless it failed, and then it
// is JSON.
func (c *Channel) verdict(r request, a response) error {
	if a.status != http.StatusOK {
		c.opts.Count("wechat_http_" + strconv.Itoa(a.status))
		return &brokenError{status: a.status, cut: a.status == http.StatusGatewayTimeout}
	}
	if r.media && !strings.Contains(a.kind, "json") && !strings.HasPrefix(a.kind, "text/") {
		return nil
	}
	var common util.CommonError
	if err := json.Unmarshal(a.body, &common); err != nil {
		c.opts.Count("wechat_http_broken")
		return &brokenError{status: a.status, cut: !html(a.body)}
	}
	if common.ErrCode != 0 {
		c.opts.Count("wechat_errcode_" + strconv.FormatInt(common.ErrCode, 10))
		return &codeError{code: common.ErrCode, text: c.scrub(shorten(common.ErrMsg, 200), ""), body: a.body}
	}
	return nil
}

func html(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) > 0 && body[0] == '<'
}

// redact takes the address, and with it the token, out of an HTTP error, and
// keeps what errors.Is finds in it.
func (c *Channel) redact(err error, token string) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	if text := err.Error(); text != c.scrub(text, token) {
		return errors.New(c.scrub(text, token))
	}
	return err
}

// scrub blots out the secrets.
func (c *Channel) scrub(text, token string) string {
	for _, secret := range []string{token, url.QueryEscape(token), c.opts.Secret} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// marshal writes JSON as WeChat wants it: it refuses \u escapes (40033), so <, >
// and & stay as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("wechat: encode: %w", err)
	}
	return b.Bytes(), nil
}
