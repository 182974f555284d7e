package scheduler

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"zhenban/models"
	"zhenban/models/storetest"
)

// fired is a calendar job that notes when it ran, at most once for each slot.
type fired struct {
	r  *rig
	mu sync.Mutex
	at []string
}

func (f *fired) job(spec string, late time.Duration) CalendarJob {
	return CalendarJob{Name: "test", Spec: spec, Late: late, Run: func(_ context.Context, w *Work) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.at = append(f.at, w.Now.In(w.Clinic.Location("")).Format("01-02 15:04 -07"))
		return nil
	}}
}

// live lets the clock run to a time, minute by minute, as cron wakes the job.
func (f *fired) live(s *Scheduler, to time.Time) {
	f.r.t.Helper()
	for f.r.db.Clock.Now().Before(to) {
		require.NoError(f.r.t, s.calendar(f.r.t.Context()))
		f.r.db.Clock.Advance(time.Minute)
	}
	require.NoError(f.r.t, s.calendar(f.r.t.Context()))
}

func zoned(t *testing.T, zone, at string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	moment, err := time.ParseInLocation("2006-01-02 15:04", at, loc)
	require.NoError(t, err)
	return moment
}

// at is a rig on SQLite whose clock shows a time of a zone.
func at(t *testing.T, zone, from string) (*rig, *fired) {
	t.Helper()
	db := storetest.Open(t, storetest.SQLite(t))
	db.Clock.Advance(zoned(t, zone, from).Sub(db.Clock.Now()))
	r := newRig(t, db)
	r.zone = zone
	return r, &fired{r: r}
}

func TestCalendarOverChangesOfTheClock(t *testing.T) {
	for name, c := range map[string]struct {
		zone, spec, from, to string
		want                 []string
	}{
		"spring, in the gap": {
			"America/New_York", "30 2 * * *", "2026-03-07 12:00", "2026-03-09 12:00",
			[]string{"03-08 03:00 -04", "03-09 02:30 -04"},
		},
		"spring, hourly": {
			"America/New_York", "0 * * * *", "2026-03-08 00:30", "2026-03-08 04:30",
			[]string{"03-08 01:00 -05", "03-08 03:00 -04", "03-08 03:00 -04", "03-08 04:00 -04"},
		},
		"autumn, shown twice": {
			"America/New_York", "30 1 * * *", "2026-10-31 12:00", "2026-11-02 12:00",
			[]string{"11-01 01:30 -04", "11-02 01:30 -05"},
		},
		"autumn, every half hour": {
			"America/New_York", "*/30 * * * *", "2026-11-01 00:10", "2026-11-01 02:35",
			[]string{"11-01 00:30 -04", "11-01 01:00 -04", "11-01 01:30 -04", "11-01 02:00 -05", "11-01 02:30 -05"},
		},
		"no changes": {
			"Asia/Shanghai", "0 9 * * *", "2026-11-23 08:00", "2026-11-25 08:00",
			[]string{"11-23 09:00 +08", "11-24 09:00 +08"},
		},
		"half an hour's change": {
			"Australia/Lord_Howe", "15 2 * * *", "2026-10-03 12:00", "2026-10-05 12:00",
			[]string{"10-04 02:30 +11", "10-05 02:15 +11"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, f := at(t, c.zone, c.from)
			f.live(r.copy(nil, f.job(c.spec, time.Hour)), zoned(t, c.zone, c.to))
			require.Equal(t, c.want, f.at)
		})
	}
}

// Samoa went over the date line and had no 30 December 2011.
func TestInstantOfADayThatNeverWas(t *testing.T) {
	zone, err := time.LoadLocation("Pacific/Apia")
	require.NoError(t, err)
	jump := time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC)
	require.Equal(t, jump, instant(time.Date(2011, 12, 30, 9, 0, 0, 0, time.UTC), zone))
	require.Equal(t, jump, instant(time.Date(2011, 12, 31, 0, 0, 0, 0, time.UTC), zone))
	require.Equal(t, jump.Add(-time.Minute), instant(time.Date(2011, 12, 29, 23, 59, 0, 0, time.UTC), zone))
}

// A reading's instant is the first moment at which the clock has come to it.
func TestInstantIsTheFirstMoment(t *testing.T) {
	zones := []string{"America/New_York", "Asia/Shanghai", "Pacific/Apia", "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca", "Asia/Kathmandu"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		reading := time.Date(2011, 1, 1, 0, rapid.IntRange(0, 17*366*24*60).Draw(t, "minute"), 0, 0, time.UTC)
		at := instant(reading, zone)
		require.False(t, wall(at, zone).Before(reading), "it has come")
		for _, before := range []time.Duration{time.Minute, 29 * time.Minute, time.Hour, 90 * time.Minute, 3 * time.Hour, 25 * time.Hour} {
			require.True(t, wall(at.Add(-before), zone).Before(reading), "%s before it has not", before)
		}
	})
}

// What came up while the program was away is made good as far as it is of use,
// and else recorded.
func TestCalendarAfterDowntime(t *testing.T) {
	r, f := at(t, "Asia/Shanghai", "2026-11-23 08:00")
	job := f.job("0 9,12 * * *", 5*time.Hour)
	f.live(r.copy(nil, job), zoned(t, r.zone, "2026-11-23 08:01"))
	r.db.Clock.Advance(54 * time.Hour) // the 25th, 14:01
	f.live(r.copy(nil, job), r.db.Clock.Now())
	require.Equal(t, []string{"11-25 14:01 +08"}, f.at, "the slot of 12:00")
	list, err := r.db.Slots(t.Context(), "test")
	require.NoError(t, err)
	var states []string
	for _, s := range list {
		states = append(states, s.Slot[5:]+" "+s.State)
	}
	require.Equal(t, []string{
		"11-23T08:00 began", "11-23T09:00 skipped", "11-23T12:00 skipped", "11-24T09:00 skipped", "11-24T12:00 skipped",
		"11-25T09:00 skipped", "11-25T12:00 done",
	}, states)
}

