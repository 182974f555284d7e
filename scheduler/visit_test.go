package scheduler

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

// visit books a checkup with what is planned about it.
func (r *rig) visit(contact string, start time.Time, plan func(Clinic, models.Appointment, time.Time) []models.Task) models.Appointment {
	r.t.Helper()
	c := r.clinic()()
	now := r.db.Clock.Now()
	s := slots.Slot{Start: start, End: start.Add(30 * time.Minute), Service: "checkup", Branch: "binjiang", Practitioner: "li-jianping"}
	p := models.Appointment{
		ID: r.db.NewID(now), Number: models.NewNumber(), ContactID: contact, ClientID: "client1", PatientID: "patient1", PatientName: "豆豆",
		Slot: s, Status: models.Booked, Version: 1,
	}
	require.NoError(r.t, r.db.Do(r.t.Context(), func(_ context.Context, tx *models.Tx) error {
		return tx.Book(p, "", c.Slots.Claims(s), 9, plan(c, p, now))
	}))
	return p
}

func planned(c Clinic, p models.Appointment, now time.Time) []models.Task {
	return outreach.PlanVisit(c.Clinic, p, now)
}

// pushed lists the texts put into the outbox for a contact.
func (r *rig) pushed(contact string) (out []string) {
	r.t.Helper()
	rows, err := r.db.ClaimOutbox(r.t.Context(), models.Claim{Owner: "t", Channel: "web", From: models.PriorityReply, To: models.PriorityBulk, Limit: 100, Lease: time.Hour})
	require.NoError(r.t, err)
	for _, row := range rows {
		require.NoError(r.t, r.db.FinishOutbox(r.t.Context(), "t", row, models.Outcome{State: models.OutboxSent}))
		var m models.Message
		require.NoError(r.t, json.Unmarshal(row.Body, &m))
		if row.ContactID == contact {
			out = append(out, m.Text)
		}
	}
	if len(rows) > 0 {
		out = append(out, r.pushed(contact)...)
	}
	return out
}

// to moves the clock, stopping wherever something is due.
func (r *rig) to(s *Scheduler, at time.Time) {
	r.t.Helper()
	move := func(to time.Time) { r.db.Clock.Advance(to.Sub(r.db.Clock.Now())) }
	require.NoError(r.t, s.Step(r.t.Context(), at, move, func(context.Context) error { return nil }))
}

func (r *rig) status(id string) models.AppointmentStatus {
	r.t.Helper()
	p, err := r.db.AppointmentByID(r.t.Context(), id)
	require.NoError(r.t, err)
	return p.Status
}

// TestABookingMadeElsewhereIsTold: a visit without a chat of its own goes to
// whoever is bound to its patient, and to nobody else.
func TestABookingMadeElsewhereIsTold(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.copy(nil)
		start := r.db.Clock.Now().Add(50 * time.Hour)
		p := r.visit("", start, func(c Clinic, p models.Appointment, now time.Time) []models.Task {
			return outreach.PlanMade(c.Clinic, p, now)
		})
		r.drain(s)
		state, reason := r.state(outreach.TaskMade + ":" + p.ID + ":1:made")
		require.Equal(t, models.TaskSuppressed, state)
		require.Equal(t, "nobody to tell in a chat", reason)

		r.contact("web:a")
		r.contact("web:b")
		require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.Bind("web:a", "client1", "patient1", "code") }))
		p = r.visit("", start.Add(time.Hour), func(c Clinic, p models.Appointment, now time.Time) []models.Task {
			return outreach.PlanMade(c.Clinic, p, now)
		})
		r.drain(s)
		texts := r.pushed("web:a")
		require.Len(t, texts, 1)
		require.Contains(t, texts[0], p.Number)
		r.to(s, start.Add(time.Hour).Add(-25*time.Hour))
		require.NotEmpty(t, r.pushed("web:a"), "questions before the visit, and reminders, go there too")
		require.Zero(t, r.number("SELECT COUNT(*) FROM outbox WHERE contact_id = 'web:b'"))
	})
}

// TestNoShowOverTheNightTheClocksGoBack: half an hour is half an hour.
func TestNoShowOverTheNightTheClocksGoBack(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.zone = "America/New_York"
		ny, err := time.LoadLocation(r.zone)
		require.NoError(t, err)
		r.contact("web:a")
		start := time.Date(2027, 11, 7, 1, 45, 0, 0, ny) // the first of two
		r.db.Clock.Advance(start.Add(-10 * time.Minute).Sub(r.db.Clock.Now()))
		s := r.copy(nil)
		p := r.visit("web:a", start, planned)
		r.to(s, start.Add(29*time.Minute))
		require.Equal(t, models.Booked, r.status(p.ID))
		r.to(s, start.Add(30*time.Minute))
		require.Equal(t, models.NoShow, r.status(p.ID))
		require.Empty(t, r.pushed("web:a"), "the desk may still put it right")
		r.to(s, start.Add(61*time.Minute))
		texts := r.pushed("web:a")
		require.Len(t, texts, 1)
		require.Contains(t, texts[0], "01:45")
	})
}

