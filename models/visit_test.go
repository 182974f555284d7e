package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// booked keeps a visit of a contact tomorrow, with a reminder.
func booked(t *testing.T, db *storetest.DB, contact string) models.Appointment {
	t.Helper()
	start := storetest.Start().Add(24 * time.Hour)
	a := appointment(db.Store, contact, start)
	a.ClientID, a.PatientID = "client1", "patient1"
	remind := models.Task{Key: "remind:" + a.ID, Kind: "visit-remind", Subject: models.AboutAppointment(a.ID), Version: 1, DueAt: start.Add(-time.Hour)}
	do(t, db.Store, write(func(tx *models.Tx) error { return tx.Book(a, "", claims(start, 4, "p:li"), 9, []models.Task{remind}) }))
	a, err := db.AppointmentByID(bg(), a.ID)
	require.NoError(t, err)
	return a
}

func reread(t *testing.T, db *storetest.DB, id string) models.Appointment {
	t.Helper()
	a, err := db.AppointmentByID(bg(), id)
	require.NoError(t, err)
	return a
}

func due(t *testing.T, db *storetest.DB, id string) (n int) {
	t.Helper()
	tasks, err := db.TasksAbout(bg(), models.AboutAppointment(id))
	require.NoError(t, err)
	for _, task := range tasks {
		if task.State == models.TaskDue {
			n++
		}
	}
	return n
}

func TestWhatIsSaidAboutAVisitLeavesItsReminders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		a := booked(t, db, "web:a")
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.ConfirmVisit(a.ID, true) }))
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.ConfirmVisit(a.ID, true) })) // twice is once
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.LateVisit(a.ID, true) }))
		got := reread(t, db, a.ID)
		assert.Equal(t, storetest.Start(), got.ConfirmedAt)
		assert.Equal(t, storetest.Start(), got.LateAt)
		assert.Equal(t, 1, got.Version)
		assert.Equal(t, 1, due(t, db, a.ID))
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.LateVisit(a.ID, false) }))
		assert.True(t, reread(t, db, a.ID).LateAt.IsZero())
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.SetStatus(a.ID, 1, models.Cancelled, nil) }))
		err := db.Do(bg(), write(func(tx *models.Tx) error { return tx.ConfirmVisit(a.ID, true) }))
		assert.ErrorIs(t, err, models.ErrGone)
	})
}

func TestDisowningTakesEverythingAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		a := booked(t, db, "web:a")
		disown := func(was int, contact string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.Disown(a.ID, was, contact, nil) }))
		}
		assert.ErrorIs(t, disown(7, "web:a"), models.ErrGone)
		require.NoError(t, disown(1, "web:a"))
		got := reread(t, db, a.ID)
		assert.Equal(t, "", got.ContactID)
		assert.Equal(t, "web:a", got.DisownedBy)
		assert.Equal(t, 2, got.Version)
		assert.Zero(t, due(t, db, a.ID))
		reclaim := func(contact string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.Reclaim(a.ID, 2, contact, nil) }))
		}
		assert.ErrorIs(t, reclaim("web:b"), models.ErrGone, "only who said so takes it back")
		require.NoError(t, reclaim("web:a"))
		assert.Equal(t, "web:a", reread(t, db, a.ID).ContactID)
		require.NoError(t, disown(3, "web:b"))
		assert.Equal(t, "web:a", reread(t, db, a.ID).ContactID, "a relative who was told is not who booked")
	})
}

func TestReadersAreWhoBookedOrWhoIsBound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		a := booked(t, db, "")
		for _, id := range []string{"web:a", "web:b", "web:c", "web:left"} {
			c := models.Contact{ID: id, Channel: "web", Address: id[4:], Reach: models.ReachOpen, CreatedAt: db.Clock.Now()}
			if id == "web:left" {
				c.Reach = models.ReachLeft
			}
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.SaveContact(c) }))
			db.Clock.Advance(time.Second)
		}
		for _, b := range []models.Binding{
			{ContactID: "web:a", ClientID: "client1", PatientID: "patient1"},
			{ContactID: "web:b", ClientID: "client1", PatientID: "patient2"},
			{ContactID: "web:left", ClientID: "client1"},
		} {
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.Bind(b.ContactID, b.ClientID, b.PatientID, "test") }))
		}
		ids := func() (out []string) {
			list, err := db.Readers(bg(), reread(t, db, a.ID))
			require.NoError(t, err)
			for _, c := range list {
				out = append(out, c.ID)
			}
			return out
		}
		assert.Equal(t, []string{"web:a"}, ids(), "bound to this patient, and reachable")
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Disown(a.ID, 1, "web:a", nil) }))
		assert.Empty(t, ids())
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Reclaim(a.ID, 2, "web:a", nil) }))
		assert.Equal(t, []string{"web:a"}, ids())
	})
}

func TestNoShowIsCountedAndTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		a := booked(t, db, "web:a")
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.SetStatus(a.ID, 1, models.NoShow, nil) }))
		assertNoClaims(t, db)
		count := func(p models.Appointment, since time.Time) int {
			n, err := db.NoShows(bg(), p, since)
			require.NoError(t, err)
			return n
		}
		assert.Equal(t, 1, count(a, storetest.Start()))
		assert.Zero(t, count(a, a.Slot.Start.Add(time.Second)), "out of the span")
		assert.Zero(t, count(models.Appointment{}, storetest.Start()), "nobody's visits are not everybody's")
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Recall(a.ID, 2, models.Arrived, nil) }))
		assert.Equal(t, models.Arrived, reread(t, db, a.ID).Status)
		assert.Zero(t, count(a, storetest.Start()))
		assert.ErrorIs(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.Recall(a.ID, 3, models.Arrived, nil) })), models.ErrGone)
	})
}