func TestCalendarUnderAClockThatIsSet(t *testing.T) {
	r, f := at(t, "Asia/Shanghai", "2026-11-23 08:00")
	s := r.copy(nil, f.job("0 9 * * *", time.Hour))
	f.live(s, zoned(t, r.zone, "2026-11-23 09:30"))
	require.Len(t, f.at, 1)
	// A year ahead by mistake, for a minute.
	was := r.db.Clock.Now()
	r.db.Clock.Advance(365 * 24 * time.Hour)
	f.live(s, r.db.Clock.Now())
	r.db.Clock.Advance(was.Sub(r.db.Clock.Now()))
	f.live(s, zoned(t, r.zone, "2026-11-23 09:45"))
	require.Equal(t, []string{"11-23 09:00 +08", "11-23 09:30 +08"}, f.at, "nothing is done twice")
	// An hour back: what was done stays done.
	r.db.Clock.Advance(-time.Hour)
	f.live(s, zoned(t, r.zone, "2026-11-23 10:00"))
	require.Len(t, f.at, 2)
}

// Each day's slot fires once, wherever the clinic says it is.
func TestCalendarOfAClinicThatMoves(t *testing.T) {
	r, f := at(t, "Asia/Shanghai", "2026-11-23 08:00")
	s := r.copy(nil, f.job("0 9 * * *", 2*time.Hour))
	f.live(s, zoned(t, r.zone, "2026-11-23 10:00"))
	r.zone = "America/New_York" // 21:00 on the 22nd: the 23rd is still to come, and was
	f.live(s, zoned(t, r.zone, "2026-11-24 10:00"))
	require.Equal(t, []string{"11-23 09:00 +08", "11-24 09:00 -05"}, f.at)
	r.zone = "Asia/Shanghai" // 23:00 on the 24th
	f.live(s, zoned(t, r.zone, "2026-11-25 10:00"))
	require.Equal(t, []string{"11-23 09:00 +08", "11-24 09:00 -05", "11-25 09:00 +08"}, f.at)
}

func TestCalendarJobThatFails(t *testing.T) {
	r, f := at(t, "Asia/Shanghai", "2026-11-23 08:59")
	broken := true
	bad := CalendarJob{Name: "bad", Spec: "0 9 * * *", Late: 30 * time.Minute, Run: func(context.Context, *Work) error {
		if broken {
			panic(errors.New("no"))
		}
		return nil
	}}
	s := r.copy(nil, bad, f.job("0 9 * * *", time.Hour))
	f.live(s, zoned(t, r.zone, "2026-11-23 09:10"))
	require.Equal(t, []string{"11-23 09:00 +08"}, f.at, "it holds up no other")
	require.Equal(t, []string{"calendar_failed"}, r.alarms(), "an operator hears of it once")
	next, err := s.NextDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, r.db.Clock.Now().Add(time.Minute), next, "a clock that is moved stops at the next try, not at once")
	f.live(s, zoned(t, r.zone, "2026-11-23 09:40"))
	broken = false
	f.live(s, zoned(t, r.zone, "2026-11-24 09:40"))
	list, err := r.db.Slots(t.Context(), "bad")
	require.NoError(t, err)
	require.Equal(t, []string{models.SlotBegan, models.SlotSkipped, models.SlotDone}, []string{list[0].State, list[1].State, list[2].State})
}

// Copies that start together on an empty database fire each slot once.
func TestCalendarOverCopies(t *testing.T) {
	db := storetest.Open(t, storetest.MySQL(t))
	r := newRig(t, db)
	f := &fired{r: r}
	job := f.job("* * * * *", time.Hour)
	run := job.Run
	job.Run = func(ctx context.Context, w *Work) error {
		if err := run(ctx, w); err != nil {
			return err
		}
		return w.Tx.Enqueue(models.Outgoing{Key: w.Tx.NewID(), ContactID: "web:a", Priority: models.PriorityPush})
	}
	var copies []*Scheduler
	for range 4 {
		copies = append(copies, r.copyOn(storetest.OpenAt(t, db.DSN, db.Clock), db.Clock, nil, job))
	}
	for range 20 {
		var all sync.WaitGroup
		for _, s := range copies {
			all.Go(func() {
				if err := s.calendar(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		db.Clock.Advance(time.Minute)
	}
	require.Equal(t, 20, r.number("SELECT COUNT(*) FROM cron_slots"))
	require.Equal(t, 19, r.number("SELECT COUNT(*) FROM outbox"), fmt.Sprint(f.at))
}

func TestPruneKeepsTheNewestSlot(t *testing.T) {
	r, f := at(t, "Asia/Shanghai", "2026-11-23 08:00")
	s := r.copy(nil, f.job("0 9 * * *", time.Hour))
	f.live(s, zoned(t, r.zone, "2026-11-24 10:00"))
	require.NoError(t, r.db.PruneSlots(t.Context(), "2027-06-01T00:00"))
	list, err := r.db.Slots(t.Context(), "test")
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "2026-11-24T09:00", list[0].Slot)
}
