package staff

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Broadcast is where one message to many is written, looked through, approved
// by a second person and watched on its way. Arg of /broadcast: what to do, and
// the broadcast it is done to.
type Broadcast struct{}

// Name implements bot.Flow.
func (Broadcast) Name() string { return "broadcast" }

// broadcastState is the open question.
type broadcastState struct {
	ID  string `json:"id"`
	Ask string `json:"ask"` // text, certificate, expression, time, reason
	Arg string `json:"arg,omitempty"`
	// Lang is what the person is spoken to in: a text for clients, or a number,
	// in another language changes nothing about it.
	Lang config.Language `json:"lang,omitempty"`
}

// broadcastStep does one thing about one broadcast.
type broadcastStep struct {
	need []string // states it can be done in; nil: any
	do   func(ctx context.Context, t *bot.Turn, b models.Broadcast, arg string) error
}

func broadcastSteps() map[string]broadcastStep {
	draft, under := []string{models.BroadcastDraft}, []string{models.BroadcastRunning, models.BroadcastPaused}
	waiting := []string{models.BroadcastWaiting}
	return map[string]broadcastStep{
		"show":        {nil, showBroadcast},
		"text":        {draft, askText},
		"certificate": {draft, askCertificate},
		"who":         {draft, askWho},
		"segment":     {draft, takeSegment},
		"expression":  {draft, askExpression},
		"when":        {draft, askWhen},
		"now":         {draft, sendAtOnce},
		"test":        {nil, testBroadcast},
		"submit":      {draft, submitBroadcast},
		"drop":        {draft, dropBroadcast},
		"approve":     {waiting, approveBroadcast},
		"refuse":      {waiting, askReason},
		"recall":      {[]string{models.BroadcastWaiting, models.BroadcastApproved}, recallBroadcast},
		"pause":       {[]string{models.BroadcastRunning}, turnTo(models.BroadcastPaused)},
		"resume":      {[]string{models.BroadcastPaused}, turnTo(models.BroadcastRunning)},
		"stop":        {under, stopBroadcast},
	}
}

// Step implements bot.Flow.
func (Broadcast) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return answerBroadcast(ctx, t)
	}
	verb, rest, _ := strings.Cut(t.Arg, " ")
	switch verb {
	case "new":
		askKind(t)
		return nil
	case "kind":
		return newBroadcast(t, models.Kind(rest))
	case "list":
		return listBroadcasts(ctx, t, rest)
	}
	id, arg, _ := strings.Cut(rest, " ")
	step, ok := broadcastSteps()[verb]
	if !ok {
		return broadcastHome(ctx, t)
	}
	b, err := t.Store.Broadcast(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return broadcastHome(ctx, t)
	}
	if err != nil {
		return err
	}
	if step.need != nil && !contains(step.need, b.State) {
		return showBroadcast(ctx, t, b, "")
	}
	return step.do(ctx, t, b, strings.TrimSpace(arg))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// broadcastHome offers what there is to do.
func broadcastHome(ctx context.Context, t *bot.Turn) error {
	t.Hub()
	options := []bot.Option{t.Option("broadcast.do_new", nil, "/broadcast new")}
	counts := map[string]any{}
	for _, group := range []struct {
		name   string
		states []string
	}{
		{"waiting", []string{models.BroadcastWaiting}},
		{"running", []string{models.BroadcastRunning, models.BroadcastPaused, models.BroadcastApproved}},
		{"draft", []string{models.BroadcastDraft}},
		{"done", []string{models.BroadcastDone, models.BroadcastStopped}},
	} {
		list, err := t.Store.Broadcasts(ctx, maxListed, group.states...)
		if err != nil {
			return err
		}
		counts[group.name] = len(list)
		if len(list) > 0 {
			options = append(options, t.Option("broadcast.list_"+group.name, map[string]any{"N": len(list)}, "/broadcast list "+group.name))
		}
	}
	t.Say("broadcast.home", map[string]any{"Waiting": counts["waiting"], "Running": counts["running"]}, options...)
	return nil
}

// maxListed is how many broadcasts a list shows.
const maxListed = 8

func listBroadcasts(ctx context.Context, t *bot.Turn, group string) error {
	states := map[string][]string{
		"waiting": {models.BroadcastWaiting}, "running": {models.BroadcastRunning, models.BroadcastPaused, models.BroadcastApproved},
		"draft": {models.BroadcastDraft}, "done": {models.BroadcastDone, models.BroadcastStopped},
	}[group]
	list, err := t.Store.Broadcasts(ctx, maxListed, states...)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return broadcastHome(ctx, t)
	}
	if len(list) == 1 {
		return showBroadcast(ctx, t, list[0], "")
	}
	t.Hub()
	var options []bot.Option
	for _, b := range list {
		options = append(options, bot.Option{Label: t.Text("broadcast.line", map[string]any{"Kind": string(b.Kind), "Title": outreach.BroadcastTitle(b)}), Value: "/broadcast show " + b.ID})
	}
	t.Say("broadcast.which", nil, append(options, t.Option("broadcast.do_home", nil, "/broadcast"))...)
	return nil
}

