// Package client holds the conversations of the clinic's clients, one a file.
package client

import (
	"context"
	"strings"

	"zhenban/bot"
)

// Start greets: somebody new with who the clinic is and the question for
// consent, somebody known by name and with the menu. Arg of /start: the scene
// of a QR code or a link.
type Start struct{}

// Name implements bot.Flow.
func (Start) Name() string { return "start" }

// Step implements bot.Flow.
func (Start) Step(ctx context.Context, t *bot.Turn) error {
	next := sceneCommand(t, t.Arg)
	if next != "" && (strings.HasPrefix(t.Arg, "staff_") || strings.HasPrefix(t.Arg, "survey_")) {
		t.Then(next) // a colleague needs no greeting and no consent; nothing is kept of who rates without one
		return nil
	}
	if t.Staff != nil || consented(t) { // a colleague is no client
		return greetAgain(ctx, t, next)
	}
	asked, err := declined(ctx, t)
	if err != nil {
		return err
	}
	data := map[string]any{"Clinic": t.Clinic.Name, "Welcome": t.Clinic.Welcome}
	if asked && next == "" { // asked once: not again before it is needed
		t.Hub()
		t.Say("start.new", data, menuOptions(t)...)
		return nil
	}
	t.Say("start.new", data)
	t.Then(strings.TrimSpace("/consent " + next))
	return nil
}

func greetAgain(ctx context.Context, t *bot.Turn, next string) error {
	name, err := addressed(ctx, t)
	if err != nil {
		return err
	}
	if next != "" {
		t.Then(next)
		return nil
	}
	t.Hub()
	t.Say("start.again", map[string]any{"Name": name, "Clinic": t.Clinic.Name}, menuOptions(t)...)
	return nil
}

// sceneCommand is what a scene asks for; scenes that are not ours ask for nothing.
func sceneCommand(t *bot.Turn, scene string) string {
	kind, arg, _ := strings.Cut(scene, "_")
	switch kind {
	case "bind", "staff":
		if arg != "" {
			return "/bind " + arg
		}
		return "/bind"
	case "book":
		if t.Clinic.Service(arg) != nil {
			return "/book " + arg
		}
		return "/book"
	case "survey":
		return strings.TrimSpace("/survey at " + arg)
	}
	return ""
}

// addressed is what to call the person: as the clinic's records have it, as
// they said themselves, or as the platform shows them; "" when nobody knows.
func addressed(ctx context.Context, t *bot.Turn) (string, error) {
	if t.Staff != nil {
		return t.Staff.Name, nil
	}
	list, err := t.Store.ClientsOf(ctx, t.Contact.ID)
	if err != nil {
		return "", err
	}
	if len(list) > 0 {
		return list[0].Name, nil
	}
	own, ok, err := ownClient(ctx, t)
	if err != nil {
		return "", err
	}
	if ok && own.Name != "" {
		return own.Name, nil
	}
	return t.Contact.Display, nil
}
