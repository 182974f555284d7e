package scheduler

import (
	"context"
	"errors"
	"slices"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// recallLate is how late a reminder of a recall is still of use.
const recallLate = 4 * 24 * time.Hour

// recall reminds of what a patient is to come back for, and schedules the next
// reminder, whether or not this one goes out.
func recall(ctx context.Context, w *Work) error {
	r, err := w.Tx.Read().RecallByID(ctx, models.SubjectID("Recall", w.Task.Subject))
	if err != nil {
		return err
	}
	if err := w.Tx.Schedule(outreach.PlanRecall(w.Clinic.Clinic, r, w.Task.DueAt)...); err != nil {
		return err
	}
	kind := w.Clinic.RecallByID(r.Recall)
	due, err := config.ParseDate(r.DueOn)
	switch {
	case kind == nil || err != nil || r.State != models.RecallOpen:
		w.Suppress("nothing is to come back for")
		return nil
	case w.Now.Sub(w.Task.DueAt) > recallLate:
		w.Suppress("too late to be of use")
		return nil
	}
	booked, err := w.Tx.Read().BookedFor(ctx, r.PatientID, kind.Services, w.Now)
	if err != nil {
		return err
	}
	if booked {
		w.Suppress("it is booked already")
		return nil
	}
	patient, err := w.Tx.Read().PatientByID(ctx, r.PatientID)
	if errors.Is(err, models.ErrNotFound) {
		w.Suppress("the patient is not there any more")
		return nil
	}
	if err != nil {
		return err
	}
	people, err := w.Tx.Read().PeopleOf(ctx, patient, r.ContactID)
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(c models.Contact) bool { return c.Reach != models.ReachOpen })
	if len(people) == 0 {
		w.Suppress("nobody of this patient is in the chat")
		return nil
	}
	decided, err := w.Tx.Read().Approvals(ctx, config.RecallTexts)
	if err != nil {
		return err
	}
	why := kind.Text
	if !decided.Allow(kind.ID, kind.Hash(), kind.Approved) {
		why = nil // the reminder goes out all the same
	}
	return w.Push(ctx, recallPush(w, r, kind, why, patient, people[0].ID, due))
}

func recallPush(w *Work, r models.Recall, kind *config.Recall, why config.Text, patient models.Patient, contact string, due config.Date) Push {
	zone := w.Clinic.Location("")
	text, today := "recall.due", config.DateOf(w.Now.In(zone))
	switch n := today.Compare(due); {
	case n < 0:
		text = "recall.soon"
	case n > 0:
		text = "recall.over"
	}
	data := map[string]any{"Patient": outreach.Called(patient), "Name": kind.Name, "Due": due.Time(zone, 0), "Why": nil, "Last": nil, "Pet": patient.Kind == "pet"}
	if len(why) > 0 {
		data["Why"] = why
	}
	if last, err := config.ParseDate(r.LastOn); err == nil && kind.Renews() {
		data["Last"] = last.Time(zone, 0)
	}
	book := "/book " + kind.Services[0]
	if with := book + " pt:" + patient.ID; len(with) <= maxCommand {
		book = with
	}
	return Push{
		ContactID: contact, Kind: models.KindCare, Opens: "recall", Text: text, Data: outreach.Same(data), UselessAfter: w.Task.DueAt.Add(recallLate),
		Notice: outreach.RecallNotice(w.Clinic.Clinic, kind, outreach.Called(patient), due),
		Options: []outreach.Option{
			{Text: "recall.book", Command: book}, {Text: "recall.done", Command: "/recall done " + r.ID}, {Text: "recall.stop", Command: "/recall stop " + r.ID},
		},
	}
}

// maxCommand is how long a command of a button may be (models.Refer).
const maxCommand = 64
