package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhenban/models"
)

// JournalEntry is one thing in a conversation: a turn, or a message that was
// delivered outside one. Where both Mine and Messages are filled, the words
// were said first and the messages are the answer.
type JournalEntry struct {
	Cursor   string // names the entry; Since with it gives what came after
	At       time.Time
	Mine     bool   // the person's own words are in Text, or their photo in Media
	Text     string // the label, where an option was tapped; empty for an event
	Messages []Message
	Key      string // Inbound.Key of a turn
	Media    *Media // without Data
}

// Journal is the durable transcript of every contact: its turns and what was
// delivered to it, oldest first.
type Journal struct {
	Store *models.Store
	Files Files // where messages' files are kept; nil: there are none
}

// place is a cursor: the last turn and the last delivery seen. Each of the two
// is a sequence without late comers; a time would not be.
type place struct{ seq, sent int64 }

func (p place) String() string {
	return strconv.FormatInt(p.seq, 10) + "|" + strconv.FormatInt(p.sent, 10)
}

func parsePlace(s string) (p place, err error) {
	a, b, ok := strings.Cut(s, "|")
	if ok {
		if p.seq, err = strconv.ParseInt(a, 10, 64); err == nil {
			p.sent, err = strconv.ParseInt(b, 10, 64)
		}
	}
	if !ok || err != nil || p.seq < 0 || p.sent < 0 {
		return place{}, fmt.Errorf("journal: no cursor is %q", s)
	}
	return p, nil
}

// Since gives at most limit entries after cursor, oldest first, and the cursor
// after them. Cursor "" gives the newest. A cursor that this contact never had
// is an error.
func (j Journal) Since(ctx context.Context, contactID, cursor string, limit int) ([]JournalEntry, string, error) {
	if cursor == "" {
		return j.newest(ctx, contactID, limit)
	}
	p, err := parsePlace(cursor)
	if err != nil {
		return nil, "", err
	}
	// From the cursor's own entries on: where they are not, it is of another
	// database, or what it stood for was pruned.
	turns, err := j.Store.TurnsSince(ctx, contactID, max(p.seq-1, 0), limit+1)
	if err != nil {
		return nil, "", err
	}
	sent, err := j.Store.OutboxSince(ctx, contactID, max(p.sent-1, 0), limit+1)
	if err != nil {
		return nil, "", err
	}
	if p.seq > 0 && len(turns) == 0 || p.sent > 0 && len(sent) == 0 {
		return nil, "", fmt.Errorf("journal: cursor %s is past the end", p)
	}
	if len(turns) > 0 && turns[0].Seq == p.seq {
		turns = turns[1:]
	}
	if len(sent) > 0 && sent[0].SentSeq == p.sent {
		sent = sent[1:]
	}
	entries, next, err := j.merge(ctx, p, turns, sent, limit)
	return entries, next.String(), err
}

func (j Journal) newest(ctx context.Context, contactID string, limit int) ([]JournalEntry, string, error) {
	turns, err := j.Store.TurnsNewest(ctx, contactID, limit)
	if err != nil {
		return nil, "", err
	}
	sent, err := j.Store.OutboxNewest(ctx, contactID, limit)
	if err != nil || len(turns)+len(sent) == 0 {
		return nil, "", err
	}
	var p place
	if len(turns) > 0 {
		p.seq = turns[0].Seq - 1
	}
	if len(sent) > 0 {
		p.sent = sent[0].SentSeq - 1
	}
	entries, next, err := j.merge(ctx, p, turns, sent, len(turns)+len(sent))
	if len(entries) > limit {
		entries = entries[len(entries)-limit:]
	}
	return entries, next.String(), err
}

