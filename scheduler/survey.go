package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// survey asks somebody how their visit was: once, not too often, and nobody
// whose animal or relative has died since.
func survey(ctx context.Context, w *Work) error {
	var s outreach.Survey
	if err := w.Payload(&s); err != nil {
		return err
	}
	p, err := w.Appointment(ctx)
	if err != nil {
		return err
	}
	who, reason, err := surveyed(ctx, w, p)
	if err != nil {
		return err
	}
	if reason != "" {
		w.Suppress(reason)
		return nil
	}
	zone := w.Clinic.Location("")
	apart := w.Now.Sub(w.Clinic.Surveys.Apart.Before(w.Now.In(zone)))
	ask := models.Survey{
		ID: w.Tx.NewID(), Key: models.SurveyKey(p.ID, s.Wave), Wave: s.Wave, ContactID: who, AppointmentID: p.ID,
		Branch: p.Slot.Branch, Service: p.Slot.Service, Practitioner: p.Slot.Practitioner, Month: w.Now.In(zone).Format("2006-01"),
	}
	switch err := w.Tx.AskSurvey(ask, apart); {
	case errors.Is(err, models.ErrDuplicate):
		w.Suppress("asked or answered before")
		return nil
	case errors.Is(err, models.ErrLimit):
		w.Suppress("the person was asked about something else a short time ago")
		return nil
	case err != nil:
		return err
	}
	text := "survey.push_visit"
	if s.Days > 0 {
		text = "survey.push_later"
	}
	data := outreach.VisitData(w.Clinic.Clinic, p, w.Now)
	data["Days"] = s.Days
	return w.Push(ctx, Push{
		ContactID: who, Kind: models.KindSurvey, Opens: "survey", Text: text, Data: outreach.Same(data), Options: scoreOptions(ask.ID),
		Notice: outreach.VisitNotice(outreach.NoticeSurvey, w.Clinic.Clinic, p),
	})
}

// scoreOptions stand in this order, so that the number typed is the score.
func scoreOptions(id string) []outreach.Option {
	var out []outreach.Option
	for n := 1; n <= 5; n++ {
		out = append(out, outreach.Option{Text: "survey.score_" + strconv.Itoa(n), Command: "/survey " + id + " " + strconv.Itoa(n)})
	}
	return out
}

// surveyed is whom to ask about a visit, or the reason why nobody is.
func surveyed(ctx context.Context, w *Work, p models.Appointment) (contact, reason string, err error) {
	read := w.Tx.Read()
	if p.Status != models.Fulfilled {
		return "", "the visit is " + string(p.Status), nil
	}
	if p.PatientID != "" {
		if reason, err = read.Stands(ctx, models.AboutPatient(p.PatientID), 0); reason != "" || err != nil {
			return "", reason, err
		}
	}
	if contact = p.ContactID; contact == "" {
		if contact, err = read.ContactOfClient(ctx, p.ClientID); err != nil {
			return "", "", err
		}
	}
	if contact == "" {
		return "", "nobody to ask in a chat", nil
	}
	wants, err := read.Wants(ctx, contact, models.KindSurvey)
	if err == nil && !wants {
		reason = "refused: " + string(models.KindSurvey)
	}
	return contact, reason, err
}

// surveyWeek begins the sample of the week before: a task for each of its days.
func surveyWeek(_ context.Context, w *Work) error {
	if w.Clinic.Surveys.Sample == 0 {
		return nil
	}
	slot := w.Task.DueAt.In(w.Clinic.Location(""))
	monday := config.DateOf(slot).AddDays(-7 - (int(slot.Weekday())+6)%7)
	week := outreach.ISOWeek(monday.Time(time.UTC, 0))
	var tasks []models.Task
	for i := range 7 {
		day := monday.AddDays(i)
		payload, err := json.Marshal(outreach.SurveySample{Week: week, Day: day})
		if err != nil {
			return err
		}
		tasks = append(tasks, models.Task{
			Key: outreach.TaskSurveySample + ":" + day.String(), Kind: outreach.TaskSurveySample, Priority: models.PriorityBulk,
			DueAt: w.Now, UselessAfter: w.Now.AddDate(0, 0, 4), Payload: payload,
		})
	}
	return w.Tx.Schedule(tasks...)
}

// surveySample chooses among a day's visits.
func surveySample(ctx context.Context, w *Work) error {
	var s outreach.SurveySample
	if err := w.Payload(&s); err != nil {
		return err
	}
	zone := w.Clinic.Location("")
	f := models.AppointmentFilter{From: s.Day.Time(zone, 0), To: s.Day.AddDays(1).Time(zone, 0), Status: models.Fulfilled, Limit: batch}
	for {
		list, err := w.Tx.Read().Appointments(ctx, f)
		if err != nil {
			return err
		}
		var tasks []models.Task
		for _, p := range list {
			if outreach.Sampled(s.Week, p.ID, w.Clinic.Surveys.Sample) {
				tasks = append(tasks, outreach.SampleTask(p, w.Now))
			}
		}
		if err := w.Tx.Schedule(tasks...); err != nil || len(list) < batch {
			return err
		}
		last := list[len(list)-1]
		f.After = strconv.FormatInt(last.Slot.Start.UnixMilli(), 10) + "/" + last.ID
	}
}
