package staff

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Aftercare lets those who answer for it read the advice that goes out after a
// visit, and approve or refuse it. Arg of /aftercare: an ID to read it, "ok" or
// "no" and the ID to decide.
type Aftercare struct{}

// Name implements bot.Flow.
func (Aftercare) Name() string { return "aftercare" }

// Step implements bot.Flow.
func (Aftercare) Step(ctx context.Context, t *bot.Turn) error {
	decided, err := t.Store.Approvals(ctx, outreach.Aftercare)
	if err != nil {
		return err
	}
	verb, id, _ := strings.Cut(t.Arg, " ")
	if id == "" {
		verb, id = "show", verb
	}
	a := t.Clinic.Visits.AftercareByID(id)
	if a == nil {
		listAftercare(t, decided)
		return nil
	}
	decides := t.Staff.Role == models.Doctor || t.Staff.Role == models.Manager
	if decides && (verb == "ok" || verb == "no") {
		d := models.Approval{Kind: outreach.Aftercare, ID: a.ID, Hash: a.Hash(), Approved: verb == "ok", By: t.Staff.ID}
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Decide(d) })
		t.Say("aftercare."+verb, map[string]any{"Services": servicesOf(t, a)}, t.Option("aftercare.list_all", nil, "/aftercare"))
		return nil
	}
	allowed := decided.Allow(a.ID, a.Hash(), a.Approved)
	options := []bot.Option{t.Option("aftercare.list_all", nil, "/aftercare")}
	if decides {
		if allowed {
			options = append([]bot.Option{t.Option("aftercare.do_no", nil, "/aftercare no "+a.ID)}, options...)
		} else {
			options = append([]bot.Option{t.Option("aftercare.do_ok", nil, "/aftercare ok "+a.ID)}, options...)
		}
	}
	t.Hub()
	t.Say("aftercare.one", map[string]any{"Services": servicesOf(t, a), "Text": a.Text, "Source": a.Source, "Allowed": allowed}, options...)
	return nil
}

func listAftercare(t *bot.Turn, decided models.Approvals) {
	var options []bot.Option
	waiting := 0
	for i := range t.Clinic.Visits.Aftercare {
		a := &t.Clinic.Visits.Aftercare[i]
		allowed := decided.Allow(a.ID, a.Hash(), a.Approved)
		if !allowed {
			waiting++
		}
		options = append(options, t.Option("aftercare.line", map[string]any{"Services": servicesOf(t, a), "Allowed": allowed}, "/aftercare "+a.ID))
	}
	t.Hub()
	t.Say("aftercare.list", map[string]any{"Count": len(options), "Waiting": waiting}, append(options, t.Option("menu.today", nil, "/today"))...)
}

// servicesOf names the services that an advice is for.
func servicesOf(t *bot.Turn, a *config.Aftercare) []string {
	var out []string
	for _, id := range a.Services {
		if s := t.Clinic.Service(id); s != nil {
			out = append(out, s.Name.In(t.Lang))
		}
	}
	return out
}
