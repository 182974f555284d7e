package scheduler

import (
	"context"
	"errors"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// discharge sends the sheet to take home after a procedure, in place of the
// summary of the visit.
func discharge(ctx context.Context, w *Work) error {
	p, err := w.Tx.Read().CarePlanByID(ctx, models.SubjectID(models.KindCarePlan, w.Task.Subject))
	if err != nil {
		return err
	}
	decided, err := w.Tx.Read().Approvals(ctx, outreach.CourseNotes)
	if err != nil {
		return err
	}
	var courses []models.Course
	if p.PatientID != "" {
		if courses, err = w.Tx.Read().CoursesOf(ctx, p.PatientID); err != nil {
			return err
		}
	}
	done, err := w.Tx.Read().VisitNote(ctx, p.AppointmentID, models.NoteDone)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	next, err := w.next(ctx, p.ContactID, models.Appointment{PatientID: p.PatientID})
	if err != nil {
		return err
	}
	data := outreach.DischargeData(w.Clinic.Clinic, p, decided, courses, done.Body, next, w.Now)
	if data["Patient"], err = w.called(ctx, p.PatientID, p.PatientName); err != nil {
		return err
	}
	options := []outreach.Option{{Text: "discharge.ask", Command: "/agent"}}
	switch kinds := w.Clinic.PlanByID(p.Plan).Discharge.Recalls(); {
	case next != nil:
		options = append(options, outreach.Option{Text: "discharge.bookings", Command: "/bookings"})
	case len(kinds) > 0:
		options = append(options, outreach.Option{Text: "discharge.book", Command: "/book " + w.Clinic.RecallByID(kinds[0]).Services[0]})
	}
	return w.Push(ctx, Push{Kind: models.KindVisit, Text: "discharge.text", Data: outreach.Same(data), Options: options})
}
