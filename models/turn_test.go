package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func TestTurnIsKeptAsItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		in := turn("web:a", 1, "web:a:k1")
		require.NoError(t, db.CommitTurn(bg(), in))
		got, err := db.LastTurn(bg(), "web:a")
		require.NoError(t, err)
		assert.Equal(t, in, got)
		got, err = db.TurnByKey(bg(), "web:a:k1")
		require.NoError(t, err)
		assert.Equal(t, in, got)
		_, err = db.LastTurn(bg(), "web:b")
		assert.ErrorIs(t, err, models.ErrNotFound)
	})
}

func TestTurnSameKeyIsADuplicateSameSeqIsStale(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		nothing := write(func(*models.Tx) error { return nil })
		require.NoError(t, db.CommitTurn(bg(), turn("web:a", 1, "k1")))
		for _, writes := range [][]models.Write{nil, {nothing}} {
			assert.ErrorIs(t, db.CommitTurn(bg(), turn("web:a", 2, "k1"), writes...), models.ErrDuplicate)
			assert.ErrorIs(t, db.CommitTurn(bg(), turn("web:a", 1, "k1"), writes...), models.ErrDuplicate, "a repeat on another copy has both keys doubled")
			assert.ErrorIs(t, db.CommitTurn(bg(), turn("web:a", 1, "k2"), writes...), models.ErrStale)
			assert.ErrorIs(t, db.CommitTurn(bg(), turn("web:b", 1, "k1"), writes...), models.ErrDuplicate, "a key is one over all contacts")
		}
		list, err := db.TurnsSince(bg(), "web:a", 0, 10)
		require.NoError(t, err)
		assert.Len(t, list, 1)
	})
}

func TestTurnLongAndForeignKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		long := "wechat:" + fmt.Sprintf("%0300d", 7)
		require.NoError(t, db.CommitTurn(bg(), turn("wechat:a", 1, long)))
		assert.ErrorIs(t, db.CommitTurn(bg(), turn("wechat:a", 2, long)), models.ErrDuplicate)
		require.NoError(t, db.CommitTurn(bg(), turn("wechat:a", 2, long+"x")))
		require.NoError(t, db.CommitTurn(bg(), turn("wechat:a", 3, "键 一")))
		require.NoError(t, db.CommitTurn(bg(), turn("wechat:a", 4, "KEY")))
		require.NoError(t, db.CommitTurn(bg(), turn("wechat:a", 5, "key")), "keys differ by case")
		require.NoError(t, db.CommitTurn(bg(), turn("wechat:A", 1, "key ")), "addresses differ by case, keys by a space")
		got, err := db.TurnByKey(bg(), "键 一")
		require.NoError(t, err)
		assert.EqualValues(t, 3, got.Seq)
	})
}

func TestTurnsOfManyContactsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		const contacts, each = 64, 10
		errs := crowd(contacts, func(i int) error {
			for n := range each {
				id := contactName(i)
				if err := db.CommitTurn(bg(), turn(id, int64(n+1), fmt.Sprintf("%s:%d", id, n))); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(t, errors.Join(errs...))
		for i := range contacts {
			list, err := db.TurnsSince(bg(), contactName(i), 0, 100)
			require.NoError(t, err)
			require.Len(t, list, each)
			for n, row := range list {
				assert.EqualValues(t, n+1, row.Seq)
			}
		}
	})
}

// One bad row of a group must not harm the others that share its statement.
func TestTurnBadRowInAGroupHarmsNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		require.NoError(t, db.CommitTurn(bg(), turn("web:old", 1, "taken")))
		errs := crowd(64, func(i int) error {
			if i%8 == 3 {
				return db.CommitTurn(bg(), turn(contactName(i), 1, "taken"))
			}
			return db.CommitTurn(bg(), turn(contactName(i), 1, fmt.Sprint("k", i)))
		})
		for i, err := range errs {
			if i%8 == 3 {
				assert.ErrorIs(t, err, models.ErrDuplicate)
			} else {
				assert.NoError(t, err)
			}
		}
	})
}

