package outreach

import (
	"testing"

	"zhenban/config"
	"zhenban/models"
)

func TestChooseTip(t *testing.T) {
	c := &config.Tips{Topics: []config.Topic{{ID: "a"}, {ID: "b"}}, Seasons: config.Seasons{
		Spring: config.MonthDay{Month: 2, Day: 4}, Summer: config.MonthDay{Month: 5, Day: 5}, Autumn: config.MonthDay{Month: 8, Day: 7}, Winter: config.MonthDay{Month: 11, Day: 7},
	}}
	add := func(e config.CareTip) {
		e.Approved = true
		c.Entries = append(c.Entries, e)
	}
	add(config.CareTip{ID: "always", Topic: "a"})
	add(config.CareTip{ID: "cats", Topic: "a", Species: []string{"cat"}})
	add(config.CareTip{ID: "summer", Topic: "a", Season: "summer", Species: []string{"dog"}})
	add(config.CareTip{ID: "old", Topic: "b", Species: []string{"dog"}, Age: config.Age{From: 96}})
	add(config.CareTip{ID: "after", Topic: "b", Procedures: []string{"neutering"}})
	c.Entries = append(c.Entries, config.CareTip{ID: "refused", Topic: "a", Months: []int{1, 6, 12}})
	dog := models.Patient{Species: "dog", BirthDate: "2015-04"}
	winter, summer := config.Date{Year: 2026, Month: 12, Day: 5}, config.Date{Year: 2026, Month: 6, Day: 5}
	for name, x := range map[string]struct {
		r    TipReader
		day  config.Date
		want string
	}{
		"nothing known":           {TipReader{Topics: []string{"a"}}, winter, "always"},
		"in season first":         {TipReader{Topics: []string{"a"}, Patients: []models.Patient{dog}, Known: true}, summer, "summer"},
		"their own animal":        {TipReader{Topics: []string{"a", "b"}, Patients: []models.Patient{dog}, Known: true}, winter, "old"},
		"a young one":             {TipReader{Topics: []string{"b"}, Patients: []models.Patient{{Species: "dog", BirthDate: "2024-01-20"}}, Known: true}, winter, ""},
		"born nobody knows when":  {TipReader{Topics: []string{"b"}, Patients: []models.Patient{{Species: "dog"}}, Known: true}, winter, ""},
		"what was done":           {TipReader{Patients: []models.Patient{dog}, Known: true, Done: []string{"neutering"}}, winter, "after"},
		"not twice":               {TipReader{Topics: []string{"a"}, Sent: map[string]bool{"always": true, "cats": true}}, winter, ""},
		"all they had have died":  {TipReader{Known: true}, summer, ""},
		"nobody's topic is asked": {TipReader{Topics: []string{"c"}}, summer, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if e := ChooseTip(c, models.Approvals{}, x.r, x.day); e != nil {
				got = e.ID
			}
			if got != x.want {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
	no := models.Approvals{{"always", c.Entries[0].Hash()}: {Approved: false}}
	if e := ChooseTip(c, no, TipReader{Topics: []string{"a"}, Sent: map[string]bool{"cats": true}}, winter); e != nil {
		t.Errorf("%s was refused in the chat", e.ID)
	}
}

func TestAgeMonths(t *testing.T) {
	day := config.Date{Year: 2026, Month: 11, Day: 22}
	for birth, want := range map[string]int{"2026-11-22": 0, "2026-10-23": 0, "2025-11-22": 12, "2025-11-23": 11, "2024-05": 30, "2020": 76} {
		if got, ok := ageMonths(birth, day); !ok || got != want {
			t.Errorf("%s: %d %v, want %d", birth, got, ok, want)
		}
	}
	for _, birth := range []string{"", "x", "2027-01-01"} {
		if _, ok := ageMonths(birth, day); ok {
			t.Errorf("%q has no age", birth)
		}
	}
}
