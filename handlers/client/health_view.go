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
	"zhenban/templates/outreach"
	"zhenban/templates/reading"
)

// summary is what is on record of a patient, being gathered.
type summary struct {
	ctx   context.Context
	t     *bot.Turn
	p     models.Patient
	staff bool
}

// How much of each a summary shows: it is read on a phone.
const (
	sumVisits  = 5
	sumReports = 3
	sumMarks   = 4
)

// show says it in three messages, a screen each.
func (s *summary) show() error {
	parts, err := s.texts()
	if err != nil {
		return err
	}
	t := s.t
	t.Hub()
	for _, text := range parts[:len(parts)-1] {
		t.Add(bot.Message{Text: text})
	}
	t.Add(bot.Message{Text: parts[len(parts)-1], Options: s.options()})
	return nil
}

// texts are the three parts of a summary.
func (s *summary) texts() ([]string, error) {
	t, p := s.t, s.p
	who := patientData(t, p)
	who["Identifier"], who["Died"], who["Staff"] = p.Identifier, !p.DeceasedAt.IsZero(), s.staff
	who["Head"] = t.Text("record.patient", who)
	var err error
	if who["Said"], err = s.said(); err != nil {
		return nil, err
	}
	courses, err := t.Store.CoursesOf(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var medicines []map[string]any
	for _, c := range courses {
		medicines = append(medicines, outreach.CourseData(t.Clinic.Clinic, c))
	}
	who["Courses"] = medicines
	due, err := s.due()
	if err != nil {
		return nil, err
	}
	visits, err := s.visits()
	if err != nil {
		return nil, err
	}
	visits["Due"], visits["Pet"], visits["Died"] = due, p.Kind == "pet", who["Died"]
	visits["Vaccination"], visits["Deworming"] = s.told(due, "vaccination", p.History.Vaccination), s.told(due, "deworming", p.History.Deworming)
	if visits["Reports"], err = s.reports(); err != nil {
		return nil, err
	}
	if visits["Scores"], err = s.scores(); err != nil {
		return nil, err
	}
	return []string{
		t.Text("health.who", who),
		t.Text("health.care", visits),
		t.Text("health.rest", map[string]any{"Missing": s.missing(due), "Staff": s.staff, "Phone": t.Clinic.Phone}),
	}, nil
}

// said is what was told before the last visit: it may be newer than the record.
func (s *summary) said() (map[string]any, error) {
	n, err := s.t.Store.LastIntake(s.ctx, s.p.ID, "", s.t.Now.AddDate(-1, 0, 0))
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a, err := outreach.ReadIntake(n)
	if err != nil {
		return nil, err
	}
	a = a.In(func(key string) string { return s.t.Text(key, nil) })
	return map[string]any{"At": n.At.In(s.t.Clinic.Location("")), "Allergies": a.Allergies, "Medication": a.Medication}, nil
}

// due is what the patient comes back for: when it was done, when it is due.
func (s *summary) due() ([]map[string]any, error) {
	list, err := s.t.Store.RecallsOf(s.ctx, s.p.ID)
	if err != nil {
		return nil, err
	}
	zone := s.t.Clinic.Location("")
	today := config.DateOf(s.t.Now.In(zone))
	var out []map[string]any
	for _, r := range list {
		kind := s.t.Clinic.RecallByID(r.Recall)
		on, err := config.ParseDate(r.DueOn)
		if kind == nil || err != nil || r.State == models.RecallDone {
			continue
		}
		line := map[string]any{"ID": kind.ID, "Name": kind.Name, "Due": on.Time(zone, 0), "Over": on.Compare(today) < 0, "Year": on.Year, "Last": "", "Stopped": r.State == models.RecallStopped}
		if kind.Renews() {
			line["Last"] = r.LastOn
		}
		out = append(out, line)
	}
	return out, nil
}

// told is what was told about a prevention; "-" when nothing was, but the
// clinic has its date.
func (s *summary) told(due []map[string]any, recall, words string) string {
	if words == "" && slices.ContainsFunc(due, func(d map[string]any) bool { return d["ID"] == recall && d["Last"] != "" }) {
		return "-"
	}
	return words
}

// visits are the last ones, the next one, and what is asked after the last.
func (s *summary) visits() (map[string]any, error) {
	t, only := s.t, models.Access{Patients: []string{s.p.ID}}
	next, err := t.Store.Upcoming(s.ctx, "-", only, t.Now)
	if err != nil {
		return nil, err
	}
	past, err := t.Store.Past(s.ctx, "-", only, t.Now, 3*sumVisits)
	if err != nil {
		return nil, err
	}
	data := map[string]any{"Next": nil}
	if data["Steps"], data["StepAt"], err = s.steps(); err != nil {
		return nil, err
	}
	if len(next) > 0 {
		data["Next"] = outreach.VisitData(t.Clinic.Clinic, next[0], t.Now)
	}
	var lines []map[string]any
	for _, v := range past {
		if v.Status != models.Fulfilled || len(lines) == sumVisits {
			continue
		}
		line := outreach.VisitData(t.Clinic.Clinic, v, t.Now)
		line["Date"] = v.Slot.Start.In(t.Clinic.Location(v.Slot.Branch)).Format(time.DateOnly)
		note, err := t.Store.VisitNote(s.ctx, v.ID, models.NoteDone)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
		line["Note"] = note.Body
		lines = append(lines, line)
	}
	data["Visits"] = lines
	return data, nil
}

// steps is how many times somebody is still asked how it goes, and when next.
func (s *summary) steps() (n int, next time.Time, err error) {
	plans, err := s.t.Store.CarePlansOf(s.ctx, s.p.ID)
	for _, p := range plans {
		for _, x := range outreach.PlanCare(s.t.Clinic.Clinic, p, s.t.Now) {
			if x.Kind != outreach.TaskFollowup {
				continue
			}
			n++
			if next.IsZero() || x.DueAt.Before(next) {
				next = x.DueAt
			}
		}
	}
	return n, next.In(s.t.Clinic.Location("")), err
}

// reports are the last ones with what is not as usual in them. One that waits
// for the doctor is there by its name alone.
func (s *summary) reports() ([]map[string]any, error) {
	t := s.t
	list, err := t.Store.ClinicalRecords(s.ctx, models.ClinicalSearch{
		Kind: models.KindReport, Patients: []string{s.p.ID}, Limit: sumReports,
		Statuses: []string{models.Registered, models.Partial, models.Preliminary, models.Final, models.Amended, models.Corrected, models.Appended},
	})
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, r := range list {
		line := map[string]any{
			"Title": reading.Title(r), "Date": reportTime(t, r).Format(time.DateOnly), "Held": r.Held(t.Now) && !s.staff,
			"Finished": models.Finished(r.Status), "Marks": "", "More": 0, "Values": 0,
		}
		out = append(out, line)
		if line["Held"] == true {
			continue
		}
		results, err := t.Store.ResultsOf(s.ctx, r.Report)
		if err != nil {
			return nil, err
		}
		rows := reading.Rows(t.Clinic.Clinic, results, s.p, t.Lang)
		var marks []string
		more := 0
		for _, row := range rows {
			switch {
			case !row.Off:
			case len(marks) < sumMarks:
				marks = append(marks, strings.TrimSpace(row.Name+" "+row.Value+" "+row.Sign))
			default:
				more++
			}
		}
		line["Marks"], line["More"], line["Values"] = marks, more, len(rows)
	}
	return out, nil
}

// scores are what the questionnaires came to last.
func (s *summary) scores() ([]map[string]any, error) {
	var out []map[string]any
	for _, f := range s.t.Clinic.Scores() {
		list, err := s.t.Store.ResponsesOfPatient(s.ctx, s.p.ID, f.ID, 1)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			at := r.AuthoredAt.In(s.t.Clinic.Location("")).Format(time.DateOnly)
			out = append(out, map[string]any{"Title": f.Title, "Score": strconv.FormatFloat(r.Score, 'f', -1, 64), "Date": at})
		}
	}
	return out, nil
}