func TestTurnOfTwoCopiesTakesEffectOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		other := storetest.OpenAt(t, db.DSN, db.Clock)
		for n := range 20 {
			errs := crowd(16, func(i int) error {
				s := db.Store
				if i%2 == 1 {
					s = other
				}
				id := contactName(n)
				return s.CommitTurn(bg(), turn(id, 1, id+":k"), write(func(tx *models.Tx) error {
					return tx.Enqueue(models.Outgoing{Key: fmt.Sprint(n, ".", i), ContactID: id, Priority: models.PriorityReply, Body: []byte("{}")})
				}))
			})
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
					continue
				}
				assert.ErrorIs(t, err, models.ErrDuplicate)
			}
			assert.Equal(t, 1, won)
		}
		counts, err := db.OutboxCount(bg())
		require.NoError(t, err)
		assert.EqualValues(t, 20, counts[models.OutboxPending], "what losers wrote is rolled back")
	})
}

func TestTurnWithWritesIsAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		broken := errors.New("broken")
		err := db.CommitTurn(bg(), turn("web:a", 1, "k1"),
			write(func(tx *models.Tx) error {
				return tx.SaveContact(models.Contact{ID: "web:a", Channel: "web", Address: "a", Reach: models.ReachOpen, CreatedAt: tx.Now})
			}),
			write(func(tx *models.Tx) error {
				return tx.Book(appointment(db.Store, "web:a", tx.Now.Add(time.Hour)), "", claims(tx.Now.Add(time.Hour), 4, "p:li"), 3, nil)
			}),
			write(func(*models.Tx) error { return broken }))
		require.ErrorIs(t, err, broken)
		_, err = db.LastTurn(bg(), "web:a")
		assert.ErrorIs(t, err, models.ErrNotFound)
		_, err = db.Contact(bg(), "web:a")
		assert.ErrorIs(t, err, models.ErrNotFound)
		assertNoClaims(t, db)
	})
}

// A write's own unique key is not mistaken for the turn's.
func TestTurnWritesErrorComesBackAsItIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(time.Hour)
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.Book(appointment(db.Store, "web:b", start), "", claims(start, 4, "p:li"), 3, nil)
		}))
		err := db.CommitTurn(bg(), turn("web:a", 1, "k1"), write(func(tx *models.Tx) error {
			return tx.Book(appointment(db.Store, "web:a", start), "", claims(start, 4, "p:li"), 3, nil)
		}))
		assert.ErrorIs(t, err, models.ErrTaken)
	})
}

func TestTurnsNewestSinceAndPrune(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for n := range 9 {
			row := turn("web:a", int64(n+1), fmt.Sprint("a", n))
			row.At = storetest.Start().Add(time.Duration(n) * time.Hour)
			require.NoError(t, db.CommitTurn(bg(), row))
		}
		require.NoError(t, db.CommitTurn(bg(), turn("web:b", 1, "b")))
		list, err := db.TurnsNewest(bg(), "web:a", 3)
		require.NoError(t, err)
		assert.Equal(t, []int64{7, 8, 9}, []int64{list[0].Seq, list[1].Seq, list[2].Seq})
		gone, err := db.PruneTurns(bg(), storetest.Start().Add(100*time.Hour), 5)
		require.NoError(t, err)
		assert.EqualValues(t, 5, gone)
		gone, err = db.PruneTurns(bg(), storetest.Start().Add(100*time.Hour), 100)
		require.NoError(t, err)
		assert.EqualValues(t, 3, gone, "the newest of each contact stays: it is its session")
		gone, err = db.PruneTurns(bg(), storetest.Start().Add(100*time.Hour), 100)
		require.NoError(t, err)
		assert.Zero(t, gone)
	})
}
