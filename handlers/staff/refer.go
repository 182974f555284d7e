package staff

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Refer sends a patient on to another hospital and says how that stands; the
// client is told of every change. Arg of /refer: nothing for what is not over;
// a referral's number, before it "arrange", "seen" or "stop"; or a booking or
// record number to begin one.
type Refer struct{}

var referralNumber = regexp.MustCompile(`^U\d{7}$`)

type referState struct {
	Number string    `json:"n,omitempty"` // of the referral
	Who    string    `json:"w,omitempty"` // of one that is begun
	Place  string    `json:"p,omitempty"`
	At     time.Time `json:"t,omitzero"`
	Asked  string    `json:"q"` // place, reason; time, note; why
}

// Name implements bot.Flow.
func (Refer) Name() string { return "refer" }

// Step implements bot.Flow.
func (Refer) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		var s referState
		if err := t.State(&s); err != nil {
			return err
		}
		return s.answer(ctx, t)
	}
	verb, number, two := strings.Cut(t.Arg, " ")
	if !two {
		verb, number = "show", t.Arg
	}
	switch {
	case number == "":
		return listReferrals(ctx, t)
	case !referralNumber.MatchString(strings.ToUpper(number)):
		return (&referState{Who: number}).begin(ctx, t)
	}
	r, ok, err := findReferral(ctx, t, number)
	if err != nil || !ok {
		return err
	}
	open := r.Status == models.ReferralDraft || r.Status == models.ReferralActive
	s := referState{Number: r.Number}
	switch {
	case !open || verb == "show":
		return sayReferral(ctx, t, r, "refer.one")
	case verb == "arrange" && r.To == "":
		s.askPlace(t, "where")
	case verb == "arrange":
		s.Asked = "time"
		t.Keep(s)
		t.Ask("refer.ask_time", outreach.ReferralData(t.Clinic.Clinic, r), t.Option("refer.no_time", nil, "none"))
	case verb == "seen":
		return changeReferral(ctx, t, r, func(r *models.Referral) { r.Status = models.ReferralCompleted })
	case verb == "stop":
		s.Asked = "why"
		t.Keep(s)
		t.Ask("refer.ask_why", nil)
	}
	return nil
}

// begin starts a referral by the clinic's own word.
func (s *referState) begin(ctx context.Context, t *bot.Turn) error {
	if t.Staff.Role == models.Desk {
		t.Say("staff.role", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	_, ok, err := findPatient(ctx, t, s.Who)
	if err != nil || !ok {
		return err
	}
	if len(t.Clinic.Referrals) == 0 {
		t.Say("refer.no_places", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	s.askPlace(t, "place")
	return nil
}

// askPlace asks where to.
func (s *referState) askPlace(t *bot.Turn, asked string) {
	var options []bot.Option
	for i := range t.Clinic.Referrals {
		r := &t.Clinic.Referrals[i]
		options = append(options, t.Option("referral.place", map[string]any{"Name": r.Name, "For": r.For}, r.ID))
	}
	s.Asked = asked
	t.Keep(s)
	t.Ask("referral.ask_place", nil, options...)
}

// answer takes what was asked.
func (s *referState) answer(ctx context.Context, t *bot.Turn) error {
	text := strings.TrimSpace(t.In.Text)
	if t.Unheard() {
		t.Pass()
		return nil
	}
	switch s.Asked {
	case "place":
		if t.Clinic.ReferralByID(t.Choice) == nil {
			t.Pass()
			return nil
		}
		s.Place, s.Asked = t.Choice, "reason"
		t.Keep(s)
		t.Ask("refer.ask_reason", map[string]any{"Place": t.Clinic.ReferralByID(s.Place).Name})
		return nil
	case "reason":
		return s.start(ctx, t, text)
	}
	r, ok, err := findReferral(ctx, t, s.Number)
	if err != nil || !ok {
		return err
	}
	switch s.Asked {
	case "where":
		if t.Clinic.ReferralByID(t.Choice) == nil {
			t.Pass()
			return nil
		}
		s.Place, s.Asked = t.Choice, "time"
		t.Keep(s)
		t.Ask("refer.ask_time", outreach.ReferralData(t.Clinic.Clinic, r), t.Option("refer.no_time", nil, "none"))
		return nil
	case "time":
		times := t.Heard().Times
		switch {
		case t.Choice == "none":
		case len(times) == 0 || times[0].Start.Before(t.Now):
			t.Say("refer.bad_time", nil)
			t.Ask("refer.ask_time", outreach.ReferralData(t.Clinic.Clinic, r), t.Option("refer.no_time", nil, "none"))
			t.Keep(s)
			return nil
		default:
			s.At = times[0].Start
		}
		s.Asked = "note"
		t.Keep(s)
		t.Ask("refer.ask_note", nil, t.Option("refer.no_note", nil, "none"))
		return nil
	case "note":
		if t.Choice == "none" {
			text = ""
		}
		return changeReferral(ctx, t, r, func(r *models.Referral) {
			r.Status, r.At, r.Note = models.ReferralActive, s.At, text
			if p := t.Clinic.ReferralByID(s.Place); p != nil {
				r.To, r.Place = p.ID, p.Name.In(t.Clinic.Language)
			}
		})
	case "why":
		return changeReferral(ctx, t, r, func(r *models.Referral) { r.Status, r.Note = models.ReferralRevoked, text })
	}
	t.Pass()
	return nil
}

// start keeps a referral that the clinic begins; its time is arranged after.
func (s *referState) start(ctx context.Context, t *bot.Turn, reason string) error {
	p, ok, err := findPatient(ctx, t, s.Who)
	if err != nil || !ok {
		return err
	}
	place := t.Clinic.ReferralByID(s.Place)
	if place == nil {
		return s.begin(ctx, t)
	}
	r := models.Referral{
		ID: t.Store.NewID(t.Now), Number: models.NewReferralNumber(), PatientID: p.ID, PatientName: p.Name, To: s.Place, Place: place.Name.In(t.Clinic.Language),
		Reason: reason, Status: models.ReferralActive, By: t.Staff.ID, Version: 1,
	}
	people, err := t.Store.PeopleOf(ctx, p, "")
	if err != nil {
		return err
	}
	if len(people) > 0 {
		r.ContactID = people[0].ID
	}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveReferral(r, 0) })
	t.End()
	if err := tellReferral(ctx, t, r); err != nil {
		return err
	}
	return sayReferral(ctx, t, r, "refer.begun")
}

// changeReferral moves a referral on, tells the client, and closes the case
// that asked for it.
func changeReferral(ctx context.Context, t *bot.Turn, r models.Referral, change func(*models.Referral)) error {
	if errors.Is(t.Failed, models.ErrGone) {
		t.End()
		return sayReferral(ctx, t, r, "refer.changed")
	}
	was, me := r.Version, t.Staff.ID
	change(&r)
	r.Version = was + 1
	cases, err := t.Store.CasesAbout(ctx, models.AboutReferral(r.ID))
	if err != nil {
		return err
	}
	result := t.TextIn(t.Clinic.Language, "refer.result", outreach.ReferralData(t.Clinic.Clinic, r))
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.SaveReferral(r, was); err != nil {
			return err
		}
		for _, c := range cases {
			if c.State == models.CaseClosed {
				continue
			}
			if err := tx.CloseCase(c.ID, me, result); err != nil && !errors.Is(err, models.ErrGone) {
				return err
			}
		}
		return nil
	})
	t.End()
	if err := tellReferral(ctx, t, r); err != nil {
		return err
	}
	return sayReferral(ctx, t, r, "refer.one")
}

