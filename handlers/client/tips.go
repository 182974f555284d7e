package client

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Tips lets people read what the clinic approved about daily care, and have it
// sent. Arg of /tips: a selection (a topic, "now", "s:" and a species, "p:" and
// a service) and the number of an entry in it; "on" or "off" and a topic; or
// "source" and an entry.
type Tips struct{}

// tipSince is how long ago a procedure is about which there is still something
// to know.
const tipSince = 182 * 24 * time.Hour

// Name implements bot.Flow.
func (Tips) Name() string { return "tips" }

// Step implements bot.Flow.
func (Tips) Step(ctx context.Context, t *bot.Turn) error {
	r, err := tipReader(ctx, t)
	if err != nil {
		return err
	}
	t.Hub()
	word, rest, _ := strings.Cut(t.Arg, " ")
	switch word {
	case "on", "off":
		if topic := t.Clinic.Tips.Topic(rest); topic != nil {
			return r.subscribe(topic, word == "on")
		}
	case "source":
		if e := t.Clinic.Tips.Entry(rest); e != nil && r.allowed(e) {
			t.Say("tips.source", map[string]any{"Title": e.Title, "Source": e.Source}, t.Option("tips.home", nil, "/tips"))
			return nil
		}
	default:
		n, _ := strconv.Atoi(rest) // no number: the first
		if list := r.entries(word); len(list) > 0 {
			r.show(word, list, n)
			return nil
		}
	}
	return r.home(ctx)
}

// tips is what one person can read and wants.
type tips struct {
	t       *bot.Turn
	decided models.Approvals
	wants   bool
	topics  []string // asked for; none: all
	day     config.Date
}

func tipReader(ctx context.Context, t *bot.Turn) (*tips, error) {
	r := &tips{t: t, day: config.DateOf(t.Local())}
	var err error
	if r.decided, err = t.Store.Approvals(ctx, "tip"); err != nil {
		return nil, err
	}
	if r.wants, err = t.Store.Wants(ctx, t.Contact.ID, models.KindTip); err != nil {
		return nil, err
	}
	r.topics, err = t.Store.TipTopics(ctx, t.Contact.ID)
	return r, err
}

func (r *tips) allowed(e *config.CareTip) bool {
	return r.decided.Allow(e.ID, e.Hash(), e.Approved)
}

func (r *tips) has(topic string) bool {
	return r.wants && (len(r.topics) == 0 || slices.Contains(r.topics, topic))
}

// entries lists what a selection holds, of what was approved.
func (r *tips) entries(selection string) []*config.CareTip {
	if selection == "" {
		return nil
	}
	c := r.t.Clinic
	var out []*config.CareTip
	for i := range c.Tips.Entries {
		e := &c.Tips.Entries[i]
		in := e.Topic == selection
		if selection == "now" {
			fits, dated := e.InSeason(r.day, c.Tips.Seasons)
			in = fits && dated
		} else if id, ok := strings.CutPrefix(selection, "s:"); ok {
			in = slices.Contains(e.Species, id)
		} else if id, ok := strings.CutPrefix(selection, "p:"); ok {
			in = slices.Contains(e.Procedures, id)
		}
		if in && r.allowed(e) {
			out = append(out, e)
		}
	}
	// What is meant for now in front, what is meant for another time last.
	rank := func(e *config.CareTip) int {
		fits, dated := e.InSeason(r.day, c.Tips.Seasons)
		switch {
		case !fits:
			return 2
		case dated:
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b *config.CareTip) int { return rank(a) - rank(b) })
	return out
}

