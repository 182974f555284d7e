package staff

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Case shows one case and what can be done about it. Arg of /case: its ID,
// and before it "take", "close", "give", "call" or "later"; behind "give" whom
// it goes to.
type Case struct{}

// caseState is a case that waits for its result.
type caseState struct {
	ID     string `json:"id"`
	Doctor bool   `json:"d,omitempty"` // what is said goes to the doctor
}

// results are the usual ones, offered when a case is closed.
var results = [...]string{"well", "told", "no_answer", "settled"}

// Name implements bot.Flow.
func (Case) Name() string { return "case" }

// Step implements bot.Flow.
func (Case) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return caseAnswer(ctx, t)
	}
	verb, id, two := strings.Cut(t.Arg, " ")
	if !two {
		verb, id = "show", t.Arg
	}
	id, to, _ := strings.Cut(id, " ")
	c, ok, err := findCase(ctx, t, id)
	if err != nil || !ok {
		return err
	}
	if c.State == models.CaseClosed {
		return sayCase(ctx, t, c, "case.closed")
	}
	switch verb {
	case "take":
		return takeCase(ctx, t, c)
	case "close", "doctor":
		return askResult(ctx, t, c, verb == "doctor" && passable(c))
	case "give":
		return giveCase(ctx, t, c, to)
	case "call":
		return callClient(ctx, t, c)
	case "later":
		return snoozeCase(ctx, t, c)
	}
	return sayCase(ctx, t, c, "case.one")
}

// findCase finds a case that this colleague may see; otherwise it is answered.
func findCase(ctx context.Context, t *bot.Turn, id string) (models.Case, bool, error) {
	c, err := t.Store.CaseByID(ctx, id)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return c, false, err
	}
	m := t.Staff
	sees := c.Owner == m.ID || (c.Branch == "" || m.Branch == "" || c.Branch == m.Branch) &&
		(m.Role == models.Manager || slices.Contains(c.Roles, m.Role))
	if err != nil || !sees {
		t.End()
		t.Say("case.missing", nil, t.Option("todo.open", nil, "/todo"))
		return c, false, nil
	}
	return c, true, nil
}

// sayCase answers with a case as it stands and what can be done about it.
func sayCase(ctx context.Context, t *bot.Turn, c models.Case, key string) error {
	data, err := caseData(ctx, t, c)
	if err != nil {
		return err
	}
	if data["Name"], data["Phone"], err = caseClient(ctx, t, c); err != nil {
		return err
	}
	t.End()
	t.Hub()
	t.Say(key, data, caseOptions(t, c)...)
	return nil
}

func caseOptions(t *bot.Turn, c models.Case) []bot.Option {
	var options []bot.Option
	switch c.State {
	case models.CaseOpen:
		options = append(options, t.Option("case.do_take", nil, "/case take "+c.ID))
	case models.CaseClosed:
		return []bot.Option{t.Option("todo.open", nil, "/todo")}
	}
	options = append(options, t.Option("case.do_close", nil, "/case close "+c.ID))
	if c.Details["Photos"] != "" {
		options = append(options, t.Option("photos.open", nil, "/photos case "+c.ID))
	}
	if id := models.SubjectID(models.KindReport, c.Subject); id != "" {
		options = append(options, t.Option("report.open", nil, "/report "+id))
	}
	if id := models.SubjectID(models.KindQuestion, c.Subject); id != "" {
		options = append(options, t.Option("questions.do_answer", nil, "/answer "+id))
	} else if c.Kind == outreach.CaseConsult {
		options = append([]bot.Option{t.Option("consult.do_answer", nil, "/advise "+c.ID)}, options...)
	} else if c.ContactID != "" {
		options = append(options, t.Option("notice.reply", nil, "/reply "+c.ContactID))
	}
	if c.Urgent && c.ContactID != "" {
		options = append(options, t.Option("case.do_call", nil, "/case call "+c.ID))
	}
	if passable(c) {
		options = append(options, t.Option("case.do_doctor", nil, "/case doctor "+c.ID))
	}
	if n := c.Details["Referral"]; n != "" {
		options = append([]bot.Option{t.Option("refer.open", nil, "/refer "+n)}, options...)
	}
	if n := c.Details["Bill"]; n != "" {
		options = append(options, t.Option("bill.open", nil, "/bill show "+n))
	}
	if about := cmp.Or(c.Details["Number"], models.SubjectID("Patient", c.Subject)); about != "" {
		options = append(options, t.Option("care.open", nil, "/care "+about))
	}
	return append(options, t.Option("case.do_give", nil, "/case give "+c.ID), t.Option("todo.open", nil, "/todo"))
}