// tellReferral tells whoever asked how it stands.
func tellReferral(ctx context.Context, t *bot.Turn, r models.Referral) error {
	if r.ContactID == "" {
		return nil
	}
	to, err := t.Store.Contact(ctx, r.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	lang := langOf(t, to)
	data := outreach.ReferralData(t.Clinic.Clinic, r)
	var options []bot.Option
	if data["Asks"] == true && r.Status == models.ReferralActive {
		options = append(options, bot.Option{Label: t.TextIn(lang, "referral.do_share", nil), Value: "/referral share " + r.ID})
	}
	options = append(options, bot.Option{Label: t.TextIn(lang, "referral.do_show", nil), Value: "/referral " + r.ID})
	t.Tell(to.ID, lang, "referral:"+r.ID+":"+t.In.Key, "referral.news", data, options...)
	return nil
}

// findReferral finds a referral by its number; otherwise it is answered.
func findReferral(ctx context.Context, t *bot.Turn, number string) (models.Referral, bool, error) {
	r, err := t.Store.ReferralByNumber(ctx, strings.ToUpper(number))
	if errors.Is(err, models.ErrNotFound) {
		t.End()
		t.Say("refer.missing", map[string]any{"Number": number}, t.Option("refer.all", nil, "/refer"))
		return r, false, nil
	}
	return r, err == nil, err
}

// sayReferral answers with a referral and what can be done about it.
func sayReferral(_ context.Context, t *bot.Turn, r models.Referral, key string) error {
	me := t.Contact.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.Audit(me, me, "referral", models.AboutReferral(r.ID))
	})
	var options []bot.Option
	if r.Status == models.ReferralDraft || r.Status == models.ReferralActive {
		options = append(options, t.Option("refer.do_arrange", nil, "/refer arrange "+r.Number))
		if r.Status == models.ReferralActive {
			options = append(options, t.Option("refer.do_seen", nil, "/refer seen "+r.Number))
		}
		options = append(options, t.Option("refer.do_stop", nil, "/refer stop "+r.Number))
	}
	if r.PatientID != "" && slices.Contains([]models.Role{models.Doctor, models.Nurse, models.Manager}, t.Staff.Role) {
		options = append(options, t.Option("health.open", nil, "/health "+r.PatientID))
	}
	data := outreach.ReferralData(t.Clinic.Clinic, r)
	data["Nobody"] = r.ContactID == ""
	t.Hub()
	t.Say(key, data, append(options, t.Option("refer.all", nil, "/refer"))...)
	return nil
}

// listReferrals lists what is not over.
func listReferrals(ctx context.Context, t *bot.Turn) error {
	list, err := t.Store.OpenReferrals(ctx, maxTodo)
	if err != nil {
		return err
	}
	t.Hub()
	if len(list) == 0 {
		t.Say("refer.none", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	var options []bot.Option
	for _, r := range list {
		data := outreach.ReferralData(t.Clinic.Clinic, r)
		options = append(options, t.Option("referral.line", data, "/refer "+r.Number))
	}
	t.Say("refer.list", map[string]any{"N": len(list)}, options...)
	return nil
}
