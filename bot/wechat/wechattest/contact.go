package wechattest

import (
	"time"
)

// Windows in which customer-service messages are carried: five within 48 h of a
// person's message, three within a minute of a follow, a scan or a menu click.
const (
	messageWindow = 48 * time.Hour
	messageCount  = 5
	eventWindow   = time.Minute
	eventCount    = 3
)

// contact is one person, as the account sees them.
type contact struct {
	following bool
	pushing   int       // pushes not yet answered
	windows   [2]window // of messages, of events
	inbox     []Received
	read      int
	consents  map[string]int    // notices agreed to, by template
	mass      map[string]int    // mass messages by month
	answers   map[string]string // push → text of its passive reply
}

type window struct {
	until time.Time
	left  int
}

// contact finds or makes a person; the lock is held.
func (s *Server) contact(openID string) *contact {
	c := s.contacts[openID]
	if c == nil {
		c = &contact{answers: map[string]string{}, consents: map[string]int{}, mass: map[string]int{}}
		s.contacts[openID] = c
	}
	return c
}

// wrote opens the window of a message, or with event that of an event.
func (s *Server) wrote(openID string, event bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	c := s.contact(openID)
	if event {
		c.windows[1] = window{now.Add(eventWindow), eventCount}
	} else {
		c.windows[0] = window{now.Add(messageWindow), messageCount}
	}
}

// reach says whether a person can be sent anything; the lock is held.
func (s *Server) reach(openID string) (*contact, error) {
	c := s.contacts[openID]
	switch {
	case c == nil:
		return nil, refuse(40003, "invalid openid")
	case !c.following:
		return nil, refuse(43004, "require subscribe")
	}
	return c, nil
}

// pushed counts a person's unanswered pushes.
func (s *Server) pushed(openID string, by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contact(openID).pushing += by
	s.signal()
}

// use spends one message of a window, the shorter first.
func (c *contact) use(now time.Time) error {
	open := false
	for i := len(c.windows) - 1; i >= 0; i-- {
		w := &c.windows[i]
		if !now.Before(w.until) {
			continue
		}
		open = true
		if w.left > 0 {
			w.left--
			return nil
		}
	}
	if open {
		return refuse(45047, "out of response count limit")
	}
	return refuse(45015, "response out of time limit or subscription is canceled")
}

// deliver puts a message into a person's inbox; the lock is held.
func (s *Server) deliver(c *contact, r Received) {
	r.At = s.clock.Now()
	c.inbox = append(c.inbox, r)
	s.signal()
}
