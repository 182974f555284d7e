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

// review shows the answers: send, or change one.
func (f *filling) review(list []*config.FormItem) error {
	t := f.t
	f.s.At, f.s.Picked = "", nil
	options := []bot.Option{t.Option("form.send", nil, "send")}
	for _, q := range list {
		if q.Type != config.ItemDisplay {
			options = append(options, bot.Option{Label: t.Text("form.edit", map[string]any{"Text": short(q, t.Lang)}), Value: "edit:" + q.LinkID})
		}
	}
	t.Ask("form.review", map[string]any{"Lines": f.lines(list), "Photos": len(f.s.Photos)}, append(options, t.Option("form.later", nil, "later"))...)
	t.Keep(f.s)
	return nil
}

// short is what names a question on a button and in the overview.
func short(q *config.FormItem, lang config.Language) string {
	if s := q.Short.In(lang); s != "" {
		return s
	}
	s, _, _ := strings.Cut(q.Text.In(lang), "\n")
	for _, end := range []string{"？", "?", "（", " ("} {
		s, _, _ = strings.Cut(s, end)
	}
	if lang == config.English {
		return cutRunes(s, 30)
	}
	return cutRunes(s, 14)
}

type formLine struct{ Question, Answer string }

func (f *filling) lines(list []*config.FormItem) []formLine {
	var out []formLine
	for _, q := range list {
		if q.Type != config.ItemDisplay {
			out = append(out, formLine{short(q, f.t.Lang), f.shown(q, f.t.Lang)})
		}
	}
	return out
}

// shown is an answer as people read it.
func (f *filling) shown(q *config.FormItem, lang config.Language) string {
	switch v := f.s.Answers[q.LinkID].(type) {
	case nil:
		return f.t.TextIn(lang, "form.none", nil)
	case bool:
		if v {
			return f.t.TextIn(lang, "form.yes", nil)
		}
		return f.t.TextIn(lang, "form.no", nil)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64) + q.Unit
	case string:
		if q.Type == config.ItemAttachment {
			return f.t.TextIn(lang, "form.photos", map[string]any{"N": 1})
		}
		if o := q.Option(v); o != nil {
			return o.Text.In(lang)
		}
		return cutRunes(v, 60)
	case []string:
		if q.Type == config.ItemAttachment {
			return f.t.TextIn(lang, "form.photos", map[string]any{"N": len(v)})
		}
		names := make([]string, 0, len(v))
		for _, x := range v {
			if o := q.Option(x); o != nil {
				names = append(names, o.Text.In(lang))
			}
		}
		return strings.Join(names, "、")
	}
	return ""
}

// reviewed takes the decision about the answers shown.
func (f *filling) reviewed(verb, value string) error {
	switch {
	case verb == "edit" && f.form.Item(value) != nil:
		delete(f.s.Answers, value)
		f.s.Passed = without(f.s.Passed, value)
		return f.next()
	case verb == "send", verb == "" && f.t.Choice == "" && (yesNo(f.t) == "yes" || sendWords(f.t.In.Text)):
		return f.send()
	}
	f.t.Pass()
	return nil
}

// sendWords send what is shown, whatever the button says in this language.
func sendWords(text string) bool {
	return slices.Contains([]string{"提交", "送出", "发送", "交", "提交吧", "send", "submit"}, strings.Trim(plainWords(text), " 。.!！"))
}

