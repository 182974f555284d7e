package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func genDate(t *rapid.T) Date {
	return DateOf(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 40000).Draw(t, "day")))
}

func genSpan(t *rapid.T) Span {
	start := rapid.IntRange(0, 287).Draw(t, "start")
	return Span{start * 5, rapid.IntRange(start+1, 288).Draw(t, "end") * 5}
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := genDate(t), rapid.IntRange(-800, 800).Draw(t, "n")
		text, _ := d.MarshalText()
		back, err := ParseDate(string(text))
		require.NoError(t, err)
		assert.Equal(t, d, back)
		later := d.AddDays(n)
		assert.Equal(t, d, later.AddDays(-n))
		assert.Equal(t, n > 0, later.Compare(d) > 0)
		assert.Equal(t, n == 0, later.Compare(d) == 0)
		assert.Equal(t, ((int(d.Weekday())+n)%7+7)%7, int(later.Weekday()))
	})
}

func TestSpanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, other := genSpan(t), genSpan(t)
		var back Span
		text, _ := s.MarshalText()
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, s, back)
		assert.Equal(t, s.Overlaps(other), len(clipSpans([]Span{s}, []Span{other})) > 0)
		kept := minutes(subtractSpans([]Span{s}, []Span{other}))
		assert.Equal(t, s.Minutes(), kept+minutes(clipSpans([]Span{s}, []Span{other})), "what is taken and what is left make the whole")
	})
}

func minutes(spans []Span) int {
	n := 0
	for _, s := range spans {
		n += s.Minutes()
	}
	return n
}

func TestDaysProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d, back Days
		copy(d[:], rapid.SliceOfN(rapid.Bool(), 7, 7).Draw(t, "days"))
		text, _ := d.MarshalText()
		if d == (Days{}) {
			assert.Error(t, back.UnmarshalText(text))
			return
		}
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, d, back)
	})
}

func TestParsersRefuse(t *testing.T) {
	for _, s := range []string{"", "9", "9-18", "09:00", "18:00-09:00", "09:00-09:00", "09:03-10:00", "09:00-24:05", "-1:00-02:00", "09:0-10:00", "+9:00-10:00", "09:00-10:00-11:00", "０９:00-10:00"} {
		var v Span
		assert.Error(t, v.UnmarshalText([]byte(s)), s)
	}
	for _, s := range []string{"", "monday", "mon-", "-", "mon;tue", "mon-fri-sun", "weekdays"} {
		var v Days
		assert.Error(t, v.UnmarshalText([]byte(s)), s)
	}
	for _, s := range []string{"2026-2-1", "2026-02-30", "0000-01-01", "26-01-01", "2026/01/01", "today"} {
		_, err := ParseDate(s)
		assert.Error(t, err, s)
	}
	var days Days
	require.NoError(t, days.UnmarshalText([]byte("Fri - Mon, wed")))
	assert.Equal(t, Days{true, true, false, true, false, true, true}, days)
	var whole Span
	require.NoError(t, whole.UnmarshalText([]byte("0:00 - 24:00")))
	assert.Equal(t, Span{0, 1440}, whole)
}

func FuzzWhen(f *testing.F) {
	f.Add("09:00-18:00")
	f.Add("mon-fri,sun")
	f.Add("2026-11-22")
	f.Fuzz(func(t *testing.T, s string) {
		var span Span
		if span.UnmarshalText([]byte(s)) == nil && !span.valid() {
			t.Fatalf("%q read as %v", s, span)
		}
		var days Days
		if days.UnmarshalText([]byte(s)) == nil && days == (Days{}) {
			t.Fatalf("%q is no day", s)
		}
		var d Date
		if d.UnmarshalText([]byte(s)) == nil && s != "" && d.String() != s {
			t.Fatalf("%q read as %v", s, d)
		}
	})
}
