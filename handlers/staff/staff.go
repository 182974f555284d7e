// Package staff holds the conversations of the clinic's own people: the day
// list, what became of a visit, answers to clients, binding codes. Who is a
// colleague, and what their role lets them do, is read afresh in every step.
package staff

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/models"
)

// Flows lists the conversations of staff, each closed to everybody else.
func Flows() []bot.Flow {
	floor := []models.Role{models.Desk, models.Nurse, models.Doctor, models.Manager}
	list := []bot.Flow{
		only{Today{}, nil},
		only{Visit{}, nil},
		only{Mark{}, floor},
		only{Reply{}, nil},
		only{Feed{}, nil},
		only{Todo{}, nil},
		only{Case{}, nil},
		only{Advise{}, nil},
		only{Refer{}, floor},
		only{Bill{}, []models.Role{models.Desk, models.Consultant, models.Manager}},
		only{Care{}, nil},
		only{Plan{}, floor},
		only{Course{}, floor},
		only{Deceased{}, floor},
		only{Needs{}, floor},
		only{Sheet{}, nil},
		only{Offer{}, offerers()},
		only{Publish{}, floor},
		only{Broadcast{}, approvers()},
		only{Issue{}, []models.Role{models.Desk, models.Manager}},
		only{Questions{}, floor},
		only{Answer{}, []models.Role{models.Nurse, models.Doctor, models.Manager, models.Desk}},
		only{Undelivered{}, []models.Role{models.Desk, models.Manager}},
		only{Results{}, []models.Role{models.Manager}},
		only{Pending{}, contentRoles()},
		only{Poster{}, []models.Role{models.Desk, models.Manager}},
	}
	for _, a := range approvals() {
		list = append(list, only{a, contentRoles()})
	}
	return list
}

// Commands says which command enters which of them.
func Commands() map[string]string {
	m := map[string]string{
		"/today": "today", "/visit": "visit", "/arrived": "mark", "/done": "mark", "/noshow": "mark", "/reply": "reply", "/feed": "feed", "/issue": "issue", "/broadcast": "broadcast",
		"/todo": "todo", "/case": "case", "/advise": "advise", "/bill": "bill", "/refer": "refer", "/results": "results", "/poster": "poster", "/pending": "pending", "/review": "pending",
		"/deceased":  "deceased",
		"/noteneeds": "noteneeds",
		"/publish":   "publish",
		"/questions": "questions", "/answer": "answer", "/undelivered": undeliveredName,
		"/care": "care", "/plan": "plan", "/course": "course", "/sheet": "sheet", "/offer": "offer",
	}
	for _, a := range approvals() {
		m["/"+a.name] = a.name
	}
	return m
}

// only lets in staff, of some roles if any are named.
type only struct {
	bot.Flow
	roles []models.Role
}

// Step implements bot.Flow.
func (o only) Step(ctx context.Context, t *bot.Turn) error {
	m, err := t.Store.StaffOf(ctx, t.Contact.ID)
	switch {
	case errors.Is(err, models.ErrNotFound):
		t.Staff = nil
		t.End()
		switch {
		case t.Command == "/issue": // a client sends the code they were given
			t.Then(strings.TrimSpace("/bind " + t.Arg))
			return nil
		case meansBooking(t):
			t.Then("/book")
			return nil
		}
		t.Say("staff.only", nil, t.Option("menu.book", nil, "/book"), t.Option("menu.bookings", nil, "/bookings"), t.Option("menu.menu", nil, "/menu"))
		return nil
	case err != nil:
		return err
	}
	t.Staff = &m
	if len(o.roles) > 0 && !slices.Contains(o.roles, m.Role) {
		t.End()
		t.Say("staff.role", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	return o.Flow.Step(ctx, t)
}
