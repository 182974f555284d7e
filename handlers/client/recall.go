package client

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Recall takes the answers to a reminder to come back: it was done already, no
// more of it, or again after all. Arg of /recall: done, stop, gone or on, and
// the recall's ID.
type Recall struct{}

// Name implements bot.Flow.
func (Recall) Name() string { return "recall" }

// Step implements bot.Flow.
func (Recall) Step(ctx context.Context, t *bot.Turn) error {
	if strings.HasPrefix(t.Arg, "Recall/") { // said rather than tapped
		switch {
		case says(t, saysStop[:]):
			return takeUp(ctx, t, "/recall stop")
		case says(t, saysDone[:]):
			return takeUp(ctx, t, "/recall done")
		}
		t.Pass()
		return nil
	}
	var id string
	verb := "day"
	if t.Command != "" {
		verb, id, _ = strings.Cut(t.Arg, " ")
	} else if err := t.State(&id); err != nil {
		return err
	}
	r, p, err := recallOf(ctx, t, id)
	kind := t.Clinic.RecallByID(r.Recall)
	switch {
	case errors.Is(err, models.ErrNotFound), err == nil && kind == nil:
		t.End()
		t.Say("recall.none", nil, t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"))
		return nil
	case err != nil:
		return err
	}
	data := map[string]any{"Patient": outreach.Called(p), "Name": kind.Name, "Pet": p.Kind == "pet"}
	switch verb {
	case "done":
		t.Keep(id)
		t.Ask("recall.ask_day", data, t.Option("recall.today", nil, "0"), t.Option("recall.week", nil, "7"), t.Option("recall.month", nil, "30"))
		return nil
	case "stop":
		r.State = models.RecallStopped
		options := []bot.Option{t.Option("recall.again", nil, "/recall on "+id)}
		if p.Kind == "pet" {
			options = append(options, t.Option("recall.gone", nil, "/recall gone "+id))
		}
		t.Undoable("/recall on " + id)
		return keepRecall(t, r, "recall.stopped", data, options...)
	case "on":
		r.State = models.RecallOpen
		data["Due"] = dayOf(t, r.DueOn)
		return keepRecall(t, r, "recall.on", data)
	case "gone":
		return recallGone(ctx, t, r, p, data)
	case "lives":
		if err := livesAfterAll(ctx, t, p); err != nil {
			return err
		}
		r.State = models.RecallOpen
		data["Due"] = dayOf(t, r.DueOn)
		return keepRecall(t, r, "recall.on", data)
	case "day":
		return recallDay(t, r, kind, data)
	}
	t.Pass()
	return nil
}

// recallOf finds a recall of a patient that this person may speak for.
func recallOf(ctx context.Context, t *bot.Turn, id string) (models.Recall, models.Patient, error) {
	r, err := t.Store.RecallByID(ctx, id)
	if err != nil {
		return r, models.Patient{}, err
	}
	p, err := patientOf(ctx, t, r.PatientID)
	return r, p, err
}

func keepRecall(t *bot.Turn, r models.Recall, text string, data map[string]any, options ...bot.Option) error {
	t.End()
	clinic := t.Clinic.Clinic
	t.Write(func(_ context.Context, tx *models.Tx) error { return outreach.SaveRecall(tx, clinic, r, tx.Now) })
	t.Say(text, data, options...)
	return nil
}

// recallDay takes the day on which it was done.
func recallDay(t *bot.Turn, r models.Recall, kind *config.Recall, data map[string]any) error {
	on, ok := daySaid(t)
	if !ok {
		t.Pass()
		return nil
	}
	if r.LastOn > on.String() { // on record there is a later time already
		on, _ = config.ParseDate(r.LastOn)
	}
	if r.State == models.RecallStopped {
		r.State = models.RecallOpen
	}
	r = outreach.Completed(kind, r, on)
	data["On"], data["Next"] = dayOf(t, r.LastOn), nil
	if r.State == models.RecallOpen {
		data["Next"] = dayOf(t, r.DueOn)
	}
	return keepRecall(t, r, "recall.noted", data)
}

// daySaid is a day in the past: picked, or written.
func daySaid(t *bot.Turn) (config.Date, bool) {
	today := config.DateOf(t.Local())
	switch {
	case t.Choice == "0":
		return today, true
	case t.Choice == "7":
		return today.AddDays(-7), true
	case t.Choice == "30":
		return today.AddDays(-30), true
	case t.Choice != "" || t.Stale || t.Range > 0:
		return today, false
	}
	if birth, fault := parseBirth(t.In.Text, "person", t.Local()); fault == "" && len(birth) == len("2006-01-02") {
		if d, err := config.ParseDate(birth); err == nil {
			return d, true
		}
	}
	h := t.Heard()
	if len(h.Times) == 0 {
		return today, false
	}
	from, _ := h.Times[0].Window()
	on := config.DateOf(from.In(t.Local().Location()))
	if on.Compare(today) > 0 { // 11月3日 without a year is the one to come: here it is over
		on.Year--
	}
	return on, on.Compare(today.AddDays(-3*366)) > 0
}

func dayOf(t *bot.Turn, day string) any {
	d, err := config.ParseDate(day)
	if err != nil {
		return nil
	}
	return d.Time(t.Clinic.Location(""), 0)
}

// recallGone is told that a pet has died: nothing is said about it any more
// from this moment on, and the desk notes it in the records.
func recallGone(ctx context.Context, t *bot.Turn, r models.Recall, p models.Patient, data map[string]any) error {
	t.End()
	clinic := t.Clinic.Clinic
	r.State = models.RecallStopped
	t.Write(func(_ context.Context, tx *models.Tx) error { return outreach.SaveRecall(tx, clinic, r, tx.Now) })
	if err := goneFor(ctx, t, p); err != nil {
		return err
	}
	t.Say("recall.sorry", data, t.Option("recall.mistake", nil, "/recall lives "+r.ID))
	return nil
}

// livesAfterAll takes a death back that was told by mistake, and the case that
// the desk has of it.
func livesAfterAll(ctx context.Context, t *bot.Turn, p models.Patient) error {
	cases, err := t.Store.CasesAbout(ctx, models.AboutPatient(p.ID))
	if err != nil {
		return err
	}
	why := t.TextIn(t.Clinic.Language, "recall.mistake", nil)
	t.Write(func(_ context.Context, tx *models.Tx) error {
		for _, c := range cases {
			if c.Kind != "deceased" || c.State == models.CaseClosed {
				continue
			}
			if err := anyway(tx.CloseCase(c.ID, c.Owner, why)); err != nil {
				return err
			}
		}
		return anyway(tx.PatientLives(p.ID))
	})
	return nil
}

// anyway takes it as done that it was so before.
func anyway(err error) error {
	if errors.Is(err, models.ErrGone) {
		return nil
	}
	return err
}
