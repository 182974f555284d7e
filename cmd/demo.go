package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"zhenban/bot"
	"zhenban/bot/webchat"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

func demoCommand(w World) *cobra.Command {
	var file, preset, listen, db string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Everything on this machine: a demo clinic, two phones, a clock that can be moved",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := w.settings(file)
			if err != nil {
				return err
			}
			if c.Flags().Changed("listen") {
				s.Listen = listen
			}
			clean, err := trial(&s, c.Flags().Changed, preset, db, w.hasEnv("ZHENBAN_DB"))
			if err != nil {
				return err
			}
			defer clean()
			return demo(c.Context(), w, s, c.Flags().Changed("preset"))
		},
	}
	c.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	c.Flags().StringVar(&preset, "preset", "vet", "clinic: vet, general, dental, aesthetics or surgery")
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "HTTP address")
	c.Flags().StringVar(&db, "db", "", "database; default: one that is thrown away at the end")
	return c
}

// demo is the product with one more button: the clock.
func demo(ctx context.Context, w World, s config.Settings, explicit bool) error {
	if s.Log.Level == config.DefaultSettings().Log.Level {
		s.Log.Level = "warn" // a person reads this terminal
	}
	if s.PublicURL == "" && (strings.HasPrefix(s.Listen, "127.0.0.1:") || strings.HasPrefix(s.Listen, "localhost:")) && !strings.HasSuffix(s.Listen, ":0") {
		s.PublicURL = "http://" + s.Listen // the only people there are sit here
	}
	clock := newDemoClock(w.Clock)
	// One person's phone each, made anew with each database: the tokens must
	// outlive a restart on a kept one, so they are derived from its data key.
	client, staff, err := demoTokens(s)
	if err != nil {
		return err
	}
	var p *platforms
	a, err := newApp(ctx, appOptions{settings: s, clock: clock, log: w.logger(s), explicit: explicit, channels: func(a *app) ([]bot.Channel, error) {
		page := webchat.DemoPage(webchat.DemoOptions{Clinic: a.clinic.current().Name.In(config.Hans), ClientToken: client, Staff: demoPhones(a.clinic.current().Clinic, staff)})
		if p, err = openPlatforms(a, w.Clock, webchat.Options{Demo: true, Home: page}); err != nil {
			return nil, err
		}
		return p.list(), nil
	}})
	if err != nil {
		return err
	}
	defer a.close()
	if err := clock.restore(ctx, a.store); err != nil {
		return err
	}
	if err := seed(ctx, a, staff); err != nil {
		return fmt.Errorf("seed the demo clinic: %w", err)
	}
	a.parts = append(a.parts, clock.run)
	ready := func(url string) {
		fmt.Fprintf(w.Out, "诊伴 Zhenban demo · %s\n打开 open: %s/\n(Ctrl-C 结束 to stop)\n", a.clinic.current().Name.In(config.Hans), url)
	}
	return serveHTTP(ctx, w, a, p, ready, func(mux *http.ServeMux) {
		h := &clockHandler{clock: clock, app: a}
		mux.HandleFunc("GET /demo/clock", h.get)
		mux.HandleFunc("POST /demo/clock", h.post)
	})
}

// demoStaff are the people of a demo clinic: enough that what one writes
// another can approve.
func demoStaff() []models.Staff {
	return []models.Staff{
		{Name: "小林", Role: models.Desk}, {Name: "何静", Role: models.Manager}, {Name: "林夏", Role: models.Consultant}, {Role: models.Doctor},
	}
}

// demoPhones are the phones the page can show; the doctor is the first of the
// clinic's profile.
func demoPhones(c *config.Clinic, tokens map[models.Role]string) []webchat.DemoPerson {
	var out []webchat.DemoPerson
	for _, m := range demoPeople(c) {
		out = append(out, webchat.DemoPerson{Role: string(m.Role), Name: m.Name, Token: tokens[m.Role]})
	}
	return out
}

func demoPeople(c *config.Clinic) []models.Staff {
	list := demoStaff()
	for i := range list {
		if m := &list[i]; m.Role == models.Doctor && len(c.Practitioners) > 0 {
			m.Name, m.Practitioner = c.Practitioners[0].Name.In(config.Hans), c.Practitioners[0].ID
		}
	}
	return list
}

