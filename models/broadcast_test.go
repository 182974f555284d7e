package models_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// audienceOf makes contacts web:c0000 … who may be written to.
func audienceOf(t testing.TB, db *storetest.DB, n int) {
	t.Helper()
	do(t, db.Store, write(func(tx *models.Tx) error {
		for i := range n {
			id := contactName(i)
			if err := tx.SaveContact(models.Contact{ID: id, Channel: "web", Address: id[4:], Language: "zh-Hans", Reach: models.ReachOpen, CreatedAt: tx.Now}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func running(t testing.TB, db *storetest.DB, kind models.Kind) models.Broadcast {
	t.Helper()
	b := models.Broadcast{
		ID: db.NewID(db.Now()), Kind: kind, Author: "me", AuthorContact: "web:staff", State: models.BroadcastRunning, StartedAt: db.Now(),
		Texts: map[string]string{"zh-Hans": "停诊"}, Messages: map[string]models.Message{"": {Text: "停诊"}, "zh-Hans": {Text: "停诊"}, "en": {Text: "Closed"}},
	}
	do(t, db.Store, write(func(tx *models.Tx) error { return tx.SaveBroadcast(&b) }))
	return b
}

// expand writes the rows of one page; crash makes the transaction fail at its end.
func expand(t testing.TB, db *storetest.DB, id string, page int, crash bool) (done bool) {
	t.Helper()
	g, err := db.Segment("", models.Vocabulary{}, db.Now())
	require.NoError(t, err)
	crashed := errors.New("crash")
	err = db.Do(bg(), func(ctx context.Context, tx *models.Tx) error {
		b, err := tx.LockBroadcast(ctx, id)
		if err != nil {
			return err
		}
		if done, err = tx.ExpandBroadcast(ctx, &b, g, page, tx.Now, tx.Now.Add(24*time.Hour)); err == nil && crash {
			err = crashed
		}
		return err
	})
	if crash {
		require.ErrorIs(t, err, crashed)
		return false
	}
	require.NoError(t, err)
	return done
}

func account(t testing.TB, db *storetest.DB, id string) (models.Broadcast, models.Account) {
	t.Helper()
	b, err := db.Broadcast(bg(), id)
	require.NoError(t, err)
	a, err := db.BroadcastAccount(bg(), b)
	require.NoError(t, err)
	return b, a
}

func TestBroadcastReachesEachPersonOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		audienceOf(t, db, 100)
		do(t, db.Store, write(func(tx *models.Tx) error {
			var errs []error
			for _, k := range []string{"k1", "k2", "k3"} {
				errs = append(errs, tx.SaveClient(models.Client{ID: k, Identifier: k, Name: k, Verified: true}))
			}
			// 10 and 90 are one person, heard from last on 90; 20 and 80 another,
			// who refused on 80; 30 left, and 70 is the same person.
			errs = append(errs, tx.Bind(contactName(10), "k1", "", "code"), tx.Bind(contactName(90), "k1", "", "code"),
				tx.Bind(contactName(20), "k2", "", "code"), tx.Bind(contactName(80), "k2", "", "code"), tx.Prefer(contactName(80), models.KindNotice, false),
				tx.Bind(contactName(30), "k3", "", "code"), tx.Bind(contactName(70), "k3", "", "code"),
				tx.AddStaff(models.Staff{ID: "s1", Name: "小陈", Role: models.Desk}), tx.JoinStaff(contactName(50), "s1"))
			return errors.Join(errs...)
		}))
		require.NoError(t, db.SetReach(bg(), contactName(30), models.ReachLeft))
		last := turn(contactName(90), 1, "heard")
		last.At = db.Now().Add(-time.Hour)
		require.NoError(t, db.CommitTurn(bg(), last))
		b := running(t, db, models.KindNotice)
		for i, done := 0, false; !done; i++ {
			require.Less(t, i, 20, "it does not get on")
			if i%3 == 1 {
				expand(t, db, b.ID, 7, true) // a copy dies before it commits
			}
			done = expand(t, db, b.ID, 7, false)
		}
		got, a := account(t, db, b.ID)
		assert.True(t, got.Expanded)
		assert.EqualValues(t, 95, got.Audience, "without 10 (the same person), 20 and 80 (refused), 30 (left), 50 (staff)")
		assert.Equal(t, got.Audience, a.Audience())
		for _, no := range []int{10, 20, 80, 30, 50} {
			_, err := db.OutboxByKey(bg(), "broadcast:"+b.ID+":"+contactName(no))
			assert.ErrorIs(t, err, models.ErrNotFound, no)
		}
		row, err := db.OutboxByKey(bg(), "broadcast:"+b.ID+":"+contactName(90))
		require.NoError(t, err)
		assert.JSONEq(t, `{"text":"停诊"}`, string(row.Body), "the text stands once, in the broadcast")
		g, err := db.Segment("", models.Vocabulary{}, db.Now())
		require.NoError(t, err)
		n, out, err := db.Audience(bg(), models.KindNotice, g)
		require.NoError(t, err)
		assert.Equal(t, models.LeftOut{Refused: 1, Left: 1, Double: 1}, out)
		assert.EqualValues(t, 96, n, "an estimate: that 20 refused on 80 is seen when rows are written")
	})
}

func TestTipsGoOnlyToWhoAsked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		audienceOf(t, db, 10)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Prefer(contactName(3), models.KindTip, true) }))
		b := running(t, db, models.KindTip)
		require.True(t, expand(t, db, b.ID, 100, false))
		got, _ := account(t, db, b.ID)
		assert.EqualValues(t, 1, got.Audience)
	})
}