// home lists what there is to read: what fits this person's last procedures
// and the time of the year, the topics, and the animals.
func (r *tips) home(ctx context.Context) error {
	t := r.t
	patients, _, err := t.Store.LivingPatientsOf(ctx, t.Contact.ID, t.Contact.ClientID)
	if err != nil {
		return err
	}
	ids := make([]string, len(patients))
	for i, p := range patients {
		ids[i] = p.ID
	}
	done, err := t.Store.DoneServices(ctx, t.Contact.ID, ids, t.Now.Add(-tipSince))
	if err != nil {
		return err
	}
	var options []bot.Option
	add := func(key, selection string, name config.Text, on bool) {
		if len(r.entries(selection)) > 0 {
			options = append(options, bot.Option{Label: t.Text(key, map[string]any{"Name": name, "On": on}), Value: "/tips " + selection})
		}
	}
	for _, id := range done {
		if s := t.Clinic.Service(id); s != nil {
			add("tips.after", "p:"+id, s.Name, false)
		}
	}
	add("tips.now", "now", nil, false)
	for i := range t.Clinic.Tips.Topics {
		topic := &t.Clinic.Tips.Topics[i]
		add("tips.topic", topic.ID, topic.Name, r.has(topic.ID))
	}
	for i := range t.Clinic.Species {
		s := &t.Clinic.Species[i]
		mine := slices.ContainsFunc(patients, func(p models.Patient) bool { return p.Species == s.ID })
		if mine || len(patients) == 0 {
			add("tips.species", "s:"+s.ID, s.Name, false)
		}
	}
	if len(options) == 0 {
		t.Say("tips.none", map[string]any{"Phone": t.Clinic.Phone}, t.Option("question.do_ask", nil, "/question"), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	t.Say("tips.which", map[string]any{"Wants": r.wants}, options...)
	return nil
}

// show is one entry of a selection, with the way to the next.
func (r *tips) show(selection string, list []*config.CareTip, n int) {
	t := r.t
	if n < 0 || n >= len(list) {
		n = 0
	}
	e := list[n]
	topic := t.Clinic.Tips.Topic(e.Topic)
	var options []bot.Option
	if len(list) > 1 {
		options = append(options, t.Option("tips.next", nil, "/tips "+selection+" "+strconv.Itoa((n+1)%len(list))))
	}
	options = append(options, t.Option("tips.ask_source", nil, "/tips source "+e.ID))
	if r.has(topic.ID) {
		options = append(options, t.Option("tips.off", map[string]any{"Topic": topic.Name}, "/tips off "+topic.ID))
	} else {
		options = append(options, t.Option("tips.on", map[string]any{"Topic": topic.Name}, "/tips on "+topic.ID))
	}
	data := map[string]any{"Title": e.Title, "Text": e.Text, "Number": n + 1, "Of": len(list), "On": r.has(topic.ID)}
	t.Say("tips.entry", data, append(options, t.Option("tips.home", nil, "/tips"))...)
}

// subscribe asks for a topic or takes that back, in one tap; what was agreed
// to is kept as it was put (Advertising Law, art. 43).
func (r *tips) subscribe(topic *config.Topic, on bool) error {
	t := r.t
	if on && !consented(t) {
		t.Then("/consent /tips on " + topic.ID)
		return nil
	}
	data := map[string]any{"Topic": topic.Name}
	key, undo := "tips.subscribed", t.Option("tips.off", data, "/tips off "+topic.ID)
	label := t.Text("tips.on", data)
	if !on {
		key, undo = "tips.unsubscribed", t.Option("tips.on", data, "/tips on "+topic.ID)
		label = t.Text("tips.off", data)
	}
	text := t.Text(key, data)
	c := models.PrivacyConsent{
		ContactID: t.Contact.ID, Kind: string(models.KindTip), Version: t.Clinic.Privacy.Version, Wording: label + "\n" + text, Agreed: on, At: t.Now,
	}
	wanted, had, all := r.wants, r.topics, t.Clinic.Tips.Topics
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if on {
			if err := tx.SubscribeTopic(c.ContactID, topic.ID, !wanted); err != nil {
				return err
			}
			return tx.RecordPrivacyConsent(c)
		}
		if wanted && len(had) == 0 { // every topic was wanted: now every other is
			for _, o := range all {
				if err := tx.SubscribeTopic(c.ContactID, o.ID, false); err != nil {
					return err
				}
			}
		}
		if err := tx.UnsubscribeTopic(c.ContactID, topic.ID); err != nil {
			return err
		}
		return tx.RecordPrivacyConsent(c)
	})
	t.Add(bot.Message{Text: text, Options: []bot.Option{undo, t.Option("tips.more", data, "/tips "+topic.ID), t.Option("tips.home", nil, "/tips")}})
	return nil
}