// seed puts into a fresh demo database what a clinic has on any day: its
// people, and a client with pets or family in the records.
func seed(ctx context.Context, a *app, tokens map[models.Role]string) error {
	for _, m := range demoPeople(a.clinic.current().Clinic) {
		if err := joinAs(ctx, a.store, webchat.ChannelName+":"+webchat.Address(tokens[m.Role]), m); err != nil {
			return err
		}
	}
	if _, err := a.store.ClientByIdentifier(ctx, "C0001"); err == nil {
		return nil
	}
	return a.store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		c := models.Client{ID: a.store.NewID(tx.Now), Identifier: "C0001", Name: "陈晓雨", Phone: "+8613800000001", Language: string(config.Hans), Tier: "gold", Verified: true}
		if err := tx.SaveClient(c); err != nil {
			return err
		}
		for _, p := range demoPatients(a.clinic.current().Kind) {
			p.ID, p.ClientID = a.store.NewID(tx.Now), c.ID
			if err := errors.Join(tx.SavePatient(p), demoRecalls(tx, a.clinic.current().Clinic, p)); err != nil {
				return err
			}
		}
		return approveAll(tx, a.clinic.current().Clinic)
	})
}

// demoRecalls gives a patient a past: what they come back for again and again
// was last done so long ago that it is due in three days, in ten, in seventeen.
func demoRecalls(tx *models.Tx, c *config.Clinic, p models.Patient) error {
	today, in := config.DateOf(tx.Now.In(c.Location(""))), 3
	for i := range c.Recalls {
		kind := &c.Recalls[i]
		if !kind.Renews() || !kind.For(p.Species) || p.Relation == "parent" {
			continue
		}
		last := today.AddMonths(-kind.Months).AddDays(in - kind.Every.Days)
		r := outreach.Started(kind, models.Recall{PatientID: p.ID}, last)
		if err := outreach.SaveRecall(tx, c, r, tx.Now); err != nil {
			return err
		}
		in += 7
	}
	return nil
}

// approveAll approves the texts of the demo clinic, so that they can be seen, and all advice after a visit but one, so that approving can be tried. The clinic is fictional, and so is the manager who read them; a real
// one reads and approves each by itself.
func approveAll(tx *models.Tx, c *config.Clinic) error {
	for i := range c.Tips.Entries {
		e := &c.Tips.Entries[i]
		if err := tx.Decide(models.Approval{Kind: "tip", ID: e.ID, Hash: e.Hash(), Approved: true, By: "demo"}); err != nil {
			return err
		}
	}
	for i := range c.Profile.Knowledge {
		e := &c.Profile.Knowledge[i]
		if err := tx.Decide(models.Approval{Kind: "knowledge", ID: e.ID, Hash: e.Hash(), Approved: true, By: "demo"}); err != nil {
			return err
		}
	}
	for i := range c.Plans {
		for _, x := range c.Plans[i].Texts() {
			if err := tx.Decide(models.Approval{Kind: outreach.CourseNotes, ID: x.ID, Hash: x.Hash(), Approved: true, By: "demo"}); err != nil {
				return err
			}
		}
	}
	for _, f := range c.Scores() {
		for i := range f.Bands {
			b := &f.Bands[i]
			if err := tx.Decide(models.Approval{Kind: config.BandTexts, ID: f.BandID(b), Hash: b.Hash(), Approved: true, By: "demo"}); err != nil {
				return err
			}
		}
	}
	for i := range c.Consents {
		f := &c.Consents[i]
		if err := tx.Decide(models.Approval{Kind: outreach.ApprovalConsent, ID: f.ID, Hash: f.Hash(), Approved: true, By: "demo"}); err != nil {
			return err
		}
	}
	for i := range c.Treatments {
		x := &c.Treatments[i]
		if err := tx.Decide(models.Approval{Kind: outreach.ApprovalTreatment, ID: x.ID, Hash: x.Hash(), Approved: true, By: "demo"}); err != nil {
			return err
		}
	}
	for i := range c.Visits.Aftercare[:max(len(c.Visits.Aftercare)-1, 0)] {
		e := &c.Visits.Aftercare[i]
		if err := tx.Decide(models.Approval{Kind: outreach.Aftercare, ID: e.ID, Hash: e.Hash(), Approved: true, By: "demo"}); err != nil {
			return err
		}
	}
	return nil
}

func demoPatients(kind config.Kind) []models.Patient {
	if kind == config.Vet {
		return []models.Patient{
			{Identifier: "P0001", Kind: "pet", Name: "豆豆", Species: "dog", Breed: "柯基", Sex: "male", Neutered: "yes", BirthDate: "2022-05-01", WeightGrams: 11800},
			{Identifier: "P0002", Kind: "pet", Name: "咪咪", Species: "cat", Breed: "英短", Sex: "female", Neutered: "no", BirthDate: "2024-03-12", WeightGrams: 3900},
		}
	}
	return []models.Patient{
		{Identifier: "P0001", Kind: "person", Name: "陈晓雨", Sex: "female", BirthDate: "1990-06-15", Relation: "self"},
		{Identifier: "P0002", Kind: "person", Name: "陈大海", Sex: "male", BirthDate: "1958-02-20", Relation: "parent"},
	}
}
