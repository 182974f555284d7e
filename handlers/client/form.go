package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
)

// Form asks a form of the profile one question at a time, shows the answers
// before they are sent, and does what its rules call for. A running form keeps
// the version of the profile it began with.
type Form struct{}

// formState is a form being filled in.
type formState struct {
	Form    string         `json:"f"`
	Version int            `json:"v"`           // of the profile
	Key     string         `json:"k"`           // what it answers, once
	Subject string         `json:"s,omitempty"` // what it is about
	Patient string         `json:"p,omitempty"`
	Day     int            `json:"d,omitempty"`
	Then    string         `json:"t,omitempty"` // the command that takes the outcome, in place of thanks
	Said    string         `json:"n,omitempty"` // the sentence that led here, for it
	At      string         `json:"q,omitempty"` // linkId of the open question, "" at the review
	Answers config.Answers `json:"a,omitempty"`
	Passed  []string       `json:"x,omitempty"` // questions skipped
	Picked  []string       `json:"m,omitempty"` // of a choice that repeats, so far; of a question for photos, what was sent
	Photos  []string       `json:"o,omitempty"` // sent where something else was asked
	Raised  []string       `json:"r,omitempty"` // red flags that staff were told of while it is filled in
}

// Name implements bot.Flow.
func (Form) Name() string { return "form" }

