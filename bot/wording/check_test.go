package wording_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"zhenban/bot/wording"
	"zhenban/config"
)

func checker(t testing.TB, preset string) *wording.Checker {
	t.Helper()
	p, _, err := config.LoadProfile(preset)
	if err != nil {
		t.Fatal(err)
	}
	c, err := wording.New(&p.Broadcast)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The presets' lists against texts written for it: what must be found, and what
// a clinic writes every day and must not be stopped.
func TestTexts(t *testing.T) {
	data, err := os.ReadFile("testdata/texts.txt")
	if err != nil {
		t.Fatal(err)
	}
	checkers := map[string]*wording.Checker{}
	bad, found, good, clean := 0, 0, 0, 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(strings.TrimSpace(line), " | ", 3)
		preset, kind, _ := strings.Cut(parts[0], " ")
		if checkers[preset] == nil {
			checkers[preset] = checker(t, preset)
		}
		var rules []string
		for _, h := range checkers[preset].Check(kind, parts[2]) {
			if !strings.Contains(parts[2], h.Words) {
				t.Errorf("%q shows %q, which does not stand there", parts[2], h.Words)
			}
			rules = append(rules, h.Rule.ID)
		}
		if parts[1] == "-" {
			good++
			if len(rules) == 0 {
				clean++
			} else {
				t.Errorf("%s is stopped for %v: %s", parts[0], rules, parts[2])
			}
			continue
		}
		bad++
		if slices.Contains(rules, parts[1]) {
			found++
		} else {
			t.Errorf("%s: %s is not found, only %v: %s", parts[0], parts[1], rules, parts[2])
		}
	}
	t.Logf("found %d of %d, %d of %d left alone", found, bad, clean, good)
}

func TestNoWordIsReadAcrossSentences(t *testing.T) {
	for _, text := range []string{"今天人最多。好在有号", "血压量三次，治疗另约", "分类第\n一楼"} {
		if hits := checker(t, "vet").Check("activity", text); len(hits) > 0 {
			t.Errorf("%q: %q", text, hits[0].Words)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("治 愈 率 ９８％", "activity")
	f.Add("\xff最\u200b好的No.1", "tip")
	c := checker(f, "aesthetics")
	f.Fuzz(func(t *testing.T, text, kind string) {
		for _, h := range c.Check(kind, text) {
			if h.At < 0 || h.At >= len([]rune(text)) || h.Words == "" {
				t.Fatalf("%q: %+v", text, h)
			}
		}
	})
}
