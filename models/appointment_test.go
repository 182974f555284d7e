package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

// ownersOf reads the truth: resource and cell → owner, expired holds left out.
func ownersOf(t testing.TB, db *storetest.DB) map[[2]any]string {
	t.Helper()
	rows, err := storetest.Raw(t, db.DSN).Query("SELECT resource_id, cell, owner FROM claims WHERE expires_at = 0 OR expires_at > ?", db.Clock.Now().UnixMilli())
	require.NoError(t, err)
	defer rows.Close()
	out := map[[2]any]string{}
	for rows.Next() {
		var r, o string
		var c int64
		require.NoError(t, rows.Scan(&r, &c, &o))
		out[[2]any{r, c}] = o
	}
	require.NoError(t, rows.Err())
	return out
}

func assertNoClaims(t *testing.T, db *storetest.DB) {
	t.Helper()
	assert.Empty(t, ownersOf(t, db))
}

func TestBookReadsBackWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		a := appointment(db.Store, "web:a", start)
		a.ClientID, a.PatientID = "client1", "patient1"
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Book(a, "", claims(start, 4, "p:li", "r:room1"), 3, nil) }))
		got, err := db.AppointmentByNumber(bg(), a.Number)
		require.NoError(t, err)
		a.Status, a.Version, a.CreatedAt, a.UpdatedAt = models.Booked, 1, storetest.Start(), storetest.Start()
		assert.Equal(t, a, got)
		byID, err := db.AppointmentByID(bg(), a.ID)
		require.NoError(t, err)
		assert.Equal(t, got, byID)
		assert.Len(t, ownersOf(t, db), 8)
		_, err = db.AppointmentByNumber(bg(), "B0000000")
		assert.ErrorIs(t, err, models.ErrNotFound)
	})
}

func TestBookTakenLimitAndHoldGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		book := func(contact, hold string, start time.Time, max int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.Book(appointment(db.Store, contact, start), hold, claims(start, 4, "p:li"), max, nil)
			}))
		}
		require.NoError(t, book("web:a", "", start, 2))
		assert.ErrorIs(t, book("web:b", "", start, 2), models.ErrTaken)
		assert.ErrorIs(t, book("web:b", "", start.Add(15*time.Minute), 2), models.ErrTaken, "the last cell overlaps")
		require.NoError(t, book("web:b", "", start.Add(20*time.Minute), 2))
		require.NoError(t, book("web:a", "", start.Add(time.Hour), 2))
		assert.ErrorIs(t, book("web:a", "", start.Add(2*time.Hour), 2), models.ErrLimit)
		assert.ErrorIs(t, book("web:c", "nohold", start.Add(3*time.Hour), 2), models.ErrHoldGone)
		assert.Len(t, ownersOf(t, db), 12, "what failed left no cell")
	})
}

func TestHoldIsBookedOrRunsOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		hold := func(id, contact string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.TakeHold(models.Hold{ID: id, ContactID: contact, Slot: slot(start, "li"), ExpiresAt: tx.Now.Add(5 * time.Minute)}, claims(start, 4, "p:li", "r:room1"), "", 2)
			}))
		}
		require.NoError(t, hold("h1", "web:a"))
		assert.ErrorIs(t, hold("h2", "web:b"), models.ErrTaken)
		list, err := db.Holds(bg(), "web:a")
		require.NoError(t, err)
		require.Len(t, list, 1)
		assert.True(t, list[0].Slot.Start.Equal(start))

		db.Clock.Advance(5 * time.Minute)
		list, err = db.Holds(bg(), "web:a")
		require.NoError(t, err)
		assert.Empty(t, list, "a hold ends at its very moment")
		a := appointment(db.Store, "web:a", start)
		err = db.Do(bg(), write(func(tx *models.Tx) error { return tx.Book(a, "h1", claims(start, 4, "p:li", "r:room1"), 3, nil) }))
		assert.ErrorIs(t, err, models.ErrHoldGone)
		require.NoError(t, hold("h2", "web:b"), "what ran out stands in nobody's way, though no sweep came by")
		b := appointment(db.Store, "web:b", start)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Book(b, "h2", claims(start, 4, "p:li", "r:room1"), 3, nil) }))
		for _, owner := range ownersOf(t, db) {
			assert.Equal(t, b.ID, owner)
		}
		db.Clock.Advance(time.Hour)
		assert.Len(t, ownersOf(t, db), 8, "booked cells do not run out")
	})
}

