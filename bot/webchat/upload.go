package webchat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
	"unicode"

	lru "github.com/hashicorp/golang-lru/v2"

	"zhenban/bot"
)

const (
	uploadTime     = 60 * time.Second
	uploadsAtOnce  = 8  // each holds a file in memory
	uploadsAMinute = 10 // per person
	uploadSenders  = 10_000
	maxFileName    = 120 // characters
)

// uploads limits photos and files, which are dear.
type uploads struct {
	slots chan struct{}
	mu    sync.Mutex
	by    *lru.Cache[string, *window]
}

func newUploads() *uploads {
	by, err := lru.New[string, *window](uploadSenders)
	if err != nil {
		panic(err) // the size is a constant above 0
	}
	return &uploads{slots: make(chan struct{}, uploadsAtOnce), by: by}
}

func (u *uploads) take(address string, now time.Time) (time.Duration, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	w, ok := u.by.Get(address)
	if !ok {
		w = &window{max: uploadsAMinute, span: time.Minute}
		u.by.Add(address, w)
	}
	return w.take(now)
}

// serveUpload is POST /chat/upload. It answers with an ack or error frame; the
// entries come over the socket.
func (c *Channel) serveUpload(r bot.Receiver) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		address, ok := c.bearer(req)
		if !ok {
			c.o.Count("web_bad_token")
			answer(w, http.StatusUnauthorized, Frame{T: "error", Code: CodeToken})
			return
		}
		if !c.start() {
			answer(w, http.StatusServiceUnavailable, Frame{T: "error", Code: CodeUnavailable, RetryMS: retryAfter.Milliseconds()})
			return
		}
		defer c.running.Done()
		if wait, ok := c.uploads.take(address, c.o.Clock.Now()); !ok {
			c.o.Count("web_limited")
			answer(w, http.StatusTooManyRequests, Frame{T: "error", Code: CodeRate, RetryMS: wait.Milliseconds()})
			return
		}
		select {
		case c.uploads.slots <- struct{}{}:
			defer func() { <-c.uploads.slots }()
		case <-req.Context().Done():
			return
		case <-c.stop.Done():
			answer(w, http.StatusServiceUnavailable, Frame{T: "error", Code: CodeUnavailable, RetryMS: retryAfter.Milliseconds()})
			return
		}
		status, f := c.upload(w, req, r, address)
		answer(w, status, f)
	}
}

func (c *Channel) upload(w http.ResponseWriter, req *http.Request, r bot.Receiver, address string) (int, Frame) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(req.Context()), uploadTime)
	defer cancel()
	if d, ok := ctx.Deadline(); ok { // a trickling browser must not hold its slot
		_ = http.NewResponseController(w).SetReadDeadline(d)
	}
	req.Body = http.MaxBytesReader(w, req.Body, c.o.MaxUpload+maxFrame)
	form, err := readForm(req, c.o.MaxUpload)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large) || errors.Is(err, errLarge):
		c.o.Count("web_too_large")
		return http.StatusRequestEntityTooLarge, Frame{T: "error", Key: form.key, Code: CodeTooLarge}
	case err != nil:
		return http.StatusBadRequest, Frame{T: "error", Key: form.key, Code: CodeBad}
	case len(form.data) == 0:
		return http.StatusBadRequest, Frame{T: "error", Key: form.key, Code: CodeEmpty}
	}
	media := &bot.Media{Name: form.name, ContentType: sniff(form.data), Data: form.data}
	in := bot.Inbound{
		Channel: ChannelName, Address: address, Key: fullKey(address, form.key), At: c.o.Clock.Now().UTC(),
		Kind: kind(media.ContentType), Media: media, Locale: form.lang, Inline: -1,
	}
	c.o.Count("web_upload")
	reply, err := r.Receive(ctx, in)
	if err != nil {
		c.o.Count("web_unkept")
		c.o.Log.Warn("web chat: upload not kept", "contact", in.ContactID(), "err", err)
		return http.StatusServiceUnavailable, Frame{T: "error", Key: form.key, Code: CodeUnavailable, RetryMS: retryAfter.Milliseconds()}
	}
	c.hub.nudge(address, nil)
	f := Frame{T: "ack", Key: form.key}
	if reply.Seq == 0 && !reply.Repeat { // kept in no turn, so no socket will show it
		for _, m := range reply.Inline {
			f.Messages = append(f.Messages, said(m, ""))
		}
	}
	return http.StatusOK, f
}

type form struct {
	key, lang, name string
	data            []byte
}

var errLarge = errors.New("file over the limit")

// readForm reads the parts key, lang and then file, holding no more than limit.
func readForm(req *http.Request, limit int64) (form, error) {
	var f form
	parts, err := req.MultipartReader()
	if err != nil {
		return f, err
	}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, err
		}
		switch p.FormName() {
		case "key":
			f.key, err = field(p)
			if err == nil && !keyForm.MatchString(f.key) {
				f.key, err = "", errors.New("bad key")
			}
		case "lang":
			if l, lerr := field(p); lerr == nil && langForm.MatchString(l) {
				f.lang = l
			}
		case "file":
			f.name = fileName(p.FileName())
			f.data, err = io.ReadAll(io.LimitReader(p, limit+1))
			if err == nil && int64(len(f.data)) > limit {
				err = errLarge
			}
		}
		if err != nil {
			return f, err
		}
	}
	if f.key == "" {
		return f, errors.New("no key")
	}
	return f, nil
}

func field(p *multipart.Part) (string, error) {
	b, err := io.ReadAll(io.LimitReader(p, 256))
	return string(b), err
}

// fileName keeps what a person would recognise and nothing a path could use.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(strings.ToValidUTF8(s, ""), `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`/:*?"<>|`, r) {
			return -1
		}
		return r
	}, s)
	if s == "." || s == ".." {
		return ""
	}
	return s[:runes(s, maxFileName)]
}

// sniff believes the bytes, never the browser.
func sniff(data []byte) string {
	if len(data) > 12 && bytes.Equal(data[4:8], []byte("ftyp")) {
		switch string(data[8:12]) {
		case "heic", "heix", "mif1", "msf1":
			return "image/heic" // an iPhone's photo, which net/http does not know
		}
	}
	t, _, _ := strings.Cut(http.DetectContentType(data), ";")
	return t
}

func kind(contentType string) bot.Kind {
	switch major, _, _ := strings.Cut(contentType, "/"); major {
	case "image":
		return bot.KindImage
	case "audio":
		return bot.KindVoice
	}
	return bot.KindFile
}

// bearer reads the token of a plain HTTP request.
func (c *Channel) bearer(req *http.Request) (address string, ok bool) {
	token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	if !ok || !c.known(token) {
		return "", false
	}
	return Address(token), true
}

func answer(w http.ResponseWriter, status int, f Frame) {
	f.V = Version
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(f) // the browser repeats what it got no answer to
}
