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

func enqueue(t testing.TB, db *storetest.DB, list ...models.Outgoing) {
	t.Helper()
	do(t, db.Store, write(func(tx *models.Tx) error {
		for _, o := range list {
			if o.Body == nil {
				o.Body = []byte(`{"text":"` + o.Key + `"}`)
			}
			if o.Priority == 0 {
				o.Priority = models.PriorityReply
			}
			if err := tx.Enqueue(o); err != nil {
				return err
			}
		}
		return nil
	}))
}

func claimAll(t testing.TB, s *models.Store, owner string, limit int) []models.Outgoing {
	t.Helper()
	list, err := s.ClaimOutbox(bg(), models.Claim{Owner: owner, Channel: "web", From: models.PriorityReply, To: models.PriorityBulk, Limit: limit, Lease: time.Minute})
	require.NoError(t, err)
	return list
}

func keys(list []models.Outgoing) []string {
	out := []string{}
	for _, o := range list {
		out = append(out, o.Key)
	}
	return out
}

func TestOutboxKeyIsKeptOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		enqueue(t, db, models.Outgoing{Key: "reminder:1", ContactID: "web:a", Body: []byte("one")}, models.Outgoing{Key: "reminder:1", ContactID: "web:a", Body: []byte("two")})
		list := claimAll(t, db.Store, "me", 10)
		require.Len(t, list, 1)
		assert.Equal(t, "one", string(list[0].Body))
		assert.Equal(t, 1, list[0].Attempts)
	})
}

func TestOutboxClaimsInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		later := storetest.Start().Add(time.Hour)
		enqueue(t, db,
			models.Outgoing{Key: "bulk", ContactID: "web:a", Priority: models.PriorityBulk},
			models.Outgoing{Key: "future", ContactID: "web:a", NotBefore: later},
			models.Outgoing{Key: "a1", ContactID: "web:a"}, models.Outgoing{Key: "a2", ContactID: "web:a"},
			models.Outgoing{Key: "b1", ContactID: "web:b", Priority: models.PriorityPush},
			models.Outgoing{Key: "c1", ContactID: "web:c", Priority: models.PriorityAlert},
			models.Outgoing{Key: "other", ContactID: "wechat:a"})
		first := claimAll(t, db.Store, "me", 10)
		assert.Equal(t, []string{"a1", "c1", "b1"}, keys(first), "one of a contact, the most urgent first; what is in the future holds nobody up")
		assert.Empty(t, claimAll(t, db.Store, "you", 10), "what is leased is nobody else's, and holds its successors")
		require.NoError(t, db.FinishOutbox(bg(), "me", first[0], models.Outcome{State: models.OutboxSent, Receipt: "r1"}))
		second := claimAll(t, db.Store, "you", 10)
		assert.Equal(t, []string{"a2"}, keys(second))
		require.NoError(t, db.FinishOutbox(bg(), "you", second[0], models.Outcome{State: models.OutboxSent}))
		assert.Equal(t, []string{"bulk"}, keys(claimAll(t, db.Store, "me", 10)))
		enqueue(t, db, models.Outgoing{Key: "a3", ContactID: "web:a"})
		assert.Equal(t, []string{"a3"}, keys(claimAll(t, db.Store, "me", 10)), "a reply does not wait for bulk that is being sent")
	})
}

// A reply that must be repeated holds those after it, or they would arrive in
// the wrong order; a push that is repeated does not hold a reply.
func TestOutboxRetryKeepsTheOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		enqueue(t, db, models.Outgoing{Key: "p1", ContactID: "web:a", Priority: models.PriorityPush})
		push := claimAll(t, db.Store, "me", 10)
		again := storetest.Start().Add(time.Minute)
		require.NoError(t, db.FinishOutbox(bg(), "me", push[0], models.Outcome{State: models.OutboxPending, Reason: "429", Again: again}))
		enqueue(t, db, models.Outgoing{Key: "a1", ContactID: "web:a"}, models.Outgoing{Key: "a2", ContactID: "web:a"}, models.Outgoing{Key: "p2", ContactID: "web:a", Priority: models.PriorityPush})
		list := claimAll(t, db.Store, "me", 10)
		require.Equal(t, []string{"a1"}, keys(list))
		require.NoError(t, db.FinishOutbox(bg(), "me", list[0], models.Outcome{State: models.OutboxPending, Reason: "busy", Again: again}))
		assert.Empty(t, claimAll(t, db.Store, "me", 10))
		db.Clock.Advance(time.Minute)
		list = claimAll(t, db.Store, "me", 10)
		require.Equal(t, []string{"a1"}, keys(list))
		assert.Equal(t, 2, list[0].Attempts)
		attempts, err := db.OutboxAttempts(bg(), list[0].ID)
		require.NoError(t, err)
		assert.Equal(t, []models.OutboxAttempt{{Attempt: 1, At: storetest.Start(), Error: "busy"}}, attempts)
	})
}

