package client

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Dose takes whether a dose was taken, each once. Arg of /dose: taken or skip,
// the course and the dose; or stop and the course.
type Dose struct{}

// maxSkips is after how many doses not taken, one behind the other, a nurse
// gets in touch.
const maxSkips = 3

// Name implements bot.Flow.
func (Dose) Name() string { return "dose" }

// Step implements bot.Flow.
func (Dose) Step(ctx context.Context, t *bot.Turn) error {
	if strings.HasPrefix(t.Arg, "MedicationRequest/") { // said rather than tapped
		switch {
		case says(t, saysNotTaken[:]):
			return takeUp(ctx, t, "/dose skip")
		case says(t, saysTaken[:]):
			return takeUp(ctx, t, "/dose taken")
		}
		t.Pass()
		return nil
	}
	fields := append(strings.Fields(t.Arg), "", "", "")
	verb, id, name := fields[0], fields[1], fields[2]
	c, err := t.Store.CourseByID(ctx, id)
	if err == nil && c.ContactID != t.Contact.ID {
		_, err = patientOf(ctx, t, c.PatientID)
	}
	switch {
	case errors.Is(err, models.ErrNotFound):
		t.Say("dose.none", nil, t.Option("menu.agent", nil, "/agent"))
		return nil
	case err != nil:
		return err
	case verb == "stop":
		return doseStop(t, c)
	case (verb == "taken" || verb == "skip") && isDose(t, c, name):
		return doseAnswer(ctx, t, c, verb, name)
	}
	t.Say("dose.none", nil, t.Option("menu.agent", nil, "/agent"))
	return nil
}

func isDose(t *bot.Turn, c models.Course, name string) bool {
	for n := range outreach.Doses(c) {
		if _, have := outreach.DoseAt(t.Clinic.Clinic, c, n); have == name {
			return true
		}
	}
	return false
}

func doseAnswer(ctx context.Context, t *bot.Turn, c models.Course, verb, name string) error {
	subject, data := models.AboutCourse(c.ID), outreach.CourseData(t.Clinic.Clinic, c)
	before, err := t.Store.Answers(ctx, subject)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(before, func(a models.Answer) bool { return a.Name == name }); i >= 0 {
		data["Taken"] = before[i].Answer == "taken"
		t.Say("dose.before", data, t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	a := models.Answer{Subject: subject, Name: name, ContactID: t.Contact.ID, Answer: verb}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RecordAnswer(a) })
	if verb == "taken" {
		t.Say("dose.noted", data)
		return nil
	}
	skips := 1
	for _, b := range before {
		if b.Answer != "skip" {
			break
		}
		skips++
	}
	data["Called"] = false
	if skips%maxSkips == 0 {
		if data["Called"], err = doseCase(ctx, t, c, name, skips); err != nil {
			return err
		}
	}
	t.Say("dose.noted_skip", data, t.Option("dose.ask_nurse", nil, "/agent"), t.Option("dose.stop", nil, "/dose stop "+c.ID))
	return nil
}

// doseCase asks a nurse to get in touch: several doses were not taken.
func doseCase(ctx context.Context, t *bot.Turn, c models.Course, name string, skips int) (reached bool, err error) {
	reached, err = anybody(ctx, t, c.Branch, models.Nurse, models.Desk, models.Manager)
	if err != nil {
		return false, err
	}
	kase := models.Case{
		Key: "dose:" + c.ID + ":" + name, Kind: "dose", Branch: c.Branch, Roles: []models.Role{models.Nurse}, ContactID: t.Contact.ID,
		Subject: models.AboutCourse(c.ID), DueAt: outreach.AwakeAfter(t.Clinic.Clinic, c.Branch, t.Now, outreach.ConcernWithin),
		Details: map[string]string{"Patient": c.PatientName, "Name": c.Name, "Dose": c.Dose, "Skips": strconv.Itoa(skips)},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, kase) })
	return reached, nil
}

// doseStop ends the reminders; the medicine is the doctor's to stop, so a
// nurse is told.
func doseStop(t *bot.Turn, c models.Course) error {
	data := outreach.CourseData(t.Clinic.Clinic, c)
	if c.State == models.CourseActive || c.State == models.CoursePaused {
		t.Write(func(_ context.Context, tx *models.Tx) error {
			return tx.SetCourse(c.ID, c.Version, models.CourseStopped, nil)
		})
		t.Notify(outreach.Notice{
			Key: "dose-stop:" + c.ID, Branch: c.Branch, Roles: []models.Role{models.Nurse}, Text: "dose.stopped_notice", Data: outreach.Same(data),
			Options: []outreach.Option{{Text: "notice.reply", Command: "/reply " + t.Contact.ID}},
		})
	}
	t.Say("dose.stopped", data, t.Option("dose.ask_nurse", nil, "/agent"))
	return nil
}
