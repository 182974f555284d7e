package scheduler

import (
	"context"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// dose reminds of one dose of a medicine and schedules the next one, whether
// or not this one goes out. It goes out in quiet hours only when its own time
// lies there.
func dose(ctx context.Context, w *Work) error {
	var d outreach.Dose
	if err := w.Payload(&d); err != nil {
		return err
	}
	c, err := w.Tx.Read().CourseByID(ctx, models.SubjectID("MedicationRequest", w.Task.Subject))
	if err != nil {
		return err
	}
	clinic := w.Clinic.Clinic
	if err := w.Tx.Schedule(outreach.PlanCourse(clinic, c, d.N+1, w.Now.Add(-outreach.DoseLate))...); err != nil {
		return err
	}
	at, name := outreach.DoseAt(clinic, c, d.N)
	useless := at.Add(outreach.DoseLate)
	if next, _ := outreach.DoseAt(clinic, c, d.N+1); next.Before(useless) {
		useless = next
	}
	quiet, zone := clinic.Outreach.Quiet, clinic.Location(c.Branch)
	switch {
	case !w.Now.Before(useless):
		w.Suppress("too late to be of use")
		return nil
	case quiet.Until(at.In(zone)).IsZero() && !quiet.Until(w.Now.In(zone)).IsZero():
		w.Suppress("late, and in quiet hours")
		return nil
	}
	data := outreach.CourseData(clinic, c)
	if data["Patient"], err = w.called(ctx, c.PatientID, c.PatientName); err != nil {
		return err
	}
	data["At"], data["Final"] = at, d.N == outreach.Doses(c)-1
	patient, _ := data["Patient"].(string)
	arg := " " + c.ID + " " + name
	return w.Push(ctx, Push{
		Kind: models.KindCare, Opens: "dose", Text: "dose.take", Data: outreach.Same(data), UselessAfter: useless,
		Notice: outreach.DoseNotice(clinic, c, patient, at),
		Urgent: true, // it has its time; no limit of pushes a day holds it back
		Options: []outreach.Option{
			{Text: "dose.taken", Command: "/dose taken" + arg},
			{Text: "dose.skipped", Command: "/dose skip" + arg},
			{Text: "dose.stop", Command: "/dose stop " + c.ID},
		},
	})
}

// courseEnd closes a course after its last dose, with a line that says so.
func courseEnd(ctx context.Context, w *Work) error {
	c, err := w.Tx.Read().CourseByID(ctx, models.SubjectID("MedicationRequest", w.Task.Subject))
	if err != nil {
		return err
	}
	if err := w.Tx.SetCourse(c.ID, c.Version, models.CourseEnded, nil); err != nil {
		return err
	}
	data := outreach.CourseData(w.Clinic.Clinic, c)
	if data["Patient"], err = w.called(ctx, c.PatientID, c.PatientName); err != nil {
		return err
	}
	return w.Push(ctx, Push{
		Kind: models.KindCare, Opens: "dose", Text: "dose.ended", Data: outreach.Same(data),
		Subject: w.Task.Subject, UselessAfter: w.Now.Add(24 * outreach.EndAfter),
		Options: []outreach.Option{{Text: "menu.book", Command: "/book"}, {Text: "menu.agent", Command: "/agent"}},
	})
}
