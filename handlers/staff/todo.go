package staff

import (
	"context"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// Todo lists the cases that are this colleague's: of their role and branch,
// what is late first. Each can be opened by its number.
type Todo struct{}

// maxTodo is how many cases are listed at once; maxTodoTitle how much of a
// title stands there, in characters.
const (
	maxTodo      = 9
	maxTodoTitle = 40
)

// Name implements bot.Flow.
func (Todo) Name() string { return "todo" }

// Step implements bot.Flow.
func (Todo) Step(ctx context.Context, t *bot.Turn) error {
	list, err := t.Store.CasesFor(ctx, *t.Staff, maxTodo+1)
	if err != nil {
		return err
	}
	t.Hub()
	if len(list) == 0 {
		t.Say("todo.none", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	more := len(list) > maxTodo
	list = list[:min(len(list), maxTodo)]
	var options []bot.Option
	for _, c := range list {
		data, err := caseData(ctx, t, c)
		if err != nil {
			return err
		}
		options = append(options, t.Option("todo.line", data, "/case "+c.ID))
	}
	t.Say("todo.list", map[string]any{"Count": len(list), "More": more}, options...)
	return nil
}

// short cuts a title so that it fits a button beside its time.
func short(title string) string {
	if r := []rune(title); len(r) > maxTodoTitle {
		return string(r[:maxTodoTitle-1]) + "…"
	}
	return title
}

// caseData is what texts say about a case.
func caseData(ctx context.Context, t *bot.Turn, c models.Case) (map[string]any, error) {
	zone := t.Clinic.Location(c.Branch)
	title := t.Speaker().CaseTitle(t.Lang, c)
	data := map[string]any{
		"Title": title, "Short": short(title), "Text": t.Speaker().CaseText(t.Lang, c), "Urgent": c.Urgent, "State": c.State, "Result": c.Result,
		"HasDue": !c.DueAt.IsZero(), "Due": c.DueAt.In(zone), "Today": sameDay(c.DueAt.In(zone), t.Now.In(zone)),
		"Late": c.State != models.CaseClosed && !c.DueAt.IsZero() && c.DueAt.Before(t.Now), "Owner": "", "Mine": c.Owner == t.Staff.ID,
	}
	if c.Owner != "" {
		m, err := t.Store.StaffByID(ctx, c.Owner)
		if err != nil {
			return nil, err
		}
		data["Owner"] = m.Name
	}
	return data, nil
}

func sameDay(a, b time.Time) bool { return a.YearDay() == b.YearDay() && a.Year() == b.Year() }
