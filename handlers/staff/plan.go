package staff

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Plan starts a care plan, and shows, pauses and stops one. What a line does
// not say is asked, and everything is shown before it counts. Arg of /plan: a
// booking or record number and, if one likes, the plan and the day of the
// procedure; or show, pause, go or stop and a plan that runs.
type Plan struct{}

// planState is a plan about to be started.
type planState struct {
	Plan  models.CarePlan `json:"p"`
	On    string          `json:"o"` // YYYY-MM-DD, the day of the procedure
	Asked string          `json:"q"` // plan, confirm
}

// Name implements bot.Flow.
func (Plan) Name() string { return "plan" }

// Step implements bot.Flow.
func (Plan) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return planAnswer(ctx, t)
	}
	first, rest, _ := strings.Cut(t.Arg, " ")
	switch first {
	case "show", "pause", "go", "stop":
		return planChange(ctx, t, first, rest)
	case "":
		t.Say("plan.ask_who", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	var s planState
	ok, err := s.begin(ctx, t, first)
	if err != nil || !ok {
		return err
	}
	s.hear(t, rest)
	return s.next(t)
}

// begin finds whom the plan is for; a number that leads nowhere is answered
// here. Of a visit, the plan of its service is taken at once.
func (s *planState) begin(ctx context.Context, t *bot.Turn, who string) (bool, error) {
	p := &s.Plan
	v, err := t.Store.AppointmentByNumber(ctx, who)
	switch {
	case err == nil && (t.Staff.Branch == "" || t.Staff.Branch == v.Slot.Branch):
		if of, plan := outreach.VisitPlan(t.Clinic.Clinic, v, v.Slot.Start); plan != nil && len(plan.Services) > 0 {
			*p = of
		} else {
			p.PatientID, p.PatientName, p.ClientID, p.ContactID = v.PatientID, v.PatientName, v.ClientID, v.ContactID
			p.Branch, p.Practitioner, p.AppointmentID = v.Slot.Branch, v.Slot.Practitioner, v.ID
		}
		if on := config.DateOf(v.Slot.Start.In(t.Clinic.Location(v.Slot.Branch))); on.Compare(s.today(t)) <= 0 {
			s.On = on.String()
		}
		return true, nil
	case err != nil && !errors.Is(err, models.ErrNotFound):
		return false, err
	}
	patient, ok, err := findPatient(ctx, t, who)
	if err != nil || !ok {
		return false, err
	}
	if !patient.DeceasedAt.IsZero() {
		t.End()
		t.Say("plan.died", map[string]any{"Patient": patient.Name}, t.Option("menu.today", nil, "/today"))
		return false, nil
	}
	p.PatientID, p.PatientName, p.ClientID, p.Branch, p.Practitioner = patient.ID, patient.Name, patient.ClientID, t.Staff.Branch, t.Staff.Practitioner
	if p.Branch == "" && len(t.Clinic.Branches) == 1 {
		p.Branch = t.Clinic.Branches[0].ID
	}
	people, err := t.Store.PeopleOf(ctx, patient, "")
	if len(people) > 0 {
		p.ContactID = people[0].ID
	}
	return true, err
}

func (s *planState) today(t *bot.Turn) config.Date {
	return config.DateOf(t.Now.In(t.Clinic.Location(s.Plan.Branch)))
}

// hear takes what a line says: the plan by its name or a service of it, and
// the day of the procedure.
func (s *planState) hear(t *bot.Turn, line string) {
	if id, service := planNamed(t, line); id != "" {
		s.take(t, id, service)
	}
	if on, ok := pastDay(line, s.today(t)); ok {
		s.On = on.String()
	}
}

// take makes it a plan of the profile. One that a visit's end would start has
// the key of that, so that it is not started twice.
func (s *planState) take(t *bot.Turn, id, service string) {
	p, plan := &s.Plan, t.Clinic.PlanByID(id)
	if p.Plan == id || plan == nil {
		return
	}
	p.Plan, p.Service, p.Key = id, service, ""
	if service == "" && len(plan.Services) == 1 {
		p.Service = plan.Services[0]
	}
}

// next asks for the plan, or shows everything.
func (s *planState) next(t *bot.Turn) error {
	p := &s.Plan
	if t.Clinic.PlanByID(p.Plan) == nil {
		var options []bot.Option
		for i := range t.Clinic.Plans {
			if plan := &t.Clinic.Plans[i]; len(plan.Services) > 0 {
				options = append(options, bot.Option{Label: t.Clinic.PlanNamed(plan).In(t.Lang), Value: "plan " + plan.ID})
			}
		}
		s.Asked = "plan"
		t.Keep(s)
		t.Ask("plan.ask_plan", map[string]any{"Patient": p.PatientName}, options...)
		return nil
	}
	if s.On == "" {
		s.On = s.today(t).String()
	}
	s.Asked = "confirm"
	s.place(t)
	t.Keep(s)
	data := planData(t, *p)
	data["Reached"] = p.ContactID != ""
	t.Ask("plan.confirm", data, t.Option("plan.yes", nil, "yes"), t.Option("plan.yesterday", nil, "day 1"), t.Option("plan.before", nil, "day 2"),
		t.Option("plan.other", nil, "other"), t.Option("plan.no", nil, "/cancel"))
	return nil
}

// place gives the plan its beginning: now for today, noon for a day before.
func (s *planState) place(t *bot.Turn) {
	p := &s.Plan
	on, err := config.ParseDate(s.On)
	if err != nil || on == s.today(t) {
		p.Start = t.Now
	} else {
		p.Start = on.Time(t.Clinic.Location(p.Branch), 12*60)
	}
	p.State, p.Version = models.PlanActive, 1
}

// planAnswer takes the answer to what was asked.
func planAnswer(ctx context.Context, t *bot.Turn) error {
	var s planState
	if err := t.State(&s); err != nil {
		return err
	}
	verb, value, _ := strings.Cut(t.Choice, " ")
	switch {
	case t.Stale || t.Range > 0:
		t.Pass()
		return nil
	case verb == "plan":
		s.take(t, value, "")
	case verb == "yes":
		return startPlan(ctx, t, s)
	case verb == "day":
		s.On = s.today(t).AddDays(-number(value)).String()
	case verb == "other":
		s.Plan.Plan = ""
	case t.Choice == "" && strings.TrimSpace(t.In.Text) != "":
		was, on := s.Plan.Plan, s.On
		s.hear(t, strings.ToLower(t.In.Text))
		if s.Plan.Plan == was && s.On == on {
			t.Pass()
			return nil
		}
	default:
		t.Pass()
		return nil
	}
	return s.next(t)
}

// startPlan keeps the plan with what is due about it. The one of a visit, or of
// the same patient and day, that is there already is shown instead.
func startPlan(ctx context.Context, t *bot.Turn, s planState) error {
	p, clinic := s.Plan, t.Clinic.Clinic
	if p.Key == "" {
		p.Key = "chat:" + p.PatientID + p.AppointmentID + ":" + p.Plan + ":" + s.On
	}
	old, err := t.Store.CarePlanByKey(ctx, p.Key)
	if err == nil {
		t.End()
		return sayPlan(ctx, t, old, "plan.there")
	}
	if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	p.ID, p.StartedBy = t.Store.NewID(t.Now), t.Staff.ID
	t.Write(func(ctx context.Context, tx *models.Tx) error { return outreach.StartPlan(ctx, tx, clinic, p, tx.Now) })
	t.End()
	return sayPlan(ctx, t, p, "plan.started")
}

// planChange shows a plan, pauses it, lets it go on, or stops it.
func planChange(ctx context.Context, t *bot.Turn, verb, id string) error {
	p, err := t.Store.CarePlanByID(ctx, id)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if err != nil || t.Staff.Branch != "" && p.Branch != "" && t.Staff.Branch != p.Branch {
		t.Hub()
		t.Say("plan.missing", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	was, to, clinic := p.Version, p.State, t.Clinic.Clinic
	switch {
	case verb == "pause" && p.State == models.PlanActive:
		to = models.PlanPaused
	case verb == "go" && p.State == models.PlanPaused:
		to = models.PlanActive
	case verb == "stop" && p.Running():
		to = models.PlanRevoked
	}
	if to != p.State {
		p.State, p.Version = to, was+1
		t.Write(func(_ context.Context, tx *models.Tx) error {
			return tx.SetCarePlan(p.ID, was, to, outreach.PlanCare(clinic, p, tx.Now))
		})
	}
	return sayPlan(ctx, t, p, "plan.one")
}

func sayPlan(ctx context.Context, t *bot.Turn, p models.CarePlan, key string) error {
	data := planData(t, p)
	var options []bot.Option
	switch p.State {
	case models.PlanActive:
		options = append(options, t.Option("plan.pause", nil, "/plan pause "+p.ID), t.Option("plan.stop", nil, "/plan stop "+p.ID))
	case models.PlanPaused:
		options = append(options, t.Option("plan.go", nil, "/plan go "+p.ID), t.Option("plan.stop", nil, "/plan stop "+p.ID))
	}
	if plan := t.Clinic.PlanByID(p.Plan); plan != nil && slices.ContainsFunc(plan.Steps, func(s config.PlanStep) bool { return s.By == config.ByForm }) {
		options = append(options, t.Option("curve.open", nil, "/curve "+p.ID))
	}
	about := p.PatientID
	if p.AppointmentID != "" {
		visit, err := t.Store.AppointmentByID(ctx, p.AppointmentID)
		if err != nil {
			return err
		}
		about = visit.Number
	}
	t.Hub()
	t.Say(key, data, append(options, t.Option("care.open", nil, "/care "+about), t.Option("menu.today", nil, "/today"))...)
	return nil
}

// planData is what texts say about a plan to staff: how it stands, and what is
// to come.
func planData(t *bot.Turn, p models.CarePlan) map[string]any {
	data := outreach.PlanData(t.Clinic.Clinic, p, t.Now)
	zone := t.Clinic.Location(p.Branch)
	var steps []map[string]any
	for _, x := range outreach.PlanCare(t.Clinic.Clinic, p, t.Now) {
		if x.Kind != outreach.TaskFollowup {
			continue
		}
		by := ""
		if plan := t.Clinic.PlanByID(p.Plan); plan != nil {
			i := slices.IndexFunc(plan.Steps, func(s config.PlanStep) bool { return strings.HasSuffix(x.Key, ":"+s.Name()) })
			by = plan.Steps[i].By
		}
		steps = append(steps, map[string]any{"At": x.DueAt.In(zone), "By": by})
	}
	data["Steps"] = steps
	return data
}
