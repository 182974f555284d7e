package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every preset has tips for a year; none is approved but by a clinic.
func TestPresetsHaveTips(t *testing.T) {
	for _, name := range Presets() {
		c := loadPreset(t, name)
		assert.GreaterOrEqual(t, len(c.Tips.Entries), 12, name)
		for i := range c.Tips.Entries {
			e := &c.Tips.Entries[i]
			assert.False(t, e.Approved, "%s %s: only a clinic can approve it", name, e.ID)
			for _, l := range Languages() {
				assert.NotEmpty(t, e.Text[l], "%s %s %s", name, e.ID, l)
				assert.NotEmpty(t, e.Title[l], "%s %s %s", name, e.ID, l)
			}
			for _, w := range []string{"本院", "我院", "优惠", "折扣", "免费", "元", "our clinic", "discount", "for free", "free of charge"} {
				if w == "元" && strings.Contains(e.Text[Hans], "一元硬币") {
					continue
				}
				assert.NotContains(t, e.Text[Hans]+" "+strings.ToLower(e.Text[English]), w, "%s %s: a tip does not advertise", name, e.ID)
			}
		}
	}
}

func TestSeasons(t *testing.T) {
	var tips Tips
	tips.setDefaults()
	for day, want := range map[string]string{
		"2026-02-03": "winter", "2026-02-04": "spring", "2026-05-04": "spring", "2026-05-05": "summer", "2026-08-07": "autumn",
		"2026-11-06": "autumn", "2026-11-07": "winter", "2026-12-31": "winter", "2027-01-01": "winter",
	} {
		d, err := ParseDate(day)
		require.NoError(t, err)
		assert.Equal(t, want, tips.Seasons.On(d), day)
	}
	for day, want := range map[string]string{"2026-02-20": "2026-02-04", "2026-03-01": "2026-03-05", "2026-11-30": "2026-11-07"} {
		d, _ := ParseDate(day)
		assert.Equal(t, want, tips.SendDay(d).String(), day)
	}
}

func TestHashIsOfTheWording(t *testing.T) {
	a := CareTip{ID: "x", Title: Text{Hans: "一"}, Text: Text{Hans: "二", English: "two"}, Source: "WHO"}
	b := a
	b.Months = []int{1}
	assert.Equal(t, a.Hash(), b.Hash(), "when it is sent is no wording")
	b.Text = Text{Hans: "二", English: "too"}
	assert.NotEqual(t, a.Hash(), b.Hash(), "in any language")
	b = a
	b.Source = "nobody"
	assert.NotEqual(t, a.Hash(), b.Hash())
}

func TestTipFaults(t *testing.T) {
	p, _, err := LoadProfile("vet")
	require.NoError(t, err)
	p.Tips.Entries[0].Topic = "nothing"
	p.Tips.Entries[1].ID = p.Tips.Entries[0].ID
	p.Tips.Entries[2].Text = Text{Hans: strings.Repeat("长", 201)}
	p.Tips.Entries[3].Source = " "
	p.Tips.Entries[4].Season = "rain"
	p.Tips.Entries[5].Months = []int{13}
	p.Tips.Entries[6].Age = Age{12, 6}
	p.Tips.Entries[7].Species = []string{"dragon"}
	p.CheckupDay.Remind = Lead{Days: 30}
	p.Surveys.Procedures = []string{"nothing"}
	err = p.Validate()
	require.Error(t, err)
	for _, key := range []string{
		"tips.entries[0].topic", "tips.entries[1].id", "tips.entries[2].text.zh-Hans", "tips.entries[3].source", "tips.entries[4].season",
		"tips.entries[5].months[0]", "tips.entries[6].age.to", "tips.entries[7].species[0]", "checkup_day.remind", "surveys.procedures[0]",
	} {
		assert.ErrorContains(t, err, key)
	}
}

func TestCheckupDayNext(t *testing.T) {
	day := func(s string) Date { d, _ := ParseDate(s); return d }
	yearly := CheckupDay{Service: "checkup", On: MonthDay{6, 6}}
	assert.Equal(t, "2027-06-06", yearly.Next(day("2027-06-06")).String())
	assert.Equal(t, "2028-06-06", yearly.Next(day("2027-06-07")).String())
	dates := CheckupDay{Service: "checkup", Dates: []Date{day("2027-09-01"), day("2027-03-01")}}
	assert.Equal(t, "2027-03-01", dates.Next(day("2027-01-01")).String())
	assert.True(t, dates.Next(day("2027-09-02")).IsZero())
	assert.True(t, (CheckupDay{}).Next(day("2027-01-01")).IsZero())
	var m MonthDay
	for _, bad := range []string{"2-4", "02-30", "02-29", "13-01", ""} {
		assert.Error(t, m.UnmarshalText([]byte(bad)), bad)
	}
}