// Step implements bot.Flow. Arg of /form: a form's ID, then key=, about=,
// patient=, day= and then= as far as they are known.
func (Form) Step(ctx context.Context, t *bot.Turn) error {
	f := &filling{ctx: ctx, t: t}
	if t.Command != "" {
		return f.enter()
	}
	if err := t.State(&f.s); err != nil {
		return err
	}
	if err := f.load(); err != nil {
		return err
	}
	if f.form == nil { // the profile dropped it, and its version is gone
		t.End()
		t.Say("form.gone", nil, t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	return f.answer()
}

// Leave implements bot.Leaver: what was answered is kept, and offered again.
func (Form) Leave(ctx context.Context, t *bot.Turn) error {
	f := &filling{ctx: ctx, t: t}
	if err := t.State(&f.s); err != nil {
		return err
	}
	if err := f.load(); err != nil || f.form == nil || len(f.s.Answers) == 0 {
		return err
	}
	f.s.Answers = answersOf(f.s.Answers)
	f.save()
	return nil
}

// filling is one step of a form.
type filling struct {
	ctx  context.Context
	t    *bot.Turn
	s    formState
	form *config.Form
	know *config.Around // what around has read
}

func (f *filling) enter() error {
	t := f.t
	fields := strings.Fields(t.Arg)
	if len(fields) == 0 {
		return f.unknown()
	}
	f.s = formState{Form: fields[0], Version: t.Clinic.Version, Answers: config.Answers{}}
	same := false
	for _, field := range fields[1:] {
		name, value, _ := strings.Cut(field, "=")
		switch name {
		case "key":
			f.s.Key = value
		case "about":
			f.s.Subject = value
		case "patient":
			f.s.Patient = value
		case "same":
			same = value == "yes"
		case "day":
			f.s.Day, _ = strconv.Atoi(value) // none: day 0
		case "then":
			f.s.Then, f.s.Said = value, sentence(t)
		}
	}
	if f.s.Key == "" {
		f.s.Key = "form:" + f.s.Form + ":" + t.In.Key
	}
	saved, err := t.Store.ResponseByKey(f.ctx, f.s.Key)
	switch {
	case err == nil && saved.Status == models.ResponseCompleted:
		return f.answered(saved)
	case err == nil:
		f.s.Version, f.s.Answers = saved.Version, answersOf(saved.Answers)
	case f.s.Form == config.IntakeForm && f.s.Subject != "" && errors.Is(err, models.ErrNotFound):
		if err := f.recall(same); err != nil {
			return err
		}
	case !errors.Is(err, models.ErrNotFound):
		return err
	}
	if err := f.load(); err != nil {
		return err
	}
	if f.form == nil {
		return f.unknown()
	}
	decided, err := t.Store.Approvals(f.ctx, config.FormTexts)
	if err != nil {
		return err
	}
	if d, ok := decided.Decided(f.form.ID, f.form.Hash()); ok && !d.Approved { // the clinic wants it asked no more
		return f.unknown()
	}
	if saved.Flag == string(config.FlagRed) {
		if err := f.raisedBefore(); err != nil {
			return err
		}
	}
	if len(f.s.Answers) == 0 && len(f.form.Intro) > 0 {
		t.Add(bot.Message{Text: f.form.Intro.In(t.Lang)})
	}
	return f.next()
}

func (f *filling) unknown() error {
	f.t.Say("form.unknown", nil, f.t.Option("menu.agent", nil, "/agent"), f.t.Option("menu.menu", nil, "/menu"))
	return nil
}

// answered tells that somebody, perhaps of the family, sent it before.
func (f *filling) answered(r models.QuestionnaireResponse) error {
	who, err := f.byWhom(r)
	if err != nil {
		return err
	}
	f.t.End()
	f.t.Say("form.answered", map[string]any{"At": r.AuthoredAt.In(f.t.Clinic.Location("")), "Own": r.ContactID == f.t.Contact.ID, "Who": who})
	return nil
}

// byWhom names who sent a response, to people of the same patient.
func (f *filling) byWhom(r models.QuestionnaireResponse) (string, error) {
	if r.PatientID == "" || r.ContactID == f.t.Contact.ID {
		return "", nil
	}
	if _, err := patientOf(f.ctx, f.t, r.PatientID); errors.Is(err, models.ErrNotFound) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	c, err := f.t.Store.Contact(f.ctx, r.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	return c.Display, err
}

// load finds the form in the version of the profile it was begun with.
func (f *filling) load() error {
	if f.s.Version == f.t.Clinic.Version {
		f.form = f.t.Clinic.Form(f.s.Form)
		return nil
	}
	v, err := f.t.Store.ProfileOf(f.ctx, f.s.Version)
	if errors.Is(err, models.ErrNotFound) {
		f.form = f.t.Clinic.Form(f.s.Form)
		return nil
	}
	if err != nil {
		return err
	}
	p, err := config.ParseProfile(v.Source, v.Body)
	if err != nil {
		return fmt.Errorf("profile %d: %w", v.Version, err)
	}
	f.form = p.Form(f.s.Form)
	return nil
}

// around is what rules know besides the answers; it is read once a turn.
func (f *filling) around() (config.Around, error) {
	if f.know != nil {
		return *f.know, nil
	}
	r, err := f.readAround()
	if err == nil {
		f.know = &r
	}
	return r, err
}

func (f *filling) readAround() (config.Around, error) {
	r := config.Around{Day: f.s.Day}
	if f.s.Patient == "" {
		return r, nil
	}
	p, err := f.t.Store.PatientByID(f.ctx, f.s.Patient)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return r, err
	}
	r.Species = p.Species
	before, err := f.t.Store.ResponsesOfPatient(f.ctx, f.s.Patient, f.s.Form, 1)
	if err == nil && len(before) > 0 {
		r.Before = answersOf(before[0].Answers)
	}
	return r, err
}

// asked lists the questions that are to be answered as the answers stand.
func (f *filling) asked() ([]*config.FormItem, error) {
	around, err := f.around()
	if err != nil {
		return nil, err
	}
	var out []*config.FormItem
	for i := range f.form.Items {
		q := &f.form.Items[i]
		yes, err := f.form.Holds(q.EnableWhen, f.s.Answers, around)
		if err != nil {
			return nil, err
		}
		if yes {
			out = append(out, q)
		}
	}
	return out, nil
}

// next asks the first question without an answer, or shows them all.
func (f *filling) next() error {
	list, err := f.asked()
	if err != nil {
		return err
	}
	var said []string
	n, total := 0, 0
	for _, q := range list {
		if q.Type != config.ItemDisplay {
			total++
		}
	}
	for _, q := range list {
		if q.Type == config.ItemDisplay {
			said = append(said, q.Text.In(f.t.Lang))
			continue
		}
		n++
		if _, ok := f.s.Answers[q.LinkID]; !ok && !slices.Contains(f.s.Passed, q.LinkID) {
			return f.ask(q, n, total, said)
		}
		said = nil
	}
	if f.form.Direct {
		return f.send()
	}
	return f.review(list)
}

// ask puts one question. Numbers and words are typed, so they have no numbered
// options: a 1 would be taken for the first.
func (f *filling) ask(q *config.FormItem, n, total int, said []string) error {
	t := f.t
	f.s.At = q.LinkID
	data := map[string]any{
		"N": n, "Total": total, "Text": q.Text.In(t.Lang), "Unit": q.Unit, "Min": q.Min.String(), "Max": q.Max.String(), "Skip": !q.Required,
		"Before": said, "Several": q.Repeats, "Picked": f.pickedNames(q), "Type": string(q.Type), "Photos": 0,
	}
	var options []bot.Option
	switch q.Type {
	case config.ItemChoice, config.ItemOpenChoice:
		for _, o := range q.Options {
			if !slices.Contains(f.s.Picked, o.Value) && (!o.Alone || len(f.s.Picked) == 0) {
				options = append(options, bot.Option{Label: o.Text.In(t.Lang), Value: "o:" + o.Value})
			}
		}
		if len(f.s.Picked) > 0 {
			options = append(options, t.Option("form.enough", nil, "enough"))
		}
	case config.ItemBoolean:
		options = append(options, t.Option("form.yes", nil, "o:yes"), t.Option("form.no", nil, "o:no"))
	case config.ItemAttachment:
		data["Several"], data["Photos"] = false, len(f.s.Picked)
		if len(f.s.Picked) > 0 {
			data["Skip"] = false
			options = append(options, t.Option("form.enough_photos", nil, "enough"))
		}
	}
	if len(options) > 0 {
		if !q.Required && len(f.s.Picked) == 0 {
			options = append(options, t.Option("form.skip", nil, "skip"))
		}
		options = append(options, t.Option("form.later", nil, "later"))
	}
	t.Ask("form.ask", data, options...)
	t.Keep(f.s)
	return nil
}

func (f *filling) pickedNames(q *config.FormItem) []string {
	out := []string{}
	for _, v := range f.s.Picked {
		if o := q.Option(v); o != nil {
			out = append(out, o.Text.In(f.t.Lang))
		}
	}
	return out
}

// answersOf gives answers read from JSON their types back.
func answersOf(m map[string]any) config.Answers {
	out := config.Answers{}
	for k, v := range m {
		if list, ok := v.([]any); ok {
			texts := make([]string, 0, len(list))
			for _, x := range list {
				if s, ok := x.(string); ok {
					texts = append(texts, s)
				}
			}
			v = texts
		}
		out[k] = v
	}
	return out
}

// laterWords put a form aside.
func laterWords(text string) bool {
	s := strings.Trim(nlu.Simplify(strings.ToLower(strings.TrimSpace(text))), "。.!！ ")
	return slices.Contains([]string{"稍后", "稍后再填", "等会再填", "等会儿再填", "晚点再填", "先存着", "later", "save for later"}, s)
}
