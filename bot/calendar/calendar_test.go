package calendar

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"
)

func TestEntryCanBeReadBack(t *testing.T) {
	start := time.Date(2026, 11, 23, 15, 0, 0, 0, time.FixedZone("", 8*3600))
	v := Visit{
		ID: "01ABC", Sequence: 2, Start: start, End: start.Add(90 * time.Minute), Stamp: start.Add(-time.Hour),
		Summary: "小橘灯宠物医院 超声波洗牙", Description: strings.Repeat("术前禁食，请带病历。", 20) + "\n编号 B1234567; a, b", Location: "望江路 88 号",
	}
	out := Entry(v)
	for line := range strings.SplitSeq(string(out), "\r\n") {
		require.LessOrEqual(t, len(line), 75, "RFC 5545 3.1: lines of at most 75 octets: %q", line)
	}
	c, err := ics.ParseCalendar(bytes.NewReader(out))
	require.NoError(t, err)
	require.Len(t, c.Events(), 1)
	e := c.Events()[0]
	at, err := e.GetStartAt()
	require.NoError(t, err)
	require.True(t, at.Equal(start))
	require.Equal(t, "01ABC@zhenban", e.Id())
	require.Equal(t, "2", e.GetProperty(ics.ComponentPropertySequence).Value)
	require.Contains(t, string(out), "TRIGGER:-PT2H")
}

func TestACancelledVisitIsTakenOut(t *testing.T) {
	now := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	out := string(Entry(Visit{ID: "x", Start: now, End: now.Add(time.Hour), Stamp: now, Cancelled: true}))
	require.Contains(t, out, "METHOD:CANCEL")
	require.Contains(t, out, "STATUS:CANCELLED")
	require.NotContains(t, out, "VALARM")
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// unfold undoes the folding of long lines.
func unfold(b []byte) string { return strings.ReplaceAll(string(b), "\r\n ", "") }

func TestTimesAreTheBranchsOwn(t *testing.T) {
	ny := zone(t, "America/New_York")
	for _, c := range []struct {
		name  string
		start time.Time
		want  string
	}{
		{"winter", time.Date(2026, 2, 2, 15, 0, 0, 0, ny), "DTSTART;TZID=America/New_York:20260202T150000"},
		{"summer", time.Date(2026, 7, 1, 9, 0, 0, 0, ny), "DTSTART;TZID=America/New_York:20260701T090000"},
		{"the first 01:30 of the night that has two", time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC).In(ny), "DTSTART;TZID=America/New_York:20261101T013000"},
		{"the second one", time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC).In(ny), "DTSTART:20261101T063000Z"},
		{"after the gap", time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC).In(ny), "DTSTART;TZID=America/New_York:20260308T030000"},
		{"no zone that has a name", time.Date(2026, 2, 2, 15, 0, 0, 0, time.FixedZone("", -5*3600)), "DTSTART:20260202T200000Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := Entry(Visit{ID: "x", Start: c.start, End: c.start.Add(time.Hour), Stamp: c.start})
			require.Contains(t, unfold(out), c.want+"\r\n")
			parsed, err := ics.ParseCalendar(bytes.NewReader(out))
			require.NoError(t, err)
			at, err := parsed.Events()[0].GetStartAt()
			require.NoError(t, err)
			require.True(t, at.Equal(c.start), "%s", at)
			require.Equal(t, named(c.start.Location()), len(parsed.Timezones()) == 1)
		})
	}
}

func TestZonesAreDescribed(t *testing.T) {
	ny := zone(t, "America/New_York")
	start := time.Date(2026, 7, 1, 9, 0, 0, 0, ny)
	out := unfold(Entry(Visit{ID: "x", Start: start, End: start.Add(time.Hour), Stamp: start}))
	require.Contains(t, out, "BEGIN:DAYLIGHT\r\nDTSTART:20260308T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nTZNAME:EDT\r\nEND:DAYLIGHT\r\n")
	require.Contains(t, out, "BEGIN:STANDARD\r\nDTSTART:20261101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nTZNAME:EST\r\nEND:STANDARD\r\n")
	start = start.In(zone(t, "Asia/Shanghai"))
	out = unfold(Entry(Visit{ID: "x", Start: start, End: start.Add(time.Hour), Stamp: start}))
	require.Equal(t, 1, strings.Count(out, "BEGIN:STANDARD"))
	require.Contains(t, out, "TZOFFSETTO:+0800")
	require.NotContains(t, out, "DAYLIGHT")
}

// TestEveryInstantHasItsObservance reads the zone back as a calendar does: the
// observance that began last tells the offset.
func TestEveryInstantHasItsObservance(t *testing.T) {
	for _, name := range []string{"America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/London", "Africa/Casablanca"} {
		loc := zone(t, name)
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, loc)
		out := Feed("x", []Visit{{ID: "a", Start: from, End: from.Add(time.Hour)}, {ID: "b", Start: from.AddDate(1, 0, 0), End: from.AddDate(1, 0, 1)}})
		c, err := ics.ParseCalendar(bytes.NewReader(out))
		require.NoError(t, err)
		type change struct {
			at     time.Time
			offset time.Duration
		}
		var changes []change
		for _, part := range c.Timezones()[0].SubComponents() {
			get := func(p ics.Property) string {
				for _, x := range part.UnknownPropertiesIANAProperties() {
					if x.IANAToken == string(p) {
						return x.Value
					}
				}
				return ""
			}
			was, is := offsetOf(t, get(ics.PropertyTzoffsetfrom)), offsetOf(t, get(ics.PropertyTzoffsetto))
			onset, err := time.Parse(local, get(ics.PropertyDtstart))
			require.NoError(t, err)
			changes = append(changes, change{onset.Add(-was), is})
		}
		for at := from; at.Before(from.AddDate(1, 0, 0)); at = at.Add(6 * time.Hour) {
			_, want := at.Zone()
			var got time.Duration
			for _, c := range changes {
				if !c.at.After(at) {
					got = c.offset
				}
			}
			require.Equal(t, time.Duration(want)*time.Second, got, "%s %s", name, at)
		}
	}
}

func offsetOf(t *testing.T, s string) time.Duration {
	t.Helper()
	at, err := time.Parse("-0700", s)
	require.NoError(t, err)
	_, offset := at.Zone()
	return time.Duration(offset) * time.Second
}

func TestFeedListsVisits(t *testing.T) {
	start := time.Date(2026, 11, 23, 15, 0, 0, 0, zone(t, "Asia/Shanghai"))
	out := Feed("王晓琳", []Visit{
		{ID: "a", Start: start, End: start.Add(time.Hour), Stamp: start, Summary: "洗牙 B1234567"}, {ID: "b", Start: start.Add(2 * time.Hour), End: start.Add(3 * time.Hour), Stamp: start},
	})
	c, err := ics.ParseCalendar(bytes.NewReader(out))
	require.NoError(t, err)
	require.Len(t, c.Events(), 2)
	require.Len(t, c.Timezones(), 1)
	require.Contains(t, unfold(out), "X-WR-CALNAME:王晓琳\r\n")
	_, err = ics.ParseCalendar(bytes.NewReader(Feed("nobody", nil)))
	require.NoError(t, err, "a calendar without a visit is one all the same")
}
