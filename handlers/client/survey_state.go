package client

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// aspects are what a visit is made of; each has a text "survey.aspect_…".
var aspects = [...]string{"result", "care", "environment", "convenience"}

func isAspect(s string) bool { return slices.Contains(aspects[:], s) }

// surveyed is for how long a visit is what somebody talks about who says
// nothing else.
const surveyed = 30 * 24 * time.Hour

// surveyState is one survey being answered.
type surveyState struct {
	ID           string         `json:"id"`
	Key          string         `json:"key"`
	Wave         string         `json:"wave"`
	Asked        bool           `json:"asked,omitempty"` // the row is there
	Appointment  string         `json:"visit,omitempty"`
	Patient      string         `json:"patient,omitempty"`
	Branch       string         `json:"branch,omitempty"`
	Service      string         `json:"service,omitempty"`
	Practitioner string         `json:"doctor,omitempty"`
	Month        string         `json:"month,omitempty"`
	Day          time.Time      `json:"day,omitzero"` // of the visit
	Begun        time.Time      `json:"begun"`
	Score        int            `json:"score,omitempty"`
	Aspects      map[string]int `json:"aspects,omitempty"`
	Aspect       string         `json:"aspect,omitempty"` // the one being scored
	Words        string         `json:"words,omitempty"`  // said before the score
	Saying       bool           `json:"saying,omitempty"`
	Anonymous    bool           `json:"anonymous,omitempty"`
	Nameless     bool           `json:"nameless,omitempty"` // never agreed that anything is kept: always anonymous
}

// enter finds out what the survey is about; open is false when there is
// nothing left to say.
func (s *surveyState) enter(ctx context.Context, t *bot.Turn) (open bool, err error) {
	*s = surveyState{Begun: t.Now, Nameless: t.Staff == nil && !consented(t)}
	s.Anonymous = s.Nameless
	first, rest, _ := strings.Cut(t.Arg, " ")
	if visit := models.SubjectID("Appointment", first); visit != "" {
		return s.replied(ctx, t, visit)
	}
	switch {
	case t.Command == "/survey" && first == "at":
		return s.spot(ctx, t, rest)
	case t.Command == "/survey" && first != "":
		row, err := t.Store.SurveyByID(ctx, first)
		switch {
		case err == nil && row.ContactID == t.Contact.ID:
			n, _ := strconv.Atoi(rest) // no number: no score yet
			if n >= 1 && n <= 5 {
				s.Score = n
			}
			return s.take(ctx, t, row)
		case err != nil && !errors.Is(err, models.ErrNotFound):
			return false, err
		}
	}
	return s.own(ctx, t)
}

// take goes on with a survey that is there.
func (s *surveyState) take(ctx context.Context, t *bot.Turn, row models.Survey) (open bool, err error) {
	if row.State == models.SurveyAnswered {
		sayAnswered(t)
		return false, nil
	}
	s.ID, s.Key, s.Wave, s.Asked, s.Month = row.ID, row.Key, row.Wave, true, row.Month
	s.Appointment, s.Branch, s.Service, s.Practitioner = row.AppointmentID, row.Branch, row.Service, row.Practitioner
	if row.AppointmentID == "" {
		return true, nil
	}
	p, err := t.Store.AppointmentByID(ctx, row.AppointmentID)
	if errors.Is(err, models.ErrNotFound) {
		return true, nil
	}
	s.Patient, s.Day = p.PatientID, p.Slot.Start
	return true, err
}

// own is about the last visit that nobody has rated, or about none: one a day.
func (s *surveyState) own(ctx context.Context, t *bot.Turn) (open bool, err error) {
	s.Wave = models.WaveOwn
	if t.Arg != "new" {
		found, rated, err := s.lastVisit(ctx, t, t.Now.Add(-surveyed), "")
		if err != nil || found {
			return found, err
		}
		if rated {
			sayAnswered(t, t.Option("survey.another", nil, "/feedback new"))
			return false, nil
		}
	}
	return s.once(ctx, t, "own:"+t.Contact.ID+":"+config.DateOf(t.Local()).String())
}

