package staff

import (
	"context"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// callClient gives the number of a case's client on a line of its own, so that
// a phone makes a link of it.
func callClient(ctx context.Context, t *bot.Turn, c models.Case) error {
	name, phone, err := caseClient(ctx, t, c)
	if err != nil {
		return err
	}
	t.End()
	t.Hub()
	t.Say("case.call", map[string]any{"Title": t.Speaker().CaseTitle(t.Lang, c), "Name": name, "Phone": phone}, caseOptions(t, c)...)
	return nil
}

// snoozeCase puts the alerts of a case off for this colleague; the others hear
// of it as before.
func snoozeCase(ctx context.Context, t *bot.Turn, c models.Case) error {
	data, err := caseData(ctx, t, c)
	if err != nil {
		return err
	}
	t.End()
	t.Hub()
	if c.State == models.CaseTaken && c.Owner != t.Staff.ID {
		return sayCase(ctx, t, c, "case.taken_before")
	}
	due := t.Clinic.Alerts.Snooze.After(t.Now)
	task := models.Task{
		Key: outreach.TaskCaseSnooze + ":" + c.ID + ":" + t.In.Key, Kind: outreach.TaskCaseSnooze, Subject: models.AboutCase(c.ID),
		ContactID: t.Contact.ID, Priority: models.PriorityAlert, DueAt: due,
	}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Schedule(task) })
	data["At"] = due.In(t.Clinic.Location(t.Staff.Branch))
	t.Say("case.later", data, t.Option("todo.open", nil, "/todo"))
	return nil
}