// caseClient is who a case is about and, for those who have to call, the number.
func caseClient(ctx context.Context, t *bot.Turn, c models.Case) (name, phone string, err error) {
	var client models.Client
	if c.ContactID != "" {
		contact, err := t.Store.Contact(ctx, c.ContactID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", "", err
		}
		if client, err = clientOf(ctx, t, contact); err != nil {
			return "", "", err
		}
	}
	visit := models.SubjectID("Appointment", c.Subject)
	if id := models.SubjectID(models.KindCarePlan, c.Subject); id != "" {
		plan, err := t.Store.CarePlanByID(ctx, id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", "", err
		}
		visit = plan.AppointmentID
	}
	if id := visit; id != "" {
		p, err := t.Store.AppointmentByID(ctx, id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", "", err
		}
		if p.Phone != "" {
			client.Phone = p.Phone
		}
	}
	if id := models.SubjectID("Patient", c.Subject); id != "" && client.Phone == "" {
		p, err := t.Store.PatientByID(ctx, id)
		if err == nil {
			client, err = t.Store.ClientByID(ctx, p.ClientID)
		}
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", "", err
		}
	}
	if t.Staff.Role != models.Manager && !slices.Contains(c.Roles, t.Staff.Role) && c.Owner != t.Staff.ID {
		client.Phone = ""
	}
	return client.Name, outreach.ShowPhone(client.Phone), nil
}

// takeCase makes it this colleague's; a second one hears who has it.
func takeCase(ctx context.Context, t *bot.Turn, c models.Case) error {
	if c.State == models.CaseTaken && c.Owner != t.Staff.ID {
		return sayCase(ctx, t, c, "case.taken_before")
	}
	me, first, speaker, name := t.Staff.ID, c.State == models.CaseOpen, t.Speaker(), t.Staff.Name
	if err := seen(ctx, t, c); err != nil {
		return err
	}
	c.State, c.Owner = models.CaseTaken, me
	taken := c
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.TakeCase(taken.ID, me); err != nil || !first || !taken.Urgent {
			return err
		}
		return speaker.CaseTaken(tx, taken, name)
	})
	return sayCase(ctx, t, c, "case.taken")
}

// seen tells a client who waits in an emergency that somebody has it, and who.
func seen(ctx context.Context, t *bot.Turn, c models.Case) error {
	waits := c.Kind == "urgent" || c.Kind == "form" // what the clinic found by itself, the client does not know of yet
	if !waits || !c.Urgent || c.State != models.CaseOpen || c.ContactID == "" || c.ContactID == t.Contact.ID {
		return nil
	}
	to, err := t.Store.Contact(ctx, c.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	lang := config.Language(to.Language)
	if lang == "" {
		lang = t.Clinic.Language
	}
	t.Tell(to.ID, lang, "case-seen:"+c.ID, "case.seen", map[string]any{"Name": t.Staff.Name, "Role": string(t.Staff.Role)})
	return nil
}

// maxGive is how many colleagues are offered to hand a case to.
const maxGive = 8

// giveCase hands a case to a colleague, and tells them.
func giveCase(ctx context.Context, t *bot.Turn, c models.Case, to string) error {
	list, err := t.Store.Colleagues(ctx, c.Branch, models.Roles()...)
	if err != nil {
		return err
	}
	t.End()
	list = slices.DeleteFunc(list, func(m models.Staff) bool { return m.ID == c.Owner || c.Owner == "" && m.ID == t.Staff.ID })
	if i := slices.IndexFunc(list, func(m models.Staff) bool { return m.ID == to }); i >= 0 {
		id, from, speaker := c.ID, c.Owner, t.Speaker()
		c.State, c.Owner = models.CaseTaken, to
		by, given := t.Staff.Name, c
		key := t.In.Key
		t.Write(func(_ context.Context, tx *models.Tx) error {
			if err := tx.GiveCase(id, from, to); err != nil {
				return err
			}
			return speaker.CaseGiven(tx, given, by, key)
		})
		data, err := caseData(ctx, t, c)
		if err != nil {
			return err
		}
		t.Say("case.given", data, t.Option("todo.open", nil, "/todo"))
		return nil
	}
	if len(list) == 0 {
		t.Say("case.nobody", nil, t.Option("todo.open", nil, "/todo"))
		return nil
	}
	// Those whose work it is come first.
	slices.SortStableFunc(list, func(a, b models.Staff) int {
		return rank(slices.Contains(c.Roles, a.Role)) - rank(slices.Contains(c.Roles, b.Role))
	})
	var options []bot.Option
	for _, m := range list[:min(len(list), maxGive)] {
		options = append(options, t.Option("case.to", map[string]any{"Name": m.Name, "Role": string(m.Role)}, "/case give "+c.ID+" "+m.ID))
	}
	t.Hub()
	t.Say("case.give", map[string]any{"Title": t.Speaker().CaseTitle(t.Lang, c)}, options...)
	return nil
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}
