package config

import "time"

// Reports is what the clinic promises about reports, and who reads them first.
type Reports struct {
	Basic   Lead     `yaml:"basic"`   // from its registration to the result; default 30m
	Complex Lead     `yaml:"complex"` // the same of what takes longer; default 24h
	Slow    []string `yaml:"slow"`    // categories (HL7 table 0074) that are complex; default pathology, microbiology, genetics, imaging
	Doctor  Lead     `yaml:"doctor"`  // a critical result that no doctor has taken up by then goes to the manager; default 10m
	Hold    Lead     `yaml:"hold"`    // a critical result is shown to the client after this at the latest; default 4h
	Bare    bool     `yaml:"bare"`    // no explanations, not even approved ones
}

func (r *Reports) setDefaults() {
	r.Basic, r.Complex = orElse(r.Basic, Lead{Minutes: 30}), orElse(r.Complex, Lead{Minutes: 24 * 60})
	r.Doctor, r.Hold = orElse(r.Doctor, Lead{Minutes: 10}), orElse(r.Hold, Lead{Minutes: 4 * 60})
	if r.Slow == nil {
		// HL7 table 0074: cytopathology, cytogenetics, genetics, immunology, microbiology, mycobacteriology, mycology,
		// virology, parasitology, other, anatomic and surgical pathology, radiology and its kin.
		r.Slow = []string{"CP", "CG", "GE", "IMM", "MB", "MCB", "MYC", "VR", "PAR", "PAT", "SP", "RAD", "CT", "NMR", "NMS", "OUS", "VUS", "RX", "imaging"}
	}
}

// Promise is how long a report of a category may take.
func (r *Reports) Promise(category string) time.Duration {
	for _, s := range r.Slow {
		if s == category {
			return r.Complex.length()
		}
	}
	return r.Basic.length()
}

// Length is how long a span is, a day being 24 hours.
func (l Lead) Length() time.Duration { return l.length() }
