package reading_test

import (
	"testing"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/reading"
)

func clinic(t *testing.T, preset string) *config.Clinic {
	t.Helper()
	p, _, err := config.LoadProfile(preset)
	if err != nil {
		t.Fatal(err)
	}
	p.Analytes = []config.Analyte{{
		ID: "hgb", Name: config.Text{config.Hans: "血红蛋白"}, Codes: []string{"718-7"}, Unit: "g/L", Source: "test",
		Intervals: []config.Interval{
			{Species: "dog", To: 0.5, Low: "90", High: "150"}, {Species: "dog", From: 0.5, Low: "120", High: "180"}, {Species: "cat", Low: "98", High: "154"},
		},
	}}
	c, err := config.NewClinic(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The sender's flag wins over its interval, its interval over the profile; a
// unit that is another's is not compared.
func TestRead(t *testing.T) {
	c := clinic(t, "vet")
	hgb := models.Code{Codings: []models.Coding{{System: "http://loinc.org", Code: "718-7"}}}
	dog := config.Subject{Species: "dog", Age: 4}
	for name, x := range map[string]struct {
		o    models.Observation
		who  config.Subject
		want reading.Mark
	}{
		"flag against interval":     {models.Observation{Code: hgb, Number: "200", Low: "120", High: "180", Flags: []string{"N"}}, dog, reading.Usual},
		"critical flag":             {models.Observation{Code: hgb, Number: "31", Flags: []string{"L", "LL"}}, dog, reading.VeryLow},
		"its interval":              {models.Observation{Code: hgb, Number: "115", Unit: "g/L", Low: "110", High: "190"}, dog, reading.Usual},
		"the profile's, dog":        {models.Observation{Code: hgb, Number: "115", Unit: "g/L"}, dog, reading.Low},
		"the profile's, puppy":      {models.Observation{Code: hgb, Number: "115", Unit: "g/L"}, config.Subject{Species: "dog", Age: 0.2}, reading.Usual},
		"the profile's, cat":        {models.Observation{Code: hgb, Number: "160", UnitCode: "g/L"}, config.Subject{Species: "cat", Age: -1}, reading.High},
		"no interval for a parrot":  {models.Observation{Code: hgb, Number: "115", Unit: "g/L"}, config.Subject{Species: "parrot", Age: 1}, reading.Unknown},
		"another unit":              {models.Observation{Code: hgb, Number: "11.5", Unit: "g/dL"}, dog, reading.Unknown},
		"no unit":                   {models.Observation{Code: hgb, Number: "115"}, dog, reading.Unknown},
		"by name":                   {models.Observation{Code: models.Code{Text: "血红蛋白"}, Number: "181", Unit: "g/l"}, dog, reading.High},
		"below what can be told":    {models.Observation{Code: hgb, Comparator: "<", Number: "120", Low: "120"}, dog, reading.Low},
		"below, and not decided":    {models.Observation{Code: hgb, Comparator: "<", Number: "130", Low: "120", High: "180"}, dog, reading.Unknown},
		"above what can be told":    {models.Observation{Code: hgb, Comparator: ">", Number: "200", Low: "120", High: "180"}, dog, reading.High},
		"at the border":             {models.Observation{Code: hgb, Number: "120", Low: "120", High: "180"}, dog, reading.Usual},
		"its interval by sex":       {models.Observation{Code: hgb, Number: "125", Ranges: []models.Range{{Sex: "male", Low: "130"}, {Sex: "female", Low: "115"}}}, config.Subject{Sex: "male", Age: 40}, reading.Low},
		"its interval by age":       {models.Observation{Code: hgb, Number: "125", Ranges: []models.Range{{From: 0, To: 18, Low: "130"}, {From: 18, Low: "115"}}}, config.Subject{Sex: "male", Age: 40}, reading.Usual},
		"its intervals for others":  {models.Observation{Code: hgb, Unit: "g/L", Number: "125", Ranges: []models.Range{{Sex: "female", Low: "130"}}}, config.Subject{Sex: "male", Age: 40}, reading.Unknown},
		"words":                     {models.Observation{Code: hgb, Words: "阳性"}, dog, reading.Unknown},
		"an interval that is words": {models.Observation{Code: hgb, Number: "3", Unit: "g/L", Range: "阴性"}, dog, reading.Unknown},
	} {
		if got := reading.Read(c, &x.o, x.who).Mark; got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestSubjectOf(t *testing.T) {
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for birth, want := range map[string]float64{"2022-11-22": 4, "2026-05-22": 0.5, "2020": 6.9, "": -1, "unknown": -1} {
		if got := reading.SubjectOf(models.Patient{BirthDate: birth}, at).Age; got < want-0.05 || got > want+0.05 {
			t.Errorf("%q: %v years, want %v", birth, got, want)
		}
	}
}
