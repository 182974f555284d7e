package staff

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/wording"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// maxBroadcast is how long a text may be, in characters: with how to refuse it
// stays within one message of every platform (WeChat: 2,048 bytes).
const maxBroadcast = 500

func askKind(t *bot.Turn) {
	t.Hub()
	var options []bot.Option
	for _, k := range []models.Kind{models.KindNotice, models.KindTip, models.KindActivity} {
		options = append(options, t.Option("broadcast.kind_"+string(k), nil, "/broadcast kind "+string(k)))
	}
	t.Say("broadcast.ask_kind", nil, options...)
}

func newBroadcast(t *bot.Turn, kind models.Kind) error {
	if kind != models.KindNotice && kind != models.KindTip && kind != models.KindActivity {
		askKind(t)
		return nil
	}
	b := models.Broadcast{
		ID: t.Store.NewID(t.Now), Kind: kind, State: models.BroadcastDraft, Author: t.Staff.ID, AuthorContact: t.Contact.ID, Texts: map[string]string{},
	}
	edit(t, &b)
	askAbout(t, b, "text", map[string]any{"Kind": string(kind), "Max": maxBroadcast, "Lang": ""})
	return nil
}

// askText asks for the wording, or for that in another language.
func askText(_ context.Context, t *bot.Turn, b models.Broadcast, lang string) error {
	askAbout(t, b, "text", map[string]any{"Kind": string(b.Kind), "Max": maxBroadcast, "Lang": lang})
	keepQuestion(t, broadcastState{ID: b.ID, Ask: "text", Arg: lang})
	return nil
}

func takeText(ctx context.Context, t *bot.Turn, b models.Broadcast, text, lang string) error {
	if n := utf8.RuneCountInString(text); n > maxBroadcast {
		t.Ask("broadcast.too_long", map[string]any{"N": n, "Max": maxBroadcast})
		keepQuestion(t, broadcastState{ID: b.ID, Ask: "text", Arg: lang})
		return nil
	}
	if lang == "" { // the wording that all languages lack: the others were made of it
		lang, b.Texts = string(config.Hans), map[string]string{}
	}
	b.Texts[lang] = text
	edit(t, &b)
	return afterText(ctx, t, b)
}

// afterText goes on to what is still missing.
func afterText(ctx context.Context, t *bot.Turn, b models.Broadcast) error {
	switch {
	case wording.Blocked(hits(t, b)):
		return card(ctx, t, b)
	case b.Kind == models.KindActivity && b.Certificate == "" && t.Clinic.Broadcast.Certificate != "none":
		return askCertificate(ctx, t, b, "")
	case b.Compiled == "" && b.Segment == "":
		return askWho(ctx, t, b, "")
	}
	return card(ctx, t, b)
}

// noCertificate stands for what needs none.
const noCertificate = "-"

func askCertificate(ctx context.Context, t *bot.Turn, b models.Broadcast, arg string) error {
	if arg == noCertificate && t.Clinic.Broadcast.Certificate == "asked" {
		b.Certificate = noCertificate
		edit(t, &b)
		return afterText(ctx, t, b)
	}
	var options []bot.Option
	if t.Clinic.Broadcast.Certificate == "asked" {
		options = append(options, t.Option("broadcast.no_certificate", nil, "/broadcast certificate "+b.ID+" "+noCertificate))
	}
	askAbout(t, b, "certificate", map[string]any{"Vet": t.Clinic.Kind == config.Vet}, options...)
	return nil
}

// hits is what the words check says of every wording.
func hits(t *bot.Turn, b models.Broadcast) []wording.Hit {
	c, err := wording.New(&t.Clinic.Broadcast)
	if err != nil { // the profile was validated
		return nil
	}
	var out []wording.Hit
	for _, l := range config.Languages() {
		out = append(out, c.Check(string(b.Kind), b.Texts[string(l)])...)
	}
	return out
}

// hitData is a hit as texts show it, the rule's wordings joined.
func hitData(t *bot.Turn, list []wording.Hit, level string) []map[string]any {
	var out []map[string]any
	at := map[string]int{}
	for _, h := range list {
		if h.Rule.Level != level {
			continue
		}
		i, ok := at[h.Rule.ID]
		if !ok {
			at[h.Rule.ID] = len(out)
			out = append(out, map[string]any{
				"Words": []string{h.Words}, "Law": h.Rule.Law.In(t.Lang), "Reason": h.Rule.Reason.In(t.Lang), "Advice": h.Rule.Advice.In(t.Lang),
			})
			continue
		}
		out[i]["Words"] = append(out[i]["Words"].([]string), h.Words) //nolint:forcetypeassert // put there above
	}
	return out
}

