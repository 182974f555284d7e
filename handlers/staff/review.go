package staff

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Review lets a doctor or the manager approve care tips, each as it reads now.
// Arg of /review: nothing for the next that waits; "skip" and an entry for the
// one after it; "all" for how it stands; "ok" or "no" with an entry and the
// beginning of its hash; "read", an entry and a language.
type Review struct{}

// hashShown is how much of a hash a button carries: enough that what is
// decided is what was read.
const hashShown = 12

// Name implements bot.Flow.
func (Review) Name() string { return "review" }

// Step implements bot.Flow.
func (Review) Step(ctx context.Context, t *bot.Turn) error {
	decided, err := t.Store.Approvals(ctx, "tip")
	if err != nil {
		return err
	}
	t.Hub()
	word, rest, _ := strings.Cut(t.Arg, " ")
	id, more, _ := strings.Cut(rest, " ")
	e := t.Clinic.Tips.Entry(id)
	switch {
	case word == "all":
		return reviewState(ctx, t, decided)
	case word == "read" && e != nil:
		l := config.Language(more)
		t.Say("review.other", map[string]any{"Title": e.Title.In(l), "Text": e.Text.In(l)}, append(otherLanguages(t, e, l), t.Option("review.back", nil, "/review at "+id))...)
		return nil
	case (word == "ok" || word == "no") && e != nil:
		return decide(t, e, decided, word == "ok", more)
	case word == "at" && e != nil:
		return ask(ctx, t, e, decided)
	}
	return nextReview(ctx, t, decided, word == "skip", id)
}

// waiting lists what nobody decided about, as it reads now.
func waiting(t *bot.Turn, decided models.Approvals) []*config.CareTip {
	var out []*config.CareTip
	for i := range t.Clinic.Tips.Entries {
		e := &t.Clinic.Tips.Entries[i]
		if _, done := decided.Decided(e.ID, e.Hash()); !done && !e.Approved {
			out = append(out, e)
		}
	}
	return out
}

func nextReview(ctx context.Context, t *bot.Turn, decided models.Approvals, skip bool, after string) error {
	list := waiting(t, decided)
	for i, e := range list {
		if skip && e.ID == after {
			return ask(ctx, t, list[(i+1)%len(list)], decided)
		}
	}
	if len(list) == 0 {
		return reviewState(ctx, t, decided)
	}
	return ask(ctx, t, list[0], decided)
}

// ask shows one entry whole: what it says, where it comes from, whom it is for.
func ask(ctx context.Context, t *bot.Turn, e *config.CareTip, decided models.Approvals) error {
	data := tipData(t, e)
	list := waiting(t, decided)
	data["Waiting"], data["Decided"], data["By"], data["Approved"] = len(list), false, "", e.Approved
	if d, ok := decided.Decided(e.ID, e.Hash()); ok {
		data["Decided"], data["Approved"], data["At"] = true, d.Approved, d.At.In(t.Clinic.Location(""))
		by, err := t.Store.StaffByID(ctx, d.By)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		data["By"] = by.Name
	}
	key := e.ID + " " + e.Hash()[:hashShown]
	options := []bot.Option{t.Option("review.ok", nil, "/review ok "+key), t.Option("review.no", nil, "/review no "+key)}
	options = append(options, otherLanguages(t, e, t.Lang)...)
	if len(list) > 1 {
		options = append(options, t.Option("review.skip", nil, "/review skip "+e.ID))
	}
	t.Say("review.entry", data, append(options, t.Option("review.all", nil, "/review all"))...)
	return nil
}

// otherLanguages leads to the other wordings, which are approved with this one.
func otherLanguages(t *bot.Turn, e *config.CareTip, shown config.Language) []bot.Option {
	var out []bot.Option
	for _, l := range config.Languages() {
		if l != shown {
			out = append(out, t.Option("review.in", map[string]any{"Language": string(l)}, "/review read "+e.ID+" "+string(l)))
		}
	}
	return out
}

func tipData(t *bot.Turn, e *config.CareTip) map[string]any {
	c := t.Clinic
	data := map[string]any{
		"Title": e.Title, "Text": e.Text, "Source": e.Source, "Topic": config.Text(nil), "Season": e.Season, "Months": e.Months,
		"From": e.Age.From, "To": e.Age.To, "At": t.Now,
	}
	if topic := c.Tips.Topic(e.Topic); topic != nil {
		data["Topic"] = topic.Name
	}
	species, services := []string{}, []string{}
	for _, id := range e.Species {
		if s := c.SpeciesByID(id); s != nil {
			species = append(species, s.Name.In(t.Lang))
		}
	}
	for _, id := range e.Procedures {
		if s := c.Service(id); s != nil {
			services = append(services, s.Name.In(t.Lang))
		}
	}
	data["Species"], data["Procedures"] = species, services
	return data
}

// decide keeps the decision, unless the text has changed since it was read.
func decide(t *bot.Turn, e *config.CareTip, decided models.Approvals, ok bool, hash string) error {
	if hash != e.Hash()[:hashShown] {
		t.Say("review.changed", map[string]any{"Title": e.Title}, t.Option("review.again", nil, "/review at "+e.ID))
		return nil
	}
	a := models.Approval{Kind: "tip", ID: e.ID, Hash: e.Hash(), Approved: ok, By: t.Staff.ID}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Decide(a) })
	left := waiting(t, decided)
	n := len(left)
	for _, o := range left {
		if o.ID == e.ID {
			n--
		}
	}
	options := []bot.Option{t.Option("review.undo", map[string]any{"OK": ok}, "/review at "+e.ID)}
	if n > 0 {
		options = append([]bot.Option{t.Option("review.next", nil, "/review")}, options...)
	}
	t.Say("review.done", map[string]any{"Title": e.Title, "OK": ok, "Left": n}, append(options, t.Option("review.all", nil, "/review all"))...)
	return nil
}

// reviewState says how many are approved, refused and waiting, and lists what
// was refused.
func reviewState(_ context.Context, t *bot.Turn, decided models.Approvals) error {
	yes, no := 0, 0
	var refused []bot.Option
	for i := range t.Clinic.Tips.Entries {
		e := &t.Clinic.Tips.Entries[i]
		d, ok := decided.Decided(e.ID, e.Hash())
		switch {
		case ok && !d.Approved:
			no++
			if len(refused) < maxLines {
				refused = append(refused, bot.Option{Label: t.Text("review.refused", map[string]any{"Title": e.Title}), Value: "/review at " + e.ID})
			}
		case ok || e.Approved:
			yes++
		}
	}
	n := len(waiting(t, decided))
	var options []bot.Option
	if n > 0 {
		options = append(options, t.Option("review.next", nil, "/review"))
	}
	t.Say("review.state", map[string]any{"Yes": yes, "No": no, "Waiting": n}, append(append(options, refused...), t.Option("menu.today", nil, "/today"))...)
	return nil
}
