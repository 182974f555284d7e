package client

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

// Referral asks the clinic to send a patient on to another hospital, and shows
// how it stands. Arg of /referral: "new", or a referral; before it "stop" to
// take it back, "share" to let the health record go along.
type Referral struct{}

type referralState struct {
	Asked   string `json:"q"` // place, patient, reason, share
	Place   string `json:"p,omitempty"`
	Patient string `json:"w,omitempty"`
	Name    string `json:"n,omitempty"`
	Reason  string `json:"r,omitempty"`
}

// Name implements bot.Flow.
func (Referral) Name() string { return "referral" }

// Step implements bot.Flow.
func (Referral) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		var s referralState
		if err := t.State(&s); err != nil {
			return err
		}
		return s.answer(ctx, t)
	}
	verb, id, two := strings.Cut(t.Arg, " ")
	if !two && verb != "new" {
		verb, id = "show", t.Arg
	}
	if id != "" {
		return showReferral(ctx, t, verb, id)
	}
	list, err := t.Store.ReferralsFor(ctx, t.Contact.ID, perList)
	if err != nil {
		return err
	}
	if verb != "new" && len(list) > 0 {
		var options []bot.Option
		for _, r := range list {
			options = append(options, t.Option("referral.line", outreach.ReferralData(t.Clinic.Clinic, r), "/referral "+r.ID))
		}
		t.Hub()
		t.Say("referral.list", nil, append(options, t.Option("referral.do_new", nil, "/referral new"))...)
		return nil
	}
	return beginReferral(ctx, t)
}

// beginReferral asks for the first thing that is open.
func beginReferral(ctx context.Context, t *bot.Turn) error {
	if len(t.Clinic.Referrals) == 0 {
		t.Hub()
		t.Say("referral.none", map[string]any{"Phone": t.Clinic.Phone}, ways(t)...)
		return nil
	}
	ok, err := healthConsented(ctx, t)
	if err != nil {
		return err
	}
	if !ok && t.Choice != justAgreed {
		t.Then("/consent " + consentHealth + " /referral new")
		return nil
	}
	t.Choice = ""
	return (&referralState{}).next(ctx, t)
}

// next asks for what is open, or hands the request over.
func (s *referralState) next(ctx context.Context, t *bot.Turn) error {
	mine, err := t.Store.PatientsOf(ctx, t.Contact.ID, ownID(t))
	if err != nil {
		return err
	}
	mine = slices.DeleteFunc(mine, func(p models.Patient) bool { return !p.DeceasedAt.IsZero() })
	if len(mine) == 1 && s.Patient == "" {
		s.Patient, s.Name = mine[0].ID, mine[0].Name
	}
	ask := func(q string, data any, options ...bot.Option) error {
		s.Asked = q
		t.Keep(s)
		t.Ask("referral.ask_"+q, data, options...)
		return nil
	}
	switch {
	case s.Patient == "" && len(mine) > 1:
		var options []bot.Option
		for i, p := range mine {
			if i < maxPatients {
				options = append(options, bot.Option{Label: t.Text("record.patient_line", patientData(t, p)), Value: p.ID})
			}
		}
		return ask("patient", map[string]any{"Pets": pets(t)}, append(options, t.Option("scores.other", map[string]any{"Pets": pets(t)}, nobodyYet))...)
	case s.Place == "":
		return ask("place", nil, placeOptions(t)...)
	case s.Reason == "":
		return ask("reason", nil)
	}
	bound, err := t.Store.BoundPatients(ctx, t.Contact.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(bound, func(p models.Patient) bool { return p.ID == s.Patient }) {
		return ask("share", map[string]any{"Name": s.Name}, t.Option("referral.do_share", nil, "yes"), t.Option("referral.no_share", nil, "no"))
	}
	return s.hand(ctx, t, false)
}

// placeOptions are where patients are sent on to.
func placeOptions(t *bot.Turn) []bot.Option {
	var options []bot.Option
	for i := range t.Clinic.Referrals {
		r := &t.Clinic.Referrals[i]
		options = append(options, t.Option("referral.place", map[string]any{"Name": r.Name, "For": r.For}, r.ID))
	}
	return append(options, t.Option("referral.unsure", nil, unsurePlace))
}

// unsurePlace leaves it to the doctor where to.
const unsurePlace = "doctor"

// placeMeant is the place that a text names; nil for none.
func placeMeant(t *bot.Turn, text string) *config.Referral {
	text = plainWords(text)
	for i := range t.Clinic.Referrals {
		r := &t.Clinic.Referrals[i]
		for _, w := range append([]string{r.Name[config.Hans], r.Name[config.Hant], r.Name[config.English]}, r.Aliases...) {
			if w = plainWords(w); w != "" && strings.Contains(text, w) {
				return r
			}
		}
	}
	return nil
}

// answer takes what was asked for.
func (s *referralState) answer(ctx context.Context, t *bot.Turn) error {
	words := sentence(t)
	if s.Asked == "share" && t.Choice == "" && !t.Stale {
		t.Choice = yesNo(t)
		words = t.Choice
	}
	if t.Stale || t.Range > 0 || t.Choice == "" && (words == "" || elsewhere(t)) {
		t.Pass()
		return nil
	}
	switch s.Asked {
	case "patient":
		p := t.Choice
		if p == "" {
			t.Pass()
			return nil
		}
		mine, err := t.Store.PatientsOf(ctx, t.Contact.ID, ownID(t))
		if err != nil {
			return err
		}
		s.Patient = nobodyYet
		for _, m := range mine {
			if m.ID == p {
				s.Patient, s.Name = m.ID, m.Name
			}
		}
	case "place":
		switch r := t.Clinic.ReferralByID(t.Choice); {
		case r != nil:
			s.Place = r.ID
		case t.Choice == unsurePlace:
			s.Place = unsurePlace
		case placeMeant(t, words) != nil:
			s.Place = placeMeant(t, words).ID
		default:
			t.Pass()
			return nil
		}
	case "reason":
		if t.Choice != "" {
			t.Pass()
			return nil
		}
		s.Reason = words
	case "share":
		return s.hand(ctx, t, t.Choice == "yes")
	}
	return s.next(ctx, t)
}

// hand keeps the request and opens a case for it.
func (s *referralState) hand(ctx context.Context, t *bot.Turn, share bool) error {
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	r := models.Referral{
		ID: t.Store.NewID(t.Now), Number: models.NewReferralNumber(), PatientName: s.Name, ContactID: t.Contact.ID,
		Place: t.TextIn(t.Clinic.Language, "referral.unsure", nil), Reason: s.Reason, Share: share, Status: models.ReferralDraft, Version: 1,
	}
	if p := t.Clinic.ReferralByID(s.Place); p != nil {
		r.To, r.Place = p.ID, p.Name.In(t.Clinic.Language)
	}
	if s.Patient != nobodyYet {
		r.PatientID = s.Patient
	}
	shared := ""
	if share {
		shared = "yes"
	}
	c := models.Case{
		Key: "refer:" + r.ID, Kind: outreach.CaseReferral, Roles: []models.Role{models.Doctor, models.Desk}, Subject: models.AboutReferral(r.ID), ContactID: t.Contact.ID,
		DueAt: outreach.AwakeAfter(t.Clinic.Clinic, "", t.Now, lookToday),
		Details: map[string]string{
			"Referral": r.Number, "Patient": r.PatientName, "PatientID": r.PatientID, "Client": strings.TrimSpace(from.Name + " " + from.Phone), "Place": r.Place, "Words": s.Reason, "Share": shared,
		},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.SaveReferral(r, 0); err != nil {
			return err
		}
		return speaker.OpenCase(tx, c)
	})
	t.End()
	data := outreach.ReferralData(t.Clinic.Clinic, r)
	for k, v := range reception(t) { // the clinic's phone, not the other hospital's
		data[k] = v
	}
	t.Say("referral.asked", data, t.Option("referral.do_show", nil, "/referral "+r.ID), t.Option("menu.menu", nil, "/menu"))
	return nil
}

