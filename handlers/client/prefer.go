package client

import (
	"context"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Prefer is what a person wants to be sent and what not. /unsubscribe stops in
// one word everything that does not concern an agreed visit, /subscribe takes
// that back, /prefer shows how it stands. Arg of /prefer: a kind and on or off.
type Prefer struct{}

// Name implements bot.Flow.
func (Prefer) Name() string { return "prefer" }

// Step implements bot.Flow.
func (Prefer) Step(ctx context.Context, t *bot.Turn) error {
	t.Hub()
	said, err := t.Store.Preferences(ctx, t.Contact.ID)
	if err != nil {
		return err
	}
	switch t.Command {
	case "/unsubscribe":
		set(t, said, false, refused()...)
		t.Say("prefer.stopped", preferData(t, said), offers(t, said)...)
		return nil
	case "/subscribe": // what is sent unless refused; the others are asked for one by one
		set(t, said, true, slices.DeleteFunc(models.Refusable(), models.Kind.OptIn)...)
		t.Say("prefer.again", preferData(t, said), offers(t, said)...)
		return nil
	}
	name, word, _ := strings.Cut(t.Arg, " ")
	kind := models.Kind(name)
	if !slices.Contains(models.Refusable(), kind) || word != "on" && word != "off" {
		t.Say("prefer.state", preferData(t, said), offers(t, said)...)
		return nil
	}
	on := word == "on"
	set(t, said, on, kind)
	t.Say("prefer.set", map[string]any{"Kind": name, "On": on}, toggle(t, kind, !on), t.Option("prefer.all", nil, "/prefer"), t.Option("menu.menu", nil, "/menu"))
	return nil
}

// refused is what one word stops: everything but the reminders of a visit that
// the person agreed on.
func refused() []models.Kind {
	return slices.DeleteFunc(models.Refusable(), func(k models.Kind) bool { return k == models.KindVisit })
}

// set keeps the wish in said and with the turn. Yes to what must be asked for
// is a consent, kept with its wording like any other (Advertising Law, art. 43).
func set(t *bot.Turn, said map[models.Kind]bool, on bool, kinds ...models.Kind) {
	id := t.Contact.ID
	for _, k := range kinds {
		said[k] = on
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Prefer(id, k, on) })
		if !k.OptIn() {
			continue
		}
		c := models.PrivacyConsent{
			ContactID: id, Kind: string(k), Version: t.Clinic.Privacy.Version, Wording: toggle(t, k, on).Label, Agreed: on, At: t.Now,
		}
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RecordPrivacyConsent(c) })
	}
}

func wants(said map[models.Kind]bool, k models.Kind) bool {
	if on, ok := said[k]; ok {
		return on
	}
	return !k.OptIn()
}

// toggle is the option that turns a kind on, or off.
func toggle(t *bot.Turn, k models.Kind, on bool) bot.Option {
	word := "off"
	if on {
		word = "on"
	}
	return t.Option("prefer."+word+"_"+string(k), map[string]any{"Pets": t.Clinic.Kind == config.Vet}, "/prefer "+string(k)+" "+word)
}

func offers(t *bot.Turn, said map[models.Kind]bool) []bot.Option {
	var options []bot.Option
	for _, on := range []bool{true, false} { // what can be had first
		for _, k := range models.Refusable() {
			if wants(said, k) != on {
				options = append(options, toggle(t, k, on))
			}
		}
	}
	return append(options, t.Option("menu.menu", nil, "/menu"))
}

// preferData names what is sent and what is not.
func preferData(t *bot.Turn, said map[models.Kind]bool) map[string]any {
	yes, no := []string{}, []string{}
	for _, k := range models.Refusable() {
		name := t.Text("prefer.kind_"+string(k), map[string]any{"Pets": t.Clinic.Kind == config.Vet})
		if wants(said, k) {
			yes = append(yes, name)
		} else {
			no = append(no, name)
		}
	}
	return map[string]any{"Yes": yes, "No": no, "Visit": wants(said, models.KindVisit)}
}
