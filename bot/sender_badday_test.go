package bot_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
)

// A platform that fails two chats for an hour, as platforms do: each gets
// everything afterwards, in its order and once; the tries come further and
// further apart and not together; whoever can be reached waits for nobody.
func TestSenderOverABadHour(t *testing.T) {
	for name, fails := range map[string]bot.SendError{
		"429":              {Code: "429", Reaction: bot.RetryLater, RetryAfter: 40 * time.Second},
		"-1, 500, a page":  {Code: "-1", Reaction: bot.RetryLater},
		"nothing, or late": {Code: "timeout", Reaction: bot.Unknown}, // it drops doubles by their key
	} {
		t.Run(name, func(t *testing.T) {
			const step = 30 * time.Second
			h := &badHour{tries: map[string][]time.Time{}, sent: map[string][]string{}}
			web := &standIn{name: "web", idempotent: true, answer: func(s sent) (string, error) { return "", h.answer(s, fails) }}
			p := newPost(t, bot.SenderOptions{}, web)
			h.now, h.until = p.db.Clock.Now, p.db.Clock.Now().Add(time.Hour)
			for _, who := range []string{"a", "b"} {
				put(t, p.db, "web:"+who, models.PriorityPush, numbered(who, 3)...)
			}
			p.start(t)
			var next [2]time.Time // when they are tried again, late in the hour
			for i := range int(75 * time.Minute / step) {
				text := fmt.Sprint("c", i)
				put(t, p.db, "web:c", models.PriorityReply, text)
				p.drain(t)
				require.Contains(t, h.got("c"), text, "at once")
				if h.now().Before(h.until) {
					require.Empty(t, h.got("a"))
					next = [2]time.Time{row(t, p.db, "web:a/a1").NotBefore, row(t, p.db, "web:b/b1").NotBefore}
				}
				p.db.Clock.Advance(step)
			}
			for _, who := range []string{"a", "b"} {
				assert.Equal(t, numbered(who, 3), h.got(who))
			}
			assert.NotEqual(t, next[0], next[1], "what failed together does not come back together")
			first := h.tries["a1"]
			require.Greater(t, len(first), 8)
			assert.Less(t, len(first), 40)
			late := first[len(first)-1].Sub(first[len(first)-2])
			assert.Greater(t, late, 5*time.Minute)
			assert.LessOrEqual(t, late, 13*time.Minute)
			assert.Less(t, first[2].Sub(first[1]), late/4)
			o := row(t, p.db, "web:a/a1")
			attempts, err := p.db.OutboxAttempts(t.Context(), o.ID)
			require.NoError(t, err)
			assert.Len(t, attempts, len(first)-1, "each try is on record")
		})
	}
}

// badHour is a platform that takes nothing of a and b until a time.
type badHour struct {
	now   func() time.Time
	until time.Time

	mu    sync.Mutex
	tries map[string][]time.Time
	sent  map[string][]string
}

func (h *badHour) answer(s sent, fails bot.SendError) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tries[s.text] = append(h.tries[s.text], h.now())
	if s.address != "c" && h.now().Before(h.until) {
		return &fails
	}
	h.sent[s.address] = append(h.sent[s.address], s.text)
	return nil
}

func (h *badHour) got(address string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.sent[address])
}