func TestOutboxLeases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		enqueue(t, db, models.Outgoing{Key: "a1", ContactID: "web:a"}, models.Outgoing{Key: "a2", ContactID: "web:a"}, models.Outgoing{Key: "b1", ContactID: "web:b"})
		list := claimAll(t, db.Store, "dead", 10)
		require.Len(t, list, 2)
		assert.ErrorIs(t, db.FinishOutbox(bg(), "thief", list[0], models.Outcome{State: models.OutboxSent}), models.ErrGone)
		n, _, err := db.LapsedOutbox(bg(), "web", false)
		require.NoError(t, err)
		assert.Zero(t, n, "the lease runs")
		db.Clock.Advance(time.Minute + time.Millisecond)
		n, _, err = db.LapsedOutbox(bg(), "telegram", false)
		require.NoError(t, err)
		assert.Zero(t, n, "another channel's")
		n, _, err = db.LapsedOutbox(bg(), "web", false)
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
		next := claimAll(t, db.Store, "me", 10)
		assert.Equal(t, []string{"a2"}, keys(next), "what is unknown is not repeated, and holds nobody up")
		require.NoError(t, db.FinishOutbox(bg(), "dead", list[0], models.Outcome{State: models.OutboxSent}), "a sender that was only slow knows better")
		got, err := db.OutboxByKey(bg(), list[0].Key)
		require.NoError(t, err)
		assert.Equal(t, models.OutboxSent, got.State)

		db.Clock.Advance(time.Minute + time.Millisecond)
		n, _, err = db.LapsedOutbox(bg(), "web", true)
		require.NoError(t, err)
		assert.EqualValues(t, 1, n)
		assert.Equal(t, []string{"a2"}, keys(claimAll(t, db.Store, "other", 10)), "repeated where a double does no harm")
		assert.ErrorIs(t, db.FinishOutbox(bg(), "me", next[0], models.Outcome{State: models.OutboxSent}), models.ErrGone)
	})
}

func TestOutboxUnreachableFailsWhatWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.SaveContact(models.Contact{ID: "web:a", Channel: "web", Address: "a", Reach: models.ReachOpen, CreatedAt: tx.Now})
		}))
		enqueue(t, db, models.Outgoing{Key: "a1", ContactID: "web:a"}, models.Outgoing{Key: "a2", ContactID: "web:a"},
			models.Outgoing{Key: "a3", ContactID: "web:a", NotBefore: storetest.Start().Add(time.Hour)}, models.Outgoing{Key: "b1", ContactID: "web:b"})
		list := claimAll(t, db.Store, "me", 1)
		require.NoError(t, db.FinishOutbox(bg(), "me", list[0], models.Outcome{State: models.OutboxFailed, Reason: "403", Reach: models.ReachBlocked}))
		c, err := db.Contact(bg(), "web:a")
		require.NoError(t, err)
		assert.Equal(t, models.ReachBlocked, c.Reach)
		for _, key := range []string{"a1", "a2", "a3"} {
			o, err := db.OutboxByKey(bg(), key)
			require.NoError(t, err)
			assert.Equal(t, models.OutboxFailed, o.State, key)
			assert.Equal(t, "403", o.Error)
		}
		assert.Equal(t, []string{"b1"}, keys(claimAll(t, db.Store, "me", 9)))
	})
}

func TestOutboxSplitKeepsItsPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		enqueue(t, db, models.Outgoing{Key: "long", ContactID: "web:a"}, models.Outgoing{Key: "next", ContactID: "web:a"})
		got := ""
		for {
			list := claimAll(t, db.Store, "me", 9)
			if len(list) == 0 {
				break
			}
			require.Len(t, list, 1)
			o := list[0]
			if o.Key == "long" {
				require.NoError(t, db.SplitOutbox(bg(), "me", o, [][]byte{[]byte("1"), []byte("2"), []byte("3")}))
				o.Body = []byte("1")
			}
			got += string(o.Body) + " "
			require.NoError(t, db.FinishOutbox(bg(), "me", o, models.Outcome{State: models.OutboxSent}))
		}
		assert.Equal(t, `1 2 3 {"text":"next"} `, got)
	})
}

// Two copies send beside each other: every row once, each contact's in order,
// and the numbers of its deliveries without a gap.
func TestOutboxTwoSendersOnceAndInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		other := storetest.OpenAt(t, db.DSN, db.Clock)
		const contacts, each = 12, 5
		var list []models.Outgoing
		for n := range each {
			for c := range contacts {
				list = append(list, models.Outgoing{Key: fmt.Sprintf("%d.%d", c, n), ContactID: contactName(c)})
			}
		}
		enqueue(t, db, list...)
		var mu sync.Mutex
		sent := map[string][]string{}
		left := contacts * each
		errs := crowd(4, func(i int) error {
			s, owner := db.Store, fmt.Sprint("sender", i)
			if i%2 == 1 {
				s = other
			}
			for {
				mu.Lock()
				done := left == 0
				mu.Unlock()
				if done {
					return nil
				}
				rows, err := s.ClaimOutbox(bg(), models.Claim{Owner: owner, Channel: "web", From: 1, To: 4, Limit: 5, Lease: time.Minute})
				if err != nil {
					return err
				}
				for _, o := range rows {
					mu.Lock()
					sent[o.ContactID] = append(sent[o.ContactID], o.Key)
					left--
					mu.Unlock()
					if err := s.FinishOutbox(bg(), owner, o, models.Outcome{State: models.OutboxSent}); err != nil {
						return err
					}
				}
			}
		})
		for _, err := range errs {
			require.NoError(t, err)
		}
		for c := range contacts {
			var want []string
			for n := range each {
				want = append(want, fmt.Sprintf("%d.%d", c, n))
			}
			assert.Equal(t, want, sent[contactName(c)])
			rows, err := db.OutboxSince(bg(), contactName(c), 0, 100)
			require.NoError(t, err)
			assert.Equal(t, want, keys(rows))
			assert.EqualValues(t, each, rows[each-1].SentSeq)
			newest, err := db.OutboxNewest(bg(), contactName(c), 2)
			require.NoError(t, err)
			assert.Equal(t, want[each-2:], keys(newest))
		}
	})
}
