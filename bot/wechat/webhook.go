package wechat

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"sync"

	"zhenban/bot"
)

// maxBody is the largest push taken. WeChat's are a few kilobytes.
const maxBody = 1 << 20

// maxInFlight bounds what one copy works on at once. Beyond it WeChat is told
// 503 and delivers again.
const maxInFlight = 4096

// refusal is why a request was turned away; it is counted under that name.
type refusal string

// Every refusal there is.
const (
	refuseMethod    refusal = "method"
	refuseQuery     refusal = "query"
	refuseStale     refusal = "stale"
	refuseSignature refusal = "signature"
	refuseBig       refusal = "big"
	refuseBody      refusal = "body"
	refuseXML       refusal = "xml"
	refusePlain     refusal = "plain"     // plain, though a key is configured
	refuseEncrypted refusal = "encrypted" // encrypted, and no key configured
	refuseEnvelope  refusal = "envelope"  // no key of ours opens it, or another account's app ID
	refuseMessage   refusal = "message"   // XML, but no message
	refuseBusy      refusal = "busy"
)

// status is 403 for what is forged or stale, 400 for what is broken.
func (r refusal) status() int {
	switch r {
	case refuseStale, refuseSignature, refusePlain, refuseEnvelope:
		return http.StatusForbidden
	case refuseMethod:
		return http.StatusMethodNotAllowed
	case refuseBig:
		return http.StatusRequestEntityTooLarge
	case refuseBusy:
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadRequest
	}
}

// webhook is the HTTP side of a Channel.
type webhook struct {
	*Channel
	receiver bot.Receiver
	buffers  sync.Pool
}

// Handler serves WeChat's address check (GET) and its pushes (POST), in plain
// mode without an AES key and in safe mode with one.
func (c *Channel) Handler(r bot.Receiver) http.Handler {
	return &webhook{Channel: c, receiver: r, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

// ServeHTTP answers one request. A panic becomes a 500, after which WeChat
// delivers again.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if fault := recover(); fault != nil {
			h.opts.Count("wechat_panic")
			// The fault may quote what was said; where it happened does not.
			h.opts.Log.Error("wechat: panic in the webhook", "stack", string(debug.Stack()))
			w.WriteHeader(http.StatusInternalServerError)
		}
	}()
	q, ok := readSigned(r.URL.RawQuery)
	switch {
	case r.Method != http.MethodPost && r.Method != http.MethodGet:
		w.Header().Set("Allow", "GET, POST")
		h.refuse(w, refuseMethod)
	case !ok:
		h.refuse(w, refuseQuery)
	case !genuine(q.signature, h.opts.Token, q.timestamp, q.nonce):
		h.refuse(w, refuseSignature)
	case !q.fresh(h.opts.Wall()):
		h.refuse(w, refuseStale)
	case r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, q.echo)
	default:
		h.post(w, r, &q)
	}
}

func (h *webhook) refuse(w http.ResponseWriter, why refusal) {
	h.opts.Count("wechat_refused_" + string(why))
	w.WriteHeader(why.status())
}

// post takes one push through: read, open, decode, hand on, answer.
func (h *webhook) post(w http.ResponseWriter, r *http.Request, q *signed) {
	body := h.buffers.Get().(*bytes.Buffer)
	defer h.release(body)
	body.Reset()
	if r.ContentLength > maxBody {
		h.refuse(w, refuseBig)
		return
	}
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			h.refuse(w, refuseBig)
		} else {
			h.refuse(w, refuseBody)
		}
		return
	}
	p, key, why := h.decode(body.Bytes(), q)
	if why != "" {
		h.refuse(w, why)
		return
	}
	if h.receipt(w, r, p) {
		return
	}
	now := h.opts.Clock.Now()
	in, heed, ok := p.inbound(now)
	if !ok {
		h.refuse(w, refuseMessage)
		return
	}
	if in.Event == bot.EventConsent {
		in.Consents = h.ours(in.Consents)
		heed = len(in.Consents) > 0
	}
	if !heed {
		h.opts.Count("wechat_ignored")
		h.success(w)
		return
	}
	defer h.flight.begin(in.Address)()
	in.Inline, in.InlineUntil = 1, now.Add(answerWithin)
	switch text, result := h.deliver(r.Context(), in); result {
	case answered:
		if text == "" {
			h.success(w)
			return
		}
		body.Reset() // p holds copies; nothing points into the buffer any more
		h.reply(w, p, key, text, body)
	case acknowledged:
		h.success(w)
	case busy:
		h.refuse(w, refuseBusy)
	case failed:
		// Nothing was kept. WeChat delivers again; only after the third
		// failure does the person see that the account is out of service.
		w.WriteHeader(http.StatusInternalServerError)
	case gone:
	}
}

// release keeps buffers of ordinary messages for the next one.
func (h *webhook) release(b *bytes.Buffer) {
	if b.Cap() <= 64<<10 {
		h.buffers.Put(b)
	}
}

// decode opens the envelope if there is one and reads the message. In safe mode
// key is the number of the key that opened it, else -1.
func (h *webhook) decode(body []byte, q *signed) (p *push, key int, why refusal) {
	p, err := decodePush(body)
	if err != nil {
		return nil, 0, refuseXML
	}
	wrapped := q.encryptType == "aes" || p.encrypt != ""
	if len(h.keys) == 0 {
		if wrapped {
			return nil, 0, refuseEncrypted
		}
		return p, -1, ""
	}
	// The plain signature does not cover the body. Whoever overhears one could
	// post his own words under it, so with a key nothing plain is taken, nor
	// the plain half of compatibility mode (兼容模式).
	if !wrapped || p.encrypt == "" {
		return nil, 0, refusePlain
	}
	if !genuine(q.msgSignature, h.opts.Token, q.timestamp, q.nonce, p.encrypt) {
		return nil, 0, refuseSignature
	}
	message, key, err := open(h.keys, h.opts.AppID, p.encrypt)
	if err != nil {
		return nil, 0, refuseEnvelope
	}
	if p, err = decodePush(message); err != nil || p.encrypt != "" {
		return nil, 0, refuseXML
	}
	return p, key, ""
}
