package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// person keeps a contact, and a message of theirs an age ago; 0 for none.
func person(t testing.TB, db *storetest.DB, id, channel string, wrote time.Duration) {
	t.Helper()
	full := channel + ":" + id
	do(t, db.Store, write(func(tx *models.Tx) error {
		return tx.SaveContact(models.Contact{ID: full, Channel: channel, Address: id, Reach: models.ReachOpen, CreatedAt: tx.Now})
	}))
	if wrote > 0 {
		heard(t, db, full, 1, full+":1", wrote)
	}
}

func heard(t testing.TB, db *storetest.DB, contact string, seq int64, key string, ago time.Duration) {
	t.Helper()
	row := turn(contact, seq, key)
	row.At = db.Clock.Now().Add(-ago)
	require.NoError(t, db.CommitTurn(bg(), row))
}

// delivered marks n messages to a contact as sent now.
func delivered(t testing.TB, db *storetest.DB, contact, prefix string, kind models.Kind, n int) {
	t.Helper()
	for i := range n {
		enqueue(t, db, models.Outgoing{Key: fmt.Sprintf("%s%d", prefix, i), ContactID: contact, Kind: kind, Priority: models.PriorityPush})
		channel, _, _ := cutContact(contact)
		list, err := db.ClaimOutbox(bg(), models.Claim{Owner: "me", Channel: channel, From: 1, To: 4, Limit: 1, Lease: time.Minute})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.NoError(t, db.FinishOutbox(bg(), "me", list[0], models.Outcome{State: models.OutboxSent}))
	}
}

func cutContact(id string) (channel, address string, ok bool) {
	for i := range id {
		if id[i] == ':' {
			return id[:i], id[i+1:], true
		}
	}
	return id, "", false
}

func TestReachability(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		options := models.ReachOptions{
			Channels: []string{"wechat", "telegram"},
			Windows:  map[string]models.Window{"wechat": {For: 48 * time.Hour, Count: 5, Events: "%:%:%:%"}},
		}
		var all []string
		add := func(id, channel string, wrote time.Duration) string {
			person(t, db, id, channel, wrote)
			all = append(all, channel+":"+id)
			return channel + ":" + id
		}
		add("open", "wechat", time.Hour)
		add("silent", "wechat", 49*time.Hour)
		add("never", "wechat", 0)
		scanned := add("scanned", "wechat", 0)
		heard(t, db, scanned, 1, "wechat:scanned:1764000000:SCAN:x", time.Hour)
		delivered(t, db, add("used", "wechat", time.Hour), "u", models.KindVisit, 5)
		add("tele", "telegram", 0)
		add("page", "web", 0)
		require.NoError(t, db.SetReach(bg(), add("left", "telegram", 0), models.ReachLeft))
		require.NoError(t, db.SetReach(bg(), add("blocked", "telegram", 0), models.ReachBlocked))
		back := add("back", "telegram", 0)
		require.NoError(t, db.SetReach(bg(), back, models.ReachBlocked))
		heard(t, db, back, 1, "back:1", -time.Second)
		refused, asked := add("refused", "telegram", 0), add("asked", "telegram", 0)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Prefer(refused, models.KindNotice, false) }),
			write(func(tx *models.Tx) error { return tx.Prefer(asked, models.KindTip, true) }))
		all = append(all, "telegram:nobody")

		got, err := db.Reachability(bg(), all, models.KindNotice, options)
		require.NoError(t, err)
		assert.Equal(t, models.ReachCount{
			Total: 13, Reachable: 4, Left: 1, Blocked: 1, Refused: 1, Closed: 4, Unserved: 1, Gone: 1, Ways: map[string]int{"chat": 4},
		}, got)
		assert.Equal(t, 9, got.Failing())

		got, err = db.Reachability(bg(), all, models.KindTip, options)
		require.NoError(t, err)
		assert.Equal(t, 1, got.Reachable, "asked")
		assert.Equal(t, 8, got.NotAsked)

		options.Notice, options.Templates = "closure", map[string][]string{"wechat": {"closure"}}
		got, err = db.Reachability(bg(), all, models.KindNotice, options)
		require.NoError(t, err)
		assert.Equal(t, map[string]int{"chat": 4, "template": 4}, got.Ways)
	})
}

// Of a person's contacts a broadcast takes one that can be reached, and of
// these the one that was heard from last.
func TestBroadcastGoesToAContactThatIsOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		windows := map[string]models.Window{"wechat": {For: 48 * time.Hour, Count: 5, Events: "%:%:%:%"}}
		pair := func(name string, wechat, telegram time.Duration) {
			person(t, db, name, "wechat", wechat)
			person(t, db, name, "telegram", telegram)
			do(t, db.Store, write(func(tx *models.Tx) error {
				if err := tx.SaveClient(models.Client{ID: "c-" + name, Name: name}); err != nil {
					return err
				}
				for _, channel := range []string{"wechat", "telegram"} {
					if err := tx.Bind(channel+":"+name, "c-"+name, "", "code"); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		pair("silent", 49*time.Hour, 90*24*time.Hour)
		pair("chats", time.Hour, 2*time.Hour)
		g, err := db.Segment("", models.Vocabulary{}, db.Clock.Now())
		require.NoError(t, err)
		r, _, err := db.BroadcastReach(bg(), models.KindNotice, g, models.ReachOptions{Windows: windows}, 100)
		require.NoError(t, err)
		assert.Equal(t, models.ReachCount{Total: 2, Reachable: 2, Ways: map[string]int{"chat": 2}}, r)
		b := models.Broadcast{ID: "B1", Kind: models.KindNotice, State: models.BroadcastRunning, StartedAt: db.Clock.Now(), Windows: windows}
		do(t, db.Store, write(func(tx *models.Tx) error {
			if err := tx.SaveBroadcast(&b); err != nil {
				return err
			}
			_, err := tx.ExpandBroadcast(bg(), &b, g, 100, tx.Now, tx.Now.Add(time.Hour))
			return err
		}))
		for contact, has := range map[string]bool{"telegram:silent": true, "wechat:silent": false, "wechat:chats": true, "telegram:chats": false} {
			_, err := db.OutboxByKey(bg(), "broadcast:B1:"+contact)
			assert.Equal(t, has, err == nil, contact)
		}
	})
}

// A copy that remembers somebody as reachable does not undo what another one
// was told, and a message undoes it wherever it arrives.
func TestChangeContactWritesWhatChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		person(t, db, "a", "web", 0)
		was, err := db.Contact(bg(), "web:a")
		require.NoError(t, err)
		require.NoError(t, db.SetReach(bg(), "web:a", models.ReachBlocked))
		is := was
		is.Language, is.Display = "en", "Anna"
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.ChangeContact(was, is) }))
		got, err := db.Contact(bg(), "web:a")
		require.NoError(t, err)
		assert.Equal(t, models.ReachBlocked, got.Reach)
		assert.Equal(t, "en", got.Language)
		assert.Equal(t, "Anna", got.Display)
		db.Clock.Advance(time.Minute)
		heard(t, db, "web:a", 1, "web:a:1", 0)
		got, err = db.Contact(bg(), "web:a")
		require.NoError(t, err)
		assert.Equal(t, models.ReachOpen, got.Reach)
	})
}
