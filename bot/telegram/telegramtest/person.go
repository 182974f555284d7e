package telegramtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/time/rate"
)

// Person is someone with a private chat with the bot. Everything is guarded
// by the server's lock.
type Person struct {
	s  *Server
	id int64

	name, language string

	started     bool
	blocked     bool
	deactivated bool
	messages    []Message
	messageID   int64
	keyboard    *Keyboard
	spinning    int // taps that were not answered
	rate        *rate.Limiter
	pending     []*pending
	last        *pending
	pumped      *hook
	changed     chan struct{}
}

// Person returns the person with this number, who is made on first use. The
// chat has the same number.
func (s *Server) Person(id int64) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[id]
	if p == nil {
		p = &Person{
			s: s, id: id, name: "Person " + strconv.FormatInt(id, 10), language: "zh-hans",
			rate: rate.NewLimiter(perChat, s.cfg.Burst), changed: make(chan struct{}),
		}
		s.people[id] = p
	}
	return p
}

// Named sets what Telegram tells about the person.
func (p *Person) Named(name, language string) *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.name, p.language = name, language
	return p
}

// ID is the person's and the chat's number.
func (p *Person) ID() int64 { return p.id }

// Address is the number as the channel writes it.
func (p *Person) Address() string { return strconv.FormatInt(p.id, 10) }

// change wakes those who wait; the server's lock is held.
func (p *Person) change() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Messages returns what the person has got from the bot, oldest first.
func (s *Server) Messages(id int64) []Message { return s.Person(id).Messages() }

// Messages returns what the person has got from the bot, oldest first.
func (p *Person) Messages() []Message {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return slices.Clone(p.messages)
}

// Wait blocks until done holds for the person's messages (it is asked again
// whenever something changed for the person), or ctx ends.
func (p *Person) Wait(ctx context.Context, done func([]Message) bool) ([]Message, error) {
	for {
		p.s.mu.Lock()
		messages, changed := slices.Clone(p.messages), p.changed
		p.s.mu.Unlock()
		if done(messages) {
			return messages, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return messages, fmt.Errorf("telegramtest: person %d has %d messages: %w", p.id, len(messages), ctx.Err())
		}
	}
}

// WaitCount blocks until the person has at least n messages.
func (p *Person) WaitCount(ctx context.Context, n int) ([]Message, error) {
	return p.Wait(ctx, func(m []Message) bool { return len(m) >= n })
}

// Keyboard is the reply keyboard the person has, nil without one.
func (p *Person) Keyboard() *Keyboard {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.keyboard == nil {
		return nil
	}
	k := *p.keyboard
	return &k
}

// WaitAnswered blocks until no button shows its spinner.
func (p *Person) WaitAnswered(ctx context.Context) error {
	for {
		p.s.mu.Lock()
		spinning, changed := p.spinning > 0, p.changed
		p.s.mu.Unlock()
		if !spinning {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("telegramtest: a button still spins: %w", ctx.Err())
		}
	}
}

// Spinning says whether a tapped button still shows its spinner.
func (p *Person) Spinning() bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.spinning > 0
}

func (p *Person) userJSON() object {
	return object{"id": p.id, "is_bot": false, "first_name": p.name, "language_code": p.language}
}

func (p *Person) chatJSON() object {
	return object{"id": p.id, "type": "private", "first_name": p.name}
}

// messageJSON is one of the bot's messages, as calls return it.
func (p *Person) messageJSON(m *Message) object {
	o := object{"message_id": m.ID, "date": m.At.Unix(), "chat": p.chatJSON()}
	if m.Photo == nil && m.Document == nil {
		o["text"] = m.Text
	} else if m.Text != "" {
		o["caption"] = m.Text
	}
	return o
}
