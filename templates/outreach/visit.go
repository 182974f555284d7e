// Package outreach is what the clinic says first: what a visit or a staff
// notice is told as, and when it is due. Conversations and jobs share it.
package outreach

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/nyaruka/phonenumbers"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks that a visit brings about.
const (
	TaskRemind    = "visit-remind"
	TaskMade      = "visit-made"       // booked elsewhere: tell the person
	TaskIntake    = "visit-intake"     // ask before the visit
	TaskBrief     = "visit-brief"      // show the doctor what was answered
	TaskNoShow    = "visit-noshow"     // nobody came
	TaskNoShowAsk = "visit-noshow-ask" // ask why
	TaskSummary   = "visit-summary"    // what was done
)

// Remind is the payload of TaskRemind.
type Remind struct {
	Lead config.Lead `json:"lead"`
}

// justBooked is how soon after a booking no reminder of days is due yet: the
// person has the confirmation before them.
const justBooked = time.Hour

// PlanVisit is what is due about a visit as it stands now: given to whatever
// books, moves, restores or marks it, in the same transaction. p is the visit
// as it will be, its Version included.
func PlanVisit(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	switch p.Status {
	case models.Booked:
		return slices.Concat(planReminders(c, p, now), planIntake(c, p, now), planConsents(c, p, now), planPrepare(c, p, now), planNoShow(c, p))
	case models.Arrived:
		return planBrief(c, p, now)
	case models.Fulfilled:
		return slices.Concat(planSummary(c, p, now), planSurveys(c, p, now), planCare(p, now))
	case models.NoShow:
		return []models.Task{planFreed(p, now), planNoShowAsk(c, p, now)}
	case models.Cancelled:
		return []models.Task{planFreed(p, now)}
	}
	return nil
}

// PlanMade is PlanVisit for a visit that the person did not book in the chat:
// they are told that it was made.
func PlanMade(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	return append(PlanVisit(c, p, now), visitTask(p, TaskMade, "made", now, p.Slot.Start, nil))
}

func planReminders(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	start := p.Slot.Start.In(c.Location(p.Slot.Branch))
	leads := c.RemindersOf(p.Slot.Service)
	var out []models.Task
	for i, lead := range leads {
		due := lead.Before(start)
		if due.Before(now) || lead.Days > 0 && due.Before(now.Add(justBooked)) {
			continue
		}
		useless := start
		if i+1 < len(leads) {
			useless = leads[i+1].Before(start) // the next one says the same, nearer
		}
		payload, _ := json.Marshal(Remind{lead}) // cannot fail
		out = append(out, visitTask(p, TaskRemind, lead.String(), due, useless, payload))
	}
	return out
}

func visitTask(p models.Appointment, kind, name string, due, useless time.Time, payload []byte) models.Task {
	return models.Task{
		Key: kind + ":" + p.ID + ":" + strconv.Itoa(p.Version) + ":" + name, Kind: kind, Subject: models.AboutAppointment(p.ID), Version: p.Version,
		ContactID: p.ContactID, DueAt: due, UselessAfter: useless, Payload: payload,
	}
}

// VisitData is what texts say about a visit, in the zone of its branch.
func VisitData(c *config.Clinic, p models.Appointment, now time.Time) map[string]any {
	loc := c.Location(p.Slot.Branch)
	data := map[string]any{
		"Number": p.Number, "Start": p.Slot.Start.In(loc), "End": p.Slot.End.In(loc), "Patient": p.PatientName, "Phone": ShowPhone(p.Phone),
		"Service": config.Text{config.Hans: p.Slot.Service}, "Doctor": config.Text{config.Hans: p.Slot.Practitioner}, "Branch": nil,
		"Address": nil, "Parking": nil, "Price": config.Price{}, "Bring": nil, "Preparation": nil, "First": p.FirstVisit,
		"ClinicPhone": c.Phone, "Soon": time.Duration(c.Booking.LateChangeHours)*time.Hour > p.Slot.Start.Sub(now), "LatePolicy": c.Booking.LatePolicy,
	}
	// What the profile dropped since is shown by the name it was booked with.
	if s := c.Service(p.Slot.Service); s != nil {
		data["Service"], data["Price"] = s.Name, s.Price
		if len(s.Bring) > 0 {
			data["Bring"] = s.Bring
		}
		if len(s.Preparation) > 0 {
			data["Preparation"] = s.Preparation
		}
	}
	if d := c.Practitioner(p.Slot.Practitioner); d != nil {
		data["Doctor"] = d.Name
	}
	if b := c.Branch(p.Slot.Branch); b != nil {
		data["Address"] = b.Address
		if len(b.Parking) > 0 {
			data["Parking"] = b.Parking
		}
		if len(c.Branches) > 1 {
			data["Branch"] = b.Name
		}
	}
	return data
}

// Called is what a patient is called in words to their people: "" for
// whoever reads it themselves.
func Called(p models.Patient) string {
	if p.Kind == "person" && p.Relation == "self" {
		return ""
	}
	return p.Name
}

// ShowPhone writes a number as people at home do.
func ShowPhone(e164 string) string {
	n, err := phonenumbers.Parse(e164, "CN")
	if err != nil {
		return e164
	}
	if n.GetCountryCode() == 86 {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