func without(list []string, s string) []string {
	var out []string
	for _, x := range list {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

func (f *filling) response(status string) models.QuestionnaireResponse {
	r := models.QuestionnaireResponse{
		ID: f.t.Store.NewID(f.t.Now), Key: f.s.Key, Form: f.s.Form, Version: f.s.Version, Subject: f.s.Subject, PatientID: f.s.Patient,
		ContactID: f.t.Contact.ID, Status: status, Answers: f.s.Answers,
	}
	if status == models.ResponseInProgress && len(f.s.Raised) > 0 {
		r.Flag = string(config.FlagRed)
	}
	return r
}

// later keeps the answers until the person goes on.
func (f *filling) later() error {
	f.save()
	f.t.End()
	return nil
}

// save keeps the answers and offers to go on.
func (f *filling) save() {
	if q := f.form.Item(f.s.At); q != nil && q.Type == config.ItemAttachment && len(f.s.Picked) > 0 { // what was sent so far
		f.s.Answers[q.LinkID] = slices.Clone(f.s.Picked)
	}
	t, r := f.t, f.response(models.ResponseInProgress)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveResponse(r) })
	f.filePhotos(f.s.Answers)
	resume := "/form " + f.s.Form + " key=" + f.s.Key
	if f.s.Day > 0 {
		resume += " day=" + strconv.Itoa(f.s.Day)
	}
	for _, part := range [][2]string{{"about", f.s.Subject}, {"patient", f.s.Patient}, {"then", f.s.Then}} {
		if part[1] != "" {
			resume += " " + part[0] + "=" + part[1]
		}
	}
	t.Say("form.saved", map[string]any{"Title": f.form.Title.In(t.Lang)}, t.Option("form.resume", nil, resume))
}

// send keeps the answers and does what the rules call for, in one transaction.
func (f *filling) send() error {
	t := f.t
	if errors.Is(t.Failed, models.ErrGone) { // somebody of the family was first
		r, err := t.Store.ResponseByKey(f.ctx, f.s.Key)
		if err != nil {
			return err
		}
		return f.answered(r)
	}
	list, err := f.asked()
	if err != nil {
		return err
	}
	kept := config.Answers{}
	for _, q := range list { // what a later answer made pointless is not sent
		if v, ok := f.s.Answers[q.LinkID]; ok {
			kept[q.LinkID] = v
		}
	}
	f.s.Answers = kept
	around, err := f.around()
	if err != nil {
		return err
	}
	flags, err := f.form.Flags(kept, around)
	if err != nil {
		return err
	}
	r := f.response(models.ResponseCompleted)
	if r.Score, err = f.form.Points(kept, around); err != nil {
		return err
	}
	for _, rule := range flags {
		if rule.Flag == config.FlagRed || r.Flag == "" {
			r.Flag = string(rule.Flag)
		}
	}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveResponse(r) })
	f.filePhotos(kept)
	t.End()
	return f.conclude(r, flags, list)
}

// conclude opens a case for what was flagged and answers the person.
func (f *filling) conclude(r models.QuestionnaireResponse, flags []config.FormRule, list []*config.FormItem) error {
	t := f.t
	red := r.Flag == string(config.FlagRed)
	if f.s.Then != "" && red { // an emergency is one alarm, with what was answered in it
		t.Resay(withFound(f.s.Said, f.reasons(flags)))
		t.Then(f.s.Then + " done " + r.Flag)
		return nil
	}
	if f.form.ID == t.Clinic.Consultation.Form && f.s.Then == "" {
		return f.consulted(r, flags, list)
	}
	if f.form.ID == config.IntakeForm && f.s.Subject != "" {
		if err := f.openCase(r, flags, list); err != nil {
			return err
		}
		return f.takenIn(r, list)
	}
	if len(f.form.Bands) > 0 && f.s.Then == "" {
		return f.scored(r, flags, list)
	}
	if err := f.openCase(r, flags, list); err != nil {
		return err
	}
	if f.s.Then != "" {
		isolate := ""
		if slices.ContainsFunc(flags, func(rule config.FormRule) bool { return rule.Isolate }) {
			isolate = " isolate"
		}
		t.Resay(f.s.Said)
		if len(flags) > 0 {
			t.Resay(withFound(f.s.Said, f.reasons(flags)))
		}
		t.Then(strings.TrimSpace(f.s.Then + " done " + orWord(r.Flag, "none") + isolate))
		return nil
	}
	advice, err := f.advice(flags)
	if err != nil {
		return err
	}
	data := map[string]any{"Red": red, "Yellow": r.Flag == string(config.FlagYellow), "Phone": t.Clinic.Phone, "Done": f.form.Done.In(t.Lang), "Advice": advice, "Address": nil}
	if len(t.Clinic.Branches) > 0 {
		data["Address"] = t.Clinic.Branches[0].Address
	}
	t.Say("form.done", data, t.Option("menu.agent", nil, "/agent"))
	return nil
}

