package outreach

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks that lead up to a procedure.
const (
	TaskPrepare     = "visit-prepare"      // tell what to do
	TaskPrepareOpen = "visit-prepare-open" // what is not confirmed, for staff
)

// CasePrepare is the kind of case of what is not prepared before a procedure.
const CasePrepare = "prepare"

// Prepare is the payload of TaskPrepare and TaskPrepareOpen.
type Prepare struct {
	Items []string `json:"items"`
}

// How long before a visit people are told at the latest what to prepare, how
// long after a late booking, and how long they have before staff hear of it.
const (
	prepareLatest = 3 * time.Hour
	prepareSoon   = 30 * time.Minute
	prepareTime   = 3 * time.Hour
	prepareStaff  = time.Hour // before the visit, at the latest
)

// planPrepare is the countdown to a procedure: what to do, when it is time for
// it, and what staff look at because nobody confirmed it. What a late booking
// leaves no time for is told at once, together.
func planPrepare(c *config.Clinic, p models.Appointment, now time.Time) []models.Task {
	plan := c.PlanOf(p.Slot.Service)
	if plan == nil {
		return nil
	}
	zone := c.Location(p.Slot.Branch)
	day := config.DateOf(p.Slot.Start.In(zone))
	var tells, calls []prepareAt
	for _, i := range plan.Prepare {
		due := day.AddDays(-i.Before.Days).Time(zone, int(i.At))
		if soon := now.Add(prepareSoon); due.Before(soon) {
			due = soon
		}
		if until := c.Outreach.Quiet.Until(due.In(zone)); !until.IsZero() {
			due = until
		}
		if due.After(p.Slot.Start.Add(-prepareLatest)) {
			continue // the confirmation says what to mind
		}
		call := day.AddDays(-i.By.Days).Time(zone, int(config.PrepareCallAt))
		if least := due.Add(prepareTime); call.Before(least) {
			call = least
		}
		if until := c.Outreach.Quiet.Until(call.In(zone)); !until.IsZero() {
			call = until
		}
		if latest := p.Slot.Start.Add(-prepareStaff); call.After(latest) {
			call = latest
		}
		tells, calls = gather(tells, due, i.ID), gather(calls, call, i.ID)
	}
	var out []models.Task
	for _, t := range tells {
		out = append(out, visitTask(p, TaskPrepare, t.items[0], t.at, p.Slot.Start, t.payload()))
	}
	for _, t := range calls {
		out = append(out, visitTask(p, TaskPrepareOpen, t.items[0], t.at, p.Slot.Start, t.payload()))
	}
	return out
}

// prepareAt is what comes at one time.
type prepareAt struct {
	at    time.Time
	items []string
}

func (a prepareAt) payload() []byte {
	b, _ := json.Marshal(Prepare{a.items}) // cannot fail
	return b
}

func gather(list []prepareAt, at time.Time, id string) []prepareAt {
	for i := range list {
		if list[i].at.Equal(at) {
			list[i].items = append(list[i].items, id)
			return list
		}
	}
	return append(list, prepareAt{at, []string{id}})
}

// PrepareLine is a preparation as people read it.
type PrepareLine struct {
	ID   string
	Name config.Text
	How  config.Text // nil while it is not approved
	At   time.Time   // when people are told of it by themselves
	Done bool
	Not  bool // they said that it is not done
}

// PrepareAnswer is what the confirmation of a preparation is kept under. A
// check stays done when the visit is moved to another day, anything else does
// not.
func PrepareAnswer(c *config.Clinic, p models.Appointment, i *config.PrepareItem) string {
	if i.Kind == config.PrepareCheck {
		return "prepare-" + i.ID
	}
	return "prepare-" + i.ID + "@" + config.DateOf(p.Slot.Start.In(c.Location(p.Slot.Branch))).String()
}

// PrepareNot ends the name of an answer that says it is not done yet.
const PrepareNot = "-not"

// PrepareLines lists the preparations of a visit: of some items, or of all.
func PrepareLines(c *config.Clinic, p models.Appointment, answers []models.Answer, decided models.Approvals, items ...string) []PrepareLine {
	plan := c.PlanOf(p.Slot.Service)
	if plan == nil {
		return nil
	}
	said := map[string]bool{}
	for _, a := range answers {
		said[a.Name] = true
	}
	zone := c.Location(p.Slot.Branch)
	var out []PrepareLine
	for k := range plan.Prepare {
		i := &plan.Prepare[k]
		if len(items) > 0 && !strings.Contains(","+strings.Join(items, ",")+",", ","+i.ID+",") {
			continue
		}
		name := PrepareAnswer(c, p, i)
		line := PrepareLine{
			ID: i.ID, Name: i.Name, At: config.DateOf(p.Slot.Start.In(zone)).AddDays(-i.Before.Days).Time(zone, int(i.At)),
			Done: said[name], Not: said[name+PrepareNot] && !said[name],
		}
		if decided.Allow(plan.PrepareID(i), i.How.Hash(), i.How.Approved) && len(i.How.Text) > 0 {
			line.How = i.How.Text
		}
		out = append(out, line)
	}
	return out
}

// VisitCase is a case about a visit: its client, its doctor, its details. What
// the profile dropped since is named as it was booked.
func VisitCase(c *config.Clinic, p models.Appointment, kind string, now time.Time) models.Case {
	out := models.Case{
		Kind: kind, Branch: p.Slot.Branch, Subject: models.AboutAppointment(p.ID), ContactID: p.ContactID,
		Details: map[string]string{
			"Patient": p.PatientName, "Days": strconv.Itoa(DaysSince(c, p, now)), "Number": p.Number, "Phone": ShowPhone(p.Phone),
		},
	}
	if s := c.Service(p.Slot.Service); s != nil {
		Tell(out.Details, "Service", s.Name, c.Language)
	} else {
		out.Details["Service"] = p.Slot.Service
	}
	return out
}