// missing lists the fields that are empty and that a doctor asks for.
func (s *summary) missing(due []map[string]any) []string {
	p := s.p
	data := patientData(s.t, p)
	var out []string
	for _, f := range []struct {
		name string
		have string
		pet  bool
	}{
		{"birth", p.BirthDate, false},
		{"sex", p.Sex, false},
		{"weight", kilograms(p.WeightGrams), false},
		{"neutered", p.Neutered, true},
		{"allergies", p.History.Allergies, false},
		{"illness", p.History.Illness, false},
		{"medication", p.History.Medication, false},
		{"vaccination", s.told(due, "vaccination", p.History.Vaccination), false},
		{"deworming", s.told(due, "deworming", p.History.Deworming), true},
	} {
		if f.have == "" && (!f.pet || p.Kind == "pet") {
			out = append(out, s.t.Text("record.field_"+f.name, data))
		}
	}
	return out
}

func (s *summary) options() []bot.Option {
	t, p := s.t, s.p
	if s.staff {
		options := []bot.Option{t.Option("care.open", nil, "/care "+p.ID)}
		if len(t.Clinic.Referrals) > 0 && p.DeceasedAt.IsZero() && t.Staff.Role != models.Desk {
			options = append(options, t.Option("refer.do_begin", nil, "/refer "+p.ID))
		}
		return append(options, t.Option("health.do_pdf", nil, "/health pdf "+p.ID), t.Option("menu.today", nil, "/today"))
	}
	return []bot.Option{
		t.Option("health.do_history", nil, "/record history:"+p.ID), t.Option("record.do_edit", nil, "/record edit:"+p.ID),
		t.Option("health.do_wrong", nil, "/health wrong "+p.ID), t.Option("report.list", nil, "/reports"),
		t.Option("health.do_pdf", nil, "/health pdf "+p.ID), t.Option("menu.book", nil, "/book"),
	}
}