func orWord(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// How long a flagged form may wait before the case is late: the doctor looks at
// a red one now, a nurse at a yellow one today.
const (
	lookNow   = 10 * time.Minute
	lookToday = 8 * time.Hour
)

// openCase tells staff what was flagged, with all the answers.
func (f *filling) openCase(r models.QuestionnaireResponse, flags []config.FormRule, list []*config.FormItem) error {
	if len(flags) == 0 && len(f.s.Raised) == 0 {
		return nil
	}
	t := f.t
	who, err := f.who()
	if err != nil {
		return err
	}
	lang := t.Clinic.Language
	due := t.Now.Add(lookToday)
	if r.Flag == string(config.FlagRed) {
		due = t.Now.Add(lookNow)
	}
	c := models.Case{
		Key: "form:" + r.Key, DueAt: due, Kind: "form", Urgent: r.Flag == string(config.FlagRed), Roles: []models.Role{models.Doctor, models.Nurse},
		Subject: r.Subject, ContactID: r.ContactID,
		Details: map[string]string{"Title": f.form.Title.In(lang), "Who": who, "Reasons": f.reasons(flags), "Answers": f.told(list), "Score": points(r.Score), "Said": f.s.Said, "Photos": strings.Join(f.photos(f.s.Answers), " ")},
	}
	if c.For, c.Branch, err = f.treatedBy(r.Subject); err != nil {
		return err
	}
	c.Details["Filling"] = ""
	if r.Status == models.ResponseInProgress {
		c.Details["Filling"] = "yes"
	}
	if len(flags) == 0 {
		c.Details["Reasons"] = strings.Join(f.s.Raised, "；")
	}
	if len(f.s.Raised) > 0 {
		f.retell(c)
		return nil
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	return nil
}

// treatedBy is the doctor who treated, and where: they hear of it first.
func (f *filling) treatedBy(subject string) (practitioner, branch string, err error) {
	if id := models.SubjectID("Appointment", subject); id != "" {
		var p models.Appointment
		p, err = f.t.Store.AppointmentByID(f.ctx, id)
		practitioner, branch = p.Slot.Practitioner, p.Slot.Branch
	}
	if id := models.SubjectID(models.KindCarePlan, subject); id != "" {
		var p models.CarePlan
		p, err = f.t.Store.CarePlanByID(f.ctx, id)
		practitioner, branch = p.Practitioner, p.Branch
	}
	if errors.Is(err, models.ErrNotFound) {
		err = nil
	}
	return practitioner, branch, err
}

// told is all that was answered, as staff read it.
func (f *filling) told(list []*config.FormItem) string {
	lang := f.t.Clinic.Language
	var answers []string
	for _, q := range list {
		if q.Type != config.ItemDisplay {
			answers = append(answers, short(q, lang)+"："+f.shown(q, lang))
		}
	}
	return strings.Join(answers, "\n")
}

// reasons is what was flagged, in the clinic's language.
func (f *filling) reasons(flags []config.FormRule) string {
	var out []string
	for _, rule := range flags {
		out = append(out, rule.Reason.In(f.t.Clinic.Language))
	}
	return strings.Join(out, "；")
}

// advice is what the rules say to the person, as far as the clinic approved it.
func (f *filling) advice(flags []config.FormRule) ([]string, error) {
	out := []string{}
	decided, err := f.t.Store.Approvals(f.ctx, config.FormAdvice)
	if err != nil {
		return nil, err
	}
	for i := range flags {
		rule := &flags[i]
		if s := rule.Advice.In(f.t.Lang); s != "" && decided.Allow(f.form.AdviceID(rule), rule.Hash(), rule.Approved) {
			out = append(out, s)
		}
	}
	return out, nil
}

// who names patient and client for staff.
func (f *filling) who() (string, error) {
	from, err := sender(f.ctx, f.t)
	if err != nil || f.s.Patient == "" {
		return strings.TrimSpace(from.Name + " " + from.Phone), err
	}
	p, err := f.t.Store.PatientByID(f.ctx, f.s.Patient)
	if errors.Is(err, models.ErrNotFound) {
		err = nil
	}
	return strings.TrimSpace(p.Name + "　" + from.Name + " " + from.Phone), err
}

// points writes a score, "" for none.
func points(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
