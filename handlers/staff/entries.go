package staff

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Entries lets a doctor or the manager approve what is answered to questions,
// each as it reads now. Arg of /entries: nothing for the next that waits;
// "skip" and an entry for the one after it; "at" and an entry; "ok" or "no"
// with an entry and the beginning of its hash; "in", an entry and a language.
type Entries struct{}

// entryRoles are who approves entries.
func entryRoles() []models.Role { return []models.Role{models.Doctor, models.Manager} }

// knowledgeKind is the kind of their approvals.
const knowledgeKind = "knowledge"

// draft is an entry as it is read for approval.
type draft struct {
	ID, Hash            string
	Name, Answer, Watch config.Text
	Source              string
	By                  string // who wrote it, "" the profile
	Allowed             bool
}

// Name implements bot.Flow.
func (Entries) Name() string { return "entries" }

// Step implements bot.Flow.
func (Entries) Step(ctx context.Context, t *bot.Turn) error {
	list, err := drafts(ctx, t)
	if err != nil {
		return err
	}
	t.Hub()
	word, rest, _ := strings.Cut(t.Arg, " ")
	id, more, _ := strings.Cut(rest, " ")
	at := -1
	for i := range list {
		if list[i].ID == id {
			at = i
		}
	}
	switch {
	case at >= 0 && word == "in":
		l := config.Language(more)
		t.Say("entries.other", map[string]any{"Name": list[at].Name.In(l), "Answer": list[at].Answer.In(l), "Watch": list[at].Watch.In(l)}, t.Option("entries.back", nil, "/entries at "+id))
		return nil
	case at >= 0 && (word == "ok" || word == "no"):
		return decideEntry(t, list, list[at], word == "ok", more)
	case at >= 0 && word == "at":
		showEntry(t, list, list[at])
		return nil
	}
	waiting := waitingAfter(list, at)
	if len(waiting) == 0 {
		t.Say("entries.done", map[string]any{"Count": len(list)}, t.Option("questions.open", nil, "/questions"), t.Option("menu.today", nil, "/today"))
		return nil
	}
	showEntry(t, list, waiting[0])
	return nil
}

// waitingAfter lists what waits, beginning behind a place; what was written by
// staff comes first of all.
func waitingAfter(list []draft, at int) []draft {
	var first, rest, own []draft
	for i, d := range list {
		switch {
		case d.Allowed || i == at:
		case d.By != "":
			own = append(own, d)
		case i > at:
			first = append(first, d)
		default:
			rest = append(rest, d)
		}
	}
	return append(append(own, first...), rest...)
}

func drafts(ctx context.Context, t *bot.Turn) ([]draft, error) {
	allowed, err := t.Store.Approvals(ctx, knowledgeKind)
	if err != nil {
		return nil, err
	}
	own, err := t.Store.Knowledge(ctx)
	if err != nil {
		return nil, err
	}
	var out []draft
	for _, k := range own {
		if d, ok := allowed.Decided(k.ID, k.Hash()); ok && !d.Approved {
			continue // refused
		}
		out = append(out, draft{
			ID: k.ID, Hash: k.Hash(), Name: config.Text{config.Hans: k.Question}, Answer: config.Text{config.Hans: k.Answer}, By: k.By,
			Allowed: allowed.Allow(k.ID, k.Hash(), false),
		})
	}
	for i := range t.Clinic.Profile.Knowledge {
		e := &t.Clinic.Profile.Knowledge[i]
		out = append(out, draft{
			ID: e.ID, Hash: e.Hash(), Name: e.Name, Answer: e.Answer, Watch: e.Watch, Source: e.Source,
			Allowed: allowed.Allow(e.ID, e.Hash(), e.Approved),
		})
	}
	return out, nil
}

func entryData(list []draft, d draft) map[string]any {
	left := 0
	for _, x := range list {
		if !x.Allowed {
			left++
		}
	}
	return map[string]any{"Name": d.Name, "Answer": d.Answer, "Watch": d.Watch, "Source": d.Source, "Own": d.By != "", "Allowed": d.Allowed, "Left": left}
}

func showEntry(t *bot.Turn, list []draft, d draft) {
	key := d.ID + " " + d.Hash[:hashShown]
	var options []bot.Option
	if d.Allowed {
		options = append(options, t.Option("entries.do_stop", nil, "/entries no "+key))
	} else {
		options = append(options, t.Option("review.ok", nil, "/entries ok "+key), t.Option("review.no", nil, "/entries no "+key))
	}
	for _, l := range config.Languages() {
		if l != t.Lang && d.Answer[l] != "" {
			options = append(options, t.Option("review.in", map[string]any{"Language": string(l)}, "/entries in "+d.ID+" "+string(l)))
		}
	}
	t.Say("entries.one", entryData(list, d), append(options, t.Option("review.skip", nil, "/entries skip "+d.ID))...)
}

// decideEntry keeps a decision about the wording that was read. Nobody
// approves what they wrote themselves.
func decideEntry(t *bot.Turn, list []draft, d draft, ok bool, hash string) error {
	data := entryData(list, d)
	data["OK"] = ok
	switch {
	case hash == "" || !strings.HasPrefix(d.Hash, hash):
		t.Say("entries.changed", data, t.Option("entries.do_read", nil, "/entries at "+d.ID))
		return nil
	case ok && d.By == t.Staff.ID:
		t.Say("entries.own", data, t.Option("review.next", nil, "/entries skip "+d.ID))
		return nil
	}
	a := models.Approval{Kind: knowledgeKind, ID: d.ID, Hash: d.Hash, Approved: ok, By: t.Staff.ID}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Decide(a) })
	t.Say("entries.decided", data, t.Option("review.next", nil, "/entries skip "+d.ID), t.Option("questions.open", nil, "/questions"))
	return nil
}
