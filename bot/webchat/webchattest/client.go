// Package webchattest speaks the web chat's protocol from Go: for tests, the
// load bench and checks of the demo. It knows nothing of package testing.
package webchattest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"zhenban/bot/webchat"
)

// ErrRefused is a message the server would not take; Refused has the code.
var ErrRefused = errors.New("refused")

// Refused says why, and after how many milliseconds to repeat (0: never).
type Refused struct {
	Code    string
	RetryMS int64
}

func (r *Refused) Error() string { return "refused: " + r.Code }

// Unwrap makes every Refused an ErrRefused.
func (r *Refused) Unwrap() error { return ErrRefused }

// Token makes a browser's secret.
func Token() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Key makes a message's key.
func Key() string { return strings.ToLower(rand.Text()) }

// Hello is how a client presents itself.
type Hello struct {
	Token  string
	Cursor string // resume after it; "" is the newest history
	Lang   string
	Scene  string
	Origin string // sent as the Origin header
	// Client makes the connections; nil is http.DefaultClient.
	Client *http.Client
}

// Client is one window of one browser. Its methods are for one goroutine.
type Client struct {
	base   string
	hello  Hello
	conn   *websocket.Conn
	cursor string
	kept   []webchat.Item // said unasked, not yet taken by Push
	down   bool
}

// Dial connects to the server at base (http://host:port) as the owner of
// token and reads the history.
func Dial(ctx context.Context, base, token string) (*Client, []webchat.Item, error) {
	return DialHello(ctx, base, Hello{Token: token})
}

// DialHello is Dial with more to say. History that comes on pages is returned
// as one. On a first visit the greeting comes by Push.
func DialHello(ctx context.Context, base string, h Hello) (*Client, []webchat.Item, error) {
	c, err := Open(ctx, base, h)
	if err != nil {
		return nil, nil, err
	}
	var items []webchat.Item
	for {
		f, err := c.Next(ctx)
		if err != nil {
			c.Cut()
			return nil, nil, err
		}
		if f.T != "entries" {
			continue
		}
		items = append(items, f.Entries...)
		if !f.More {
			return c, items, nil
		}
	}
}

// Open connects and says hello without waiting for anything.
func Open(ctx context.Context, base string, h Hello) (*Client, error) {
	o := &websocket.DialOptions{HTTPClient: h.Client, HTTPHeader: http.Header{}}
	if h.Origin != "" {
		o.HTTPHeader.Set("Origin", h.Origin)
	}
	base = strings.TrimSuffix(base, "/")
	conn, _, err := websocket.Dial(ctx, base+"/chat/ws", o) //nolint:bodyclose // the library owns it
	if err != nil {
		return nil, fmt.Errorf("dial web chat: %w", err)
	}
	conn.SetReadLimit(64 << 20)
	c := &Client{base: base, hello: h, conn: conn, cursor: h.Cursor}
	err = c.Write(ctx, webchat.Request{V: webchat.Version, T: "hello", Token: h.Token, Cursor: h.Cursor, Lang: h.Lang, Scene: h.Scene})
	if err != nil {
		c.Cut()
		return nil, err
	}
	return c, nil
}

// Cursor is where a new connection can resume.
func (c *Client) Cursor() string { return c.cursor }

// Write sends one frame as it is.
func (c *Client) Write(ctx context.Context, q webchat.Request) error {
	b, err := json.Marshal(q)
	if err != nil {
		return err
	}
	return c.conn.Write(ctx, websocket.MessageText, b)
}

// Raw sends bytes that need not be a frame.
func (c *Client) Raw(ctx context.Context, b []byte) error {
	return c.conn.Write(ctx, websocket.MessageText, b)
}

// Next reads one frame.
func (c *Client) Next(ctx context.Context) (webchat.Frame, error) {
	var f webchat.Frame
	_, b, err := c.conn.Read(ctx)
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return f, fmt.Errorf("decode frame: %w", err)
	}
	if f.Next != "" {
		c.cursor = f.Next
	}
	return f, nil
}

// Say sends text and returns its key.
func (c *Client) Say(ctx context.Context, text string) (string, error) {
	key := Key()
	return key, c.Write(ctx, webchat.Request{T: "say", Key: key, Text: text})
}

