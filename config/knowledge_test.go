package config

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	latin = regexp.MustCompile(`^[\x00-\x7f°–’é]+$`)
	// What an answer must not say: how much of a drug, that it will be well,
	// that the clinic is good at it.
	dose   = regexp.MustCompile(`(?i)毫克|\d\s*mg\b|\d\s*片(?:药|每)|mg/kg`)
	praise = regexp.MustCompile(`包治|根治|百分之百|100\s*%|最好的医生|最先进|全国第一|保证(?:治好|有效|效果)|guaranteed to`)
)

// Every preset's entries are complete, sourced, short, and approved by nobody.
func TestKnowledgeOfPresets(t *testing.T) {
	for _, name := range Presets() {
		t.Run(name, func(t *testing.T) {
			c := loadPreset(t, name)
			assert.GreaterOrEqual(t, len(c.Knowledge), 60)
			asked := map[string]string{}
			for i := range c.Knowledge {
				e := &c.Knowledge[i]
				assert.False(t, e.Approved, "%s: only a clinic can approve it", e.ID)
				assert.NotEmpty(t, e.Source, e.ID)
				assert.False(t, e.Reviewed.IsZero(), e.ID)
				for _, l := range Languages() {
					assert.NotEmpty(t, e.Name[l], "%s in %s", e.ID, l)
					assert.NotEmpty(t, e.Answer[l], "%s in %s", e.ID, l)
					assert.NotEmpty(t, e.Watch[l], "%s in %s", e.ID, l)
					said := e.Answer[l] + e.Watch[l]
					assert.NotRegexp(t, dose, said, e.ID)
					assert.NotRegexp(t, praise, said, e.ID)
				}
				assert.LessOrEqual(t, len(e.Answer[Hans]), 500, e.ID)
				english := 0
				for _, q := range e.Questions {
					assert.Empty(t, asked[q], "%q is asked of two entries", q)
					asked[q] = e.ID
					if latin.MatchString(q) {
						english++
					}
				}
				assert.GreaterOrEqual(t, len(e.Questions)-english, 2, e.ID)
				assert.GreaterOrEqual(t, english, 1, e.ID)
				if e.Urgent {
					assert.Contains(t, e.Answer[Hans], "请立即", e.ID)
					assert.Contains(t, e.Answer[Hant], "請立即", e.ID)
					assert.Contains(t, e.Answer[English], "right away", e.ID)
				}
			}
		})
	}
}

func TestKnowledgeFaults(t *testing.T) {
	p, _, err := LoadProfile("vet")
	require.NoError(t, err)
	e := &p.Knowledge[0]
	e.Questions, e.Source, e.Reviewed = nil, " ", Date{}
	e.Species, e.Services = []string{"dragon"}, []string{"neuter"}
	e.Days = DayRange{From: 5, To: 2}
	e.Answer = Text{Hans: strings.Repeat("长", 201)}
	p.Knowledge[1].ID = p.Knowledge[2].ID
	err = p.Validate()
	require.Error(t, err)
	for _, key := range []string{
		"knowledge[0].questions", "knowledge[0].source", "knowledge[0].reviewed", "knowledge[0].species[0]", "knowledge[0].services[0]",
		"knowledge[0].days.to", "knowledge[0].answer.zh-Hans", "knowledge[2].id",
	} {
		assert.Contains(t, err.Error(), key)
	}
}

func TestKnowledgeHash(t *testing.T) {
	p, _, err := LoadProfile("vet")
	require.NoError(t, err)
	e := p.Knowledge[0]
	was := e.Hash()
	e.Questions = append(e.Questions, "又一种问法")
	assert.Equal(t, was, e.Hash(), "another way to ask needs no new approval")
	e.Watch = Text{Hans: "别的"}
	assert.NotEqual(t, was, e.Hash())
}

func TestDayRange(t *testing.T) {
	assert.True(t, DayRange{}.Holds(400))
	assert.True(t, DayRange{From: 2, To: 5}.Holds(5))
	assert.False(t, DayRange{From: 2, To: 5}.Holds(1))
	assert.False(t, DayRange{From: 2, To: 5}.Holds(6))
	assert.True(t, DayRange{From: 14}.Holds(200))
}
