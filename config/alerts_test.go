package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A ladder names who is told and when; behind its last rung it goes on, further
// and further apart, and never ends by itself.
func TestLadder(t *testing.T) {
	l := Ladder{
		Rungs: []Rung{{To: []string{"nurse"}}, {After: Lead{Minutes: 3}}, {After: Lead{Minutes: 5}, To: []string{"doctor"}}},
		Again: Lead{Minutes: 10},
	}
	var at []int
	for n := range 8 {
		to, after := l.Rung(n)
		if at = append(at, int(after.Minutes())); n < 2 {
			assert.Equal(t, []string{"nurse"}, to)
		} else {
			assert.Equal(t, []string{"doctor"}, to)
		}
	}
	assert.Equal(t, []int{0, 3, 5, 15, 35, 75, 135, 195}, at)
	_, a := l.Rung(40)
	_, b := l.Rung(41)
	assert.Equal(t, 24*time.Hour, b-a, "after the first day once a day")
	assert.True(t, l.Repeats(1))
	assert.False(t, l.Repeats(2))
	assert.True(t, l.Repeats(3))
}

// Every preset calls the doctor for the worst, and somebody for everything.
func TestLaddersOfPresets(t *testing.T) {
	for _, name := range Presets() {
		c := loadPreset(t, name)
		to, _ := c.Alerts.LadderOf("critical").Rung(0)
		assert.Contains(t, to, "doctor", name)
		for _, kind := range []string{"urgent", "form", "critical", "survey", "complaint", "anything"} {
			to, after := c.Alerts.LadderOf(kind).Rung(4)
			assert.NotEmpty(t, to, "%s of %s", kind, name)
			assert.Positive(t, after)
		}
	}
}

func TestAlertFaults(t *testing.T) {
	p, _, err := LoadProfile("vet")
	require.NoError(t, err)
	p.Alerts.Ladders = []Ladder{{Cases: []string{"urgnt"}, Rungs: []Rung{{To: []string{"doctr"}}, {After: Lead{Minutes: 5}}, {After: Lead{Minutes: 5}}}}, {}, {}}
	err = p.Validate()
	require.Error(t, err)
	for _, want := range []string{"urgnt", "doctr", "ladders[0].rungs[2].after", "ladders[1].cases", "ladders[2].rungs"} {
		assert.ErrorContains(t, err, want)
	}
}

// On duty is who has a shift now and no leave; of whom the profile says nothing
// nobody knows.
func TestOnDuty(t *testing.T) {
	c := loadPreset(t, "vet")
	at := func(s string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", s, c.Location(""))
		require.NoError(t, err)
		return when
	}
	duty := func(who, branch, when string) [2]bool {
		on, known := c.OnDuty(who, branch, at(when))
		return [2]bool{on, known}
	}
	assert.Equal(t, [2]bool{true, true}, duty("wang-xiaolin", "", "2026-11-23 12:30"), "lunch is on duty")
	assert.Equal(t, [2]bool{false, true}, duty("wang-xiaolin", "binjiang", "2026-11-22 15:00"), "a Sunday")
	assert.Equal(t, [2]bool{false, true}, duty("wang-xiaolin", "binjiang", "2026-11-23 18:00"))
	assert.Equal(t, [2]bool{false, false}, duty("somebody", "", "2026-11-23 12:30"))
	c.Practitioner("wang-xiaolin").Leave = []Leave{{From: Date{2026, 11, 23}, To: Date{2026, 11, 23}}}
	assert.Equal(t, [2]bool{false, true}, duty("wang-xiaolin", "", "2026-11-23 12:30"))
}
