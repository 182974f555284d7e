package outreach

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks about surveys.
const (
	TaskSurvey       = "survey-ask"    // asks about one visit
	TaskSurveySample = "survey-sample" // chooses among a day's visits
)

// Survey is the payload of TaskSurvey.
type Survey struct {
	Wave string `json:"wave"`
	Days int    `json:"days,omitempty"` // since the procedure
}

// SurveySample is the payload of TaskSurveySample.
type SurveySample struct {
	Week string      `json:"week"` // 2026-W48
	Day  config.Date `json:"day"`
}

// How long a question of how it was is of use.
const (
	surveyUse = 7 * 24 * time.Hour
	laterUse  = 14 * 24 * time.Hour
)

// planSurveys is what is asked after a visit that took place, counted from the
// moment it is over.
func planSurveys(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	s, local := c.Surveys, now.In(c.Location(p.Slot.Branch))
	var out []models.Task
	if s.After != (config.Lead{}) {
		due := s.After.After(local)
		out = append(out, surveyTask(p, Survey{Wave: models.WaveVisit}, due, due.Add(surveyUse)))
	}
	if slices.Contains(s.Procedures, p.Slot.Service) {
		for _, lead := range s.Later {
			due := lead.After(local)
			out = append(out, surveyTask(p, Survey{Wave: lead.String(), Days: lead.Days}, due, due.Add(laterUse)))
		}
	}
	return out
}

func surveyTask(p models.Appointment, s Survey, due, useless time.Time) models.Task {
	payload, _ := json.Marshal(s) // cannot fail
	return visitTask(p, TaskSurvey, s.Wave, due, useless, payload)
}

// SampleTask asks about a visit of the weekly sample.
func SampleTask(p models.Appointment, now time.Time) models.Task {
	t := surveyTask(p, Survey{Wave: models.WaveSample}, now, now.Add(surveyUse))
	t.Priority = models.PriorityBulk
	return t
}

// ISOWeek names the week of a time in its own zone: 2026-W48.
func ISOWeek(t time.Time) string {
	year, week := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// Sampled reports whether a visit is in a week's sample. It depends on the
// week, the visit and the percentage only: every copy and every rerun chooses
// the same, whatever other visits there are by then.
func Sampled(week, appointmentID string, percent int) bool {
	sum := sha256.Sum256([]byte("survey sample " + week + " " + appointmentID))
	return binary.BigEndian.Uint64(sum[:8])%10_000 < uint64(max(percent, 0))*100
}
