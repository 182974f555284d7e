package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	callTimeout   = 15 * time.Second
	uploadTimeout = 90 * time.Second
	maxAnswer     = 16 << 20 // 100 updates of text and entities stay far below
)

// wire is the edge to the Bot API. The library sends through it; it gives
// back errors that say what happened: the API's own refusal, an answer that
// is not the API's, or a failure on the way and whether the request had left.
type wire struct {
	http  *http.Client
	base  string
	token string
}

// apiError is a refusal by the Bot API.
type apiError struct {
	Code       int
	Text       string
	RetryAfter int // seconds
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Text) }

// foreignError is an answer that is not the Bot API's: a gateway's HTML page.
type foreignError struct{ Status int }

func (e *foreignError) Error() string {
	return fmt.Sprintf("HTTP %d without an answer of the Bot API", e.Status)
}

// transportError is a call without an answer. Left says that the whole
// request may have reached Telegram.
type transportError struct {
	Left bool
	Err  error
}

func (e *transportError) Error() string {
	if e.Left {
		return "no answer: " + e.Err.Error()
	}
	return "not sent: " + e.Err.Error()
}

func (e *transportError) Unwrap() error { return e.Err }

func newWire(client *http.Client, base, token string) *wire {
	own := http.Client{}
	if client != nil {
		own = *client
	}
	// A long poll outlives any client-wide timeout, and a redirect would carry
	// the token and the message to another host.
	own.Timeout = 0
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &wire{http: &own, base: base, token: token}
}

// Do implements the library's HttpClient. The body is read first, so that it
// is known whether it left whole: the library streams it without a length.
func (w *wire) Do(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, &transportError{Err: w.redact(err)}
		}
	}
	var left atomic.Bool
	out := req.Clone(req.Context())
	out.ContentLength = int64(len(body))
	out.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(&watched{Reader: bytes.NewReader(body), left: &left}), nil
	}
	out.Body, _ = out.GetBody()
	if len(body) == 0 {
		out.Body, out.GetBody = http.NoBody, nil
	}
	resp, err := w.http.Do(out)
	if err != nil {
		return nil, &transportError{Left: left.Load(), Err: w.redact(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil && resp.StatusCode < http.StatusMultipleChoices {
		return nil, &transportError{Left: true, Err: w.redact(err)}
	}
	if err := verdict(resp.StatusCode, answer); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return resp, nil
}

// verdict reads the envelope that every answer of the Bot API has.
func verdict(status int, answer []byte) error {
	var envelope struct {
		OK          *bool  `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(answer, &envelope); err != nil || envelope.OK == nil {
		if status < http.StatusMultipleChoices {
			return &transportError{Left: true, Err: errors.New("the answer is cut or not the Bot API's")}
		}
		return &foreignError{Status: status}
	}
	if *envelope.OK {
		return nil
	}
	text := envelope.Description
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "")
	}
	return &apiError{Code: envelope.Code, Text: text, RetryAfter: envelope.Parameters.RetryAfter}
}

// call makes a call that the library does not export, or whose answer it
// cannot be trusted to decode.
func (w *wire) call(ctx context.Context, method string, params, result any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("encode %s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base+"/bot"+w.token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", method, w.redact(err))
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	defer func() { _ = resp.Body.Close() }() // a buffer by now
	envelope := struct {
		Result any `json:"result"`
	}{result}
	if err := json.NewDecoder(resp.Body).Decode(&envelope); err != nil {
		return fmt.Errorf("decode %s: %w", method, err)
	}
	return nil
}

// redact takes the token out of an error. net/http puts the address, and so
// the token, into every *url.Error.
func (w *wire) redact(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	if err == nil || w.token == "" || !strings.Contains(err.Error(), w.token) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), w.token, "[token]"))
}

// watched notes when the last byte of a body was taken: before that, no
// server has a whole request.
type watched struct {
	*bytes.Reader
	left *atomic.Bool
}

func (r *watched) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if r.Len() == 0 {
		r.left.Store(true)
	}
	return n, err
}

// WriteTo keeps io.Copy from going round Read.
func (r *watched) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{r})
}
