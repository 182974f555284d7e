package config

// Surveys is when people are asked how it was. Without the section nobody is
// asked; who wants to say something always can.
type Surveys struct {
	After      Lead     `yaml:"after"`      // after every visit that took place; absent: only the sample is asked
	Procedures []string `yaml:"procedures"` // services after which it is asked again, when the result shows
	Later      []Lead   `yaml:"later"`      // how long after those; default 7d, 30d, 90d
	Sample     int      `yaml:"sample"`     // percent of a week's visits that are asked the Monday after; 0: none
	Apart      Lead     `yaml:"apart"`      // nobody is asked twice within it; default 5d
	Low        int      `yaml:"low"`        // highest score that somebody must look into; default 2
	CaseDue    Lead     `yaml:"case_due"`   // until when; default 1d
}

func (s *Surveys) setDefaults() {
	if len(s.Procedures) > 0 && len(s.Later) == 0 {
		s.Later = []Lead{{Days: 7}, {Days: 30}, {Days: 90}}
	}
	s.Apart = orElse(s.Apart, Lead{Days: 5})
	s.Low = orElse(s.Low, 2)
	s.CaseDue = orElse(s.CaseDue, Lead{Days: 1})
}

func (v *validator) surveys() {
	s := v.Profile.Surveys
	v.refersAll("surveys.procedures", s.Procedures, v.services, "service")
	v.within("surveys.sample", s.Sample, 0, 100)
	v.within("surveys.low", s.Low, 1, 4)
	for i := range s.Later {
		if i > 0 && s.Later[i].length() <= s.Later[i-1].length() {
			v.add(at("surveys.later", i), "%s does not come after %s: write the nearest first", s.Later[i], s.Later[i-1])
		}
	}
	if len(s.Later) > 0 && len(s.Procedures) == 0 {
		v.add("surveys.procedures", "is missing: name the services after which it is asked again")
	}
}
