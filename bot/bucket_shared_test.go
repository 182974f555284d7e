package bot_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

// Two copies of the program, one after the other's turn: together they get
// what one would, bulk leaves the reserve, and a chat is one chat.
func TestSharedBuckets(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "mysql": storetest.MySQL} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t, dsn(t))
			copies := []*bot.SharedBuckets{bot.NewSharedBuckets(db.Store, nil), bot.NewSharedBuckets(db.Store, nil)}
			now := db.Clock.Now()
			spent := func(bulk bool, at time.Time) int {
				n := 0
				for i := range 100 {
					who := string(rune('a' + i%26))
					if copies[i%2].Take("telegram", who+name+time.Duration(i).String()+at.String(), bulk, at) == 0 {
						n++
					}
				}
				return n
			}
			room, _ := copies[0].Room("telegram", true, now)
			assert.Equal(t, 23, room)
			assert.Equal(t, 23, spent(true, now), "of thirty, seven are left to replies")
			n, wait := copies[0].Room("telegram", true, now)
			assert.Zero(t, n)
			assert.Positive(t, wait)
			assert.Equal(t, 7, spent(false, now))
			wait = copies[1].Take("telegram", "new", false, now)
			assert.InDelta(t, time.Second/30, wait, float64(time.Millisecond))
			assert.Equal(t, 30, spent(false, now.Add(time.Second)))

			// What the other copy delivered counts in the chat.
			at := now.Add(time.Minute)
			db.Clock.Advance(time.Minute)
			for _, key := range []string{"1", "2", "3"} {
				putRow(t, db, models.Outgoing{Key: key, ContactID: "telegram:chat", Priority: models.PriorityReply}, key)
				list, err := db.ClaimOutbox(context.Background(), models.Claim{Owner: "other", Channel: "telegram", From: 1, To: 1, Limit: 1, Lease: time.Minute})
				require.NoError(t, err)
				require.Len(t, list, 1)
				require.NoError(t, db.FinishOutbox(context.Background(), "other", list[0], models.Outcome{State: models.OutboxSent}))
			}
			assert.InDelta(t, time.Second, copies[0].Take("telegram", "chat", false, at), float64(50*time.Millisecond))
			assert.Zero(t, copies[0].Take("telegram", "chat", false, at.Add(time.Second)))

			copies[0].Hold("telegram", at.Add(time.Minute))
			assert.InDelta(t, 55*time.Second, copies[1].Take("telegram", "z", false, at.Add(5*time.Second)), float64(time.Second))
			assert.Zero(t, copies[1].Take("web", "anybody", true, at), "no limit, no question")
		})
	}
}
