package bot_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

// Somebody puts the clock back, or forward, by an hour while messages go out:
// none goes out twice, whoever writes afterwards is answered at once, be it in a
// chat that just had something, and what waits by the old time waits no longer
// than the jump.
func TestSenderUnderAClockThatIsSet(t *testing.T) {
	for _, jump := range []time.Duration{-time.Hour, time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			db, wall := storetest.OpenSet(t, storetest.MySQL(t)) // where copies share their buckets as rows
			var once sync.Once
			var mu sync.Mutex
			got := map[string]int{}
			tele := &standIn{name: "telegram", answer: func(s sent) (string, error) {
				mu.Lock()
				defer mu.Unlock()
				if got[s.key]++; len(got) == 30 {
					once.Do(func() { wall.Set(jump) })
				}
				if s.text == "busy" && got[s.key] == 1 {
					return "", &bot.SendError{Code: "502", Reaction: bot.RetryLater}
				}
				return "", nil
			}}
			limits := bot.NewSharedBuckets(db.Store, nil)
			p := newPostOn(t, db, bot.SenderOptions{Clock: wall, Budget: limits}, tele)
			put(t, db, "telegram:theirs", models.PriorityPush, "theirs")
			list, err := db.ClaimOutbox(t.Context(), models.Claim{Owner: "dead", Channel: "telegram", From: 1, To: 4, Limit: 1, Lease: 2 * time.Minute})
			require.NoError(t, err)
			require.Len(t, list, 1)
			put(t, db, "telegram:busy", models.PriorityPush, "busy")
			for _, who := range numbered("telegram:", 60) {
				put(t, db, who, models.PriorityPush, "push")
			}
			p.start(t)
			p.restless(t, 250*time.Millisecond, func() bool { return wall.Now() != wall.FakeClock.Now() })
			for _, who := range []string{"telegram:1", "telegram:new"} {
				put(t, db, who, models.PriorityReply, "reply")
			}
			before := wall.Now()
			answered := func() bool {
				return row(t, db, "telegram:1/reply").State == models.OutboxSent && row(t, db, "telegram:new/reply").State == models.OutboxSent
			}
			p.restless(t, 250*time.Millisecond, answered)
			assert.Less(t, wall.Since(before), 30*time.Second)
			p.restless(t, 30*time.Second, func() bool {
				n, err := db.OutboxCount(t.Context())
				return err == nil && n[models.OutboxPending]+n[models.OutboxSending] == 0
			})
			assert.Less(t, wall.Since(before), 65*time.Minute)
			p.stop()
			assert.Equal(t, models.OutboxUnknown, row(t, db, "telegram:theirs/theirs").State)
			assert.Equal(t, models.OutboxSent, row(t, db, "telegram:busy/busy").State)
			for _, who := range numbered("telegram:", 60) {
				assert.Equal(t, models.OutboxSent, row(t, db, who+"/push").State)
			}
			mu.Lock()
			defer mu.Unlock()
			assert.Len(t, got, 63)
			for key, n := range got {
				if key != "telegram:busy/busy" {
					assert.Equal(t, 1, n, key)
				}
			}
		})
	}
}
