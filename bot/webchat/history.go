package webchat

import (
	"context"
	"time"

	"zhenban/bot"
)

const (
	historySize = 50 // entries a page shows at first
	pageSize    = 50
	journalTime = 5 * time.Second
)

// catchUp sends what the journal has after the cursor and returns it. A
// journal that cannot be read is not an error of the socket: it is tried again
// at the next look.
func (s *socket) catchUp(ctx context.Context) (fresh []Entry, err error) {
	if !s.opened {
		return s.open(ctx)
	}
	for {
		entries, next, err := s.since(ctx, s.cursor, pageSize)
		if err != nil || len(entries) == 0 || next == s.cursor {
			return fresh, nil
		}
		if err := s.send(ctx, entries, s.cursor, next, Frame{More: len(entries) == pageSize}); err != nil {
			return fresh, err
		}
		fresh = append(fresh, entries...)
		if len(entries) < pageSize {
			return fresh, nil
		}
	}
}

// open answers hello with the history, and finds out whether this is a first
// visit, which the receiver is told of.
func (s *socket) open(ctx context.Context) ([]Entry, error) {
	asked := s.cursor
	var f Frame
	after := asked
	n := pageSize
	if asked == "" {
		n = historySize + 1 // the one before gives the cursor before the first shown
	}
	told := s.failing
	entries, next, err := s.since(ctx, asked, n)
	if err != nil && asked != "" {
		// Perhaps only the cursor is bad: pruned, or of another database.
		asked, after, f.Reset = "", "", true
		entries, next, err = s.since(ctx, "", historySize+1)
	}
	if err != nil {
		if told {
			return nil, nil
		}
		return nil, s.fail(ctx, "", CodeUnavailable, retryAfter)
	}
	if asked == "" && len(entries) > historySize {
		after, entries = entries[0].Cursor, entries[1:]
	}
	s.opened = true
	f.More = asked != "" && len(entries) == pageSize
	if err := s.send(ctx, entries, after, next, f); err != nil {
		return nil, err
	}
	switch {
	case asked == "" && len(entries) == 0:
		s.greet, s.event = "follow", bot.EventFollow
		if s.scene != "" {
			s.greet = "scene:" + s.scene
		}
	case s.scene != "":
		s.greet, s.event = "scene:"+s.scene, bot.EventScan
	}
	if f.More {
		rest, err := s.catchUp(ctx)
		return append(entries, rest...), err
	}
	return entries, nil
}

// send writes entries to the browser and moves the cursor.
func (s *socket) send(ctx context.Context, entries []Entry, after, next string, f Frame) error {
	f.T, f.Now, f.Next = "entries", s.c.o.Clock.Now().UTC(), next
	if s.c.o.Large != nil {
		f.Large = s.c.o.Large(ctx, ChannelName+":"+s.address)
	}
	for _, e := range entries {
		f.Entries = append(f.Entries, item(e, after, s.address))
		after = e.Cursor
	}
	if err := s.write(ctx, f); err != nil {
		return err
	}
	if next != "" {
		s.cursor = next
	}
	return nil
}

// since reads the journal; a row of failures is logged once.
func (s *socket) since(ctx context.Context, cursor string, limit int) ([]Entry, string, error) {
	jctx, cancel := context.WithTimeout(ctx, journalTime)
	defer cancel()
	entries, next, err := s.c.o.Journal.Since(jctx, ChannelName+":"+s.address, cursor, limit)
	if err != nil && !s.failing && ctx.Err() == nil {
		s.c.o.Count("web_journal_fault")
		s.c.o.Log.Warn("web chat: read the journal", "contact", ChannelName+":"+s.address, "err", err)
	}
	s.failing = err != nil
	if next == "" && len(entries) > 0 {
		next = entries[len(entries)-1].Cursor
	}
	return entries, next, err
}
