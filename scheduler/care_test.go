package scheduler

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates/outreach"
)

// patient is a dog of somebody in the chat.
func patient(t *testing.T, o Options, contact string) models.Patient {
	t.Helper()
	p := models.Patient{ID: "p-" + contact, ClientID: "c-" + contact, Kind: "pet", Name: "豆豆", Species: "dog"}
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
		if err := tx.SaveContact(models.Contact{ID: "web:" + contact, Channel: "web", Address: contact, Reach: models.ReachOpen, ClientID: p.ClientID, CreatedAt: tx.Now}); err != nil {
			return err
		}
		if err := tx.SaveClient(models.Client{ID: p.ClientID, Name: "王芳", Verified: true}); err != nil {
			return err
		}
		return tx.SavePatient(p)
	}))
	return p
}

// fates counts the tasks about a subject by their state.
func fates(t *testing.T, o Options, subject string) map[string]int {
	t.Helper()
	list, err := o.Store.TasksAbout(t.Context(), subject)
	require.NoError(t, err)
	out := map[string]int{}
	for _, x := range list {
		out[x.State]++
	}
	return out
}

// sent takes what is due out of the outbox and returns the keys.
func sent(t *testing.T, o Options) (keys []string) {
	t.Helper()
	claim := models.Claim{Owner: "test", Channel: "web", From: models.PriorityReply, To: models.PriorityBulk, Limit: 50, Lease: time.Minute}
	for {
		rows, err := o.Store.ClaimOutbox(t.Context(), claim)
		require.NoError(t, err)
		if len(rows) == 0 {
			return keys
		}
		for _, r := range rows {
			keys = append(keys, r.Key)
			require.NoError(t, o.Store.FinishOutbox(t.Context(), claim.Owner, r, models.Outcome{State: models.OutboxSent}))
		}
	}
}

// step moves the clock through everything due on the way, with two copies at
// every stop, and returns what went out.
func step(t *testing.T, o Options, clock interface{ Advance(time.Duration) }, d time.Duration) (keys []string) {
	t.Helper()
	first, second := New(o), New(o)
	move := func(to time.Time) { clock.Advance(to.Sub(o.Clock.Now())) }
	flush := func(ctx context.Context) error {
		if err := second.Drain(ctx); err != nil {
			return err
		}
		keys = append(keys, sent(t, o)...)
		return nil
	}
	require.NoError(t, first.Step(t.Context(), o.Clock.Now().Add(d), move, flush))
	return keys
}

// After a day of downtime only the dose that is still of use goes out, and the
// course goes on to its end; of two copies that run it each dose goes out once.
func TestDosesAfterDowntime(t *testing.T) {
	o, clock := base(t, time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)) // 09:00 in Shanghai
	p := patient(t, o, "a")
	clinic := o.Clinic().Clinic
	c := outreach.FirstDose(clinic, models.Course{
		ID: "course", PatientID: p.ID, PatientName: p.Name, ContactID: "web:a", Branch: "binjiang", Name: "阿莫西林", Dose: "1 片",
		Times: []string{"08:00", "14:00", "20:00"}, Days: 3, State: models.CourseActive, Version: 1,
	}, clock.Now())
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
		return tx.StartCourse(c, outreach.PlanCourse(clinic, c, 0, tx.Now))
	}))
	require.Len(t, step(t, o, clock, 6*time.Hour), 1, "14:00")
	clock.Advance(24 * time.Hour) // away: 20:00, 08:00 and 14:00 pass; it is 15:00
	require.Equal(t, []string{"dose:course:1:3"}, step(t, o, clock, time.Minute))
	keys := step(t, o, clock, 72*time.Hour)
	require.Equal(t, []string{"dose:course:1:4", "dose:course:1:5", "dose:course:1:6", "dose:course:1:7", "dose:course:1:8", "course-end:course:1"}, keys)
	ended, err := o.Store.CourseByID(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, models.CourseEnded, ended.State)
	require.Zero(t, fates(t, o, models.AboutCourse(c.ID))[models.TaskDue])
}

