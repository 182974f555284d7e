package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func loadPreset(t testing.TB, name string) *Clinic {
	t.Helper()
	p, data, err := LoadProfile(name)
	require.NoError(t, err)
	require.NotEmpty(t, data)
	c, err := NewClinic(p)
	require.NoError(t, err)
	return c
}

// Every preset is a clinic on which the whole product can be tried.
func TestPresets(t *testing.T) {
	for _, name := range Presets() {
		t.Run(name, func(t *testing.T) {
			c := loadPreset(t, name)
			assert.Equal(t, Kind(name), c.Kind)
			assert.GreaterOrEqual(t, len(c.Practitioners), 5)
			assert.GreaterOrEqual(t, len(c.Services), 10)
			assert.GreaterOrEqual(t, len(c.Triage), 12)
			assert.GreaterOrEqual(t, len(c.Holidays), 14)
			assert.False(t, c.Emergency.Approved, "only a clinic can approve its list")
			assert.Len(t, c.Menu, 3)
			assert.NotEmpty(t, c.Profile.Privacy.Version)
			for i := range c.Branches {
				b := &c.Branches[i]
				assert.GreaterOrEqual(t, shared(c, b.ID), 2, "rooms or machines used by several services at %s", b.ID)
			}
			for i := range c.Services {
				s := &c.Services[i]
				assert.NotEmpty(t, s.Aliases, s.ID)
				assert.NotEmpty(t, s.Preparation.In(Hans), s.ID)
				assert.NotEmpty(t, s.Bring.In(Hans), s.ID)
				assert.Less(t, len(c.PractitionersFor(s.ID, "")), len(c.Practitioners), "%s: somebody must not do it", s.ID)
			}
			for _, r := range c.Practitioners {
				assert.Less(t, len(r.Services), len(c.Services), r.ID)
			}
			for lang, n := range languagesOf(c.Profile) {
				assert.Zero(t, n, "texts without %s", lang)
			}
		})
	}
}

// Whatever day the demo starts outside the holidays, each day of the first
// week has somebody with an hour free.
func TestPresetsHaveTimeEveryDay(t *testing.T) {
	for _, name := range Presets() {
		c := loadPreset(t, name)
		for i := range 14 {
			day := Date{2026, 11, 22}.AddDays(i)
			free := 0
			for _, r := range c.Practitioners {
				for _, b := range c.Branches {
					if slices.ContainsFunc(c.Works(r.ID, b.ID, day), func(s Span) bool { return s.Minutes() >= 60 }) {
						free++
					}
				}
			}
			assert.GreaterOrEqual(t, free, 2, "%s on %s", name, day)
		}
	}
}

// The sentence of R2.1, 明天下午三点约王医生洗牙, can be fulfilled in vet.
func TestVetHasDoctorWangForCleaning(t *testing.T) {
	c := loadPreset(t, "vet")
	s := c.Service("dental-cleaning")
	require.NotNil(t, s)
	assert.Contains(t, s.Aliases, "洗牙")
	var wang []string
	for _, r := range c.Practitioners {
		if strings.HasPrefix(r.Name.In(Hans), "王") {
			wang = append(wang, r.ID)
		}
	}
	require.Len(t, wang, 1, "one 王医生, so that the sentence is plain")
	assert.Contains(t, c.PractitionersFor("dental-cleaning", "binjiang"), c.Practitioner(wang[0]))
	day := Date{2026, 11, 22} // a Sunday
	for i := 1; i <= 6; i++ {
		at := Span{15 * 60, 15*60 + s.Minutes + s.After}
		works := c.Works(wang[0], "binjiang", day.AddDays(i))
		assert.True(t, slices.ContainsFunc(works, func(w Span) bool { return w.Covers(at) }), "%s: %v", day.AddDays(i), works)
	}
	for i := range 400 {
		assert.NotEmpty(t, c.Hours("", day.AddDays(i)), "a vet is open every day, %s", day.AddDays(i))
	}
}

func TestSomePresetHasTwoDoctorsOfOneName(t *testing.T) {
	surnames := map[string]int{}
	for _, r := range loadPreset(t, "general").Practitioners {
		surnames[string([]rune(r.Name.In(Hans))[:1])]++
	}
	assert.Equal(t, 2, surnames["王"])
	assert.Len(t, loadPreset(t, "general").Branches, 2)
}

// Words that Advertising Law art. 16 and Medical Advertising Rules art. 7
// forbid do not stand in what we ship.
func TestPresetsDoNotAdvertise(t *testing.T) {
	for _, name := range Presets() {
		data, err := Preset(name)
		require.NoError(t, err)
		part := ""
		for line := range strings.SplitSeq(string(data), "\n") {
			if name, ok := strings.CutPrefix(line, partMark); ok {
				part = name
			}
			if part == "broadcast.yaml" || strings.HasPrefix(strings.TrimSpace(line), "#") { // that is the list of these words
				continue
			}
			for _, w := range []string{"最好", "最佳", "全国第一", "第一品牌", "顶级", "根治", "治愈", "无效退款", "包治", "100%", "安全无", "无副作用", "零风险", "无痛", "永久", "best", "guarantee", "cure"} {
				assert.NotContains(t, line, w, name)
			}
		}
	}
}

// shared counts the types at a branch that more than one service needs.
func shared(c *Clinic, branch string) int {
	uses := map[string]int{}
	for i := range c.Services {
		s := &c.Services[i]
		if len(c.PractitionersFor(s.ID, branch)) > 0 {
			for _, need := range s.Needs {
				uses[need]++
			}
		}
	}
	n := 0
	for typ, services := range uses {
		if services > 1 {
			n += len(c.ResourcesOf(branch, typ))
		}
	}
	return n
}

// languagesOf counts texts that lack a language.
func languagesOf(p *Profile) map[Language]int {
	lacking := map[Language]int{}
	count := func(ts ...Text) {
		for _, t := range ts {
			for _, l := range Languages() {
				if len(t) > 0 && t[l] == "" {
					lacking[l]++
				}
			}
		}
	}
	count(p.Name, p.Welcome, p.Privacy.Text, p.Booking.LatePolicy, p.Emergency.Advice)
	for _, s := range p.Services {
		count(s.Name, s.Preparation, s.Bring, s.Price.Note)
	}
	for _, r := range p.Practitioners {
		count(r.Name, r.Title, r.Specialties)
	}
	for _, b := range p.Branches {
		count(b.Name, b.Address, b.Parking)
	}
	for _, d := range p.Departments {
		count(d.Name)
	}
	for _, r := range p.Resources {
		count(r.Name)
	}
	for _, h := range p.Holidays {
		count(h.Name)
	}
	for _, s := range p.Species {
		count(s.Name)
	}
	return lacking
}

// BenchmarkPreset is what the clinic costs at start: read, validate, compile.
func BenchmarkPreset(b *testing.B) {
	for _, name := range Presets() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				loadPreset(b, name)
			}
		})
	}
}

func ExampleLoadProfile() {
	_, _, err := LoadProfile("vets")
	fmt.Println(err)
	// Output: vets: cannot be read: no such file or directory (did you mean "vet"?)
}
