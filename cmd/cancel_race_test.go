package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
	"zhenban/scheduler"
	"zhenban/templates"
	"zhenban/templates/outreach"
)

// raceVisits is how many visits are reminded of, cancelled and moved at once.
const raceVisits = 300

// watch is a channel that notes in which order things happen: when a message
// is taken up (the budget is asked), which is before the visit is looked at for
// the last time, and whether it is sent.
type watch struct {
	bot.Budget
	mu    sync.Mutex
	order int
	begun map[string]int // by the visit's number
	sent  map[string]int
}

func (w *watch) next() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.order++
	return w.order
}

func visitOf(m bot.Message) string {
	_, number, _ := strings.Cut(m.Options[0].Value, " ")
	return number
}

func (w *watch) Name() string { return "race" }

func (*watch) Fit(m bot.Message) []bot.Message { return []bot.Message{m} }

func (w *watch) Take(channel, address string, bulk bool, now time.Time) time.Duration {
	n := w.next()
	i, err := strconv.Atoi(address)
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	w.begun[raceNumber(i)] = n
	w.mu.Unlock()
	return w.Budget.Take(channel, address, bulk, now)
}

func raceNumber(i int) string { return fmt.Sprintf("B%07d", i+1) }

func (w *watch) Send(_ context.Context, _ string, m bot.Message, _ string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent[visitOf(m)]++
	return "", nil
}

// A visit that another copy cancels or moves while its reminder is on the way
// sends nothing any more, up to the moment of sending.
func TestCancelledWhileItsReminderGoesOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		real := clockwork.NewRealClock()
		store := storetest.OpenAt(t, db.DSN, real)
		other := store
		if store.IsMySQL() {
			other = storetest.OpenAt(t, db.DSN, real)
		}
		visits := racing(t, store, real.Now())
		w := &watch{Budget: bot.NewBuckets(nil), begun: map[string]int{}, sent: map[string]int{}}
		ctx, stop := context.WithCancel(t.Context())
		var parts sync.WaitGroup
		sender := bot.NewSender(bot.SenderOptions{Store: store, Channels: []bot.Channel{w}, Clock: real, Budget: w})
		schedule := raceScheduler(t, store, real, sender.Wake)
		for _, run := range []func(context.Context) error{sender.Run, schedule.Run} {
			parts.Go(func() {
				if err := run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		changed := map[string]int{} // when the change was committed
		for i, p := range visits {
			if i%3 == 0 {
				continue
			}
			require.NoError(t, change(t.Context(), other, p, i%3 == 1, real.Now()))
			changed[p.Number] = w.next()
		}
		waitUntil(t, func() bool {
			n, err := store.Unsettled(t.Context())
			return err == nil && n == 0
		})
		stop()
		parts.Wait()
		kept := 0
		for _, p := range visits {
			n, at := w.sent[p.Number], changed[p.Number]
			switch {
			case at == 0:
				require.Equal(t, 1, n, "%s stands and was not reminded of", p.Number)
			case n == 0:
				kept++
			default:
				require.Equal(t, 1, n)
				require.Less(t, w.begun[p.Number], at, "%s was taken up after its change was committed, and sent", p.Number)
			}
		}
		t.Logf("%d of %d changed visits sent nothing, the others had gone out before", kept, len(changed))
	})
}

// racing puts visits into the table, each with a reminder that is due.
func racing(t *testing.T, store *models.Store, now time.Time) []models.Appointment {
	t.Helper()
	list := make([]models.Appointment, raceVisits)
	payload, err := json.Marshal(outreach.Remind{Lead: config.Lead{Minutes: 120}})
	require.NoError(t, err)
	for i := range list {
		start := now.Truncate(time.Hour).Add(time.Duration(24+i) * time.Hour)
		list[i] = models.Appointment{
			ID: store.NewID(now), Number: raceNumber(i), ContactID: fmt.Sprintf("race:%d", i), CreatedAt: now, UpdatedAt: now,
			Slot: slots.Slot{Start: start, End: start.Add(time.Hour), Service: "cleaning", Branch: "main", Practitioner: "wang"},
		}
	}
	require.NoError(t, store.PutVisits(t.Context(), list, func(slots.Slot) []slots.Claim { return nil }))
	require.NoError(t, store.PutContacts(t.Context(), len(list), func(i int) string { return list[i].ContactID }))
	order := rand.Perm(len(list)) // not in the order in which they are changed
	require.NoError(t, store.PutTasks(t.Context(), len(list), func(i int) models.Task {
		p := list[order[i]]
		return models.Task{
			Key: "remind:" + p.Number, Kind: outreach.TaskRemind, Subject: models.AboutAppointment(p.ID), Version: 1, ContactID: p.ContactID,
			Priority: models.PriorityPush, DueAt: now, Payload: payload,
		}
	}))
	return list
}

// change cancels a visit, or moves it by half an hour.
func change(ctx context.Context, store *models.Store, p models.Appointment, cancel bool, now time.Time) error {
	return store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		if cancel {
			return tx.SetStatus(p.ID, 1, models.Cancelled, nil)
		}
		to := p.Slot
		to.Start, to.End = to.Start.Add(30*time.Minute), to.End.Add(30*time.Minute)
		claims := []slots.Claim{{Resource: "wang", From: slots.CellOf(to.Start), To: slots.CellOf(to.End)}}
		h := models.Hold{ID: tx.NewID(), ContactID: p.ContactID, ExpiresAt: now.Add(time.Minute)}
		if err := tx.TakeHold(h, claims, p.ID, 5); err != nil {
			return err
		}
		return tx.Move(p.ID, 1, h.ID, to, claims, nil)
	})
}

func raceScheduler(t *testing.T, store *models.Store, clock clockwork.Clock, wake func()) *scheduler.Scheduler {
	t.Helper()
	profile, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	profile.Outreach.Quiet = config.Quiet{From: 1, To: 1} // at any time of the day
	clinic, err := config.NewClinic(profile)
	require.NoError(t, err)
	book, err := templates.Load()
	require.NoError(t, err)
	c := scheduler.Clinic{Clinic: clinic, Slots: slots.NewIndex(clinic)}
	return scheduler.New(scheduler.Options{
		Store: store, Clock: clock, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Book: book, Wake: wake,
		Clinic: func() scheduler.Clinic { return c }, Retention: time.Hour, Calendar: []scheduler.CalendarJob{},
	})
}

// waitUntil asks again and again until ok holds.
func waitUntil(t *testing.T, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("never came about")
		}
	}
}
