package outreach

import (
	"slices"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// TaskTips is a chunk of those who are sent care tips.
const TaskTips = "tip-send"

// Tips is the payload of TaskTips.
type Tips struct {
	Day   config.Date `json:"day"`
	After string      `json:"after"` // the contact before the first
}

// TipReader is what is known of somebody when a care tip is chosen.
type TipReader struct {
	Topics   []string // asked for; none: every one
	Sent     map[string]bool
	Patients []models.Patient // who live
	Known    bool             // there are or were patients
	Done     []string         // services of the last half year
}

// ChooseTip is the one entry, of those approved, that fits somebody on a day
// and was not sent to them; nil for none. What is meant for this time of the
// year comes first, then what was done, then what is about their own patients;
// else the order of the profile decides. Who lost all their patients gets none.
func ChooseTip(t *config.Tips, approved models.Approvals, r TipReader, day config.Date) *config.CareTip {
	if r.Known && len(r.Patients) == 0 {
		return nil
	}
	var found *config.CareTip
	most := -1
	for i := range t.Entries {
		e := &t.Entries[i]
		if r.Sent[e.ID] || len(r.Topics) > 0 && !slices.Contains(r.Topics, e.Topic) || !approved.Allow(e.ID, e.Hash(), e.Approved) {
			continue
		}
		if weight, fits := r.fits(e, t, day); fits && weight > most {
			found, most = e, weight
		}
	}
	return found
}

func (r TipReader) fits(e *config.CareTip, t *config.Tips, day config.Date) (weight int, fits bool) {
	season, dated := e.InSeason(day, t.Seasons)
	if !season {
		return 0, false
	}
	if dated {
		weight += 4
	}
	if len(e.Procedures) > 0 {
		if !slices.ContainsFunc(e.Procedures, func(id string) bool { return slices.Contains(r.Done, id) }) {
			return 0, false
		}
		weight += 2
	}
	switch {
	case len(e.Species) == 0 && e.Age == (config.Age{}): // for everybody
	case !r.Known && e.Age == (config.Age{}): // nobody knows better than the topic asked for
	case slices.ContainsFunc(r.Patients, func(p models.Patient) bool { return suits(e, p, day) }):
		weight++
	default:
		return 0, false
	}
	return weight, true
}

func suits(e *config.CareTip, p models.Patient, day config.Date) bool {
	if len(e.Species) > 0 && !slices.Contains(e.Species, p.Species) {
		return false
	}
	if e.Age == (config.Age{}) {
		return true
	}
	months, ok := ageMonths(p.BirthDate, day)
	return ok && months >= e.Age.From && (e.Age.To == 0 || months < e.Age.To)
}

// ageMonths is how many months old somebody born on YYYY-MM-DD, YYYY-MM or
// YYYY is; the middle of what is not known.
func ageMonths(birth string, day config.Date) (int, bool) {
	var born time.Time
	var err error
	switch strings.Count(birth, "-") {
	case 2:
		born, err = time.Parse("2006-01-02", birth)
	case 1:
		born, err = time.Parse("2006-01", birth)
	default:
		if born, err = time.Parse("2006", birth); err == nil {
			born = born.AddDate(0, 6, 0)
		}
	}
	if err != nil {
		return 0, false
	}
	months := (day.Year-born.Year())*12 + int(day.Month-born.Month())
	if day.Day < born.Day() {
		months--
	}
	return months, months >= 0
}
