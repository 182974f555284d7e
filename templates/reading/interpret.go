package reading

import (
	"strconv"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Mark says how a finding stands to what is usual.
type Mark string

// The marks. Usual is known to be usual; Unknown is not known.
const (
	Unknown  Mark = ""
	Usual    Mark = "usual"
	Low      Mark = "low"
	High     Mark = "high"
	VeryLow  Mark = "very_low"
	VeryHigh Mark = "very_high"
	Abnormal Mark = "abnormal"
	Panic    Mark = "panic" // critically abnormal, neither high nor low
)

// Sign is what stands behind a value: ↑ ↓ ↑↑ ↓↓ or *.
func (m Mark) Sign() string {
	switch m {
	case Low:
		return "↓"
	case High:
		return "↑"
	case VeryLow:
		return "↓↓"
	case VeryHigh:
		return "↑↑"
	case Abnormal:
		return "*"
	case Panic:
		return "**"
	}
	return ""
}

// Off reports a finding that is not as usual.
func (m Mark) Off() bool { return m != Unknown && m != Usual }

// Finding is an observation read: its mark and the interval it was judged by.
type Finding struct {
	Mark    Mark
	Low     string
	High    string
	Words   string // an interval in words
	Ours    bool   // judged by the clinic's profile, since the sender gave neither flag nor interval
	Analyte *config.Analyte
}

// Read judges an observation: the sender's flag first, then the interval that
// came with it, then the profile's for this species, sex and age.
func Read(c *config.Clinic, o *models.Observation, who config.Subject) Finding {
	f := Finding{Low: o.Low, High: o.High, Words: o.Range}
	if r := rangeFor(o.Ranges, who); r != nil {
		f.Low, f.High, f.Words = r.Low, r.High, r.Text
	}
	var codes []string
	for _, x := range o.Code.Codings {
		codes = append(codes, x.Code)
	}
	f.Analyte = c.AnalyteBy(codes, o.Code.Words())
	f.Mark = flagged(o.Flags)
	if f.Low == "" && f.High == "" && f.Words == "" && len(o.Ranges) == 0 && f.Analyte != nil && sameUnit(f.Analyte.Unit, o) {
		if i := f.Analyte.Interval(who); i != nil {
			f.Low, f.High, f.Ours = i.Low, i.High, f.Mark == Unknown
		}
	}
	if f.Mark == Unknown {
		f.Mark = compare(o, f.Low, f.High)
	}
	return f
}

// rangeFor chooses the sender's interval for a subject: the first that is for
// them, else one that is for everybody.
func rangeFor(list []models.Range, who config.Subject) *models.Range {
	var all *models.Range
	for i := range list {
		r := &list[i]
		switch {
		case r.Sex == "" && r.From == 0 && r.To == 0:
			if all == nil {
				all = r
			}
		case r.Sex != "" && r.Sex != who.Sex:
		case who.Age < 0 && (r.From > 0 || r.To > 0), who.Age >= 0 && (who.Age < r.From || r.To > 0 && who.Age >= r.To):
		default:
			return r
		}
	}
	return all
}

// flagged reads the sender's flags: HL7 table 0078 and FHIR's
// v3-ObservationInterpretation, and what laboratories write in words.
func flagged(flags []string) Mark {
	mark := Unknown
	for _, f := range flags {
		switch strings.ToUpper(strings.TrimSpace(f)) {
		case "HH", "↑↑":
			return VeryHigh
		case "LL", "↓↓":
			return VeryLow
		case "AA":
			return Panic
		case "H", "HU", ">", "↑", "高", "偏高":
			mark = High
		case "L", "LU", "<", "↓", "低", "偏低":
			mark = Low
		case "A", "异常", "異常":
			if mark == Unknown {
				mark = Abnormal
			}
		case "N", "正常":
			if mark == Unknown {
				mark = Usual
			}
		}
	}
	return mark
}

// compare judges a number by an interval; a value that is only known to be
// below or above something is judged only where that decides it.
func compare(o *models.Observation, low, high string) Mark {
	v, err := strconv.ParseFloat(o.Number, 64)
	if err != nil || low == "" && high == "" {
		return Unknown
	}
	lo, errLow := strconv.ParseFloat(low, 64)
	hi, errHigh := strconv.ParseFloat(high, 64)
	switch {
	case low != "" && errLow == nil && v < lo && !strings.HasPrefix(o.Comparator, ">"),
		low != "" && errLow == nil && v == lo && o.Comparator == "<":
		return Low
	case high != "" && errHigh == nil && v > hi && !strings.HasPrefix(o.Comparator, "<"),
		high != "" && errHigh == nil && v == hi && o.Comparator == ">":
		return High
	case o.Comparator != "" || low != "" && errLow != nil || high != "" && errHigh != nil:
		return Unknown
	}
	return Usual
}

// sameUnit compares units as laboratories write them: 10^9/L, 10*9/L, ×10⁹/L;
// μmol/L, umol/L. A value without a unit is not compared with one.
func sameUnit(unit string, o *models.Observation) bool {
	return unit != "" && (plainUnit(unit) == plainUnit(o.Unit) || plainUnit(unit) == plainUnit(o.UnitCode))
}

func plainUnit(s string) string {
	s = strings.NewReplacer("⁹", "9", "¹²", "12", "×", "", "^", "*", "µ", "u", "μ", "u", " ", "", "e9", "*9", "e12", "*12", "iu/", "u/").Replace(strings.ToLower(s))
	return strings.TrimPrefix(strings.TrimPrefix(s, "x"), "*")
}

// SubjectOf is who is examined, as the profile's intervals ask.
func SubjectOf(p models.Patient, at time.Time) config.Subject {
	return config.Subject{Species: p.Species, Sex: p.Sex, Age: years(p.BirthDate, at)}
}

// years is an age from a birth date of any precision; -1 when there is none.
func years(birth string, at time.Time) float64 {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if b, err := time.Parse(layout, birth); err == nil {
			return max(0, at.Sub(b).Hours()/24/365.25)
		}
	}
	return -1
}