// spot is about today's visit at a branch, or about the branch: one a day.
func (s *surveyState) spot(ctx context.Context, t *bot.Turn, branch string) (open bool, err error) {
	b := t.Clinic.Branch(branch)
	if b == nil {
		return s.own(ctx, t)
	}
	s.Wave, s.Branch = models.WaveSpot, b.ID
	loc := t.Clinic.Location(b.ID)
	today := config.DateOf(t.Now.In(loc))
	found, rated, err := s.lastVisit(ctx, t, today.Time(loc, 0), b.ID)
	if rated && !found {
		sayAnswered(t)
	}
	if err != nil || found || rated {
		return found, err
	}
	return s.once(ctx, t, "spot:"+t.Contact.ID+":"+b.ID+":"+today.String())
}

// once starts a survey without a visit, unless it was answered.
func (s *surveyState) once(ctx context.Context, t *bot.Turn, key string) (open bool, err error) {
	s.ID, s.Key = t.Store.NewID(t.Now), key
	_, err = t.Store.SurveyByKey(ctx, key)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return true, nil
	case err == nil:
		sayAnswered(t)
	}
	return false, err
}

// lastVisit finds the newest visit since a time that took place and was not
// rated yet; on the spot one where the person has arrived counts as well.
// rated: there was one, and it is rated.
func (s *surveyState) lastVisit(ctx context.Context, t *bot.Turn, since time.Time, branch string) (found, rated bool, err error) {
	access, err := records(ctx, t)
	if err != nil {
		return false, false, err
	}
	list, err := t.Store.Past(ctx, t.Contact.ID, access, t.Now, 10)
	if err != nil {
		return false, false, err
	}
	for _, p := range list {
		took := p.Status == models.Fulfilled || branch != "" && p.Status == models.Arrived
		if !took || p.Slot.Start.Before(since) || branch != "" && p.Slot.Branch != branch {
			continue
		}
		key := models.SurveyKey(p.ID, s.Wave)
		row, err := t.Store.SurveyByKey(ctx, key)
		switch {
		case errors.Is(err, models.ErrNotFound):
			s.ID, s.Key, s.Appointment, s.Patient, s.Day = t.Store.NewID(t.Now), key, p.ID, p.PatientID, p.Slot.Start
			s.Branch, s.Service, s.Practitioner = p.Slot.Branch, p.Slot.Service, p.Slot.Practitioner
			return true, rated, nil
		case err != nil:
			return false, rated, err
		case row.State == models.SurveyAsked && row.ContactID == t.Contact.ID:
			found, err = s.take(ctx, t, row)
			return found, rated, err
		}
		rated = true
	}
	return false, rated, nil
}

// about is what texts say about the visit.
func (s *surveyState) about(t *bot.Turn) map[string]any {
	data := map[string]any{"HasDay": !s.Day.IsZero(), "Day": s.Day.In(t.Clinic.Location(s.Branch)), "Service": config.Text(nil), "Doctor": config.Text(nil)}
	if s.Service != "" {
		data["Service"] = config.Text{config.Hans: s.Service} // dropped from the profile since
	}
	if v := t.Clinic.Service(s.Service); v != nil {
		data["Service"] = v.Name
	}
	if d := t.Clinic.Practitioner(s.Practitioner); d != nil {
		data["Doctor"] = d.Name
	}
	return data
}

// given are the aspects scored so far, in words.
func (s *surveyState) given(text func(key string, data any) string) []string {
	var out []string
	for _, a := range aspects {
		if n := s.Aspects[a]; n > 0 {
			out = append(out, text("survey.given", map[string]any{"Aspect": text("survey.short_"+a, nil), "Score": n}))
		}
	}
	return out
}
