package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Analyte is something a laboratory measures: what it is called, in what it is
// usual, and what it says, in plain words.
type Analyte struct {
	ID        string     `yaml:"id"`
	Name      Text       `yaml:"name"`
	Aliases   []string   `yaml:"aliases"`
	Codes     []string   `yaml:"codes"` // LOINC, and local codes
	Unit      string     `yaml:"unit"`  // of the intervals, as UCUM writes it
	Intervals []Interval `yaml:"intervals"`
	Explain   Text       `yaml:"explain"`  // what it is about, for the client; never a diagnosis
	Source    string     `yaml:"source"`   // where explanation and intervals come from
	Approved  bool       `yaml:"approved"` // by the clinic; what is not is never shown
}

// Hash is of the explanation as it reads, in every language: an approval is of
// this very wording.
func (a *Analyte) Hash() string { return hashText(a.Source, a.Name, a.Explain) }

// Interval is what is usual for whom. Where the sender gives an interval of
// its own, that one counts: laboratories differ.
type Interval struct {
	Species string `yaml:"species"` // animals only; "" all
	Sex     string `yaml:"sex"`     // male, female; "" both
	From    Years  `yaml:"from"`    // age
	To      Years  `yaml:"to"`      // exclusive; 0: no limit
	Low     string `yaml:"low"`     // "" no limit
	High    string `yaml:"high"`
}

// Years is an age, written as 18 or 0.5.
type Years float64

// UnmarshalText reads a number of years.
func (y *Years) UnmarshalText(b []byte) error {
	n, err := strconv.ParseFloat(string(b), 64)
	if err != nil || n < 0 || n > 150 {
		return fmt.Errorf("%q is no age in years", b)
	}
	*y = Years(n)
	return nil
}

// Subject is who is examined, as far as it is known. Age is in years, below 0
// when it is not known.
type Subject struct {
	Species, Sex string
	Age          float64
}

// Interval is what is usual for a subject; nil where the profile says nothing
// that surely fits. Adults are meant where no age is known.
func (a *Analyte) Interval(s Subject) *Interval {
	age := s.Age
	if age < 0 {
		age = 30
		if s.Species != "" {
			age = 3
		}
	}
	for i := range a.Intervals {
		v := &a.Intervals[i]
		if v.Species == s.Species && (v.Sex == "" || v.Sex == s.Sex) && age >= float64(v.From) && (v.To == 0 || age < float64(v.To)) {
			return v
		}
	}
	return nil
}

// AnalyteBy finds an analyte by one of its codes or by its name in any
// language; nil when there is none.
func (c *Clinic) AnalyteBy(codes []string, name string) *Analyte {
	for _, code := range codes {
		if a := c.analytes["#"+code]; a != nil {
			return a
		}
	}
	return c.analytes[plainName(name)]
}

// AnalyteByID finds an analyte; nil when there is none.
func (c *Clinic) AnalyteByID(id string) *Analyte { return c.analytes["="+id] }

func plainName(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// indexAnalytes makes analytes found by ID, code and name. A name that means
// two is found by neither.
func indexAnalytes(list []Analyte) map[string]*Analyte {
	out := map[string]*Analyte{}
	for i := range list {
		a := &list[i]
		out["="+a.ID] = a
		for _, code := range a.Codes {
			out["#"+code] = a
		}
		names := slices.Clone(a.Aliases)
		for _, l := range Languages() {
			names = append(names, a.Name[l])
		}
		for _, n := range names {
			if n = plainName(n); n == "" {
				continue
			}
			if other, taken := out[n]; taken && other != a {
				out[n] = nil
				continue
			}
			out[n] = a
		}
	}
	return out
}

func (v *validator) analytes() {
	v.identify("analytes", len(v.Analytes), func(i int) string { return v.Analytes[i].ID })
	codes := map[string]bool{}
	for i := range v.Analytes {
		a, key := &v.Analytes[i], at("analytes", i)
		v.text(key+".name", a.Name)
		for j, c := range a.Codes {
			if codes[c] {
				v.add(at(key+".codes", j), "%q stands here twice", c)
			}
			codes[c] = true
		}
		if len(a.Intervals) > 0 && a.Unit == "" && a.Intervals[0].Low+a.Intervals[0].High != "" {
			v.add(key+".unit", missing)
		}
		if (len(a.Explain) > 0 || len(a.Intervals) > 0) && strings.TrimSpace(a.Source) == "" {
			v.add(key+".source", "is missing: say where explanation and intervals come from")
		}
		for j, r := range a.Intervals {
			v.interval(at(key+".intervals", j), r)
		}
	}
}

func (v *validator) interval(key string, r Interval) {
	if r.Species != "" {
		v.refers(key+".species", r.Species, v.animals, "species")
	}
	if r.Sex != "" && r.Sex != "male" && r.Sex != "female" {
		v.add(key+".sex", "%q is neither male nor female", r.Sex)
	}
	if r.From < 0 || r.To != 0 && r.To <= r.From {
		v.add(key+".to", "does not come after from")
	}
	low, okLow := decimal(r.Low)
	high, okHigh := decimal(r.High)
	switch {
	case !okLow:
		v.add(key+".low", "%q is no number", r.Low)
	case !okHigh:
		v.add(key+".high", "%q is no number", r.High)
	case r.Low == "" && r.High == "":
		v.add(key, "needs low or high")
	case r.Low != "" && r.High != "" && high < low:
		v.add(key+".high", "%s is less than low, %s", r.High, r.Low)
	}
}

func decimal(s string) (float64, bool) {
	if s == "" {
		return 0, true
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}
