package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVisitsFaultsAreNamed(t *testing.T) {
	good, err := Preset("vet")
	require.NoError(t, err)
	base := string(good)
	i := strings.Index(base, "\nvisits:\n")
	require.Positive(t, i)
	rest := base[i+1:]
	if j := strings.Index(rest, "\n"+partMark); j >= 0 {
		rest = rest[j:]
	} else {
		rest = ""
	}
	parse := func(section string) error {
		_, err := ParseProfile("x.yaml", []byte(base[:i+1]+section+rest))
		return err
	}
	require.NoError(t, parse(""), "all of it can be left out")
	for _, c := range [][2]string{
		{"visits: {noshow: {mark: never}}\n", "neither auto nor desk"},
		{"visits: {noshow: {repeat: 99}}\n", "visits.noshow.repeat"},
		{"visits: {summary: {after: 25h}}\n", "within a day"},
		{"visits: {intake: {services: [surgeri]}}\n", "there is no service"},
		{"visits: {aftercare: [{id: a, services: [checkup], text: x}]}\n", "say where it comes from"},
		{"visits: {aftercare: [{id: a, text: x, source: y}]}\n", "aftercare[0].services"},
		{"visits: {aftercare: [{services: [checkup], text: x, source: y}]}\n", "aftercare[0].id"},
		{"visits: {aftercare: [{id: a, services: [checkup], source: y}]}\n", "aftercare[0].text"},
		{"visits: {wait: {offer: soon}}\n", "no span of time"},
		{"visits: {aftercare: [{id: a, services: [checkup, checkup], text: x, source: y}]}\n", "twice"},
		{"visits: {aftercare: [{id: a, services: [checkup], text: x, source: y}, {id: b, services: [checkup], text: x, source: y}]}\n", "has its advice above"},
	} {
		require.ErrorContains(t, parse(c[0]), c[1], c[0])
	}
}

// TestNoPresetSendsAdviceUnapproved: what a preset brings is to be read by a
// doctor of the clinic first.
func TestNoPresetSendsAdviceUnapproved(t *testing.T) {
	for _, name := range Presets() {
		p, _, err := LoadProfile(name)
		require.NoError(t, err)
		require.NotEmpty(t, p.Visits.Aftercare, name)
		for _, a := range p.Visits.Aftercare {
			require.False(t, a.Approved, "%s: %s", name, a.ID)
			for _, l := range Languages() {
				require.NotEmpty(t, a.Text[l], "%s: %s in %s", name, a.ID, l)
			}
		}
	}
}

func TestAWordingHasOneHash(t *testing.T) {
	a := Aftercare{Text: Text{Hans: "一", English: "one"}}
	b := Aftercare{Text: Text{English: "one", Hans: "一"}, Source: "elsewhere", Approved: true}
	require.Equal(t, a.Hash(), b.Hash())
	b.Text[English] = "two"
	require.NotEqual(t, a.Hash(), b.Hash())
}
