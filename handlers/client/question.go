package client

import (
	"context"
	"slices"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/bot/kb"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// ApprovalKnowledge is the kind of the approvals that entries need.
const ApprovalKnowledge = "knowledge"

// Question answers from the clinic's approved knowledge, and hands on to staff
// what it does not surely answer. Arg of /question: "e" and an entry to read
// it, "ask" and the words to hand on; nothing to look up what was said.
type Question struct{ base *knowledge }

// NewQuestion makes the conversation.
func NewQuestion() Question { return Question{base: &knowledge{}} }

// answerWithin is how soon staff answer a question, in waking hours.
const answerWithin = 2 * time.Hour

// maxNear is how many other entries are offered.
const maxNear = 2

// nearScore is the score from which an entry is worth offering.
const nearScore = 0.3

// Name implements bot.Flow.
func (Question) Name() string { return "question" }

// Step implements bot.Flow.
func (q Question) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		words := sentence(t)
		if t.Choice != "" || t.Stale || t.Range > 0 || words == "" {
			t.Pass()
			return nil
		}
		t.End()
		return q.look(ctx, t, words)
	}
	verb, rest, _ := strings.Cut(t.Arg, " ")
	words := sentence(t)
	switch {
	case verb == "e":
		return q.read(ctx, t, rest)
	case verb == "ask" && rest != "":
		return q.handOn(ctx, t, rest, nil, nil)
	case words == "":
		t.Ask("question.ask", nil, t.Option("menu.menu", nil, "/menu"))
		t.Keep(struct{}{})
		return nil
	}
	return q.look(ctx, t, words)
}

// look answers a question, or hands it on.
func (q Question) look(ctx context.Context, t *bot.Turn, words string) error {
	k, err := q.base.read(ctx, t)
	if err != nil {
		return err
	}
	r, err := k.search(ctx, t, words)
	if err != nil {
		return err
	}
	near := k.near(r)
	if m, ok := r.Answer(); ok {
		if e := k.entry(m.Entry); e.allowed {
			sayEntry(t, e, words, slices.DeleteFunc(near, func(n knownEntry) bool { return n.id == e.id }))
			return nil
		}
	}
	var best *knownEntry
	if len(r.Ranked) > 0 && r.Ranked[0].Score >= nearScore {
		e := k.entry(r.Ranked[0].Entry)
		best = &e
	}
	return q.handOn(ctx, t, words, best, near)
}

// read says an entry that was picked.
func (q Question) read(ctx context.Context, t *bot.Turn, id string) error {
	k, err := q.base.read(ctx, t)
	if err != nil {
		return err
	}
	for i := range k.count {
		if e := k.entry(i); e.id == id && e.allowed {
			sayEntry(t, e, "", nil)
			return nil
		}
	}
	t.Say("question.gone", nil, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
	return nil
}

// sayEntry says an entry by its name, what to look out for, and what else
// there is: the next ones, a person.
func sayEntry(t *bot.Turn, e knownEntry, words string, near []knownEntry) {
	data := map[string]any{"Name": e.name, "Answer": e.answer, "Watch": e.watch, "Urgent": e.urgent, "Phone": t.Clinic.Phone, "Branches": []urgentBranch(nil)}
	if e.urgent {
		var branches []urgentBranch
		for _, b := range branchesMeant(t, "") {
			branches = append(branches, urgentBranch{b.Name, b.Address, b.Phone, t.Clinic.OpenAt(b.ID, t.Now)})
		}
		data["Branches"] = branches
	}
	ask := "/agent"
	if words != "" {
		ask = "/question ask " + strings.ReplaceAll(words, "\n", " ")
	}
	t.Hub()
	t.Say("question.answer", data, append(nearOptions(t, near), t.Option("question.do_ask", nil, ask), t.Option("menu.menu", nil, "/menu"))...)
}

func nearOptions(t *bot.Turn, near []knownEntry) []bot.Option {
	var options []bot.Option
	for _, e := range near[:min(len(near), maxNear)] {
		options = append(options, bot.Option{Label: e.name.In(t.Lang), Value: "/question e " + e.id})
	}
	return options
}

// handOn gives a question to staff as a case, and tells the person truthfully
// what becomes of it.
func (q Question) handOn(ctx context.Context, t *bot.Turn, words string, best *knownEntry, near []knownEntry) error {
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	roles := []models.Role{models.Nurse, models.Doctor}
	reached, err := anybody(ctx, t, "", append(roles, models.Desk, models.Manager)...)
	if err != nil {
		return err
	}
	words = cutWords(words)
	question := models.Question{ContactID: t.Contact.ID, Words: words}
	details := map[string]string{"Name": from.Name, "Phone": from.Phone, "Words": words, "Near": "", "Waiting": ""}
	if best != nil {
		question.Near, details["Near"] = best.id, best.name.In(t.Clinic.Language)
		if !best.allowed {
			details["Waiting"] = "yes"
		}
	}
	key, due, speaker := "question:"+t.In.Key, outreach.AwakeAfter(t.Clinic.Clinic, "", t.Now, answerWithin), t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error {
		question.ID, question.CaseID = tx.NewID(), tx.NewID()
		if err := tx.AskQuestion(question); err != nil {
			return err
		}
		return speaker.OpenCase(tx, models.Case{
			ID: question.CaseID, Key: key, Kind: "question", Roles: roles, Subject: models.AboutQuestion(question.ID),
			ContactID: question.ContactID, Details: details, DueAt: due,
		})
	})
	data := reception(t)
	data["Near"] = len(near) > 0
	options := append(nearOptions(t, near), t.Option("menu.book", nil, "/book"), t.Option("menu.menu", nil, "/menu"))
	t.Hub()
	switch {
	case !reached:
		t.Say("question.phone_only", data, options...)
	case data["Open"] == true:
		t.Say("question.passed", data, options...)
	default:
		t.Say("question.closed", data, options...)
	}
	return nil
}

