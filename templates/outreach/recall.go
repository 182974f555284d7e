package outreach

import (
	"encoding/json"
	"fmt"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// TaskRecall is due when a patient is to be reminded of a recall.
const TaskRecall = "recall"

// Recall is the payload of TaskRecall.
type Recall struct {
	Day int `json:"day"` // from the due day
}

// recallAt is the time of the day at which recalls are written, in minutes.
const recallAt = 10 * 60

// PlanRecall is the next reminder of a recall as it will be, after a moment;
// none when it is not open or all days are over. One at a time: each brings
// about the one after it.
func PlanRecall(c *config.Clinic, r models.Recall, after time.Time) []models.Task {
	kind := c.RecallByID(r.Recall)
	due, err := config.ParseDate(r.DueOn)
	if kind == nil || err != nil || r.State != models.RecallOpen {
		return nil
	}
	for _, d := range kind.Days {
		at := due.AddDays(d).Time(c.Location(""), recallAt)
		if !at.After(after) {
			continue
		}
		payload, _ := json.Marshal(Recall{d}) // cannot fail
		return []models.Task{{
			Key: fmt.Sprintf("recall:%s:%d:%d", r.ID, r.Version, d), Kind: TaskRecall, Subject: models.AboutRecall(r.ID), Version: r.Version,
			DueAt: at, Payload: payload, Priority: models.PriorityBulk,
		}}
	}
	return nil
}

// Completed is a recall as it stands after it was done on a day: it counts from
// there again, or is over when it was for once.
func Completed(kind *config.Recall, r models.Recall, on config.Date) models.Recall {
	r.LastOn = on.String()
	switch {
	case r.State == models.RecallStopped:
	case kind.Renews():
		r.State, r.DueOn = models.RecallOpen, kind.Due(on).String()
	default:
		r.State = models.RecallDone
	}
	return r
}

// Started is a recall that counts from a day on, anew.
func Started(kind *config.Recall, r models.Recall, on config.Date) models.Recall {
	r.Recall, r.LastOn, r.DueOn = kind.ID, on.String(), kind.Due(on).String()
	if r.State != models.RecallStopped {
		r.State = models.RecallOpen
	}
	return r
}

// SaveRecall keeps a recall as it stands now, with its next reminder in place
// of what waited for it before.
func SaveRecall(tx *models.Tx, c *config.Clinic, r models.Recall, now time.Time) error {
	was := r.Version
	if r.ID == "" {
		r.ID = tx.NewID()
	}
	r.Version++
	return tx.SaveRecall(r, was, PlanRecall(c, r, now))
}
