package config

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func compile(t *testing.T, changes ...string) *Clinic {
	t.Helper()
	p, err := ParseProfile("small.yaml", []byte(strings.NewReplacer(changes...).Replace(small(t))))
	require.NoError(t, err)
	c, err := NewClinic(p)
	require.NoError(t, err)
	return c
}

func TestLookups(t *testing.T) {
	c := loadPreset(t, "general")
	assert.Nil(t, c.Branch("nope"))
	assert.Nil(t, c.Department("nope"))
	assert.Nil(t, c.Service("nope"))
	assert.Nil(t, c.Practitioner("nope"))
	assert.Nil(t, c.Resource("nope"))
	assert.Nil(t, c.SpeciesByID("dog"), "people only")
	assert.Empty(t, c.PractitionersFor("nope", ""))
	assert.Empty(t, c.BranchesFor("nope"))
	assert.Equal(t, "Asia/Shanghai", c.Location("").String())
	assert.Equal(t, "Asia/Shanghai", c.Location("chengxi").String())

	ids := func(rs []*Practitioner) (out []string) {
		for _, r := range rs {
			out = append(out, r.ID)
		}
		return out
	}
	assert.Equal(t, []string{"wang-jianhua", "li-min", "zhang-wei"}, ids(c.PractitionersFor("gp-visit", "")))
	assert.Equal(t, []string{"lin-xiaotong"}, ids(c.PractitionersFor("health-check", "binjiang")))
	assert.Empty(t, c.PractitionersFor("health-check", "chengxi"), "she has no shift there")
	assert.Len(t, c.BranchesFor("gp-visit"), 2)
	assert.Len(t, c.BranchesFor("health-check"), 1)
	assert.Len(t, c.ResourcesOf("binjiang", "consult-room"), 3)
	assert.Len(t, c.ResourcesOf("chengxi", "consult-room"), 2)
	assert.Empty(t, c.ResourcesOf("chengxi", "ultrasound"))
	assert.Same(t, c.Service("gp-visit"), &c.Services[0])
	assert.Equal(t, "dog", loadPreset(t, "vet").SpeciesByID("dog").ID)
}

func TestHoursAndHolidays(t *testing.T) {
	c := compile(t, "kind: dental", `kind: dental
holidays:
  - {name: 春节, from: 2027-02-05, to: 2027-02-08}
  - {name: 元旦, from: 2027-01-01, hours: ["10:00-12:00"]}`)
	usual := []Span{{540, 720}, {780, 1080}}
	monday := Date{2026, 11, 23}
	assert.Equal(t, usual, c.Hours("main", monday))
	assert.Equal(t, usual, c.Hours("", monday), "the first branch")
	assert.Empty(t, c.Hours("nope", monday))
	assert.Empty(t, c.Hours("main", monday.AddDays(-1)), "Sunday")
	assert.Equal(t, []Span{{600, 720}}, c.Hours("main", Date{2027, 1, 1}))
	assert.Empty(t, c.Hours("main", Date{2027, 2, 5}))
	assert.Equal(t, usual, c.Hours("main", Date{2027, 2, 9}))

	assert.Equal(t, []Span{{540, 720}, {780, 1020}}, c.Works("wang", "main", monday), "a shift that begins before opening is clipped")
	assert.Equal(t, []Span{{600, 720}}, c.Works("wang", "main", Date{2027, 1, 1}))
	assert.Empty(t, c.Works("wang", "nope", monday))

	shanghai := c.Location("main")
	at := func(day, hour, minute int) time.Time { return time.Date(2027, 2, day, hour, minute, 0, 0, shanghai) }
	assert.Equal(t, at(4, 10, 0), c.NextOpening("main", at(4, 10, 0)), "open now")
	assert.Equal(t, at(4, 13, 0), c.NextOpening("main", at(4, 12, 0)), "closed at noon, to the minute")
	assert.Equal(t, at(9, 9, 0), c.NextOpening("main", at(4, 18, 0)), "after the holiday")
	assert.True(t, c.OpenAt("", at(4, 17, 59)))
	assert.False(t, c.OpenAt("", at(4, 18, 0)))
	assert.True(t, c.NextOpening("nope", at(4, 9, 0)).IsZero())
}

