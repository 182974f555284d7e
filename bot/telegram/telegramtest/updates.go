package telegramtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// pending is an update that nobody has confirmed yet.
type pending struct {
	id     int64
	person *Person
	body   json.RawMessage
	done   bool
	// owed is a double that must be delivered whatever offset is asked with:
	// as if the confirmation had been lost.
	owed bool
}

// enqueue adds an update; s.mu is held. Kinds that were not asked for are
// dropped when they arise, as Telegram does.
func (s *Server) enqueue(p *Person, kind string, value object) int64 {
	if s.allowed != nil && !s.allowed[kind] {
		return 0
	}
	s.updateID++
	body, err := json.Marshal(object{"update_id": s.updateID, kind: value})
	if err != nil {
		panic(err) // only maps of plain values come here
	}
	u := &pending{id: s.updateID, person: p, body: body}
	p.last = u
	s.offer(u)
	return u.id
}

// offer puts an update into the queue; s.mu is held.
func (s *Server) offer(u *pending) {
	s.queue = append(s.queue, u)
	u.person.pending = append(u.person.pending, u)
	close(s.arrived)
	s.arrived = make(chan struct{})
	s.pump(u.person)
}

// offerAgain puts doubles before everything else; s.mu is held.
func (s *Server) offerAgain(u *pending, n int) {
	var doubles []*pending
	for range n {
		doubles = append(doubles, &pending{id: u.id, person: u.person, body: u.body, owed: true})
	}
	s.queue = append(doubles, s.queue...)
	u.person.pending = append(append([]*pending(nil), doubles...), u.person.pending...)
	close(s.arrived)
	s.arrived = make(chan struct{})
}

// confirm forgets an update; s.mu is held.
func (s *Server) confirm(u *pending) {
	u.done = true
	for i, other := range u.person.pending {
		if other == u {
			u.person.pending = append(u.person.pending[:i:i], u.person.pending[i+1:]...)
			break
		}
	}
	for len(s.queue) > 0 && s.queue[0].done {
		s.queue = s.queue[1:]
	}
}

// Unconfirmed is how many updates wait for the bot.
func (s *Server) Unconfirmed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, u := range s.queue {
		if !u.done {
			n++
		}
	}
	return n
}

// NumberFrom makes the next update have number id: after a quiet week
// Telegram starts from anywhere, also lower.
func (s *Server) NumberFrom(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updateID = id - 1
}

func (s *Server) getUpdates(c *call) (any, error) {
	offset, err := c.number("offset")
	if err != nil {
		return nil, err
	}
	limit, err := c.number("limit")
	if err != nil {
		return nil, err
	}
	if limit <= 0 || limit > 100 {
		limit = 100
	}
	timeout, err := c.number("timeout")
	if err != nil {
		return nil, err
	}
	allowed, err := c.list("allowed_updates")
	if err != nil {
		return nil, err
	}

	s.mu.Lock()
	if s.hook != nil {
		s.mu.Unlock()
		return nil, &refusal{Code: http.StatusConflict, Text: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	if s.polling != nil {
		close(s.polling) // the newer poll wins
	}
	stolen := make(chan struct{})
	s.polling = stolen
	if allowed != nil {
		s.allow(allowed)
	}
	s.confirmBelow(offset)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		if s.polling == stolen {
			s.polling = nil
		}
		s.mu.Unlock()
	}()

	timer := s.cfg.Clock.NewTimer(time.Duration(min(timeout, 50)) * time.Second)
	defer timer.Stop()
	for {
		batch, arrived := s.collect(int(limit))
		if len(batch) > 0 || timeout <= 0 {
			return batch, nil
		}
		select {
		case <-arrived:
		case <-timer.Chan():
			return []json.RawMessage{}, nil
		case <-stolen:
			return nil, &refusal{Code: http.StatusConflict, Text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		case <-c.ctx.Done():
			return nil, c.ctx.Err()
		case <-s.ctx.Done():
			return nil, s.ctx.Err()
		}
	}
}

// confirmBelow applies getUpdates' offset; s.mu is held. A negative one keeps
// only that many from the end; one far ahead of the numbers given out is
// ignored, as the Bot API server does.
func (s *Server) confirmBelow(offset int64) {
	if offset > s.updateID+10 {
		return
	}
	drop := func(*pending) bool { return false }
	if offset > 0 {
		drop = func(u *pending) bool { return u.id < offset }
	}
	if offset < 0 {
		keep := int(max(0, int64(len(s.queue))+offset))
		first := map[*pending]bool{}
		for _, u := range s.queue[:keep] {
			first[u] = true
		}
		drop = func(u *pending) bool { return first[u] }
	}
	for _, u := range append([]*pending(nil), s.queue...) {
		if !u.done && !u.owed && drop(u) {
			s.confirm(u)
		}
	}
}

func (s *Server) collect(limit int) ([]json.RawMessage, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := []json.RawMessage{}
	for _, u := range s.queue {
		if len(batch) == limit {
			break
		}
		if !u.done {
			u.owed = false
			batch = append(batch, u.body)
		}
	}
	return batch, s.arrived
}

// allow sets allowed_updates; s.mu is held. An empty list is the default:
// everything except chat_member and reactions.
func (s *Server) allow(kinds []string) {
	s.allowed = nil
	if len(kinds) == 0 {
		return
	}
	s.allowed = map[string]bool{}
	for _, k := range kinds {
		s.allowed[k] = true
	}
}
