package telegramtest

import (
	"bytes"
	"image"
	_ "image/gif"  // to look at photos
	_ "image/jpeg" // to look at photos
	_ "image/png"  // to look at photos
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/time/rate"
)

// Message is what the bot sent, as the person sees it.
type Message struct {
	ID       int64
	At       time.Time
	Text     string // of a text message, or the caption
	Photo    []byte
	Document []byte
	FileName string
	Inline   [][]Button // keyboard under the message; nil when there is none (any more)
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func (s *Server) sendMessage(c *call) (any, error) {
	text := strings.TrimSpace(c.values["text"]) // Telegram trims
	return s.deliverTo(c, func() (Message, error) {
		if text == "" {
			return Message{}, bad("message text is empty")
		}
		shown, err := entities(c.values["parse_mode"], text)
		if err != nil {
			return Message{}, err
		}
		if units(shown) > 4096 {
			return Message{}, bad("message is too long")
		}
		return Message{Text: shown}, nil
	})
}

func (s *Server) sendPhoto(c *call) (any, error) {
	return s.deliverTo(c, func() (Message, error) {
		f, ok := c.files["photo"]
		if !ok || len(f.Data) == 0 {
			return Message{}, bad("there is no photo in the request")
		}
		if len(f.Data) > 10<<20 {
			return Message{}, bad("file is too big for a photo")
		}
		size, _, err := image.DecodeConfig(bytes.NewReader(f.Data))
		if err != nil {
			return Message{}, bad("IMAGE_PROCESS_FAILED")
		}
		long, short := max(size.Width, size.Height), min(size.Width, size.Height)
		if size.Width+size.Height > 10_000 || long > 20*short {
			return Message{}, bad("PHOTO_INVALID_DIMENSIONS")
		}
		caption, err := caption(c)
		return Message{Text: caption, Photo: f.Data, FileName: f.Name}, err
	})
}

func (s *Server) sendDocument(c *call) (any, error) {
	return s.deliverTo(c, func() (Message, error) {
		f, ok := c.files["document"]
		if !ok {
			return Message{}, bad("there is no document in the request")
		}
		if len(f.Data) == 0 {
			return Message{}, bad("file must be non-empty")
		}
		if len(f.Data) > 50<<20 {
			return Message{}, &refusal{Code: http.StatusRequestEntityTooLarge, Text: "Request Entity Too Large"}
		}
		caption, err := caption(c)
		return Message{Text: caption, Document: f.Data, FileName: f.Name}, err
	})
}

func caption(c *call) (string, error) {
	shown, err := entities(c.values["parse_mode"], strings.TrimSpace(c.values["caption"]))
	if err != nil {
		return "", err
	}
	if units(shown) > 1024 {
		return "", bad("message caption is too long")
	}
	return shown, nil
}

// deliverTo checks who, what, keyboard and rate, in this order, and shows the
// message to the person.
func (s *Server) deliverTo(c *call, build func() (Message, error)) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.recipient(c)
	if err != nil {
		return nil, err
	}
	m, err := build()
	if err != nil {
		return nil, err
	}
	k, err := parseMarkup(c.values["reply_markup"])
	if err != nil {
		return nil, err
	}
	if err := s.limit(p); err != nil {
		return nil, err
	}
	p.messageID++
	m.ID, m.At, m.Inline = p.messageID, s.cfg.Clock.Now(), k.inline
	switch {
	case k.reply != nil:
		p.keyboard = k.reply
	case k.remove:
		p.keyboard = nil
	}
	p.messages = append(p.messages, m)
	p.change()
	return p.messageJSON(&m), nil
}

// recipient finds the chat; s.mu is held.
func (s *Server) recipient(c *call) (*Person, error) {
	v := c.values["chat_id"]
	if v == "" {
		return nil, bad("chat_id is empty")
	}
	id, err := strconv.ParseInt(v, 10, 64)
	p := s.people[id]
	if err != nil || p == nil {
		return nil, bad("chat not found")
	}
	forbidden := func(why string) error {
		return &refusal{Code: http.StatusForbidden, Text: "Forbidden: " + why}
	}
	switch {
	case p.deactivated:
		return nil, forbidden("user is deactivated")
	case p.blocked:
		return nil, forbidden("bot was blocked by the user")
	case !p.started:
		return nil, forbidden("bot can't initiate conversation with a user")
	}
	return p, nil
}

// limit enforces one message a second in a chat (after a burst) and thirty a
// second over all; s.mu is held.
func (s *Server) limit(p *Person) error {
	if s.cfg.Unlimited {
		return nil
	}
	now := s.cfg.Clock.Now()
	var taken []*rate.Reservation
	for _, l := range []*rate.Limiter{p.rate, s.all} {
		r := l.ReserveN(now, 1)
		taken = append(taken, r)
		if wait := r.DelayFrom(now); wait > 0 {
			for _, t := range taken {
				t.CancelAt(now)
			}
			seconds := int(math.Ceil(wait.Seconds()))
			return &refusal{
				Code: http.StatusTooManyRequests, RetryAfter: seconds,
				Text: "Too Many Requests: retry after " + strconv.Itoa(seconds),
			}
		}
	}
	return nil
}

func (s *Server) sendChatAction(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.recipient(c); err != nil {
		return nil, err
	}
	switch c.values["action"] {
	case "typing", "upload_photo", "upload_document", "upload_voice", "record_voice", "find_location":
		return true, nil
	}
	return nil, bad("wrong parameter action in request")
}
