package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCapNext(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, zone)
	ago := func(hours ...int) []time.Time {
		var out []time.Time
		for _, h := range hours {
			out = append(out, now.Add(-time.Duration(h)*time.Hour).UTC())
		}
		return out
	}
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, zone)
	for name, c := range map[string]struct {
		limit Cap
		sent  []time.Time
		next  time.Time
	}{
		"nothing sent":             {Cap{1, 1}, nil, time.Time{}},
		"one today":                {Cap{1, 9}, ago(1), midnight},
		"one yesterday evening":    {Cap{1, 9}, ago(10), time.Time{}},
		"two of two in seven days": {Cap{9, 2}, ago(30, 100), now.Add(68 * time.Hour)},
		"three of two":             {Cap{9, 2}, ago(100, 30, 150), now.Add(68 * time.Hour)},
		"both, the later one":      {Cap{1, 1}, ago(1), now.Add(167 * time.Hour)},
		"no bound":                 {Cap{-1, -1}, ago(1, 2, 3), time.Time{}},
	} {
		assert.True(t, c.next.Equal(c.limit.Next(now, c.sent)), "%s: %s", name, c.limit.Next(now, c.sent))
	}
}

func TestCapsOfPresets(t *testing.T) {
	c := loadPreset(t, "vet").Outreach.Caps
	assert.True(t, c.Of("visit").None(), "a reminder of a visit is never one too many")
	assert.Equal(t, Cap{1, 2}, c.Of("tip"))
	assert.True(t, c.Of("staff").None())

	data, err := Preset("vet")
	require.NoError(t, err)
	p, err := ParseProfile("x", data)
	require.NoError(t, err)
	p.Outreach.Caps.Tip.Day = -2
	assert.ErrorContains(t, p.Validate(), "outreach.caps.tip.day")
}
