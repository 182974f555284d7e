package models_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func TestFinishSentNumbersEachContact(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		delivered(t, db, "web:b", "before", models.KindVisit, 2)
		for _, who := range []string{"a", "b", "c"} {
			for _, p := range []models.Priority{models.PriorityBulk, models.PriorityReply} {
				enqueue(t, db, models.Outgoing{Key: fmt.Sprintf("%s%d", who, p), ContactID: "web:" + who, Priority: p})
				list, err := db.ClaimOutbox(bg(), models.Claim{Owner: "me", Channel: "web", From: p, To: p, Limit: 1, Lease: time.Minute})
				require.NoError(t, err)
				require.Len(t, list, 1)
			}
		}
		var list []models.Finish
		for _, key := range []string{"a1", "b1", "c1", "a4", "b4"} {
			row, err := db.OutboxByKey(bg(), key)
			require.NoError(t, err)
			list = append(list, models.Finish{Row: row, End: models.Outcome{State: models.OutboxSent, Receipt: "r" + key, Way: models.WayChat}})
		}
		gone, err := db.FinishSent(bg(), "me", list)
		require.NoError(t, err)
		require.Empty(t, gone)
		for key, want := range map[string]int64{"a1": 1, "a4": 2, "b1": 3, "b4": 4, "c1": 1} {
			row, err := db.OutboxByKey(bg(), key)
			require.NoError(t, err)
			assert.Equal(t, want, row.SentSeq, key)
			assert.Equal(t, "r"+key, row.Receipt)
			assert.Equal(t, models.OutboxSent, row.State)
			assert.Equal(t, models.WayChat, row.Way)
		}
		c4, err := db.OutboxByKey(bg(), "c4")
		require.NoError(t, err)
		stolen := models.Finish{Row: models.Outgoing{ID: "another's", ContactID: "web:z"}, End: list[0].End}
		gone, err = db.FinishSent(bg(), "me", []models.Finish{stolen, {Row: c4, End: list[0].End}})
		require.NoError(t, err)
		assert.Equal(t, []string{"another's"}, gone)
		c4, err = db.OutboxByKey(bg(), "c4")
		require.NoError(t, err)
		assert.EqualValues(t, 2, c4.SentSeq)
	})
}

// Two copies share a bucket: in ten seconds at thirty a second both together
// get what one would.
func TestBudgetIsShared(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		const each, slack = time.Second / 30, 29 * (time.Second / 30)
		start := storetest.Start()
		spend := func(at time.Time) bool {
			ok, full, err := db.SpendBudget(bg(), "send:x", at, each, slack)
			require.NoError(t, err)
			assert.True(t, ok || full.After(at.Add(slack)))
			return ok
		}
		var mu sync.Mutex
		var copies sync.WaitGroup
		first := 0
		for range 2 {
			copies.Go(func() {
				for range 40 {
					if spend(start) {
						mu.Lock()
						first++
						mu.Unlock()
					}
				}
			})
		}
		copies.Wait()
		assert.Equal(t, 30, first)
		later := 0
		for ms := time.Duration(0); ms <= 2*time.Second; ms += 10 * time.Millisecond {
			for spend(start.Add(ms)) {
				later++
			}
		}
		assert.Equal(t, 60, later)
		until := start.Add(time.Minute)
		require.NoError(t, db.HoldBudget(bg(), "send:x", until, slack))
		assert.False(t, spend(until.Add(-time.Millisecond)))
		assert.True(t, spend(until))
	})
}