// Tap sends an option and returns the key.
func (c *Client) Tap(ctx context.Context, p webchat.Pick) (string, error) {
	key := Key()
	return key, c.Write(ctx, webchat.Request{T: "tap", Key: key, Ref: p.Ref, Label: p.Label})
}

// Ask says text and returns the answer.
func (c *Client) Ask(ctx context.Context, text string) ([]webchat.Said, error) {
	key, err := c.Say(ctx, text)
	if err != nil {
		return nil, err
	}
	return c.Answer(ctx, key)
}

// Choose taps an option and returns the answer.
func (c *Client) Choose(ctx context.Context, p webchat.Pick) ([]webchat.Said, error) {
	key, err := c.Tap(ctx, p)
	if err != nil {
		return nil, err
	}
	return c.Answer(ctx, key)
}

// Answer waits until the message with the key is acknowledged and returns what
// was said to it. What else is said meanwhile is kept for Push.
func (c *Client) Answer(ctx context.Context, key string) ([]webchat.Said, error) {
	var said []webchat.Said
	for {
		f, err := c.Next(ctx)
		if err != nil {
			return nil, err
		}
		switch {
		case f.T == "entries":
			for _, e := range f.Entries {
				if e.Key == key || e.Key == "" && e.Mine {
					said = append(said, e.Messages...)
				} else {
					c.kept = append(c.kept, e)
				}
			}
		case f.T == "ack" && f.Key == key:
			return append(said, f.Messages...), nil
		case f.T == "error" && f.Key == key:
			return nil, &Refused{Code: f.Code, RetryMS: f.RetryMS}
		}
	}
}

// Push waits for the next thing said without being asked.
func (c *Client) Push(ctx context.Context) (webchat.Item, error) {
	for len(c.kept) == 0 {
		f, err := c.Next(ctx)
		if err != nil {
			return webchat.Item{}, err
		}
		c.kept = append(c.kept, f.Entries...)
		if f.T == "ack" && len(f.Messages) > 0 {
			c.kept = append(c.kept, webchat.Item{Key: f.Key, Messages: f.Messages})
		}
	}
	e := c.kept[0]
	c.kept = c.kept[1:]
	return e, nil
}

// Upload sends a photo or file over HTTP; its entries come by Push.
func (c *Client) Upload(ctx context.Context, name string, data []byte) (webchat.Frame, error) {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_ = m.WriteField("key", Key()) // a buffer takes everything
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		return webchat.Frame{}, err
	}
	_, _ = part.Write(data)
	_ = m.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/chat/upload", &body)
	if err != nil {
		return webchat.Frame{}, err
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	b, _, err := c.do(req)
	if err != nil {
		return webchat.Frame{}, err
	}
	var f webchat.Frame
	if err := json.Unmarshal(b, &f); err != nil {
		return f, fmt.Errorf("decode answer to upload: %w", err)
	}
	if f.T != "ack" {
		return f, &Refused{Code: f.Code, RetryMS: f.RetryMS}
	}
	return f, nil
}

// Media gives the bytes of a picture or file.
func (c *Client) Media(ctx context.Context, f *webchat.File) ([]byte, error) {
	if f.Path == "" {
		return f.Data, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+f.Path, nil)
	if err != nil {
		return nil, err
	}
	b, status, err := c.do(req)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("fetch media: HTTP %d", status)
	}
	return b, err
}

func (c *Client) do(req *http.Request) ([]byte, int, error) {
	req.Header.Set("Authorization", "Bearer "+c.hello.Token)
	h := c.hello.Client
	if h == nil {
		h = http.DefaultClient
	}
	res, err := h.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	b, err := io.ReadAll(res.Body)
	return b, res.StatusCode, err
}

// Close says goodbye.
func (c *Client) Close() error {
	if c.down {
		return nil
	}
	c.down = true
	return c.conn.Close(websocket.StatusNormalClosure, "")
}

// Cut drops the connection without a word, as a tunnel does.
func (c *Client) Cut() {
	c.down = true
	_ = c.conn.CloseNow()
}