func TestNobodyIsANoShowWhoCameMovedOrIsLate(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.contact("web:a")
		s := r.copy(nil)
		start := r.db.Clock.Now().Add(3 * time.Hour)
		arrived, cancelled, late := r.visit("web:a", start, planned), r.visit("web:a", start.Add(time.Hour), planned), r.visit("web:a", start.Add(2*time.Hour), planned)
		for p, to := range map[*models.Appointment]models.AppointmentStatus{&arrived: models.Arrived, &cancelled: models.Cancelled} {
			p.Status, p.Version = to, 2
			require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
				return tx.SetStatus(p.ID, 1, to, planned(r.clinic()(), *p, tx.Now))
			}))
		}
		c := r.clinic()()
		require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
			return tx.LateVisit(late.ID, true, outreach.LateNoShow(c.Clinic, late)...)
		}))
		r.to(s, start.Add(2*time.Hour).Add(45*time.Minute))
		require.Equal(t, models.Arrived, r.status(arrived.ID))
		require.Equal(t, models.Cancelled, r.status(cancelled.ID))
		require.Equal(t, models.Booked, r.status(late.ID))
		r.to(s, start.Add(2*time.Hour).Add(time.Hour))
		require.Equal(t, models.NoShow, r.status(late.ID), "in the end they are")
		require.Empty(t, r.alarms())
	})
}

func TestWhoMissesVisitsAgainIsACase(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.contact("web:a")
		s := r.copy(nil)
		for i := range 3 {
			start := r.db.Clock.Now().Add(time.Hour)
			r.visit("web:a", start, planned)
			r.to(s, start.Add(90*time.Minute))
			require.Equal(t, i, r.number("SELECT COUNT(*) FROM cases WHERE kind = 'noshow'"), "the first is none")
		}
	})
}

// TestAnOfferGoesDownTheList: each person is offered a time once, the next when
// nobody answers, over two copies that both look.
func TestAnOfferGoesDownTheList(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		a, b := r.copy(nil), r.copy(nil)
		start := time.Date(2026, 11, 25, 10, 0, 0, 0, r.clinic()().Location(""))
		p := r.visit("web:z", start, planned)
		for _, id := range []string{"web:1", "web:2"} {
			r.contact(id)
			w := models.Wait{ID: "w" + id[4:], ContactID: id, Service: "checkup", Branch: "binjiang", Practitioner: "li-jianping", From: start, To: start.Add(20 * time.Minute)}
			require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
				if err := tx.AddWait(w, 3); err != nil {
					return err
				}
				return tx.Schedule(outreach.WaitEndTask(w))
			}))
			r.db.Clock.Advance(time.Second)
		}
		p.Status, p.Version = models.Cancelled, 2
		require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
			return tx.SetStatus(p.ID, 1, models.Cancelled, planned(r.clinic()(), p, tx.Now))
		}))
		r.drain(a)
		r.drain(b)
		offers := func(contact string) (n int) {
			for _, text := range r.pushed(contact) {
				if strings.Contains(text, "有空位了") {
					n++
				}
			}
			return n
		}
		require.Equal(t, 1, offers("web:1"))
		r.db.Clock.Advance(15 * time.Minute)
		r.drain(b)
		r.drain(a)
		require.Equal(t, 1, offers("web:2"))
		require.Equal(t, 1, r.number("SELECT COUNT(*) FROM holds"), "the first one's hold is given back")
		r.db.Clock.Advance(15 * time.Minute)
		r.drain(a)
		require.Zero(t, r.number("SELECT COUNT(*) FROM holds"))
		require.Zero(t, r.number("SELECT COUNT(*) FROM claims"), "nobody suits: the time is free")
		require.Equal(t, 2, r.number("SELECT COUNT(*) FROM wait_offers"))
		r.to(a, start.Add(time.Hour))
		require.Equal(t, 2, r.number("SELECT COUNT(*) FROM waits WHERE state = 'ended'"))
		require.Empty(t, r.alarms())
	})
}

// TestACancellationTakenBackIsNotOffered: the time is theirs again.
func TestACancellationTakenBackIsNotOffered(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		s := r.copy(nil)
		c := r.clinic()()
		r.contact("web:1")
		start := time.Date(2026, 11, 25, 10, 0, 0, 0, c.Location(""))
		p := r.visit("web:z", start, planned)
		w := models.Wait{ID: "w1", ContactID: "web:1", Service: "checkup", Branch: "binjiang", Practitioner: "li-jianping", From: start, To: start.Add(time.Hour)}
		require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.AddWait(w, 3) }))
		p.Status, p.Version = models.Cancelled, 2
		require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
			return tx.SetStatus(p.ID, 1, models.Cancelled, planned(c, p, tx.Now))
		}))
		p.Status, p.Version = models.Booked, 3
		require.NoError(t, r.db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
			return tx.Restore(p.ID, 2, c.Slots.Claims(p.Slot), planned(c, p, tx.Now))
		}))
		r.drain(s)
		require.Zero(t, r.number("SELECT COUNT(*) FROM wait_offers"))
	})
}