func TestMoveBackTakesTheOldTimeIfItIsFree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		a := booked(t, db, "web:a")
		old, later := a.Slot.Start, a.Slot.Start.Add(2*time.Hour)
		move := func() {
			h := models.Hold{ID: db.NewID(db.Clock.Now()), ContactID: "web:a", Slot: slot(later, "li"), ExpiresAt: db.Clock.Now().Add(time.Minute)}
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.TakeHold(h, claims(later, 4, "p:li"), "", 2) }))
			p := reread(t, db, a.ID)
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.Move(a.ID, p.Version, h.ID, h.Slot, claims(later, 4, "p:li"), nil)
			}))
		}
		move()
		p := reread(t, db, a.ID)
		require.NotNil(t, p.MovedFrom)
		assert.True(t, p.MovedFrom.Start.Equal(old))
		back := func(was int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.MoveBack(a.ID, was, *p.MovedFrom, claims(old, 4, "p:li"), nil) }))
		}
		assert.ErrorIs(t, back(1), models.ErrGone)
		require.NoError(t, back(2))
		assert.True(t, reread(t, db, a.ID).Slot.Start.Equal(old))
		assert.Len(t, ownersOf(t, db), 4, "the old time and nothing else")
		move()
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.Book(appointment(db.Store, "web:b", old), "", claims(old, 4, "p:li"), 9, nil)
		}))
		assert.ErrorIs(t, back(4), models.ErrTaken)
		assert.True(t, reread(t, db, a.ID).Slot.Start.Equal(later), "nothing changed")
	})
}

func TestVisitNotes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		a := booked(t, db, "web:a")
		_, err := db.VisitNote(bg(), a.ID, models.NoteIntake)
		require.ErrorIs(t, err, models.ErrNotFound)
		for _, body := range []string{`{"allergies":"无"}`, `{"allergies":"青霉素"}`} {
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.NoteVisit(models.VisitNote{AppointmentID: a.ID, Kind: models.NoteIntake, Body: body, Author: "web:a"})
			}))
		}
		n, err := db.VisitNote(bg(), a.ID, models.NoteIntake)
		require.NoError(t, err)
		assert.Equal(t, `{"allergies":"青霉素"}`, n.Body)
		assert.Equal(t, storetest.Start(), reread(t, db, a.ID).IntakeAt)
		var kept []byte
		require.NoError(t, storetest.Raw(t, db.DSN).QueryRow("SELECT body FROM visit_notes").Scan(&kept))
		assert.NotContains(t, string(kept), "青霉素", "sealed")
		last, err := db.LastIntake(bg(), "patient1", "another visit", storetest.Start().Add(-time.Hour))
		require.NoError(t, err)
		assert.Equal(t, a.ID, last.AppointmentID)
		for _, none := range []struct {
			patient, except string
			after           time.Time
		}{{"patient1", a.ID, time.Time{}}, {"patient1", "", storetest.Start()}, {"", "", time.Time{}}, {"patient2", "", time.Time{}}} {
			_, err = db.LastIntake(bg(), none.patient, none.except, none.after)
			assert.ErrorIs(t, err, models.ErrNotFound)
		}
	})
}

func TestFeedsAreRevoked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for _, id := range []string{"f1", "f2"} {
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.AddFeed(models.CalendarFeed{ID: id, Practitioner: "p" + id}) }))
		}
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.RevokeFeeds("pf1") }))
		_, err := db.FeedByID(bg(), "f1")
		assert.ErrorIs(t, err, models.ErrNotFound)
		_, err = db.FeedOf(bg(), "pf1")
		assert.ErrorIs(t, err, models.ErrNotFound)
		f, err := db.FeedOf(bg(), "pf2")
		require.NoError(t, err)
		assert.Equal(t, "f2", f.ID)
	})
}

func TestSweptHoldsAreOfferedOnlyWhenSomebodyWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(24 * time.Hour)
		for i, at := range []time.Time{start, start.Add(48 * time.Hour)} {
			h := models.Hold{ID: contactName(i), ContactID: "web:a", Slot: slot(at, "li"), ExpiresAt: storetest.Start().Add(time.Minute)}
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.TakeHold(h, claims(at, 4, "p:li"), "", 2) }))
		}
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.AddWait(models.Wait{ID: "w1", ContactID: "web:b", Service: "checkup", From: start, To: start.Add(time.Hour)}, 2)
		}))
		db.Clock.Advance(2 * time.Minute)
		gone, err := db.SweepHolds(bg(), 10, func(h models.Hold) models.Task {
			return models.Task{Key: h.ID, Kind: "slot-freed", Subject: "Test/1", DueAt: db.Clock.Now()}
		})
		require.NoError(t, err)
		assert.Len(t, gone, 2)
		tasks, err := db.TasksAbout(bg(), "Test/1")
		require.NoError(t, err)
		require.Len(t, tasks, 1)
		assert.Equal(t, contactName(0), tasks[0].Key)
	})
}