// showReferral shows a referral, takes it back, or lets the record go along.
func showReferral(ctx context.Context, t *bot.Turn, verb, id string) error {
	r, err := t.Store.ReferralFor(ctx, t.Contact.ID, id)
	t.Hub()
	if errors.Is(err, models.ErrNotFound) {
		t.Say("referral.missing", nil, t.Option("referral.all", nil, "/referral"), t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	if err != nil {
		return err
	}
	was, open := r.Version, r.Status == models.ReferralDraft || r.Status == models.ReferralActive
	key := "referral.one"
	switch {
	case verb == "stop" && open:
		r.Status, key = models.ReferralRevoked, "referral.stopped"
	case verb == "share" && open && !r.Share && r.PatientID != "":
		r.Share, key = true, "referral.shared"
	default:
		verb = "show"
	}
	if verb != "show" {
		r.Version++
		cases, err := t.Store.CasesAbout(ctx, models.AboutReferral(r.ID))
		if err != nil {
			return err
		}
		stopped := t.TextIn(t.Clinic.Language, "referral.client", map[string]any{"Number": r.Number, "Patient": r.PatientName, "Place": r.Place, "Stopped": true})
		speaker := t.Speaker()
		data := outreach.Same(map[string]any{"Number": r.Number, "Patient": r.PatientName, "Place": r.Place, "Stopped": verb == "stop"})
		t.Write(func(_ context.Context, tx *models.Tx) error {
			if err := tx.SaveReferral(r, was); err != nil {
				return err
			}
			for _, c := range cases {
				if verb == "stop" && c.State != models.CaseClosed {
					if err := tx.CloseCase(c.ID, c.Owner, stopped); err != nil && !errors.Is(err, models.ErrGone) {
						return err
					}
				}
			}
			return speaker.Notify(tx, outreach.Notice{
				Key: "referral:" + r.ID + ":" + verb, Roles: []models.Role{models.Doctor, models.Desk}, Text: "referral.client", Data: data,
				Options: []outreach.Option{{Text: "refer.open", Command: "/refer " + r.Number}},
			})
		})
		open = r.Status != models.ReferralRevoked
	}
	var options []bot.Option
	if open && !r.Share && r.PatientID != "" {
		options = append(options, t.Option("referral.do_share", nil, "/referral share "+r.ID))
	}
	options = append(options, t.Option("referral.ask_desk", nil, "/agent"))
	if open {
		options = append(options, t.Option("referral.do_stop", nil, "/referral stop "+r.ID))
	}
	t.Say(key, outreach.ReferralData(t.Clinic.Clinic, r), options...)
	return nil
}
