package models

import "time"

// Kinds of what the clinic's systems send about a patient, in FHIR's words.
const (
	KindReport      = "DiagnosticReport"
	KindObservation = "Observation"
	KindEncounter   = "Encounter"
	KindCarePlan    = "CarePlan"
)

// States of reports and observations, as FHIR has them.
const (
	Registered     = "registered"
	Partial        = "partial"
	Preliminary    = "preliminary"
	Final          = "final"
	Amended        = "amended"
	Corrected      = "corrected"
	Appended       = "appended"
	Withdrawn      = "cancelled"
	EnteredInError = "entered-in-error"
	StatusUnknown  = "unknown"
)

// Finished reports a state in which a report has its result.
func Finished(status string) bool {
	switch status {
	case Final, Amended, Corrected, Appended:
		return true
	}
	return false
}

// rank orders the states that follow each other, so that a message that was
// held up on its way does not undo a later one.
func rank(status string) int {
	switch status {
	case Registered:
		return 1
	case Partial, Preliminary:
		return 2
	case Final:
		return 3
	case Amended, Corrected, Appended:
		return 4
	case Withdrawn, EnteredInError:
		return 5
	}
	return 0
}

// Coding is a code of a system: http://loinc.org 718-7.
type Coding struct {
	System  string `json:"s,omitempty"`
	Code    string `json:"c,omitempty"`
	Display string `json:"d,omitempty"`
}

// Code is what something is, by codes, by words, or both.
type Code struct {
	Codings []Coding `json:"c,omitempty"`
	Text    string   `json:"t,omitempty"`
}

// Words is the wording there is, "" for none.
func (c Code) Words() string {
	if c.Text != "" {
		return c.Text
	}
	for _, x := range c.Codings {
		if x.Display != "" {
			return x.Display
		}
	}
	for _, x := range c.Codings {
		if x.Code != "" {
			return x.Code
		}
	}
	return ""
}

// Report is what an examination found (FHIR DiagnosticReport).
type Report struct {
	Code       Code      `json:"code"`
	Doctor     string    `json:"doctor,omitempty"`     // who answers for it, as the sender wrote it
	Conclusion string    `json:"conclusion,omitempty"` // the doctor's own words
	Results    []string  `json:"results,omitempty"`    // IDs of its observations, in order
	Files      []File    `json:"files,omitempty"`
	Critical   bool      `json:"critical,omitempty"` // one of its values must reach the doctor first
	Effective  time.Time `json:"effective,omitzero"`
}

// File is a page or a picture of a report, kept by the media store.
type File struct {
	Key         string `json:"key"`
	ContentType string `json:"type"`
	Title       string `json:"title,omitempty"`
	Size        int    `json:"size"`
	Part        int    `json:"part"` // which presentedForm of the report it is
}

// Range is an interval that the sender gives for some: of a sex, of an age.
type Range struct {
	Low  string  `json:"lo,omitempty"`
	High string  `json:"hi,omitempty"`
	Text string  `json:"t,omitempty"`
	Sex  string  `json:"sex,omitempty"`  // male, female; "" both
	From float64 `json:"from,omitempty"` // years
	To   float64 `json:"to,omitempty"`   // exclusive; 0: no limit
}

// Observation is one finding (FHIR Observation): a number with its unit, words
// or a code.
type Observation struct {
	Code       Code          `json:"code"`
	Number     string        `json:"n,omitempty"` // as written, so that 5.0 stays 5.0
	Comparator string        `json:"cmp,omitempty"`
	Unit       string        `json:"u,omitempty"`
	UnitCode   string        `json:"uc,omitempty"` // UCUM
	Words      string        `json:"w,omitempty"`  // a value that is no number
	Absent     string        `json:"absent,omitempty"`
	Low        string        `json:"lo,omitempty"`
	High       string        `json:"hi,omitempty"`
	Range      string        `json:"range,omitempty"`  // the interval in words
	Ranges     []Range       `json:"ranges,omitempty"` // where there are several, by sex or age
	Flags      []string      `json:"flags,omitempty"`  // the sender's: H, L, HH, LL, A, AA, N …
	Note       string        `json:"note,omitempty"`
	Parts      []Observation `json:"parts,omitempty"` // FHIR component
	Effective  time.Time     `json:"effective,omitzero"`
}
