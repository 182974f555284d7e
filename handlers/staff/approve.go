package staff

import (
	"context"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Approve lets a doctor or the manager approve texts of the clinic's, each as
// it reads now. Its commands are named as it is. Arg: nothing for the next that
// waits; "skip" and a text for the one after it; "all" for every one in turn;
// "at" and a text; "ok" or "no" with a text and the beginning of its hash; "in",
// a text and a language.
type Approve struct {
	name string // of the conversation and, behind a slash, of its command
	kind string // of the approvals
	list func(ctx context.Context, t *bot.Turn, decided models.Approvals) ([]draft, error)
}

// hashShown is how much of a hash a button carries: enough that what is
// decided is what was read.
const hashShown = 12

// approvals lists what is approved in the chat.
func approvals() []Approve {
	return []Approve{
		{"entries", "knowledge", knowledgeDrafts},
		{"tiptexts", "tip", tipDrafts},
		{"formtexts", config.FormTexts, formDrafts},
		{"formadvice", config.FormAdvice, adviceDrafts},
		{"recalltexts", config.RecallTexts, recallDrafts},
		{"aftercare", outreach.Aftercare, aftercareDrafts},
		{"coursenotes", outreach.CourseNotes, courseDrafts},
		{"analytes", "analyte", analyteDrafts},
		{"bands", config.BandTexts, bandDrafts},
		{"sheettexts", outreach.ApprovalConsent, consentDrafts},
		{"offertexts", outreach.ApprovalTreatment, treatmentDrafts},
	}
}

// contentRoles are who approves.
func contentRoles() []models.Role { return []models.Role{models.Doctor, models.Manager} }

// draft is a text as it is read for approval.
type draft struct {
	ID, Hash            string
	Name, Answer, Watch config.Text
	Source              string
	For                 string // whom it goes to, "" everybody
	By                  string // who wrote it, "" the profile
	Allowed             bool
	Refused             bool
}

// decideAs notes how it stands with a draft; file is what its file says.
func (d draft) decideAs(decided models.Approvals, file bool) draft {
	d.Allowed = decided.Allow(d.ID, d.Hash, file)
	a, ok := decided.Decided(d.ID, d.Hash)
	d.Refused = ok && !a.Approved
	return d
}

// waits reports a draft that nobody decided about.
func (d draft) waits() bool { return !d.Allowed && !d.Refused }

// Name implements bot.Flow.
func (a Approve) Name() string { return a.name }

// Step implements bot.Flow.
func (a Approve) Step(ctx context.Context, t *bot.Turn) error {
	decided, err := t.Store.Approvals(ctx, a.kind)
	if err != nil {
		return err
	}
	list, err := a.list(ctx, t, decided)
	if err != nil {
		return err
	}
	t.Hub()
	word, rest, _ := strings.Cut(t.Arg, " ")
	id, more, _ := strings.Cut(rest, " ")
	at := slices.IndexFunc(list, func(d draft) bool { return d.ID == id })
	switch {
	case at >= 0 && word == "in":
		l := config.Language(more)
		t.Say("entries.other", map[string]any{"Name": list[at].Name.In(l), "Answer": list[at].Answer.In(l), "Watch": list[at].Watch.In(l)}, a.option(t, "entries.back", "at "+id))
		return nil
	case at >= 0 && (word == "ok" || word == "no"):
		return a.decide(t, list, list[at], word == "ok", more)
	case at >= 0 && word == "at":
		a.show(t, list, list[at])
		return nil
	case word == "all" && len(list) > 0:
		a.show(t, list, list[(at+1)%len(list)])
		return nil
	}
	waiting := waitingAfter(list, at)
	if len(waiting) == 0 {
		options := []bot.Option{t.Option("entries.pending", nil, "/pending")}
		if len(list) > 0 {
			options = append([]bot.Option{a.option(t, "entries.all", "all")}, options...)
		}
		t.Say("entries.done", map[string]any{"Count": len(list), "Kind": a.called(t)}, options...)
		return nil
	}
	a.show(t, list, waiting[0])
	return nil
}

func (a Approve) option(t *bot.Turn, key, arg string) bot.Option {
	return t.Option(key, nil, "/"+a.name+" "+arg)
}

// called is what the kind of texts is called.
func (a Approve) called(t *bot.Turn) string { return t.Text("entries.kind_"+a.name, nil) }

// waitingAfter lists what waits, beginning behind a place; what was written by
// staff comes first of all.
func waitingAfter(list []draft, at int) []draft {
	var first, rest, own []draft
	for i, d := range list {
		switch {
		case !d.waits() || i == at:
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

func (a Approve) data(t *bot.Turn, list []draft, d draft) map[string]any {
	left := 0
	for _, x := range list {
		if x.waits() {
			left++
		}
	}
	return map[string]any{"Kind": a.called(t), "For": d.For, "Name": d.Name, "Answer": d.Answer, "Watch": d.Watch, "Source": d.Source, "Own": d.By != "", "Allowed": d.Allowed, "Refused": d.Refused, "Left": left}
}

func (a Approve) show(t *bot.Turn, list []draft, d draft) {
	key := d.ID + " " + d.Hash[:hashShown]
	next := "skip "
	var options []bot.Option
	switch {
	case d.Allowed:
		options, next = append(options, a.option(t, "entries.do_stop", "no "+key)), "all "
	case d.Refused:
		options, next = append(options, a.option(t, "entries.ok", "ok "+key)), "all "
	default:
		options = append(options, a.option(t, "entries.ok", "ok "+key), a.option(t, "entries.no", "no "+key))
	}
	for _, l := range config.Languages() {
		if l != t.Lang && d.Answer[l] != "" {
			options = append(options, t.Option("entries.in", map[string]any{"Language": string(l)}, "/"+a.name+" in "+d.ID+" "+string(l)))
		}
	}
	t.Say("entries.one", a.data(t, list, d), append(options, a.option(t, "entries.skip", next+d.ID))...)
}

// decide keeps a decision about the wording that was read. Nobody approves what
// they wrote themselves.
func (a Approve) decide(t *bot.Turn, list []draft, d draft, ok bool, hash string) error {
	data := a.data(t, list, d)
	data["OK"] = ok
	switch {
	case hash == "" || !strings.HasPrefix(d.Hash, hash):
		t.Say("entries.changed", data, a.option(t, "entries.do_read", "at "+d.ID))
		return nil
	case ok && d.By == t.Staff.ID:
		t.Say("entries.own", data, a.option(t, "entries.next", "skip "+d.ID))
		return nil
	}
	decision := models.Approval{Kind: a.kind, ID: d.ID, Hash: d.Hash, Approved: ok, By: t.Staff.ID}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Decide(decision) })
	t.Say("entries.decided", data, a.option(t, "entries.next", "skip "+d.ID), a.option(t, "entries.do_read", "at "+d.ID), t.Option("entries.pending", nil, "/pending"))
	return nil
}
