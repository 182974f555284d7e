package client

import (
	"testing"
	"time"
)

func TestParseWeight(t *testing.T) {
	for _, c := range []struct {
		text, kind, species string
		grams               int
		fault               string
	}{
		{"4.5", "pet", "cat", 4500, ""},
		{"4.5kg", "pet", "cat", 4500, ""},
		{"４．５公斤", "pet", "cat", 4500, ""},
		{"9斤", "pet", "cat", 4500, ""},
		{"大概9斤多", "pet", "cat", 4500, ""},
		{"800g", "pet", "rabbit", 800, ""},
		{"10 lb", "pet", "dog", 4536, ""},
		{"體重 30 公斤", "pet", "dog", 30000, ""},
		{"45公斤", "pet", "cat", 0, "weight_range"},
		{"0", "pet", "cat", 0, "weight_range"},
		{"70", "person", "", 70000, ""},
		{"7000", "person", "", 0, "weight_range"},
		{"很重", "pet", "dog", 0, "weight"},
		{"-4", "pet", "dog", 0, "weight"},
		{"4.5.6", "pet", "dog", 0, "weight"},
	} {
		grams, fault := parseWeight(c.text, c.kind, c.species)
		if grams != c.grams || fault != c.fault {
			t.Errorf("%q: %d %q, want %d %q", c.text, grams, fault, c.grams, c.fault)
		}
	}
}

func TestParseBirth(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 30, 0, 0, time.UTC)
	for _, c := range []struct{ text, kind, birth, fault string }{
		{"2023-05-20", "pet", "2023-05-20", ""},
		{"2023/5/2", "pet", "2023-05-02", ""},
		{"2023年5月20日", "pet", "2023-05-20", ""},
		{"2023年5月", "pet", "2023-05", ""},
		{"2023.5", "pet", "2023-05", ""},
		{"2023", "pet", "2023", ""},
		{"20230520", "pet", "2023-05-20", ""},
		{"3岁", "pet", "2023", ""},
		{"3歲", "pet", "2023", ""},
		{"3 years old", "pet", "2023", ""},
		{"半岁", "pet", "2026-05", ""},
		{"8个月", "pet", "2026-03", ""},
		{"14 months", "pet", "2025-09", ""},
		{"1990-05-20", "person", "1990-05-20", ""},
		{"2026-11-23", "pet", "", "birth_future"},
		{"1950", "pet", "", "birth_old"},
		{"1890-01-01", "person", "", "birth_old"},
		{"2023-02-30", "pet", "", "birth"},
		{"2023-13-01", "pet", "", "birth"},
		{"昨天", "pet", "", "birth"},
		{"", "pet", "", "birth"},
	} {
		birth, fault := parseBirth(c.text, c.kind, now)
		if birth != c.birth || fault != c.fault {
			t.Errorf("%q: %q %q, want %q %q", c.text, birth, fault, c.birth, c.fault)
		}
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		birth         string
		years, months int
	}{
		{"2023", 3, 0}, {"2025-09", 1, 2}, {"2026-11-20", 0, 0}, {"2026-10-23", 0, 0}, {"2026-10-22", 0, 1}, {"2020-01-01", 6, 0}, {"", -1, 0},
	} {
		if y, m := age(c.birth, now); y != c.years || m != c.months {
			t.Errorf("%q: %d years %d months, want %d %d", c.birth, y, m, c.years, c.months)
		}
	}
}

func FuzzRecordParse(f *testing.F) {
	f.Add("4.5公斤")
	f.Add("2023年5月20日")
	f.Add("半岁")
	now := time.Date(2026, 11, 22, 15, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		if grams, fault := parseWeight(text, "pet", "dog"); fault == "" && (grams < 5 || grams > 160_000) {
			t.Errorf("%q weighs %d", text, grams)
		}
		if birth, fault := parseBirth(text, "pet", now); fault == "" {
			if years, _ := age(birth, now); years < 0 || years > 60 {
				t.Errorf("%q is %d years old", text, years)
			}
		}
	})
}