// card shows a draft whole: the text, what the words check says, whom it
// reaches, and what is left to do.
func card(ctx context.Context, t *bot.Turn, b models.Broadcast) error {
	closeQuestion(t)
	found := hits(t, b)
	data := map[string]any{
		"Kind": string(b.Kind), "State": b.State, "Text": outreach.BroadcastText(b, t.Lang), "Segment": b.Segment, "Chosen": b.Segment != "", "Certificate": b.Certificate,
		"Forbidden": hitData(t, found, config.Forbidden), "Look": hitData(t, found, config.Look), "Reason": b.Reason, "Others": others(b),
		"Scheduled": !b.ScheduledAt.IsZero(), "At": b.ScheduledAt.In(t.Clinic.Location("")), "Author": "", "Count": int64(0), "Sample": []string(nil), "LeftOut": map[string]any(nil),
		"Everybody": b.Segment == everybody, "Mass": int64(0), "Closed": map[string]any(nil), "About": false,
	}
	if author, err := t.Store.StaffByID(ctx, b.Author); err == nil {
		data["Author"] = author.Name
	}
	if b.Segment != "" {
		g, err := t.Store.Segment(b.Compiled, models.Vocabulary{}, t.Now)
		if err != nil {
			return err
		}
		count, out, err := t.Store.Audience(ctx, b.Kind, g)
		if err != nil {
			return err
		}
		if data["Sample"], err = t.Store.AudienceSample(ctx, b.Kind, g, 3); err != nil {
			return err
		}
		if err := reachData(ctx, t, b.Kind, g, count, data); err != nil {
			return err
		}
		b.LeftOut = out
		data["Count"], data["LeftOut"] = count, outreach.BroadcastData(b, models.Account{})["LeftOut"]
	}
	t.Say("broadcast.card", data, cardOptions(t, b, found)...)
	return nil
}

// reachLooked bounds of how many it is looked up whether they can be reached:
// of a longer list these stand for all.
const reachLooked = 20_000

// reachData says of how many a message could not get through now, and why, as
// the sender would decide.
func reachData(ctx context.Context, t *bot.Turn, kind models.Kind, g *models.Segment, count int64, data map[string]any) error {
	o := t.Reach
	o.Language = string(t.Clinic.Language)
	r, more, err := t.Store.BroadcastReach(ctx, kind, g, o, reachLooked)
	if err != nil || r.Total == 0 {
		return err
	}
	of := func(n int) int64 {
		if more {
			return int64(n) * count / int64(r.Total)
		}
		return int64(n)
	}
	var items []map[string]any
	total := int64(0)
	for _, x := range []struct {
		why string
		n   int
	}{{"closed", r.Closed}, {"unserved", r.Unserved}, {"left", r.Left}, {"blocked", r.Blocked}} {
		if x.n > 0 {
			items = append(items, map[string]any{"Why": x.why, "N": of(x.n)})
			total += of(x.n)
		}
	}
	data["Mass"], data["About"] = of(r.Ways[models.WayMass]), more
	data["Closed"] = map[string]any{"Total": total, "Items": items}
	return nil
}

func others(b models.Broadcast) []string {
	var out []string
	for _, l := range config.Languages() {
		if b.Texts[string(l)] != "" && l != config.Hans {
			out = append(out, string(l))
		}
	}
	return out
}

func cardOptions(t *bot.Turn, b models.Broadcast, found []wording.Hit) []bot.Option {
	do := func(verb string) bot.Option {
		return t.Option("broadcast.do_"+verb, nil, "/broadcast "+verb+" "+b.ID)
	}
	if b.State == models.BroadcastWaiting {
		if t.Staff.ID == b.Author {
			return []bot.Option{do("test"), do("recall"), t.Option("broadcast.do_home", nil, "/broadcast")}
		}
		return []bot.Option{do("approve"), do("refuse"), do("test"), t.Option("broadcast.do_home", nil, "/broadcast")}
	}
	edits := []bot.Option{do("text"), do("when"), do("drop")}
	if b.Segment != "" {
		edits = slices.Insert(edits, 1, do("who"))
	}
	if b.Kind == models.KindActivity && t.Clinic.Broadcast.Certificate != "none" {
		edits = append([]bot.Option{do("certificate")}, edits...)
	}
	edits = append(edits, t.Option("broadcast.do_english", nil, "/broadcast text "+b.ID+" en"))
	switch {
	case wording.Blocked(found):
		return edits
	case b.Segment == "":
		return append([]bot.Option{do("who")}, edits...)
	}
	return append([]bot.Option{do("submit"), do("test")}, edits...)
}

// testBroadcast sends it to whoever asks, as a client would get it.
func testBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	messages, err := t.Speaker().BroadcastMessages(b)
	if err != nil {
		return err
	}
	m := messages[string(t.Lang)]
	m.Text = t.Text("broadcast.test", map[string]any{"Text": m.Text})
	to, key := t.Contact.ID, "broadcast-test:"+b.ID+":"+t.In.Key
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.Push(models.Outgoing{Key: key, ContactID: to, Priority: models.PriorityPush, Kind: models.KindStaff}, m)
	})
	t.Hub()
	t.Say("broadcast.tested", nil, cardOptions(t, b, hits(t, b))...)
	return nil
}

func dropBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, arg string) error {
	t.Hub()
	if arg != "yes" {
		t.Say("broadcast.drop_sure", map[string]any{"Title": outreach.BroadcastTitle(b)},
			t.Option("broadcast.drop_yes", nil, "/broadcast drop "+b.ID+" yes"), t.Option("broadcast.do_open", nil, "/broadcast show "+b.ID))
		return nil
	}
	if errors.Is(t.Failed, models.ErrGone) {
		return showBroadcast(ctx, t, b, "")
	}
	b.State = models.BroadcastDropped
	edit(t, &b)
	t.Say("broadcast.dropped", nil, t.Option("broadcast.do_home", nil, "/broadcast"))
	return nil
}
