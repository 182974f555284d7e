// Package reading says what a finding means: high, low or as usual, and what
// must reach the doctor first. The sender's own flag comes first, since the
// laboratory knows its method; then the interval that came with the value;
// then the clinic's profile.
package reading

import (
	"slices"
	"strings"

	"zhenban/models"
)

// Critical reports a finding that its sender flags as critical (HL7 table
// 0078: LL and HH below and above panic limits, AA critically abnormal), in
// itself or in a part of it.
func Critical(o *models.Observation) bool {
	for _, f := range o.Flags {
		switch strings.ToUpper(f) {
		case "LL", "HH", "AA":
			return true
		}
	}
	return slices.ContainsFunc(o.Parts, func(p models.Observation) bool { return Critical(&p) })
}
