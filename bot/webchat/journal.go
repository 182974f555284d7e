package webchat

import (
	"context"
	"time"

	"zhenban/bot"
)

// Entry is one thing in a conversation: a turn, the person's half of one, or a
// push that was delivered. Where both Mine and Messages are filled, the words
// were said first and the messages are the answer.
type Entry struct {
	// Cursor names the entry; Journal.Since with it gives what came after.
	Cursor string
	At     time.Time
	Mine   bool   // the person's own words are in Text (and Media)
	Text   string // empty for an event, such as the first visit
	// Messages are what was said to the person.
	Messages []bot.Message
	// Key is the Inbound.Key of a turn. With it, a browser that reconnects
	// knows which of its waiting messages had arrived; please fill it.
	Key string
	// Media is the photo or file that the person sent, with Data.
	Media *bot.Media
}

// Journal is the durable transcript of every contact: turns and delivered
// pushes, oldest first.
type Journal interface {
	// Since gives at most limit entries after cursor, oldest first, and the
	// cursor of the last. Cursor "" gives the newest limit entries. A cursor it
	// does not know is an error.
	Since(ctx context.Context, contactID, cursor string, limit int) (entries []Entry, next string, err error)
}
