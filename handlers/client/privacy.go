package client

import (
	"context"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Privacy shows what is kept and with whose consent, and takes consent back as
// easily as it was given (PIPL art. 15, 44–48). Arg of /privacy: data, notice,
// withdraw, delete, or "delete yes".
type Privacy struct{}

// Name implements bot.Flow.
func (Privacy) Name() string { return "privacy" }

// Step implements bot.Flow.
func (Privacy) Step(ctx context.Context, t *bot.Turn) error {
	back := t.Option("privacy.back", nil, "/privacy")
	t.Hub()
	switch t.Arg {
	case "data":
		return showData(ctx, t, back)
	case "notice":
		t.Add(bot.Message{Text: t.Clinic.Privacy.Text.In(t.Lang), Options: []bot.Option{back}})
		return nil
	case "withdraw":
		return withdraw(ctx, t)
	case "photos":
		return dropPhotos(ctx, t, back)
	case "delete":
		t.Say("privacy.delete", map[string]any{"Pets": t.Clinic.Kind == config.Vet},
			t.Option("privacy.delete_yes", nil, "/privacy delete yes"), back)
		return nil
	case "delete yes":
		return askDeletion(ctx, t)
	}
	return privacyHome(ctx, t)
}

func privacyHome(ctx context.Context, t *bot.Turn) error {
	last, ok, err := lastConsent(ctx, t, consentChat)
	if err != nil {
		return err
	}
	health, err := healthConsented(ctx, t)
	if err != nil {
		return err
	}
	state := "none"
	switch {
	case consented(t):
		state = "agreed"
	case ok && !last.Agreed:
		state = "refused"
	}
	data := map[string]any{"State": state, "At": last.At.In(t.Clinic.Location("")), "Version": last.Version, "Health": health}
	options := []bot.Option{t.Option("privacy.show", nil, "/privacy data"), t.Option("privacy.notice", nil, "/privacy notice")}
	if state == "agreed" {
		options = append(options, t.Option("privacy.withdraw", nil, "/privacy withdraw"))
	} else {
		options = append(options, t.Option("consent.agree", nil, "/consent"))
	}
	options = append(options, t.Option("privacy.ask_delete", nil, "/privacy delete"), t.Option("menu.menu", nil, "/menu"))
	t.Say("privacy.home", data, options...)
	return nil
}

// withdraw is done at once: it can be given again as easily.
func withdraw(ctx context.Context, t *bot.Turn) error {
	if !consented(t) {
		return privacyHome(ctx, t)
	}
	health, err := healthConsented(ctx, t)
	if err != nil {
		return err
	}
	kinds := []string{consentChat}
	if health {
		kinds = append(kinds, consentHealth)
	}
	text := t.Text("privacy.withdrawn", map[string]any{"Phone": t.Clinic.Phone})
	for _, kind := range kinds {
		c := models.PrivacyConsent{ContactID: t.Contact.ID, Kind: kind, Version: t.Clinic.Privacy.Version, Wording: text, At: t.Now}
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RecordPrivacyConsent(c) })
	}
	t.Contact.ConsentVersion = ""
	t.Add(bot.Message{Text: text, Options: []bot.Option{
		t.Option("privacy.again", nil, "/consent"), t.Option("privacy.ask_delete", nil, "/privacy delete"), t.Option("menu.bookings", nil, "/bookings"),
	}})
	return nil
}

func askDeletion(ctx context.Context, t *bot.Turn) error {
	reached, err := passOn(ctx, t, wish{Kind: "delete", Roles: []models.Role{models.Desk, models.Manager}})
	if err != nil {
		return err
	}
	passedOn(t, "privacy", reached, t.Option("privacy.back", nil, "/privacy"))
	return nil
}

// showData lists everything the clinic's chat keeps of this person.
func showData(ctx context.Context, t *bot.Turn, back bot.Option) error {
	view, err := viewRecords(ctx, t)
	if err != nil {
		return err
	}
	var visits []map[string]any
	list, err := upcoming(ctx, t)
	if err != nil {
		return err
	}
	for _, p := range list {
		visits = append(visits, visitData(t, p))
	}
	var lines []string
	for _, p := range view.patients {
		lines = append(lines, strings.ReplaceAll(t.Text("record.patient_line", patientData(t, p)), "\n", " "))
	}
	papers, err := papersKept(ctx, t)
	if err != nil {
		return err
	}
	photos, own, err := photosKept(ctx, t)
	if err != nil {
		return err
	}
	data := map[string]any{
		"Photos": photos, "Papers": papers, "Display": t.Contact.Display, "Channel": t.Contact.Channel, "Since": t.Contact.CreatedAt.In(t.Clinic.Location("")),
		"Clients": clientData(view), "Patients": lines, "Visits": visits, "Empty": len(view.clients) == 0 && len(lines) == 0 && len(visits) == 0 && photos == 0,
	}
	options := []bot.Option{t.Option("menu.record", nil, "/record")}
	if photos > 0 {
		options = append(options, t.Option("privacy.photos", nil, "/photos mine"))
	}
	if own > 0 {
		options = append(options, t.Option("privacy.drop_photos", nil, "/privacy photos"))
	}
	t.Say("privacy.data", data, append(options, back)...)
	return nil
}

// photosKept counts what this person sent that is kept, and how much of it
// belongs to no record.
func photosKept(ctx context.Context, t *bot.Turn) (all, own int, err error) {
	list, err := t.Store.AttachmentsFrom(ctx, t.Contact.ID, time.Time{}, maxCounted)
	for _, a := range list {
		if a.Subject == "" && a.ResponseKey == "" {
			own++
		}
	}
	return len(list), own, err
}

// maxCounted is how many photos of a person are counted at most.
const maxCounted = 1000

// dropPhotos deletes at once what belongs to no record. The bytes go with the
// next sweep, within a day.
func dropPhotos(ctx context.Context, t *bot.Turn, back bot.Option) error {
	all, own, err := photosKept(ctx, t)
	if err != nil {
		return err
	}
	from := t.Contact.ID
	t.Write(func(_ context.Context, tx *models.Tx) error { _, err := tx.DropAttachments(from); return err })
	t.Say("privacy.photos_dropped", map[string]any{"N": own, "Left": all - own}, back)
	return nil
}
