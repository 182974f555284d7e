package client

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Prepare shows what to do before a procedure, and takes what is done. Arg of
// /prepare: nothing for the next visit that has something to prepare, a booking
// number, done or not with a number and the items, or the subject of the push
// that asked.
type Prepare struct{}

// Name implements bot.Flow.
func (Prepare) Name() string { return "prepare" }

// Step implements bot.Flow.
func (Prepare) Step(ctx context.Context, t *bot.Turn) error {
	if models.SubjectID("Appointment", t.Arg) != "" {
		return prepareSaid(ctx, t)
	}
	fields := append(strings.Fields(t.Arg), "", "", "")
	verb, number, items := fields[0], fields[1], fields[2]
	if verb == "" {
		return prepareNext(ctx, t)
	}
	if verb != "done" && verb != "not" {
		number = verb
	}
	t.Arg = number
	p, err := findVisit(ctx, t, number)
	if err != nil {
		return sayMissing(t, err)
	}
	if p.Status != models.Booked {
		sayOver(t, p)
		return nil
	}
	lines, err := prepareLines(ctx, t, p)
	if err != nil {
		return err
	}
	switch {
	case len(lines) == 0:
		return prepareNext(ctx, t)
	case items == "":
		sayPrepare(t, p, lines, "prepare.list")
		return nil
	}
	return prepareMark(ctx, t, p, lines, verb == "done", strings.Split(items, ","))
}

func prepareLines(ctx context.Context, t *bot.Turn, p models.Appointment) ([]outreach.PrepareLine, error) {
	answers, err := t.Store.Answers(ctx, models.AboutAppointment(p.ID))
	if err != nil {
		return nil, err
	}
	decided, err := t.Store.Approvals(ctx, outreach.CourseNotes)
	if err != nil {
		return nil, err
	}
	return outreach.PrepareLines(t.Clinic.Clinic, p, answers, decided), nil
}

// prepareNext shows the next visit that has something to prepare; else what
// its service says, or that there is nothing.
func prepareNext(ctx context.Context, t *bot.Turn) error {
	list, err := upcoming(ctx, t)
	if err != nil {
		return err
	}
	for _, p := range list {
		lines, err := prepareLines(ctx, t, p)
		if err != nil {
			return err
		}
		if p.Status == models.Booked && len(lines) > 0 {
			sayPrepare(t, p, lines, "prepare.list")
			return nil
		}
	}
	t.Hub()
	for _, p := range list {
		data := visitData(t, p)
		if data["Preparation"] != nil || data["Bring"] != nil {
			t.Say("prepare.simple", data, t.Option("book.to_bookings", nil, "/bookings"), t.Option("menu.agent", nil, "/agent"))
			return nil
		}
	}
	t.Say("prepare.none", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"))
	return nil
}

// sayPrepare says how it stands with what is to be prepared; each thing that is
// open can be confirmed by itself.
func sayPrepare(t *bot.Turn, p models.Appointment, lines []outreach.PrepareLine, key string) {
	data := visitData(t, p)
	open := slices.DeleteFunc(slices.Clone(lines), func(l outreach.PrepareLine) bool { return l.Done })
	data["Items"], data["Open"] = lines, len(open)
	var options []bot.Option
	for _, l := range open {
		options = append(options, t.Option("prepare.done_one", map[string]any{"Name": l.Name}, "/prepare done "+p.Number+" "+l.ID))
	}
	if len(lines) > len(open) && key != "prepare.list" {
		options = append(options, t.Option("prepare.all", nil, "/prepare "+p.Number))
	}
	t.Hub()
	t.Say(key, data, append(options, t.Option("prepare.ask_person", nil, "/agent"))...)
}

// prepareMark keeps what is done, or not yet, each once.
func prepareMark(ctx context.Context, t *bot.Turn, p models.Appointment, lines []outreach.PrepareLine, done bool, items []string) error {
	subject, plan := models.AboutAppointment(p.ID), t.Clinic.PlanOf(p.Slot.Service)
	for k, l := range lines {
		if !slices.Contains(items, l.ID) || l.Done || !done && l.Not {
			continue
		}
		a := models.Answer{Subject: subject, Name: outreach.PrepareAnswer(t.Clinic.Clinic, p, plan.PrepareByID(l.ID)), ContactID: t.Contact.ID, Answer: "done"}
		if !done {
			a.Name, a.Answer = a.Name+outreach.PrepareNot, "not yet"
		}
		_, err := t.Store.AnswerTo(ctx, a.Subject, a.Name)
		switch {
		case errors.Is(err, models.ErrNotFound):
			t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RecordAnswer(a) })
		case err != nil:
			return err
		}
		lines[k].Done, lines[k].Not = done, !done
	}
	if !done {
		sayPrepare(t, p, lines, "prepare.not_yet")
		return nil
	}
	if !slices.ContainsFunc(lines, func(l outreach.PrepareLine) bool { return !l.Done }) {
		if err := prepared(ctx, t, p); err != nil {
			return err
		}
	}
	sayPrepare(t, p, lines, "prepare.noted")
	return nil
}