// A recall is silent while its visit is booked, and speaks again when that is
// cancelled; nobody is told of a patient without a chat.
func TestRecallIsSilentWhileBooked(t *testing.T) {
	start := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	o, clock := base(t, start)
	clinic := o.Clinic().Clinic
	var recalls []models.Recall
	for _, contact := range []string{"booked", "open", "nobody"} {
		p := patient(t, o, contact)
		if contact == "nobody" {
			require.NoError(t, o.Store.SetReach(t.Context(), "web:nobody", models.ReachLeft))
		}
		r := outreach.Started(clinic.RecallByID("deworming"), models.Recall{ID: "r-" + contact, PatientID: p.ID}, config.Date{Year: 2026, Month: 9, Day: 3})
		require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return outreach.SaveRecall(tx, clinic, r, tx.Now) }))
		recalls = append(recalls, r)
	}
	require.Equal(t, "2026-12-02", recalls[0].DueOn)
	at := start.AddDate(0, 0, 20)
	visit := models.Appointment{
		ID: "visit", Number: models.NewNumber(), ContactID: "web:booked", PatientID: "p-booked",
		Slot: slots.Slot{Start: at, End: at.Add(15 * time.Minute), Service: "deworming", Branch: "binjiang", Practitioner: "liu-fang"},
	}
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.Book(visit, "", nil, 5, nil) }))
	require.Equal(t, []string{"recall:r-open:1:-7"}, step(t, o, clock, 5*24*time.Hour))
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
		return tx.SetStatus(visit.ID, 1, models.Cancelled, nil)
	}))
	require.ElementsMatch(t, []string{"recall:r-open:1:0", "recall:r-booked:1:0"}, step(t, o, clock, 6*24*time.Hour))
	require.Equal(t, 2, fates(t, o, models.AboutRecall("r-nobody"))[models.TaskSuppressed], "each with its reason")
	require.Equal(t, 1, fates(t, o, models.AboutRecall("r-nobody"))[models.TaskDue], "and the next one waits")
}

// Nothing planned after a visit comes once the patient has died, whatever was
// claimed or put into the outbox before.
func TestNothingAboutTheDead(t *testing.T) {
	o, clock := base(t, time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	p := patient(t, o, "a")
	clinic := o.Clinic().Clinic
	start := clock.Now().Add(-time.Hour)
	visit := models.Appointment{
		ID: "visit", Number: models.NewNumber(), ContactID: "web:a", PatientID: p.ID, PatientName: p.Name,
		Slot: slots.Slot{Start: start, End: start.Add(time.Hour), Service: "neutering", Branch: "binjiang", Practitioner: "wang-xiaolin"},
	}
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
		if err := tx.Book(visit, "", nil, 5, nil); err != nil {
			return err
		}
		visit.Status, visit.Version = models.Fulfilled, 2
		return tx.SetStatus(visit.ID, 1, models.Fulfilled, outreach.PlanVisit(clinic, visit, tx.Now))
	}))
	step(t, o, clock, time.Minute)
	recalls, err := o.Store.RecallsOf(t.Context(), p.ID)
	require.NoError(t, err)
	require.Len(t, recalls, 1, "stitches are to come out")
	clock.Advance(24 * time.Hour)
	require.NoError(t, New(o).Drain(t.Context())) // the message of the day after is in the outbox
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.PatientDied(p.ID, tx.Now) }))
	require.Empty(t, step(t, o, clock, 60*24*time.Hour))
	for _, subject := range []string{models.AboutAppointment(visit.ID), models.AboutRecall(recalls[0].ID)} {
		require.Zero(t, fates(t, o, subject)[models.TaskDue])
		cases, err := o.Store.CasesAbout(t.Context(), subject)
		require.NoError(t, err)
		require.Empty(t, cases)
	}
}
