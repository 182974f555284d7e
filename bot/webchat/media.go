package webchat

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"zhenban/bot"
)

// mediaPath is where media too large for a frame is fetched: the entry at
// cursor, which comes after the cursor after; i is the message, -1 the
// person's own photo.
func mediaPath(cursor, after string, i int) string {
	q := url.Values{"at": {cursor}, "after": {after}, "i": {strconv.Itoa(i)}}
	return "/chat/media?" + q.Encode()
}

// serveMedia is GET /chat/media. It serves nothing but the journal of the
// token's owner.
func (c *Channel) serveMedia(w http.ResponseWriter, req *http.Request) {
	address, ok := c.bearer(req)
	if !ok {
		c.o.Count("web_bad_token")
		http.Error(w, "token", http.StatusUnauthorized)
		return
	}
	q := req.URL.Query()
	at, after := q.Get("at"), q.Get("after")
	i, err := strconv.Atoi(q.Get("i"))
	if err != nil || i < -1 || at == "" || len(at) > 200 || len(after) > 200 {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	m, err := c.find(req.Context(), address, at, after, i)
	if err != nil {
		c.o.Log.Warn("web chat: read the journal for media", "contact", ChannelName+":"+address, "err", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	data, err := c.bytesOf(req.Context(), m)
	if err != nil || len(data) == 0 { // it is gone
		http.NotFound(w, req)
		return
	}
	h := w.Header()
	h.Set("Content-Type", safeType(m.ContentType))
	h.Set("Content-Disposition", "attachment")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store") // somebody's health record
	_, _ = w.Write(data)
}

// bytesOf are the bytes of a file, out of the media store where they are not at
// hand.
func (c *Channel) bytesOf(ctx context.Context, m *bot.Media) ([]byte, error) {
	if m == nil || len(m.Data) > 0 || m.File == "" || c.o.Files == nil {
		if m == nil {
			return nil, nil
		}
		return m.Data, nil
	}
	return c.o.Files.Get(ctx, m.File)
}

// find reads one entry's media; nil if there is none (any more).
func (c *Channel) find(ctx context.Context, address, at, after string, i int) (*bot.Media, error) {
	ctx, cancel := context.WithTimeout(ctx, journalTime)
	defer cancel()
	limit := 1
	if after == "" { // the page began with the very first entry
		limit = historySize
	}
	entries, _, err := c.o.Journal.Since(ctx, ChannelName+":"+address, after, limit)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch {
		case e.Cursor != at:
		case i == -1:
			return e.Media, nil
		case i < len(e.Messages):
			return e.Messages[i].Media, nil
		}
	}
	return nil, nil
}

// safeType lets through the types a browser may show by itself; anything else,
// HTML and SVG before all, is bytes to be saved.
func safeType(t string) string {
	t, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(t)), ";")
	switch t {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf",
		"audio/mpeg", "audio/ogg", "audio/wave", "text/calendar":
		return t
	}
	return "application/octet-stream"
}
