package config

import (
	"slices"
	"testing"
	"time"
)

// Each field knows the common values: 40 for dogs and cats, 40 for people; the
// four fields that treat people share them. None is approved by anybody yet.
func TestAnalytesOfPresets(t *testing.T) {
	for _, name := range Presets() {
		p, _, err := LoadProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Analytes) < 40 {
			t.Errorf("%s: %d analytes", name, len(p.Analytes))
		}
		for _, a := range p.Analytes {
			if a.Source == "" || a.Approved || len(a.Codes) == 0 {
				t.Errorf("%s: %s: source %q, approved %t, codes %v", name, a.ID, a.Source, a.Approved, a.Codes)
			}
			for _, l := range Languages() {
				if a.Explain[l] == "" || a.Name[l] == "" {
					t.Errorf("%s: %s says nothing in %s", name, a.ID, l)
				}
			}
			for _, i := range a.Intervals {
				if (name == "vet") != (i.Species != "") {
					t.Errorf("%s: %s: interval of species %q", name, a.ID, i.Species)
				}
			}
		}
		if name == "vet" {
			for _, species := range []string{"dog", "cat"} {
				n := 0
				for _, a := range p.Analytes {
					if slices.ContainsFunc(a.Intervals, func(i Interval) bool { return i.Species == species }) {
						n++
					}
				}
				if n < 30 {
					t.Errorf("%d intervals for a %s", n, species)
				}
			}
		}
	}
}

func TestInterval(t *testing.T) {
	p, _, err := LoadProfile("general")
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClinic(p)
	if err != nil {
		t.Fatal(err)
	}
	crea := c.AnalyteBy([]string{"14682-9"}, "")
	if crea == nil || crea != c.AnalyteBy(nil, "血肌酐") || crea != c.AnalyteByID("crea") || c.AnalyteBy(nil, "无此项") != nil {
		t.Fatal("creatinine is not found by code, alias and ID alike")
	}
	for want, who := range map[string]Subject{
		"57": {Sex: "male", Age: 40}, "41": {Sex: "female", Age: 70}, "": {Sex: "female", Age: 9}, "none": {Age: 40},
	} {
		got := "none"
		if i := crea.Interval(who); i != nil {
			got = i.Low
		} else if want == "" {
			got = ""
		}
		if got != want {
			t.Errorf("%+v: %q, want %q", who, got, want)
		}
	}
	if p.Reports.Promise("LAB") != 30*time.Minute || p.Reports.Promise("PAT") != 24*time.Hour {
		t.Errorf("promises: %v, %v", p.Reports.Promise("LAB"), p.Reports.Promise("PAT"))
	}
}

func BenchmarkLoadProfile(b *testing.B) {
	for b.Loop() {
		if _, _, err := LoadProfile("vet"); err != nil {
			b.Fatal(err)
		}
	}
}
