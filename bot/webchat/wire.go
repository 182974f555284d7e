package webchat

import (
	"strings"
	"time"

	"zhenban/bot"
)

// Version is that of the protocol: JSON text frames over GET /chat/ws.
//
// The browser says
//
//	{"v":1,"t":"hello","token":T,"cursor":C,"lang":L,"scene":S}   first, within 10 s
//	{"t":"say","key":K,"text":"…"}
//	{"t":"tap","key":K,"ref":R,"label":"…"}                       an option: its ref and what it said
//	{"t":"ping"}                                                  answered with {"v":1,"t":"pong"}
//
// and the server
//
//	{"v":1,"t":"entries","now":…,"entries":[…],"next":C,"more":true,"reset":true,"large":true}
//	{"v":1,"t":"ack","key":K,"kept":true,"messages":[…]}
//	{"v":1,"t":"error","key":K,"code":"…","retry_ms":2000}
//
// hello is answered with the entries after the cursor ("" is the newest 50);
// "more" says that another page follows at once, "reset" that the cursor was
// unknown and everything shown is to be thrown away. Entries come whenever the
// journal has new ones, and before the ack of the message that caused them. An
// ack is "kept" if the turn has been among the entries; else the browser shows
// the message, and the messages in the ack (an apology, a notice that the
// database is away), until an entry with the key comes.
//
// K is a random UUID that the browser makes for each message and keeps until
// it is acknowledged; the same key sent again has the same effect once. An
// error with retry_ms means "not kept, send it again then"; without, "this
// message can never be taken". Code too_long comes beside an ack.
//
// Photos and files go by POST /chat/upload (multipart: key, lang, file) and
// media too large for a frame come by GET /chat/media, both with the token as
// bearer. Close codes: 4001 bad token, 4008 too many windows, 1001 going away.
const Version = 1

// Error codes of the protocol; the browser has the words for them.
const (
	CodeBad         = "bad"         // malformed: never repeat it
	CodeEmpty       = "empty"       // nothing in it
	CodeTooLong     = "too_long"    // cut to MaxText and taken
	CodeTooLarge    = "too_large"   // an upload over the limit
	CodeRate        = "rate"        // too many: again after retry_ms
	CodeUnavailable = "unavailable" // not kept: again after retry_ms
	CodeToken       = "token"       // no such browser
)

// Close codes of the protocol.
const (
	CloseToken   = 4001
	CloseWindows = 4008
)

// Request is a frame from the browser.
type Request struct {
	V      int    `json:"v,omitempty"`
	T      string `json:"t"`
	Token  string `json:"token,omitempty"`
	Cursor string `json:"cursor,omitempty"`
	Lang   string `json:"lang,omitempty"`
	Scene  string `json:"scene,omitempty"`
	Key    string `json:"key,omitempty"`
	Text   string `json:"text,omitempty"`
	Ref    string `json:"ref,omitempty"`
	Label  string `json:"label,omitempty"`
}

// Frame is a frame from the server.
type Frame struct {
	V        int       `json:"v"`
	T        string    `json:"t"`
	Now      time.Time `json:"now,omitzero"`
	Entries  []Item    `json:"entries,omitempty"`
	Next     string    `json:"next,omitempty"`
	More     bool      `json:"more,omitempty"`
	Reset    bool      `json:"reset,omitempty"`
	Large    bool      `json:"large,omitempty"` // with entries: the person reads large print
	Key      string    `json:"key,omitempty"`
	Kept     bool      `json:"kept,omitempty"`
	Messages []Said    `json:"messages,omitempty"`
	Code     string    `json:"code,omitempty"`
	RetryMS  int64     `json:"retry_ms,omitempty"`
}

// Item is an entry of the journal as the browser sees it.
type Item struct {
	Cursor   string    `json:"cursor"`
	At       time.Time `json:"at"`
	Mine     bool      `json:"mine,omitempty"`
	Key      string    `json:"key,omitempty"`
	Text     string    `json:"text,omitempty"`
	Media    *File     `json:"media,omitempty"`
	Messages []Said    `json:"messages,omitempty"`
}

// Said is one message to the person.
type Said struct {
	Text    string `json:"text,omitempty"`
	Choices []Pick `json:"choices,omitempty"`
	Media   *File  `json:"media,omitempty"`
}

// Pick is an option with the number it is shown with.
type Pick struct {
	N     int    `json:"n"`
	Label string `json:"label"`
	Ref   string `json:"ref,omitempty"`
	URL   string `json:"url,omitempty"`
}

// File is a picture, a file or a place. Its bytes are in Data, or at Path for
// whoever has the token.
type File struct {
	Name string  `json:"name,omitempty"`
	Type string  `json:"type,omitempty"`
	Size int     `json:"size,omitempty"`
	Data []byte  `json:"data,omitempty"`
	Path string  `json:"path,omitempty"`
	Lat  float64 `json:"lat,omitempty"`
	Lon  float64 `json:"lon,omitempty"`
}

// item turns a journal entry into what the browser gets. after is the cursor
// before the entry, where larger media can be found again.
func item(e Entry, after, address string) Item {
	it := Item{Cursor: e.Cursor, At: e.At, Mine: e.Mine, Key: ownKey(e.Key, address), Text: e.Text}
	if e.Media != nil {
		it.Media = file(e.Media, mediaPath(e.Cursor, after, -1))
	}
	if !e.Mine && e.Text != "" {
		it.Text = ""
		it.Messages = append(it.Messages, Said{Text: e.Text})
	}
	for i, m := range e.Messages {
		it.Messages = append(it.Messages, said(m, mediaPath(e.Cursor, after, i)))
	}
	return it
}

func said(m bot.Message, path string) Said {
	s := Said{Text: m.Text}
	for i, o := range m.Options {
		s.Choices = append(s.Choices, Pick{N: m.Number(i), Label: o.Label, Ref: o.Ref, URL: o.URL})
	}
	if m.Media != nil {
		s.Media = file(m.Media, path)
	}
	return s
}

// inlineMedia is the size up to which bytes travel in the frame itself.
const inlineMedia = 48 << 10

func file(m *bot.Media, path string) *File {
	f := &File{Name: m.Name, Type: safeType(m.ContentType), Size: len(m.Data), Lat: m.Latitude, Lon: m.Longitude}
	switch {
	case len(m.Data) == 0 && m.File != "" && path != "": // read from the media store when it is asked for
		f.Size, f.Path = m.Size, path
	case len(m.Data) == 0:
	case len(m.Data) <= inlineMedia || path == "":
		f.Data = m.Data
	default:
		f.Path = path
	}
	return f
}

// fullKey is what makes a browser's message one over all channels.
func fullKey(address, key string) string { return ChannelName + ":" + address + ":" + key }

// ownKey is the browser's part of a key.
func ownKey(key, address string) string {
	own, ok := strings.CutPrefix(key, ChannelName+":"+address+":")
	if !ok {
		return ""
	}
	return own
}
