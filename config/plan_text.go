package config

import (
	"slices"
	"strings"
)

// Advice is a text for clients that is not said before the clinic's people
// have read and approved it, in the file or in the chat.
type Advice struct {
	Text     Text   `yaml:"text"`
	Source   string `yaml:"source"`
	Approved bool   `yaml:"approved"`
}

// Hash names the wording: an approval is of this wording.
func (a *Advice) Hash() string { return hashText(a.Source, a.Text) }

// PrepareItem is one thing to be done before a procedure. Its name is said in
// any case; how to do it is advice.
type PrepareItem struct {
	ID     string `yaml:"id"`
	Kind   string `yaml:"kind"` // check, medicine, fasting, escort, bring or other
	Name   Text   `yaml:"name"` // 术前检查
	Before Lead   `yaml:"before"`
	At     Clock  `yaml:"at"` // of the day when people are told; default 10:00
	By     Lead   `yaml:"by"` // staff hear, at 16:00, of what is not confirmed; default 1d
	How    Advice `yaml:"how"`
}

// PrepareCheck is the kind of item that stays done when the visit is moved.
const PrepareCheck = "check"

func prepareKinds() []string {
	return []string{PrepareCheck, "medicine", "fasting", "escort", "bring", "other"}
}

// Discharge is what people take home after a procedure. Sutures and Revisit
// name the recalls that count the day when stitches come out and when to come
// back, so that the sheet and the reminders say the same.
type Discharge struct {
	Medication Advice `yaml:"medication"`
	Wound      Advice `yaml:"wound"`
	Diet       Advice `yaml:"diet"`
	Activity   Advice `yaml:"activity"`
	Watch      Advice `yaml:"watch"`   // what to get in touch about at once
	Sutures    string `yaml:"sutures"` // a recall, or none
	Revisit    string `yaml:"revisit"` // a recall
}

// NoSutures says that nothing was stitched, or that it comes out by itself.
const NoSutures = "none"

// DischargePart is a section of the sheet.
type DischargePart struct {
	Name string // medication, wound, diet, activity, watch
	*Advice
}

// Parts lists the sections that have a text, in their order.
func (d *Discharge) Parts() []DischargePart {
	all := []DischargePart{{"medication", &d.Medication}, {"wound", &d.Wound}, {"diet", &d.Diet}, {"activity", &d.Activity}, {"watch", &d.Watch}}
	return slices.DeleteFunc(all, func(p DischargePart) bool { return len(p.Text) == 0 })
}

// Recalls lists the recalls the sheet names: stitches, then the revisit.
func (d *Discharge) Recalls() []string {
	var out []string
	for _, id := range []string{d.Sutures, d.Revisit} {
		if id != "" && id != NoSutures && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// HasDischarge reports a plan with a sheet to take home.
func (p *CarePlan) HasDischarge() bool {
	return len(p.Discharge.Parts()) > 0 || p.Discharge.Sutures != "" || p.Discharge.Revisit != ""
}

// PlanText is a text of a plan that needs approval.
type PlanText struct {
	ID   string // of the approval
	Part string // prepare, discharge or course, then what it is of it
	Name Text   // of a preparation
	From int    // of the course
	To   int
	Advice
}

// Texts lists what of a plan is not said before it is approved.
func (p *CarePlan) Texts() []PlanText {
	var out []PlanText
	for _, i := range p.Prepare {
		if len(i.How.Text) > 0 {
			out = append(out, PlanText{ID: p.PrepareID(&i), Part: "prepare", Name: i.Name, Advice: i.How})
		}
	}
	for _, d := range p.Discharge.Parts() {
		out = append(out, PlanText{ID: p.DischargeID(d), Part: d.Name, Advice: *d.Advice})
	}
	for _, n := range p.Course {
		out = append(out, PlanText{ID: p.CourseID(&n), Part: "course", From: n.From, To: n.To, Advice: Advice{n.Text, n.Source, n.Approved}})
	}
	return out
}

// PrepareID names a preparation of the plan for its approval.
func (p *CarePlan) PrepareID(i *PrepareItem) string { return cutID(p.ID + "-pre-" + i.ID) }

// DischargeID names a section of the plan's sheet for its approval.
func (p *CarePlan) DischargeID(d DischargePart) string { return cutID(p.ID + "-out-" + d.Name) }

// cutID keeps to what the column of an approval holds.
func cutID(s string) string { return s[:min(len(s), 64)] }

// PrepareByID finds a preparation; nil when there is none.
func (p *CarePlan) PrepareByID(id string) *PrepareItem {
	i := slices.IndexFunc(p.Prepare, func(i PrepareItem) bool { return i.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Prepare[i]
}

func (v *validator) advice(key string, a *Advice) {
	v.text(key+".text", a.Text)
	if strings.TrimSpace(a.Source) == "" {
		v.add(key+".source", "is missing: say where it comes from")
	}
}

func (v *validator) planTexts(key string, p *CarePlan) {
	v.identify(key+".prepare", len(p.Prepare), func(i int) string { return p.Prepare[i].ID })
	for i := range p.Prepare {
		item, at := &p.Prepare[i], at(key+".prepare", i)
		v.text(at+".name", item.Name)
		if !slices.Contains(prepareKinds(), item.Kind) {
			v.add(at+".kind", "%q is none of %s%s", item.Kind, strings.Join(prepareKinds(), ", "), didYouMean(item.Kind, prepareKinds()))
		}
		switch {
		case item.Before.Days == 0:
			v.add(at+".before", "is missing, or no number of days: write 3d")
		case item.By.Days == 0 || item.By.Days > item.Before.Days:
			v.add(at+".by", "%s is no number of days, or before people are told (%s)", item.By, item.Before)
		case item.By.Days == item.Before.Days && item.At > PrepareCallAt-60:
			v.add(at+".at", "%s leaves no time until staff hear of it at %s that day", item.At, PrepareCallAt)
		}
		if len(item.How.Text) > 0 {
			v.advice(at+".how", &item.How)
		}
	}
	d := &p.Discharge
	for _, part := range d.Parts() {
		v.advice(key+".discharge."+part.Name, part.Advice)
	}
	recalls := ids{}
	for _, r := range v.Recalls {
		recalls[r.ID] = true
	}
	for name, id := range map[string]string{"sutures": d.Sutures, "revisit": d.Revisit} {
		if id != "" && (id != NoSutures || name != "sutures") {
			v.refers(key+".discharge."+name, id, recalls, "recall")
		}
	}
	if p.HasDischarge() {
		for i, a := range v.Visits.Aftercare {
			for j, s := range a.Services {
				if slices.Contains(p.Services, s) {
					v.add(at(at("visits.aftercare", i)+".services", j), "%q has its advice in the plan %q, which is sent in place of the summary", s, p.ID)
				}
			}
		}
	}
}

// PrepareCallAt is the time of the day at which staff hear of what is not
// confirmed.
const PrepareCallAt Clock = 16 * 60