func TestHoldsAreTwoAtMost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		for i, id := range []string{"h1", "h2", "h3"} {
			at := start.Add(time.Duration(i) * time.Hour)
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.TakeHold(models.Hold{ID: id, ContactID: "web:a", Slot: slot(at, "li"), ExpiresAt: tx.Now.Add(5 * time.Minute)}, claims(at, 4, "p:li"), "", 2)
			}))
			db.Clock.Advance(time.Second)
		}
		list, err := db.Holds(bg(), "web:a")
		require.NoError(t, err)
		require.Len(t, list, 2)
		assert.Equal(t, []string{"h2", "h3"}, []string{list[0].ID, list[1].ID}, "the oldest is let go")
		assert.Len(t, ownersOf(t, db), 8)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.ReleaseHold("h2") }))
		db.Clock.Advance(time.Hour)
		swept, err := db.SweepHolds(bg(), 10, nil)
		require.NoError(t, err)
		require.Len(t, swept, 1)
		assert.Equal(t, "h3", swept[0].ID)
		assertNoClaims(t, db)
	})
}

func TestMoveToAnOverlappingTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		for i, shift := range []time.Duration{10 * time.Minute, 0, -10 * time.Minute, 3 * time.Hour} {
			a := appointment(db.Store, "web:a", start)
			a.Slot.Practitioner = string(rune('a' + i))
			res := "p:" + a.Slot.Practitioner
			to := start.Add(shift)
			want := claims(to, 4, res)
			do(t, db.Store,
				write(func(tx *models.Tx) error { return tx.Book(a, "", claims(start, 4, res), 30, nil) }),
				write(func(tx *models.Tx) error {
					return tx.TakeHold(models.Hold{ID: "h" + a.ID[:20], ContactID: "web:a", Slot: slot(to, "x"), ExpiresAt: tx.Now.Add(time.Minute)}, want, a.ID, 2)
				}))
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.Move(a.ID, 1, "h"+a.ID[:20], slot(to, a.Slot.Practitioner), want, nil)
			}))
			got, err := db.AppointmentByID(bg(), a.ID)
			require.NoError(t, err)
			assert.True(t, got.Slot.Start.Equal(to))
			assert.Equal(t, 2, got.Version)
			cells := map[[2]any]string{}
			for k, owner := range ownersOf(t, db) {
				if k[0] == res {
					cells[k] = owner
				}
			}
			expect := map[[2]any]string{}
			for c := want[0].From; c < want[0].To; c++ {
				expect[[2]any{res, int64(c)}] = a.ID
			}
			assert.Equal(t, expect, cells, "moved by %s", shift)
		}
	})
}

func TestMoveAndSetStatusNeedTheVersionSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		a := appointment(db.Store, "web:a", start)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Book(a, "", claims(start, 4, "p:li"), 3, nil) }))
		set := func(was int, to models.AppointmentStatus) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.SetStatus(a.ID, was, to, nil) }))
		}
		move := func(was int, hold string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.Move(a.ID, was, hold, slot(start.Add(time.Hour), "li"), claims(start.Add(time.Hour), 4, "p:li"), nil)
			}))
		}
		assert.ErrorIs(t, move(1, "none"), models.ErrHoldGone)
		assert.Len(t, ownersOf(t, db), 4, "a move that fails leaves the old time")
		require.NoError(t, set(1, models.Arrived))
		assert.ErrorIs(t, set(1, models.Cancelled), models.ErrGone)
		assert.ErrorIs(t, move(2, "none"), models.ErrGone, "who has arrived is not moved")
		require.NoError(t, set(2, models.Cancelled))
		assert.ErrorIs(t, set(3, models.Booked), models.ErrGone, "what is over stays over")
		assertNoClaims(t, db)
	})
}