// prepared closes what staff were given to call about: everything is done.
func prepared(ctx context.Context, t *bot.Turn, p models.Appointment) error {
	cases, err := t.Store.CasesAbout(ctx, models.AboutAppointment(p.ID))
	if err != nil {
		return err
	}
	why := t.TextIn(t.Clinic.Language, "prepare.result", nil)
	for _, c := range cases {
		if c.Kind != outreach.CasePrepare || c.State == models.CaseClosed {
			continue
		}
		t.Write(func(_ context.Context, tx *models.Tx) error {
			if err := tx.CloseCase(c.ID, c.Owner, why); err != nil && !errors.Is(err, models.ErrGone) {
				return err
			}
			return nil
		})
	}
	return nil
}

// Answers to what is to be prepared, read only while that is what the person
// saw last. Simplified script, lower case.
var (
	saysPrepared = regexp.MustCompile(`^(?:好的?|嗯|行|可以|都?做好了?|都?准备好了?|都?弄好了?|都?好了|都?做了|都?做完了?|已经?做了?|完成了?|停了|已经?停了|知道了|收到|明白|没问题|ok(?:ay)?|yes|done|all done|ready|got it|sure)[。.!！~ ]*(?:谢谢)?[。.!！~ ]*$`)
	saysNotYet   = regexp.MustCompile(`^(?:都|我)?还?(?:没|沒有?|没有)(?:做|停|弄|准备|查|好|完成|来得及)*(?:好|完|呢|了)*[。.!！~ ]*$|^来不及.{0,6}$|^not yet|^no[.! ]*$|^not done`)
)

// prepareSaid takes a short answer to the push; what is about the visit itself
// goes where it would go from any other reminder.
func prepareSaid(ctx context.Context, t *bot.Turn) error {
	p, ok, err := subjectVisit(ctx, t, t.Arg)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(plainWords(t.In.Text))
	switch {
	case !ok:
		t.Pass()
		return nil
	case saysNotYet.MatchString(text):
		return takeUp(ctx, t, "/prepare not")
	case saysPrepared.MatchString(text):
		return takeUp(ctx, t, "/prepare done")
	}
	if meant := aboutVisit(t); meant != "" {
		t.Then(meant + p.Number)
		return nil
	}
	t.Pass()
	return nil
}

// asksPreparation asks what to do before a visit, without naming what for.
var asksPreparation = regexp.MustCompile(`^(?:(?:请问)?(?:我|术前|手术前|来之前|就诊前|去之前)?(?:要|需要|应该|该|还要|得)?(?:准备|做)(?:些)?(?:什么|哪些|啥)(?:准备)?[呢吗]?|(?:术前|手术前?)(?:准备|清单|须知|注意事项|要求)(?:清单|事项)?|准备清单|(?:我的)?准备事项|(?:how (?:do|should) i prepare|what (?:do|should) i prepare|preparation|preparation list|prep list|before surgery))[？?。.!！ ]*$`)
