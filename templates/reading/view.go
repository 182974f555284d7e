package reading

import (
	"strings"

	"zhenban/config"
	"zhenban/models"
)

// Row is one line of a report as it is read.
type Row struct {
	ID       string // of the observation
	Name     string
	Value    string // with its unit
	Sign     string
	Low      string
	High     string
	Words    string
	Ours     bool
	Off      bool
	Critical bool
	Part     bool   // a component of the line above
	Note     string // the laboratory's
	Analyte  *config.Analyte
}

// Rows reads the observations of a report for a person of a language.
func Rows(c *config.Clinic, results []models.Clinical, p models.Patient, lang config.Language) []Row {
	var out []Row
	for _, r := range results {
		o := r.Observation
		if o == nil || r.Status == models.EnteredInError {
			continue
		}
		at := r.At
		if at.IsZero() {
			at = r.CreatedAt
		}
		who := SubjectOf(p, at)
		if value(o) != "" || len(o.Parts) == 0 {
			row := rowOf(c, o, who, lang)
			row.ID = r.ID
			out = append(out, row)
		} else {
			out = append(out, Row{Name: name(c, o, lang)})
		}
		for i := range o.Parts {
			row := rowOf(c, &o.Parts[i], who, lang)
			row.Part = true
			out = append(out, row)
		}
	}
	return out
}

func rowOf(c *config.Clinic, o *models.Observation, who config.Subject, lang config.Language) Row {
	f := Read(c, o, who)
	return Row{
		Name: name(c, o, lang), Value: value(o), Sign: f.Mark.Sign(), Low: f.Low, High: f.High, Words: f.Words, Ours: f.Ours,
		Off: f.Mark.Off(), Critical: Critical(o), Note: o.Note, Analyte: f.Analyte,
	}
}

// name is what is measured, in the reader's language where the profile knows it.
func name(c *config.Clinic, o *models.Observation, lang config.Language) string {
	var codes []string
	for _, x := range o.Code.Codings {
		codes = append(codes, x.Code)
	}
	if a := c.AnalyteBy(codes, o.Code.Words()); a != nil {
		return a.Name.In(lang)
	}
	return o.Code.Words()
}

func value(o *models.Observation) string {
	switch {
	case o.Number != "":
		return strings.TrimSpace(o.Comparator + o.Number + " " + ShowUnit(o.Unit))
	case o.Words != "":
		return o.Words
	}
	return o.Absent
}

// Title is what a report is called.
func Title(r models.Clinical) string {
	if r.Report == nil {
		return ""
	}
	return r.Report.Code.Words()
}

// ShowUnit writes a unit as people read it: ×10⁹/L for UCUM's 10*9/L.
func ShowUnit(unit string) string {
	return strings.NewReplacer("10*9", "×10⁹", "10^9", "×10⁹", "10*12", "×10¹²", "10^12", "×10¹²", "10*6", "×10⁶", "10^6", "×10⁶", "10*3", "×10³", "10^3", "×10³",
		"umol", "μmol", "ug/", "μg/", "uIU", "μIU", "[pH]", "").Replace(unit)
}
