package client

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// Bind ties a chat to a record, or a colleague to their role, by a one-time
// code. Arg of /bind: the code.
type Bind struct{}

// maxWrong is how many wrong codes a contact may give within wrongSpan before
// the desk has to help: a code must not be found by trying.
const (
	maxWrong  = 5
	wrongSpan = 30 * time.Minute
)

// Name implements bot.Flow.
func (Bind) Name() string { return "bind" }

// Step implements bot.Flow.
func (Bind) Step(ctx context.Context, t *bot.Turn) error {
	text := t.Arg
	if t.Command == "" {
		if t.Choice != "" || t.Stale || t.Range > 0 || t.In.Kind != bot.KindText {
			t.Pass()
			return nil
		}
		text = t.In.Text
	}
	code, ok := models.LooksLikeCode(strings.NewReplacer(" ", "", "-", "", "　", "").Replace(text))
	switch {
	case ok:
		return useCode(ctx, t, code)
	case t.Command == "" && !looksTyped(text):
		t.Pass()
		return nil
	case text == "":
		t.Ask("bind.ask", map[string]any{"Phone": t.Clinic.Phone})
	default:
		t.Ask("bind.shape", nil)
	}
	t.Keep(struct{}{})
	return nil
}

// looksTyped reports that somebody tried to type a code rather than to say something.
func looksTyped(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) >= 5 && len(text) <= 12 && strings.Trim(strings.ToUpper(text), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- ") == ""
}

func useCode(ctx context.Context, t *bot.Turn, code string) error {
	wrong, err := wrongCodes(ctx, t)
	if err != nil {
		return err
	}
	if wrong >= maxWrong {
		t.End()
		t.Say("bind.blocked", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.agent", nil, "/agent"))
		return nil
	}
	purpose, subject, err := t.Store.LookUpCode(ctx, code)
	switch {
	case errors.Is(err, models.ErrCode), err == nil && errors.Is(t.Failed, models.ErrCode):
		return wrongCode(ctx, t, wrong+1)
	case err != nil:
		return err
	case purpose == models.CodeStaff:
		return joinStaff(ctx, t, code, subject)
	case !consented(t):
		t.End()
		t.Then("/consent /bind " + code)
		return nil
	}
	return bindRecord(ctx, t, code, subject)
}

// spend uses the code up in the turn's transaction, with what it is for.
func spend(t *bot.Turn, code string, then func(tx *models.Tx) error) {
	by := t.Contact.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if _, _, err := tx.UseCode(code, by); err != nil {
			return err
		}
		return then(tx)
	})
	t.End()
}

func bindRecord(ctx context.Context, t *bot.Turn, code, subject string) error {
	clientID, patientID, _ := strings.Cut(subject, "/")
	c, err := t.Store.ClientByID(ctx, clientID)
	if err != nil {
		return err
	}
	patients, err := t.Store.PatientsOfClient(ctx, clientID)
	if err != nil {
		return err
	}
	name := c.Name
	if patientID != "" { // one of the family: the patient only, not the owner's record
		name = t.Contact.Display
	}
	var names []string
	for _, p := range patients {
		if patientID == "" || p.ID == patientID {
			names = append(names, p.Name)
		}
	}
	contact := t.Contact.ID
	spend(t, code, func(tx *models.Tx) error { return tx.Bind(contact, clientID, patientID, "code") })
	t.Hub()
	t.Say("bind.done", map[string]any{"Name": name, "Patients": names, "Family": patientID != ""},
		t.Option("menu.record", nil, "/record"), t.Option("menu.book", nil, "/book"), t.Option("menu.bookings", nil, "/bookings"))
	return nil
}

func joinStaff(ctx context.Context, t *bot.Turn, code, staffID string) error {
	m, err := t.Store.StaffByID(ctx, staffID)
	if errors.Is(err, models.ErrNotFound) || err == nil && !m.Active {
		return wrongCode(ctx, t, 1)
	}
	if err != nil {
		return err
	}
	contact := t.Contact.ID
	spend(t, code, func(tx *models.Tx) error { return tx.JoinStaff(contact, m.ID) })
	t.Staff = &m
	t.Hub()
	t.Say("bind.staff", map[string]any{"Name": m.Name, "Role": string(m.Role)}, t.Option("menu.today", nil, "/today"), t.Option("menu.menu", nil, "/menu"))
	return nil
}

func wrongCode(ctx context.Context, t *bot.Turn, wrong int) error {
	tokens := models.Tokens{Store: t.Store}
	// Counted outside the turn's transaction on purpose: a try counts even
	// when nothing else comes of it.
	if err := tokens.Put(ctx, wrongKey(t), strconv.Itoa(wrong), t.Now.Add(wrongSpan)); err != nil {
		return err
	}
	if wrong < maxWrong {
		t.Ask("bind.wrong", map[string]any{"Left": maxWrong - wrong}, t.Option("menu.agent", nil, "/agent"))
		t.Keep(struct{}{})
		return nil
	}
	t.End()
	if _, err := passOn(ctx, t, wish{Kind: "tries", Roles: []models.Role{models.Desk}}); err != nil {
		return err
	}
	t.Say("bind.blocked", map[string]any{"Phone": t.Clinic.Phone}, t.Option("menu.agent", nil, "/agent"))
	return nil
}

func wrongCodes(ctx context.Context, t *bot.Turn) (int, error) {
	value, _, err := models.Tokens{Store: t.Store}.Get(ctx, wrongKey(t))
	if err != nil || value == "" {
		return 0, err
	}
	return strconv.Atoi(value)
}

func wrongKey(t *bot.Turn) string { return "wrong-codes:" + t.Contact.ID }
