package outreach

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhenban/config"
	"zhenban/models"
)

func clinicIn(t testing.TB, zone string) *config.Clinic {
	t.Helper()
	p, _, err := config.LoadProfile("vet")
	if err != nil {
		t.Fatal(err)
	}
	p.Zone = zone
	for i := range p.Branches {
		p.Branches[i].Zone = zone
	}
	c, err := config.NewClinic(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func course(c *config.Clinic, now time.Time, days int, times ...string) models.Course {
	return FirstDose(c, models.Course{ID: "c", Branch: c.Branches[0].ID, Times: times, Days: days, State: models.CourseActive, Version: 1}, now)
}

// Over a change of clocks a dose stays at its time of the day; where that time
// does not exist it comes an hour on, where it exists twice it comes once.
func TestDosesOverAChangeOfClocks(t *testing.T) {
	c := clinicIn(t, "Europe/Berlin")
	zone := c.Location("")
	for _, day := range []string{"2027-03-27", "2026-10-24"} { // the nights after, clocks go on and back
		from, err := config.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		x := course(c, from.Time(zone, 6*60), 3, "02:30", "08:00", "20:00")
		var got []string
		seen := map[int64]bool{}
		for n := range Doses(x) {
			at, name := DoseAt(c, x, n)
			if clock := name[len("2006-01-02T"):]; clock != "02:30" && at.In(zone).Format("15:04") != clock {
				t.Errorf("%s is at %s", name, at.In(zone))
			}
			if seen[at.Unix()] {
				t.Errorf("%s comes twice", name)
			}
			seen[at.Unix()] = true
			got = append(got, name[len("2006-01-"):])
		}
		d := from.Day
		want := []string{"T08:00", "T20:00", "T02:30", "T08:00", "T20:00", "T02:30", "T08:00", "T20:00", "T02:30"}
		for i, add := range []int{0, 0, 1, 1, 1, 2, 2, 2, 3} {
			want[i] = config.Date{Year: from.Year, Month: from.Month, Day: d}.AddDays(add).String()[len("2006-01-"):] + want[i]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", day, diff)
		}
	}
}

// Following the tasks of any course gives every dose once, in order, and the
// end an hour after the last; what is past is never scheduled.
func TestCourseIsFollowedToItsEnd(t *testing.T) {
	zones := map[string]*config.Clinic{}
	for _, z := range []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
		zones[z] = clinicIn(t, z)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := zones[rapid.SampledFrom([]string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}).Draw(t, "zone")]
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "minute")) * time.Minute)
		times := rapid.SampledFrom([][]string{{"09:00"}, {"02:30", "14:30"}, {"00:00", "08:00", "16:00"}, {"08:00", "12:00", "16:00", "23:59"}}).Draw(t, "times")
		x := course(c, now, rapid.IntRange(1, 20).Draw(t, "days"), times...)
		first, _ := DoseAt(c, x, 0)
		if !first.After(now) || first.Sub(now) > 26*time.Hour {
			t.Fatalf("begins at %s, now is %s", first, now)
		}
		at, n := now, 0
		for step := 0; ; step++ {
			tasks := PlanCourse(c, x, n, at)
			if len(tasks) != 1 || !tasks[0].DueAt.After(at) {
				t.Fatalf("after %s: %+v", at, tasks)
			}
			if at = tasks[0].DueAt; tasks[0].Kind == TaskCourseEnd {
				last, _ := DoseAt(c, x, Doses(x)-1)
				if n != Doses(x) || !at.Equal(last.Add(EndAfter)) {
					t.Fatalf("ends after %d of %d doses at %s", n, Doses(x), at)
				}
				return
			}
			if due, _ := DoseAt(c, x, n); !due.Equal(at) || step >= Doses(x) {
				t.Fatalf("dose %d at %s, not %s", n, at, due)
			}
			n++
		}
	})
}

// A recall is written about on its days, each once, from wherever it begins.
func TestRecallDays(t *testing.T) {
	c := clinicIn(t, "Asia/Shanghai")
	kind := c.RecallByID("vaccination")
	r := Started(kind, models.Recall{ID: "r", PatientID: "p", Version: 1}, config.Date{Year: 2024, Month: 2, Day: 29})
	if r.DueOn != "2025-02-28" {
		t.Fatalf("a year after 29 February is %s", r.DueOn)
	}
	var got []string
	at := time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC) // 30 days before is over
	for tasks := PlanRecall(c, r, at); len(tasks) > 0; tasks = PlanRecall(c, r, at) {
		at = tasks[0].DueAt
		got = append(got, at.In(c.Location("")).Format("2006-01-02 15:04"))
	}
	if diff := cmp.Diff([]string{"2025-02-21 10:00", "2025-02-28 10:00", "2025-03-30 10:00"}, got); diff != "" {
		t.Error(diff)
	}
	r.State = models.RecallStopped
	if PlanRecall(c, r, at.AddDate(-1, 0, 0)) != nil {
		t.Error("a recall that was stopped is written about")
	}
	once := c.RecallByID("suture-removal")
	if once.Renews() || !once.StartedBy("neutering") || once.StartedBy("revisit") {
		t.Error("stitches come out once, after surgery")
	}
	if done := Completed(once, models.Recall{State: models.RecallOpen}, config.Date{Year: 2026, Month: 1, Day: 2}); done.State != models.RecallDone {
		t.Errorf("done: %+v", done)
	}
}

// A step is due at its time of the day, and never in quiet hours.
func TestPlanSteps(t *testing.T) {
	c := clinicIn(t, "Asia/Shanghai")
	zone := c.Location("")
	done := time.Date(2026, 11, 24, 11, 30, 0, 0, zone)
	p := models.Appointment{ID: "a", Version: 3, Status: models.Fulfilled, ContactID: "web:a"}
	p.Slot.Service, p.Slot.Branch, p.Slot.Start = "neutering", c.Branches[0].ID, done.Add(-90*time.Minute)
	var got []string
	plan, _ := VisitPlan(c, p, done)
	plan.ID = "a"
	for _, x := range PlanCare(c, plan, done) {
		if x.Kind == TaskFollowup {
			got = append(got, x.DueAt.In(zone).Format("01-02 15:04")+" "+strings.TrimPrefix(x.Key, "followup:a:1:"))
		}
	}
	if diff := cmp.Diff([]string{
		"11-25 08:00 20h-message", "11-25 18:00 1d-form", "11-26 10:00 2d-nurse", "11-26 18:00 2d-form", "11-27 10:00 3d-form",
		"11-30 10:00 6d-doctor", "12-01 10:00 7d-form", "12-04 10:00 10d-form",
	}, got); diff != "" {
		t.Error(diff)
	}
	if late := AwakeAfter(c, "", time.Date(2026, 11, 24, 23, 0, 0, 0, zone), ConcernWithin); !late.Equal(time.Date(2026, 11, 25, 10, 0, 0, 0, zone)) {
		t.Errorf("what is told at night is due at %s", late.In(zone))
	}
}
