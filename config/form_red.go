package config

import (
	"regexp"
	"strconv"
)

// RedLine is a value beyond which an answer alone calls the doctor.
type RedLine struct {
	At    float64
	Below bool // what is lower is red
	Or    bool // the value itself is
}

// RedLines are the red lines of a number: rules with flag red that look at
// nothing else. What a rule says of several answers together is no line.
func (f *Form) RedLines(linkID string) []RedLine {
	var out []RedLine
	for _, r := range f.Rules {
		m := redNumber.FindStringSubmatch(string(r.When))
		if r.Flag != FlagRed || m == nil || m[1] != linkID {
			continue
		}
		v, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			continue
		}
		out = append(out, RedLine{At: v, Below: m[2][0] == '<', Or: len(m[2]) == 2})
	}
	return out
}

// RedAnswers are the answers of a choice that are red by themselves.
func (f *Form) RedAnswers(linkID string) []string {
	var out []string
	for _, r := range f.Rules {
		m := redAnswer.FindStringSubmatch(string(r.When))
		if r.Flag == FlagRed && m != nil && m[1] == linkID {
			out = append(out, m[2])
		}
	}
	return out
}

var (
	redNumber = regexp.MustCompile(`^\s*(\w+)\s*(>=|<=|>|<)\s*(-?[0-9.]+)\s*$`)
	redAnswer = regexp.MustCompile(`^\s*(\w+)\s*==\s*['"]([^'"]*)['"]\s*$`)
)
