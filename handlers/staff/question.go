package staff

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Questions lists what people asked and nothing answered, what most ask first.
type Questions struct{}

// maxQuestions is how many are listed at once.
const maxQuestions = 9

// Name implements bot.Flow.
func (Questions) Name() string { return "questions" }

// Step implements bot.Flow.
func (Questions) Step(ctx context.Context, t *bot.Turn) error {
	list, err := t.Store.OpenQuestions(ctx, maxQuestions+1)
	if err != nil {
		return err
	}
	t.Hub()
	if len(list) == 0 {
		t.Say("questions.none", nil, append(toEntries(t), t.Option("menu.today", nil, "/today"))...)
		return nil
	}
	more := len(list) > maxQuestions
	list = list[:min(len(list), maxQuestions)]
	var options []bot.Option
	for _, q := range list {
		options = append(options, t.Option("questions.line", map[string]any{"Words": short(q.Words), "Count": q.Count}, "/answer "+q.ID))
	}
	t.Say("questions.list", map[string]any{"Count": len(list), "More": more}, append(options, toEntries(t)...)...)
	return nil
}

// toEntries leads those who approve entries to them.
func toEntries(t *bot.Turn) []bot.Option {
	if !slices.Contains(contentRoles(), t.Staff.Role) {
		return nil
	}
	return []bot.Option{t.Option("questions.entries", nil, "/entries")}
}

// Answer answers a question: everybody who asked it gets the answer in their
// chat. Arg of /answer: the question; "drop" and the question when nobody has
// to answer; "keep" and the question to make an entry of it.
type Answer struct{}

type answerState struct {
	ID string `json:"id"`
}

// Name implements bot.Flow.
func (Answer) Name() string { return "answer" }

// Step implements bot.Flow.
func (Answer) Step(ctx context.Context, t *bot.Turn) error {
	var s answerState
	verb, text := "", ""
	if t.Command != "" {
		if verb, s.ID, _ = strings.Cut(t.Arg, " "); s.ID == "" {
			verb, s.ID = "", verb
		}
	} else {
		if err := t.State(&s); err != nil {
			return err
		}
		if text = strings.TrimSpace(t.In.Text); t.Choice != "" || t.Stale || t.Range > 0 || text == "" {
			t.Pass()
			return nil
		}
	}
	q, err := t.Store.QuestionByID(ctx, s.ID)
	if errors.Is(err, models.ErrNotFound) {
		t.End()
		t.Say("questions.gone", nil, t.Option("questions.open", nil, "/questions"))
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case verb == "keep" && q.State == models.QuestionAnswered:
		return keepAnswer(t, q)
	case q.State != models.QuestionOpen:
		t.End()
		t.Say("questions.settled", map[string]any{"Words": q.Words, "Answer": q.Answer, "Answered": q.State == models.QuestionAnswered}, t.Option("questions.open", nil, "/questions"))
		return nil
	case verb == "drop":
		return settle(ctx, t, q, "")
	case text == "":
		t.Ask("questions.ask", map[string]any{"Words": q.Words, "Near": nearName(t, q.Near)}, t.Option("questions.do_drop", nil, "/answer drop "+q.ID))
		t.Keep(s)
		return nil
	}
	return settle(ctx, t, q, text)
}

func nearName(t *bot.Turn, id string) config.Text {
	if e := t.Clinic.KnowledgeEntry(id); e != nil {
		return e.Name
	}
	return nil
}

// settle ends a question for everybody who asked it; an answer goes to each,
// in their chat.
func settle(ctx context.Context, t *bot.Turn, q models.Question, answer string) error {
	same, err := t.Store.SameQuestions(ctx, q.Key)
	if err != nil {
		return err
	}
	state := models.QuestionDropped
	if answer != "" {
		state = models.QuestionAnswered
	}
	told := 0
	for _, one := range same {
		to, err := t.Store.Contact(ctx, one.ContactID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		reached := err == nil && to.Reach == models.ReachOpen
		if answer != "" && reached {
			told++
			lang := config.Language(to.Language)
			if lang == "" {
				lang = t.Clinic.Language
			}
			data := map[string]any{"Role": string(t.Staff.Role), "Question": one.Words, "Text": answer}
			t.Tell(to.ID, lang, "answer:"+one.ID, "questions.to_client", data, bot.Option{Label: t.TextIn(lang, "reply.answer", nil), Value: "/agent"})
		}
		id, caseID, me := one.ID, one.CaseID, t.Staff.ID
		result := t.TextIn(t.Clinic.Language, "questions.result_"+state, map[string]any{"Text": answer})
		t.Write(func(_ context.Context, tx *models.Tx) error {
			if err := tx.SettleQuestion(id, state, answer, me); err != nil && !errors.Is(err, models.ErrGone) {
				return err
			}
			if err := tx.CloseCase(caseID, me, result); err != nil && !errors.Is(err, models.ErrGone) {
				return err
			}
			return nil
		})
	}
	t.End()
	data := map[string]any{"Words": q.Words, "Told": told, "Missed": len(same) - told}
	if answer == "" {
		t.Say("questions.dropped", data, t.Option("questions.open", nil, "/questions"))
		return nil
	}
	t.Say("questions.answered", data, t.Option("questions.do_keep", nil, "/answer keep "+q.ID), t.Option("questions.open", nil, "/questions"))
	return nil
}

// keepAnswer makes an entry of an answered question; it waits for the approval
// of somebody else.
func keepAnswer(t *bot.Turn, q models.Question) error {
	t.End()
	k := models.Knowledge{Question: strings.TrimRight(q.Words, " ?？!！。.~"), Answer: q.Answer, By: t.Staff.ID}
	id, speaker := q.ID, t.Speaker() // one question, one entry
	k.ID = id
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddKnowledge(k); err != nil {
			return err
		}
		return speaker.Notify(tx, outreach.Notice{
			Key: "entry:" + id, Roles: contentRoles(), Text: "entries.notice",
			Data:    outreach.Same(map[string]any{"Question": k.Question, "Answer": k.Answer}),
			Options: []outreach.Option{{Text: "entries.do_read", Command: "/entries at " + id}},
		})
	})
	t.Say("questions.kept", nil, append(toEntries(t), t.Option("questions.open", nil, "/questions"))...)
	return nil
}
