package config

import (
	"slices"
	"strings"
	"time"
)

// Alerts is how staff are told of what cannot wait, and who is told next as
// long as nobody takes it. Quiet hours do not hold them, calm ladders apart.
type Alerts struct {
	Snooze     Lead     `yaml:"snooze"`      // how long "later" puts an alert off; default 10m
	Ladders    []Ladder `yaml:"ladders"`     // of urgent cases; the first that names a kind is its ladder
	Late       []Rung   `yaml:"late"`        // past the limit of a case, as long as it is open; default at once, and the manager after 1h
	LateUrgent []Rung   `yaml:"late_urgent"` // of urgent ones that somebody has taken; default at once, and the manager after 15m
}

// Ladder says who is told of an urgent case, and when, until somebody takes it.
type Ladder struct {
	Cases []string `yaml:"cases"` // kinds of case; empty: every kind that no other ladder names
	Rungs []Rung   `yaml:"rungs"` // the first without after: when the case is opened
	Calm  bool     `yaml:"calm"`  // what follows the first rung waits for the end of quiet hours
	Again Lead     `yaml:"again"` // how long after the last rung it is repeated, then twice as long each time, at most 1h, after a day once a day; default 10m
}

// Rung is one step of a ladder.
type Rung struct {
	After Lead     `yaml:"after"` // since the case was opened, or since its limit
	To    []string `yaml:"to"`    // roles, and practitioner for the doctor of the case; empty: those of the rung before
}

// ToPractitioner on a rung is whoever the case is meant for: the doctor of the
// visit.
const ToPractitioner = "practitioner"

// longestAgain is the longest that the last rung waits before it is repeated on
// the first day; after that it is repeated once a day.
const (
	longestAgain = time.Hour
	day          = 24 * time.Hour
)

// ladderKinds are the kinds of case that a ladder may name.
func ladderKinds() []string {
	return []string{"urgent", "form", "critical", "survey", "complaint", "concern", "question", "agent", "followup", "checkin", "dose", "turnaround"}
}

// alertRoles are who can be told.
func alertRoles() []string {
	return []string{ToPractitioner, "desk", "nurse", "doctor", "consultant", "manager"}
}

// DefaultAlerts are those of a profile that says nothing about them.
func DefaultAlerts() Alerts {
	var a Alerts
	a.setDefaults()
	return a
}

func (a *Alerts) setDefaults() {
	a.Snooze = orElse(a.Snooze, Lead{Minutes: 10})
	if !slices.ContainsFunc(a.Ladders, func(l Ladder) bool { return len(l.Cases) == 0 }) {
		a.Ladders = append(a.Ladders, Ladder{Rungs: []Rung{{}, {After: Lead{Minutes: 5}}, {After: Lead{Minutes: 10}, To: []string{"manager"}}}})
	}
	for i := range a.Ladders {
		a.Ladders[i].Again = orElse(a.Ladders[i].Again, Lead{Minutes: 10})
	}
	if len(a.Late) == 0 {
		a.Late = []Rung{{}, {After: Lead{Minutes: 60}, To: []string{"manager"}}}
	}
	if len(a.LateUrgent) == 0 {
		a.LateUrgent = []Rung{{}, {After: Lead{Minutes: 15}, To: []string{"manager"}}}
	}
}

// LadderOf is the ladder of an urgent case of a kind.
func (a *Alerts) LadderOf(kind string) *Ladder {
	var all *Ladder
	for i := range a.Ladders {
		l := &a.Ladders[i]
		if slices.Contains(l.Cases, kind) {
			return l
		}
		if len(l.Cases) == 0 && all == nil {
			all = l
		}
	}
	return all
}

// Past are the rungs past the limit of a case.
func (a *Alerts) Past(urgent bool) []Rung {
	if urgent {
		return a.LateUrgent
	}
	return a.Late
}

// Rung is who is told at the n-th time, counted from 0, and how long after the
// opening: behind the last rung it is the last one again and again.
func (l *Ladder) Rung(n int) (to []string, after time.Duration) {
	last := min(n, len(l.Rungs)-1)
	for _, r := range l.Rungs[:last+1] {
		if after = r.After.length(); len(r.To) > 0 {
			to = r.To
		}
	}
	for i, wait := last, l.Again.length(); i < n; i, wait = i+1, min(2*wait, longestAgain) {
		if after > day {
			wait = day
		}
		after += wait
	}
	return to, after
}

// Repeats reports whether the n-th rung tells those who were told before.
func (l *Ladder) Repeats(n int) bool { return n >= len(l.Rungs) || n > 0 && len(l.Rungs[n].To) == 0 }

// OnDuty reports whether a practitioner works now at a branch ("" for any);
// known is false for somebody whose shifts the profile does not say.
func (c *Clinic) OnDuty(practitioner, branch string, now time.Time) (on, known bool) {
	r := c.Practitioner(practitioner)
	if r == nil {
		return false, false
	}
	for _, h := range r.Shifts {
		if branch != "" && h.Branch != branch {
			continue
		}
		at := now.In(c.Location(h.Branch))
		today := DateOf(at)
		if !h.Days[today.Weekday()] {
			continue
		}
		for _, s := range awaySpans(slices.Clone(h.Hours), r.Leave, today) {
			if m := at.Hour()*60 + at.Minute(); m >= s.Start && m < s.End {
				return true, true
			}
		}
	}
	return false, true
}

func (v *validator) alerts() {
	seen := ids{}
	for i := range v.Alerts.Ladders {
		l, key := &v.Alerts.Ladders[i], at("alerts.ladders", i)
		for j, kind := range l.Cases {
			switch at := at(key+".cases", j); {
			case !slices.Contains(ladderKinds(), kind):
				v.add(at, "%q is no kind of case: use %s%s", kind, strings.Join(ladderKinds(), ", "), didYouMean(kind, ladderKinds()))
			case seen[kind]:
				v.add(at, "%q has a ladder before this one", kind)
			}
			seen[kind] = true
		}
		if len(l.Cases) == 0 && i < len(v.Alerts.Ladders)-1 {
			v.add(key+".cases", "is missing: only the last ladder is for all that no other names")
		}
		v.rungs(key+".rungs", l.Rungs)
	}
	v.rungs("alerts.late", v.Alerts.Late)
	v.rungs("alerts.late_urgent", v.Alerts.LateUrgent)
}

func (v *validator) rungs(key string, rungs []Rung) {
	if len(rungs) == 0 {
		v.add(key, missing)
	}
	for i, r := range rungs {
		switch {
		case i == 0 && r.After != (Lead{}):
			v.add(at(key, i)+".after", "the first rung comes at once: leave it out")
		case i > 0 && r.After.length() <= rungs[i-1].After.length():
			v.add(at(key, i)+".after", "%s is no later than the rung before", r.After)
		}
		for j, to := range r.To {
			if !slices.Contains(alertRoles(), to) {
				v.add(at(at(key, i)+".to", j), "%q is nobody: use %s%s", to, strings.Join(alertRoles(), ", "), didYouMean(to, alertRoles()))
			}
		}
	}
}