// showBroadcast shows it as it stands: a draft or what waits for approval with
// its text, one that is on its way with its account.
func showBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	switch b.State {
	case models.BroadcastDraft, models.BroadcastWaiting:
		return card(ctx, t, b)
	case models.BroadcastApproved, models.BroadcastDropped:
		closeQuestion(t)
		data := outreach.BroadcastData(b, models.Account{})
		data["At"] = b.ScheduledAt.In(t.Clinic.Location(""))
		options := []bot.Option{t.Option("broadcast.do_home", nil, "/broadcast")}
		if b.State == models.BroadcastApproved {
			options = append([]bot.Option{t.Option("broadcast.do_recall", nil, "/broadcast recall "+b.ID)}, options...)
		}
		t.Say("broadcast.ahead", data, options...)
		return nil
	}
	return sayAccount(ctx, t, b)
}

func sayAccount(ctx context.Context, t *bot.Turn, b models.Broadcast) error {
	closeQuestion(t)
	a, err := t.Store.BroadcastAccount(ctx, b)
	if err == nil && t.Now.Before(b.EndedAt.Add(models.RepliesWithin)) || b.EndedAt.IsZero() {
		a.Replied, a.OptedOut, err = t.Store.BroadcastEcho(ctx, b)
	}
	if err != nil {
		return err
	}
	var options []bot.Option
	for _, o := range outreach.BroadcastOptions(b) {
		options = append(options, t.Option(o.Text, nil, o.Command))
	}
	t.Say("broadcast.account", outreach.BroadcastData(b, a), append(options, t.Option("broadcast.do_home", nil, "/broadcast"))...)
	return nil
}

// edit changes a draft; what another person changed meanwhile is shown instead.
func edit(t *bot.Turn, b *models.Broadcast) {
	t.Write(func(_ context.Context, tx *models.Tx) error {
		changed := *b
		return tx.SaveBroadcast(&changed)
	})
}

// answerBroadcast takes the answer to the open question.
func answerBroadcast(ctx context.Context, t *bot.Turn) error {
	var s broadcastState
	if err := t.State(&s); err != nil {
		return err
	}
	text := strings.TrimSpace(t.In.Text)
	if t.Choice != "" || t.Stale || t.Range > 0 || t.In.Kind != bot.KindText || text == "" {
		t.Pass()
		return nil
	}
	if s.Lang != "" {
		t.Lang, t.Contact.Language = s.Lang, string(s.Lang)
	}
	b, err := t.Store.Broadcast(ctx, s.ID)
	if err != nil {
		return err
	}
	if b.State != models.BroadcastDraft && s.Ask != "reason" {
		return showBroadcast(ctx, t, b, "")
	}
	switch s.Ask {
	case "text":
		return takeText(ctx, t, b, text, s.Arg)
	case "certificate":
		b.Certificate = text
		edit(t, &b)
		return afterText(ctx, t, b)
	case "expression":
		return takeSegment(ctx, t, b, text)
	case "time":
		return takeTime(ctx, t, b)
	case "reason":
		return refuseBroadcast(ctx, t, b, text)
	}
	t.Pass()
	return nil
}

// closeQuestion ends what was asked: the answer leads elsewhere.
func closeQuestion(t *bot.Turn) {
	t.Hub()
	if t.Command == "" {
		t.End()
	}
}

func askAbout(t *bot.Turn, b models.Broadcast, what string, data any, options ...bot.Option) {
	t.Ask("broadcast.ask_"+what, data, options...)
	keepQuestion(t, broadcastState{ID: b.ID, Ask: what})
}

func keepQuestion(t *bot.Turn, s broadcastState) {
	s.Lang = t.Lang
	t.Keep(s)
}

// segmentOf reads the broadcast's expression with the clinic's own words.
func segmentOf(t *bot.Turn, text string) (*models.Segment, error) {
	return t.Store.Segment(text, vocabularyOf(t.Clinic.Clinic), t.Now)
}

// vocabularyOf is what species, services and branches are called, by all their
// names in either script.
func vocabularyOf(c *config.Clinic) models.Vocabulary {
	fold := func(s string) string { return strings.ToLower(nlu.Simplify(strings.TrimSpace(s))) }
	words := func(n int, at func(int) (string, config.Text, []string)) map[string]string {
		out := map[string]string{}
		for i := range n {
			id, name, aliases := at(i)
			out[fold(id)] = id
			for _, s := range name {
				out[fold(s)] = id
			}
			for _, s := range aliases {
				out[fold(s)] = id
			}
		}
		return out
	}
	return models.Vocabulary{
		Species: words(len(c.Species), func(i int) (string, config.Text, []string) {
			return c.Species[i].ID, c.Species[i].Name, c.Species[i].Aliases
		}),
		Services: words(len(c.Services), func(i int) (string, config.Text, []string) {
			return c.Services[i].ID, c.Services[i].Name, c.Services[i].Aliases
		}),
		Branches: words(len(c.Branches), func(i int) (string, config.Text, []string) {
			return c.Branches[i].ID, c.Branches[i].Name, c.Branches[i].Aliases
		}),
		Fold: fold,
	}
}
