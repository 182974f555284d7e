package client

import (
	"context"
	"sync"

	"zhenban/bot"
	"zhenban/bot/kb"
	"zhenban/config"
	"zhenban/models"
)

// knowledge keeps the index of what is known: of the profile in force, and of
// the entries that staff made. It is built when the first question comes.
type knowledge struct {
	mu     sync.Mutex
	clinic *bot.Clinic
	own    string // how many entries of staff there are, and the last of them
	index  *kb.Index
}

// knowledgeNow is what is known at this moment, and what of it is approved.
type knowledgeNow struct {
	clinic  *bot.Clinic
	index   *kb.Index
	count   int // of entries
	own     []models.Knowledge
	allowed models.Approvals
}

func (k *knowledge) read(ctx context.Context, t *bot.Turn) (*knowledgeNow, error) {
	own, err := t.Store.Knowledge(ctx)
	if err != nil {
		return nil, err
	}
	allowed, err := t.Store.Approvals(ctx, ApprovalKnowledge)
	if err != nil {
		return nil, err
	}
	now := &knowledgeNow{clinic: t.Clinic, own: own, allowed: allowed, count: len(t.Clinic.Profile.Knowledge) + len(own)}
	stamp := ""
	if n := len(own); n > 0 {
		stamp = own[n-1].ID // entries are added, never changed
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index == nil || k.clinic != t.Clinic || k.own != stamp {
		k.clinic, k.own, k.index = t.Clinic, stamp, kb.New(entriesOf(t.Clinic.Profile, own))
	}
	now.index = k.index
	return now, nil
}

func entriesOf(p *config.Profile, own []models.Knowledge) []kb.Entry {
	out := make([]kb.Entry, 0, len(p.Knowledge)+len(own))
	for i := range p.Knowledge {
		e := &p.Knowledge[i]
		questions := append([]string{e.Name.In(config.Hans)}, e.Questions...)
		if name := e.Name[config.English]; name != "" {
			questions = append(questions, name)
		}
		out = append(out, kb.Entry{
			ID: e.ID, Questions: questions, Answer: e.Answer.In(config.Hans), Species: e.Species, Services: e.Services, From: e.Days.From, To: e.Days.To,
		})
	}
	for _, o := range own {
		out = append(out, kb.Entry{ID: o.ID, Questions: []string{o.Question}, Answer: o.Answer})
	}
	return out
}

// entry is one of the index.
func (k *knowledgeNow) entry(i int) knownEntry {
	if n := len(k.clinic.Profile.Knowledge); i >= n {
		o := k.own[i-n]
		return knownEntry{id: o.ID, name: config.Text{config.Hans: o.Question}, answer: config.Text{config.Hans: o.Answer}, allowed: k.allowed.Allow(o.ID, o.Hash(), false)}
	}
	e := &k.clinic.Profile.Knowledge[i]
	return knownEntry{id: e.ID, name: e.Name, answer: e.Answer, watch: e.Watch, urgent: e.Urgent, allowed: k.allowed.Allow(e.ID, e.Hash(), e.Approved)}
}
