package webchat

import (
	"context"

	"zhenban/bot"
)

// Entry is one thing in a conversation; bot.Journal makes them.
type Entry = bot.JournalEntry

// Journal is the durable transcript of every contact: turns and delivered
// pushes, oldest first.
type Journal interface {
	// Since gives at most limit entries after cursor, oldest first, and the
	// cursor of the last. Cursor "" gives the newest limit entries. A cursor it
	// does not know is an error.
	Since(ctx context.Context, contactID, cursor string, limit int) (entries []Entry, next string, err error)
}