// Known is the command that answers what nobody took in the middle of another
// conversation, as long as there is an answer.
func (q Question) Known(ctx context.Context, t *bot.Turn) (string, error) {
	words := sentence(t)
	if t.Staff != nil || len([]rune(words)) < shortestQuestion {
		return "", nil
	}
	ok, err := q.Answers(ctx, t, words)
	if err != nil || !ok {
		return "", err
	}
	return "/question", nil
}

// shortestQuestion is the length in characters below which words in the middle
// of a form are an answer to it that was not understood.
const shortestQuestion = 6

// Answers reports that knowledge surely answers what nobody else took.
func (q Question) Answers(ctx context.Context, t *bot.Turn, words string) (bool, error) {
	k, err := q.base.read(ctx, t)
	if err != nil {
		return false, err
	}
	r, err := k.search(ctx, t, words)
	if err != nil {
		return false, err
	}
	m, ok := r.Answer()
	return ok && k.entry(m.Entry).allowed, nil
}

// knownEntry is an entry as it is said.
type knownEntry struct {
	id                  string
	name, answer, watch config.Text
	urgent              bool
	allowed             bool
}

// wanted is how many entries are looked at behind the best.
const wanted = 8

func (k *knowledgeNow) search(ctx context.Context, t *bot.Turn, words string) (kb.Result, error) {
	q := kb.Query{Text: words}
	var err error
	if t.Clinic.Kind == config.Vet {
		if q.Species, err = speciesMeant(ctx, t); err != nil {
			return kb.Result{}, err
		}
	}
	access, err := records(ctx, t)
	if err != nil {
		return kb.Result{}, err
	}
	past, err := t.Store.Past(ctx, t.Contact.ID, access, t.Now, 5)
	if err != nil {
		return kb.Result{}, err
	}
	for _, p := range past {
		if p.Status == models.Fulfilled || p.Status == models.Arrived {
			q.Lately = append(q.Lately, kb.Lately{Service: p.Slot.Service, Days: outreach.DaysSince(t.Clinic.Clinic, p, t.Now)})
		}
	}
	return k.index.Search(q, wanted), nil
}

// near are the approved entries among those found, best first.
func (k *knowledgeNow) near(r kb.Result) []knownEntry {
	var out []knownEntry
	for _, m := range r.Ranked {
		if e := k.entry(m.Entry); m.Score >= nearScore && e.allowed {
			out = append(out, e)
		}
	}
	return out
}