// A row that is found to be paused waits for the resume, also when that came
// while the sender was still putting it back.
func TestPausedRowsAreNotLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		audienceOf(t, db, 3)
		b := running(t, db, models.KindNotice)
		expand(t, db, b.ID, 100, false)
		turnTo := func(state string) models.Broadcast {
			var out models.Broadcast
			do(t, db.Store, func(ctx context.Context, tx *models.Tx) (err error) {
				out, err = tx.TurnBroadcast(ctx, b.ID, []string{models.BroadcastRunning, models.BroadcastPaused}, state, nil)
				return err
			})
			return out
		}
		settle := func(b models.Broadcast) (n int) {
			do(t, db.Store, write(func(tx *models.Tx) (err error) {
				n, err = tx.SettleBroadcast(b, 100)
				return err
			}))
			return n
		}
		claimed := claimAll(t, db.Store, "me", 2)
		require.Len(t, claimed, 2)
		paused := turnTo(models.BroadcastPaused)
		reason, err := db.Stands(bg(), models.AboutBroadcast(b.ID), 0)
		require.NoError(t, err)
		assert.Equal(t, models.PausedReason, reason)
		require.NoError(t, db.FinishOutbox(bg(), "me", claimed[0], models.Outcome{State: models.OutboxPaused}))
		assert.Equal(t, 1, settle(paused), "the one that was not claimed")
		assert.Empty(t, claimAll(t, db.Store, "me", 10), "no busy loop: nothing is due")
		resumed := turnTo(models.BroadcastRunning)
		assert.Equal(t, 2, settle(resumed))
		require.NoError(t, db.FinishOutbox(bg(), "me", claimed[1], models.Outcome{State: models.OutboxPaused}), "its sender is late")
		again := claimAll(t, db.Store, "me", 10)
		assert.Len(t, again, 3)
		for _, o := range again {
			assert.Equal(t, 1, o.Attempts, "being paused is no attempt")
		}
		_, a := account(t, db, b.ID)
		assert.EqualValues(t, 3, a.Waiting)
	})
}

// Whatever happens in whatever order, the account adds up, and in the end
// nothing waits.
func TestBroadcastAccountAlwaysAddsUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		rnd := rand.New(rand.NewPCG(7, 11)) //nolint:gosec // a test's dice
		audienceOf(t, db, 60)
		b := running(t, db, models.KindNotice)
		var held []models.Outgoing
		live := []string{models.BroadcastRunning, models.BroadcastPaused}
		settle := func() {
			do(t, db.Store, func(ctx context.Context, tx *models.Tx) error {
				b, err := tx.LockBroadcast(ctx, b.ID)
				if err == nil {
					_, err = tx.SettleBroadcast(b, 20)
				}
				return err
			})
		}
		finish := func(o models.Outgoing) {
			reason, err := db.Stands(bg(), o.Subject, 0)
			require.NoError(t, err)
			end := models.Outcome{State: []string{models.OutboxSent, models.OutboxFailed, models.OutboxUnknown, models.OutboxExpired}[rnd.IntN(4)]}
			switch {
			case reason == models.PausedReason:
				end.State = models.OutboxPaused
			case reason != "":
				end.State = models.OutboxSuppressed
			}
			require.NoError(t, db.FinishOutbox(bg(), "me", o, end))
		}
		check := func(when string) models.Account {
			got, a := account(t, db, b.ID)
			require.Equal(t, got.Audience, a.Audience(), when)
			return a
		}
		for i := range 300 {
			switch rnd.IntN(6) {
			case 0:
				if got, _ := account(t, db, b.ID); !got.Expanded {
					expand(t, db, b.ID, 5, rnd.IntN(4) == 0)
				}
			case 1:
				held = append(held, claimAll(t, db.Store, "me", 5)...)
			case 2, 3:
				if len(held) > 0 {
					finish(held[0])
					held = held[1:]
				}
			case 4:
				do(t, db.Store, func(ctx context.Context, tx *models.Tx) error {
					_, err := tx.TurnBroadcast(ctx, b.ID, live, live[rnd.IntN(2)], nil)
					return err
				})
			case 5:
				settle()
			}
			check(fmt.Sprint("step ", i))
		}
		do(t, db.Store, func(ctx context.Context, tx *models.Tx) error {
			_, err := tx.TurnBroadcast(ctx, b.ID, live, models.BroadcastStopped, nil)
			return err
		})
		for _, o := range held {
			finish(o)
		}
		for range 4 {
			settle()
		}
		a := check("the end")
		assert.Zero(t, a.Waiting)
		assert.Positive(t, a.Sent)
	})
}
