package staff

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Today lists a day's visits by branch and doctor; a doctor finds their own
// first. Arg of /today: a date or +1, and a branch.
type Today struct{}

// maxNext is how many visits of the list can be opened by a button.
const maxNext = 6

// Name implements bot.Flow.
func (Today) Name() string { return "today" }

type dayDoctor struct {
	Name   config.Text
	Visits []map[string]any
	id     string
}

type dayBranch struct {
	Name    config.Text
	Doctors []dayDoctor
}

// Step implements bot.Flow.
func (Today) Step(ctx context.Context, t *bot.Turn) error {
	day, only := dayMeant(t)
	var branches []dayBranch
	var next []bot.Option
	count := 0
	for i := range t.Clinic.Branches {
		b := &t.Clinic.Branches[i]
		if only != "" && b.ID != only {
			continue
		}
		loc := t.Clinic.Location(b.ID)
		list, err := t.Store.Appointments(ctx, models.AppointmentFilter{From: day.Time(loc, 0), To: day.AddDays(1).Time(loc, 0), Branch: b.ID})
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(p models.Appointment) bool { return p.Status == models.Cancelled })
		count += len(list)
		for _, p := range list {
			if open(p) && len(next) < maxNext {
				next = append(next, bot.Option{Label: t.Text("today.open", visitData(t, p)), Value: "/visit " + p.Number})
			}
		}
		if len(list) > 0 {
			doctors := byDoctor(t, list)
			if err := noteNeeds(ctx, t, doctors, list); err != nil {
				return err
			}
			branches = append(branches, dayBranch{b.Name, doctors})
		}
	}
	today := config.DateOf(t.Local())
	data := map[string]any{
		"Date": day.Time(t.Clinic.Location(""), 0), "Today": day == today, "Count": count, "Branches": branches, "Many": len(t.Clinic.Branches) > 1,
	}
	next = append(next, t.Option("today.next_day", nil, "/today "+strings.TrimSpace(day.AddDays(1).String()+" "+only)))
	waiting, err := t.Store.CasesFor(ctx, *t.Staff, maxTodo)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		next = append(next, t.Option("todo.waiting", map[string]any{"Count": len(waiting), "More": len(waiting) == maxTodo}, "/todo"))
	}
	t.Hub()
	t.Say("today.list", data, next...)
	return nil
}

// noteNeeds marks the visits of who is to be looked after first.
func noteNeeds(ctx context.Context, t *bot.Turn, doctors []dayDoctor, list []models.Appointment) error {
	needs := map[string]string{}
	for _, p := range list {
		of, err := t.Store.NeedsIn(ctx, p)
		if err != nil {
			return err
		}
		if len(of) > 0 {
			needs[p.Number] = t.Text("needs.line", outreach.NeedsData(of))
		}
	}
	for _, d := range doctors {
		for _, v := range d.Visits {
			v["Needs"] = needs[v["Number"].(string)]
		}
	}
	return nil
}

// dayMeant reads the day and the branch out of the command, or the sentence;
// who works at one branch sees that one.
func dayMeant(t *bot.Turn) (day config.Date, branch string) {
	day, branch = config.DateOf(t.Local()), t.Staff.Branch
	found := false
	for arg := range strings.FieldsSeq(t.Arg) {
		if d, err := config.ParseDate(arg); err == nil {
			day, found = d, true
		} else if n, err := strconv.Atoi(arg); err == nil && n > -400 && n < 400 {
			day, found = config.DateOf(t.Local()).AddDays(n), true
		} else if t.Clinic.Branch(arg) != nil {
			branch = arg
		}
	}
	h := t.Heard()
	if len(h.Times) > 0 && !found {
		from, _ := h.Times[0].Window()
		day = config.DateOf(from)
	}
	if e, ok := h.Best(nlu.KindBranch); ok {
		branch = e.ID
	}
	return day, branch
}

// byDoctor groups a day's visits, in the profile's order of doctors but for
// the reader's own, which come first.
func byDoctor(t *bot.Turn, list []models.Appointment) []dayDoctor {
	var out []dayDoctor
	add := func(id string, name config.Text) {
		d := dayDoctor{Name: name, id: id}
		for _, p := range list {
			if p.Slot.Practitioner == id {
				d.Visits = append(d.Visits, visitData(t, p))
			}
		}
		if len(d.Visits) > 0 && !slices.ContainsFunc(out, func(o dayDoctor) bool { return o.id == id }) {
			out = append(out, d)
		}
	}
	if p := t.Clinic.Practitioner(t.Staff.Practitioner); p != nil {
		add(p.ID, p.Name)
	}
	for i := range t.Clinic.Practitioners {
		add(t.Clinic.Practitioners[i].ID, t.Clinic.Practitioners[i].Name)
	}
	for _, p := range list { // of doctors who have left the profile since
		add(p.Slot.Practitioner, config.Text{config.Hans: p.Slot.Practitioner})
	}
	return out
}

func open(p models.Appointment) bool { return p.Status == models.Booked || p.Status == models.Arrived }

// visitData is what texts say about a visit.
func visitData(t *bot.Turn, p models.Appointment) map[string]any {
	loc := t.Clinic.Location(p.Slot.Branch)
	data := map[string]any{
		"Start": p.Slot.Start.In(loc), "Number": p.Number, "Patient": p.PatientName, "Status": string(p.Status), "First": p.FirstVisit,
		"Late": !p.LateAt.IsZero() && p.Status == models.Booked, "Confirmed": !p.ConfirmedAt.IsZero() && p.Status == models.Booked, "Intake": !p.IntakeAt.IsZero(),
		"Needs": "", "Note": p.Note, "Phone": p.Phone, "Species": config.Text(nil),
		"Service": config.Text{config.Hans: p.Slot.Service}, "Doctor": config.Text{config.Hans: p.Slot.Practitioner}, "Branch": config.Text(nil),
	}
	if s := t.Clinic.Service(p.Slot.Service); s != nil {
		data["Service"] = s.Name
	}
	if d := t.Clinic.Practitioner(p.Slot.Practitioner); d != nil {
		data["Doctor"] = d.Name
	}
	if b := t.Clinic.Branch(p.Slot.Branch); b != nil && len(t.Clinic.Branches) > 1 {
		data["Branch"] = b.Name
	}
	if s := t.Clinic.SpeciesByID(p.Species); s != nil {
		data["Species"] = s.Name
	}
	return data
}
