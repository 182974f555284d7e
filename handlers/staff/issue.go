package staff

import (
	"context"
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"zhenban/bot"
	"zhenban/models"
)

// Issue hands out a one-time code that binds a client's chat to their record.
// Arg of /issue: a phone, a record's number, or "c:" and a client.
type Issue struct{}

// maxFound is how many clients are offered when several share a phone.
const maxFound = 8

// Name implements bot.Flow.
func (Issue) Name() string { return "issue" }

// Step implements bot.Flow.
func (Issue) Step(ctx context.Context, t *bot.Turn) error {
	arg := t.Arg
	if t.Command == "" {
		if t.Choice != "" || t.Stale || t.Range > 0 {
			t.Pass()
			return nil
		}
		arg = strings.TrimSpace(t.In.Text)
	}
	if arg == "" {
		t.Ask("issue.ask", nil)
		t.Keep(struct{}{})
		return nil
	}
	t.End()
	found, err := clients(ctx, t, arg)
	if err != nil {
		return err
	}
	switch len(found) {
	case 0:
		t.Say("issue.none", map[string]any{"Asked": arg}, t.Option("issue.again", nil, "/issue"))
	case 1:
		issue(t, found[0])
	default:
		var options []bot.Option
		for _, c := range found[:min(len(found), maxFound)] {
			options = append(options, bot.Option{Label: strings.TrimSpace(c.Name + " " + c.Identifier), Value: "/issue c:" + c.ID})
		}
		t.Hub()
		t.Say("issue.which", nil, options...)
	}
	return nil
}

// clients finds records of the clinic: chats bind to these only.
func clients(ctx context.Context, t *bot.Turn, asked string) ([]models.Client, error) {
	if id, ok := strings.CutPrefix(asked, "c:"); ok {
		return verified(t.Store.ClientByID(ctx, id))
	}
	if n, err := phonenumbers.Parse(asked, "CN"); err == nil && phonenumbers.IsPossibleNumber(n) {
		list, err := t.Store.ClientsByPhone(ctx, phonenumbers.Format(n, phonenumbers.E164))
		if err != nil || len(list) > 0 {
			return list, err
		}
	}
	if list, err := t.Store.ClientsByPhone(ctx, asked); err != nil || len(list) > 0 {
		return list, err
	}
	if list, err := verified(t.Store.ClientByIdentifier(ctx, asked)); err != nil || len(list) > 0 {
		return list, err
	}
	p, err := t.Store.PatientByIdentifier(ctx, asked)
	if err == nil {
		return verified(t.Store.ClientByID(ctx, p.ClientID))
	}
	if errors.Is(err, models.ErrNotFound) {
		err = nil
	}
	return nil, err
}

func verified(c models.Client, err error) ([]models.Client, error) {
	switch {
	case errors.Is(err, models.ErrNotFound), err == nil && !c.Verified:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []models.Client{c}, nil
}

func issue(t *bot.Turn, c models.Client) {
	code, until, by := models.NewCode(), t.Now.Add(models.CodeLife), t.Staff.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.IssueCode(code, models.CodeBind, c.ID, by, until)
	})
	t.Say("issue.code", map[string]any{"Name": c.Name, "Code": code, "Until": until.In(t.Clinic.Location(t.Staff.Branch))})
}
