package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func TestTipTopics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for _, id := range []string{"web:a", "web:b", "web:c"} {
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.SaveContact(models.Contact{ID: id, Channel: "web", Address: id[4:], Language: "en", Reach: models.ReachOpen})
			}))
		}
		subscribe := func(id, topic string, afresh bool) {
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.SubscribeTopic(id, topic, afresh) }))
		}
		topics := func(id string) []string {
			list, err := db.TipTopics(bg(), id)
			require.NoError(t, err)
			return list
		}
		readers := func(after string, limit int) (out []string) {
			list, err := db.TipReaders(bg(), after, limit)
			require.NoError(t, err)
			for _, c := range list {
				out = append(out, c.ID)
			}
			return out
		}
		assert.Empty(t, readers("", 10), "only who asked for them")
		subscribe("web:a", "teeth", true)
		db.Clock.Advance(time.Second)
		subscribe("web:a", "food", false)
		subscribe("web:a", "food", false)
		subscribe("web:c", "food", true)
		assert.Equal(t, []string{"teeth", "food"}, topics("web:a"))
		assert.Equal(t, []string{"web:a", "web:c"}, readers("", 10))
		assert.Equal(t, []string{"web:a"}, readers("", 1))
		assert.Equal(t, []string{"web:c"}, readers("web:a", 10))

		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Prefer("web:a", models.KindTip, false) })) // one word
		assert.Equal(t, []string{"web:c"}, readers("", 10))
		subscribe("web:a", "food", true)
		assert.Equal(t, []string{"food"}, topics("web:a"), "the others do not come back with one")
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.UnsubscribeTopic("web:a", "food") }))
		wants, err := db.Wants(bg(), "web:a", models.KindTip)
		require.NoError(t, err)
		assert.False(t, wants, "the last topic gone, none is wanted")

		for range 2 {
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.TipSent("web:c", "brushing") }))
		}
		sent, err := db.TipsSent(bg(), "web:c")
		require.NoError(t, err)
		assert.Equal(t, map[string]bool{"brushing": true}, sent)
	})
}

func TestInvitations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		tiers := map[string]string{"k1": "gold", "k3": "silver"}
		for _, id := range []string{"k1", "k2", "k3"} {
			do(t, db.Store, write(func(tx *models.Tx) error {
				if err := tx.SaveClient(models.Client{ID: id, Identifier: "C" + id, Name: "陈", Tier: tiers[id], Verified: true}); err != nil {
					return err
				}
				if err := tx.SaveContact(models.Contact{ID: "web:" + id, Channel: "web", Address: id, Reach: models.ReachOpen}); err != nil {
					return err
				}
				return tx.Bind("web:"+id, id, "", "code")
			}))
		}
		require.NoError(t, db.SetReach(bg(), "web:k3", models.ReachBlocked))
		list, err := db.Members(bg(), "", 10)
		require.NoError(t, err)
		assert.Equal(t, []models.Member{{ClientID: "k1", ContactID: "web:k1"}, {ClientID: "k3"}}, list)
		list, err = db.Members(bg(), "k1", 10)
		require.NoError(t, err)
		assert.Len(t, list, 1)

		invite := func(id string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.Invite("checkup:2027-06-06", id, "web:"+id) }))
		}
		require.NoError(t, invite("k1"))
		assert.ErrorIs(t, invite("k1"), models.ErrDuplicate)
		require.NoError(t, invite("k3"))
		decline := func(contact string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.Decline("checkup:2027-06-06", contact) }))
		}
		require.NoError(t, decline("web:k1"))
		require.NoError(t, decline("web:k1"), "twice is no fault")
		assert.ErrorIs(t, decline("web:k2"), models.ErrGone)
		left, err := db.Invitations(bg(), "checkup:2027-06-06", "", 10)
		require.NoError(t, err)
		require.Len(t, left, 1)
		assert.Equal(t, "k3", left[0].ClientID)

		start := storetest.Start().Add(48 * time.Hour)
		comes := func() bool {
			ok, err := db.Comes(bg(), "k1", "web:k1", "checkup", start.Truncate(24*time.Hour), start.Truncate(24*time.Hour).AddDate(0, 0, 1))
			require.NoError(t, err)
			return ok
		}
		assert.False(t, comes())
		p := appointment(db.Store, "web:other", start)
		p.ClientID = "k1"
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Book(p, "", nil, 5, nil) }))
		assert.True(t, comes())
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.SetStatus(p.ID, 1, models.Cancelled, nil) }))
		assert.False(t, comes())
	})
}