func TestLeave(t *testing.T) {
	c := compile(t, `breaks: ["12:00-13:00"]}`, `breaks: ["12:00-13:00"]}
    leave:
      - {from: 2026-11-23}
      - {from: 2026-11-24, to: 2026-11-25, hours: ["15:00-16:00"]}`,
		"branch: main}\nservices", "branch: main, out: [{from: 2026-11-26, hours: [\"09:00-10:00\"]}]}\nservices")
	assert.Empty(t, c.Works("wang", "main", Date{2026, 11, 23}))
	assert.Equal(t, []Span{{540, 720}, {780, 900}, {960, 1020}}, c.Works("wang", "main", Date{2026, 11, 25}))
	assert.Equal(t, []Span{{600, 720}, {780, 1080}}, c.Usable("chair", Date{2026, 11, 26}))
	assert.Empty(t, c.Usable("nope", Date{2026, 11, 26}))
}

// New York skips 02:00–03:00 on 14 March 2027 and repeats 01:00–02:00 on
// 7 November: opening hours are wall time, whatever the length of the day.
func TestHoursInAZoneWithSummerTime(t *testing.T) {
	c := compile(t, "address: 一条路 1 号", "address: Main St\n    zone: America/New_York", `{days: mon-fri, hours: ["09:00-12:00", "13:00-18:00"]}`, `{days: daily, hours: ["00:30-02:30", "09:00-18:00"]}`)
	ny := c.Location("main")
	assert.Equal(t, "America/New_York", ny.String())
	assert.Equal(t, "Asia/Shanghai", c.Location("").String())
	utc := func(m time.Month, d, h, min int) time.Time { return time.Date(2027, m, d, h, min, 0, 0, time.UTC) }
	for _, x := range []struct{ now, want time.Time }{
		{utc(3, 13, 23, 0), utc(3, 14, 5, 30)}, // evening before: opens 00:30 EST
		{utc(3, 14, 12, 0), utc(3, 14, 13, 0)}, // 08:00 EDT: opens 09:00 EDT, an hour earlier in UTC
		{utc(3, 13, 12, 0), utc(3, 13, 14, 0)}, // the day before, 09:00 EST
		{utc(11, 7, 12, 0), utc(11, 7, 14, 0)}, // back to EST
		{utc(11, 7, 6, 30), utc(11, 7, 6, 30)}, // 01:30 for the second time: still open
		{utc(11, 7, 7, 30), utc(11, 7, 14, 0)}, // 02:30 EST: closed
		{utc(12, 1, 23, 0), utc(12, 2, 5, 30)}, // 18:00: next day, across midnight
	} {
		assert.True(t, c.NextOpening("main", x.now).Equal(x.want), "%s: %s", x.now, c.NextOpening("main", x.now))
	}
}

// A clinic is shared by every turn: reading it from many goroutines is safe.
func TestClinicIsSafeToShare(t *testing.T) {
	c := loadPreset(t, "general")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				day := Date{2026, 1, 1}.AddDays(i*50 + j)
				for k := range c.Branches {
					c.Hours(c.Branches[k].ID, day)
					c.Works("wang-li", c.Branches[k].ID, day)
				}
				c.NextOpening("", day.Time(time.UTC, 700))
			}
		})
	}
	wg.Wait()
}

func TestNewClinicRefuses(t *testing.T) {
	_, err := NewClinic(&Profile{})
	assert.Greater(t, len(faultsOf(t, err)), 5)
}

func TestTextFallsBack(t *testing.T) {
	assert.Equal(t, "繁", Text{Hans: "简", Hant: "繁"}.In(Hant))
	assert.Equal(t, "简", Text{Hans: "简"}.In(English))
	assert.Equal(t, "only", Text{English: "only"}.In(Hant))
	assert.Empty(t, Text(nil).In(Hans))
}
