package outreach

import (
	"encoding/json"
	"time"

	"zhenban/models"
	"zhenban/models/slots"
)

// Kinds of the tasks of the wait list.
const (
	TaskFreed     = "slot-freed" // a time came free: offer it
	TaskWaitLapse = "wait-lapse" // an offer ran out: hand it on
	TaskWaitEnd   = "wait-end"   // the span somebody waits in is past
)

// Freed is the payload of TaskFreed and TaskWaitLapse.
type Freed struct {
	Slot   slots.Slot `json:"slot"`
	Hold   string     `json:"hold,omitempty"`   // under which it is kept for whoever it is offered to
	Except string     `json:"except,omitempty"` // the contact that gave it up
}

// FreedTask offers a time that came free to the wait list, at once and by
// whichever copy is first, so that nobody who gives a time up waits for it.
// key says why it is free.
func FreedTask(s slots.Slot, key string, now time.Time) models.Task {
	payload, _ := json.Marshal(Freed{Slot: s}) // cannot fail
	return models.Task{Key: TaskFreed + ":" + key, Kind: TaskFreed, DueAt: now, UselessAfter: s.End, Payload: payload}
}

// planFreed offers the time of a visit that will not be; taken back, it is not.
func planFreed(p models.Appointment, now time.Time) models.Task {
	payload, _ := json.Marshal(Freed{Slot: p.Slot, Except: p.ContactID}) // cannot fail
	return visitTask(p, TaskFreed, "freed", now, p.Slot.End, payload)
}

// LapseTask hands an offer on when nobody answered it.
func LapseTask(w models.Wait, h models.Hold) models.Task {
	payload, _ := json.Marshal(Freed{Slot: h.Slot, Hold: h.ID}) // cannot fail
	return models.Task{
		Key: TaskWaitLapse + ":" + h.ID, Kind: TaskWaitLapse, Subject: models.AboutWait(w.ID), ContactID: w.ContactID,
		DueAt: h.ExpiresAt, Payload: payload,
	}
}

// WaitEndTask ends a wait when its span is past.
func WaitEndTask(w models.Wait) models.Task {
	return models.Task{Key: TaskWaitEnd + ":" + w.ID, Kind: TaskWaitEnd, Subject: models.AboutWait(w.ID), ContactID: w.ContactID, DueAt: w.To}
}
