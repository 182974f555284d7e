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
