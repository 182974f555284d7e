package webchattest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"zhenban/bot"
	"zhenban/bot/webchat"
)

// Memory is a journal and a receiver in one: it answers each key once, as a
// script says, and keeps the transcript.
type Memory struct {
	// Answer says what a message is answered with. It runs without a lock.
	Answer func(in bot.Inbound) ([]bot.Message, error)
	// Keyless leaves Entry.Key empty, as a plainer journal would.
	Keyless bool

	mu      sync.Mutex
	entries map[string][]webchat.Entry
	replies map[string]bot.Reply
	taken   []bot.Inbound
	down    error
	seq     int64
}

// NewMemory makes an empty one.
func NewMemory(answer func(in bot.Inbound) ([]bot.Message, error)) *Memory {
	return &Memory{Answer: answer, entries: map[string][]webchat.Entry{}, replies: map[string]bot.Reply{}}
}

// Receive answers a message once per key.
func (m *Memory) Receive(_ context.Context, in bot.Inbound) (bot.Reply, error) {
	m.mu.Lock()
	r, ok := m.replies[in.Key]
	m.mu.Unlock()
	if ok {
		r.Repeat = true
		return r, nil
	}
	said, err := m.Answer(in)
	if err != nil {
		return bot.Reply{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.replies[in.Key]; ok {
		r.Repeat = true
		return r, nil
	}
	m.seq++
	for i := range said {
		for j := range said[i].Options {
			if said[i].Options[j].Ref == "" {
				said[i].Options[j].Ref = strconv.FormatInt(m.seq, 10) + "." + strconv.Itoa(said[i].Number(j))
			}
		}
	}
	r = bot.Reply{ContactID: in.ContactID(), Seq: m.seq, Inline: said}
	m.replies[in.Key] = r
	m.taken = append(m.taken, in)
	e := webchat.Entry{At: in.At, Mine: true, Text: in.Text, Media: in.Media, Messages: said}
	if !m.Keyless {
		e.Key = in.Key
	}
	m.add(in.ContactID(), e)
	return r, nil
}

// Late is never called by the web chat.
func (m *Memory) Late(context.Context, bot.Reply) error { return nil }

// Push records a delivered push; the channel's Send makes it seen at once.
func (m *Memory) Push(contactID string, at time.Time, messages ...bot.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(contactID, webchat.Entry{At: at, Messages: messages})
}

// Break makes the journal fail until it is called with nil.
func (m *Memory) Break(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = err
}

// Taken is every message that took effect, in order.
func (m *Memory) Taken() []bot.Inbound {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.taken)
}

func (m *Memory) add(contactID string, e webchat.Entry) {
	e.Cursor = "c" + strconv.Itoa(len(m.entries[contactID])+1)
	m.entries[contactID] = append(m.entries[contactID], e)
}

// Since reads the transcript.
func (m *Memory) Since(_ context.Context, contactID, cursor string, limit int) ([]webchat.Entry, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return nil, "", m.down
	}
	all := m.entries[contactID]
	from := max(0, len(all)-limit)
	if cursor != "" {
		i := slices.IndexFunc(all, func(e webchat.Entry) bool { return e.Cursor == cursor })
		if i < 0 {
			return nil, "", errors.New("unknown cursor")
		}
		from = i + 1
	}
	got := slices.Clone(all[from:min(len(all), from+limit)])
	if len(got) == 0 {
		return nil, cursor, nil
	}
	return got, got[len(got)-1].Cursor, nil
}