func TestContestedSlotHasOneWinner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		rounds := 50
		if testing.Short() {
			rounds = 5
		}
		for n := range rounds {
			start := storetest.Start().Add(time.Duration(n+1) * time.Hour)
			errs := crowd(64, func(i int) error {
				return db.CommitTurn(bg(), turn(contactName(i), int64(n+1), db.NewID(start)), write(func(tx *models.Tx) error {
					return tx.Book(appointment(db.Store, contactName(i), start), "", claims(start, 4, "p:li", "r:room1"), 1000, nil)
				}))
			})
			won := 0
			for i, err := range errs {
				switch {
				case err == nil:
					won++
				case !errors.Is(err, models.ErrTaken):
					t.Errorf("round %d: %v", n, err)
				}
				if err != nil { // a loser's next turn has its number free
					require.NoError(t, db.CommitTurn(bg(), turn(contactName(i), int64(n+1), db.NewID(start))))
				}
			}
			require.Equal(t, 1, won, "round %d", n)
		}
		assert.Len(t, ownersOf(t, db), rounds*8)
	})
}

func TestAppointmentListsAndBusy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		var ids []string
		for i := range 5 {
			at := start.Add(time.Duration(i) * time.Hour)
			a := appointment(db.Store, "web:a", at)
			ids = append(ids, a.ID)
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.Book(a, "", claims(at, 4, "p:li", "r:room1"), 30, nil) }))
		}
		page, err := db.Appointments(bg(), models.AppointmentFilter{From: start, To: start.Add(4 * time.Hour), Practitioner: "li", Branch: "main", Status: models.Booked, Limit: 3})
		require.NoError(t, err)
		require.Len(t, page, 3)
		page, err = db.Appointments(bg(), models.AppointmentFilter{From: start, To: start.Add(4 * time.Hour), After: cursor(page[2])})
		require.NoError(t, err)
		require.Len(t, page, 1)
		assert.Equal(t, ids[3], page[0].ID)
		up, err := db.Upcoming(bg(), "web:a", models.Access{}, start.Add(90*time.Minute))
		require.NoError(t, err)
		assert.Len(t, up, 3)
		past, err := db.Past(bg(), "web:a", models.Access{}, start.Add(90*time.Minute), 10)
		require.NoError(t, err)
		assert.Len(t, past, 2)
		use, err := db.FutureUse(bg(), start)
		require.NoError(t, err)
		assert.Len(t, use, 5)

		from, to := slots.CellOf(start)-40, slots.CellOf(start)+100
		do(t, db.Store, write(func(tx *models.Tx) error { // one that has run out by the time of asking, one that has not
			if err := tx.TakeHold(models.Hold{ID: "h1", ContactID: "web:b", ExpiresAt: tx.Now.Add(time.Minute)}, claims(start.Add(-time.Hour), 2, "p:li"), "", 9); err != nil {
				return err
			}
			return tx.TakeHold(models.Hold{ID: "h2", ContactID: "web:b", ExpiresAt: tx.Now.Add(time.Hour)}, claims(start.Add(-2*time.Hour), 2, "p:li"), "", 9)
		}))
		db.Clock.Advance(time.Minute)
		busy, err := db.Busy(bg(), []string{"p:li", "r:none"}, from, to, ids[0])
		require.NoError(t, err)
		bits := make([]uint64, 3)
		busy.Bits("p:li", from, bits)
		var got []slots.Cell
		for c := range to - from {
			if bits[c/64]>>(c%64)&1 == 1 {
				got = append(got, from+c)
			}
		}
		var want []slots.Cell
		first := slots.CellOf(start)
		want = append(want, first-24, first-23)
		for i := 1; i < 5; i++ {
			for c := range slots.Cell(4) {
				want = append(want, first+slots.Cell(12*i)+c)
			}
		}
		assert.Equal(t, want, got)
	})
}

func cursor(a models.Appointment) string { return itoa(a.Slot.Start.UnixMilli()) + "/" + a.ID }