// merge orders turns and deliveries by time and numbers the places.
func (j Journal) merge(ctx context.Context, p place, turns []models.Turn, sent []models.Outgoing, limit int) ([]JournalEntry, place, error) {
	var out []JournalEntry
	known := map[int64]*models.Turn{}
	for i := range turns {
		known[turns[i].Seq] = &turns[i]
	}
	for len(out) < limit && len(turns)+len(sent) > 0 {
		var e JournalEntry
		var err error
		show := true
		if len(sent) == 0 || len(turns) > 0 && !turns[0].At.After(sent[0].UpdatedAt) {
			t := &turns[0]
			turns, p.seq = turns[1:], t.Seq
			e, err = j.turn(ctx, t, known)
		} else {
			o := &sent[0]
			sent, p.sent = sent[1:], o.SentSeq
			e.At = o.UpdatedAt
			var m Message
			if err = json.Unmarshal(o.Body, &m); err == nil {
				_ = Fill(ctx, j.Files, &m) // one that is gone is a message without it
				e.Messages = []Message{m}
				show, err = j.isNews(ctx, o, known)
			}
		}
		if err != nil {
			return nil, p, fmt.Errorf("journal: %w", err)
		}
		if e.Cursor = p.String(); show {
			out = append(out, e)
		}
	}
	return out, p, nil
}

func (j Journal) turn(ctx context.Context, t *models.Turn, known map[int64]*models.Turn) (JournalEntry, error) {
	e := JournalEntry{At: t.At, Key: t.Key}
	var in Inbound
	var a answer
	if err := json.Unmarshal(t.In, &in); err != nil {
		return e, err
	}
	if len(t.Answer) > 0 {
		if err := json.Unmarshal(t.Answer, &a); err != nil {
			return e, err
		}
	}
	e.Messages = a.Messages[:min(a.Inline, len(a.Messages))]
	if in.Kind == KindEvent {
		return e, nil
	}
	e.Mine, e.Text, e.Media = true, in.Text, in.Media
	if in.Kind == KindChoice && e.Text == "" {
		var err error
		e.Text, err = j.label(ctx, t.ContactID, in.Choice, t.Seq, known)
		return e, err
	}
	return e, nil
}

// label finds the words on the button that was tapped: in the answer it names,
// or, for a command, in the latest answer that had it.
func (j Journal) label(ctx context.Context, contactID, ref string, before int64, known map[int64]*models.Turn) (string, error) {
	from := before - 1
	if seq, _, ok := strings.Cut(ref, "."); ok {
		if n, err := strconv.ParseInt(seq, 10, 64); err == nil && n > 0 && n < before {
			from = n
		}
	}
	t, err := j.find(ctx, contactID, from, known)
	if t == nil || err != nil || len(t.Answer) == 0 {
		return "", err
	}
	var a answer
	if err := json.Unmarshal(t.Answer, &a); err != nil {
		return "", err
	}
	for _, o := range a.options() {
		if o.Ref == ref {
			return o.Label, nil
		}
	}
	return "", nil
}

// isNews is false for what a turn's own entry shows already: inline messages
// that were handed back because their platform's deadline had passed.
func (j Journal) isNews(ctx context.Context, o *models.Outgoing, known map[int64]*models.Turn) (bool, error) {
	rest, ok := strings.CutPrefix(o.Key, "turn:"+o.ContactID+":")
	a, b, cut := strings.Cut(rest, ":")
	seq, err := strconv.ParseInt(a, 10, 64)
	i, err2 := strconv.Atoi(strings.SplitN(b, ".", 2)[0])
	if !ok || !cut || err != nil || err2 != nil {
		return true, nil
	}
	t, err := j.find(ctx, o.ContactID, seq, known)
	if t == nil || err != nil || len(t.Answer) == 0 {
		return true, err
	}
	var ans answer
	if err := json.Unmarshal(t.Answer, &ans); err != nil {
		return true, err
	}
	return i >= ans.Inline, nil
}

func (j Journal) find(ctx context.Context, contactID string, seq int64, known map[int64]*models.Turn) (*models.Turn, error) {
	if t := known[seq]; t != nil || seq < 1 {
		return t, nil
	}
	list, err := j.Store.TurnsSince(ctx, contactID, seq-1, 1)
	if err != nil || len(list) == 0 || list[0].Seq != seq {
		return nil, err
	}
	known[seq] = &list[0]
	return &list[0], nil
}
