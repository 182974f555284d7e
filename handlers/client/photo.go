package client

import (
	"context"
	"errors"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Photo takes a photo or a document that nobody asked for: in a recovery it is
// added to the check-in or shown to the doctor, else the desk gets it. What
// could not be taken is answered with what to do.
type Photo struct{}

// photoState is a photo whose purpose is asked.
type photoState struct {
	IDs  []string `json:"i"`
	Plan string   `json:"p"`
}

const (
	// maxSent is how many photos one question takes together: what a phone
	// lets somebody choose at once.
	maxSent = 9
	// burst is how long further photos belong to what was passed on.
	burst = 30 * time.Minute
	// lookSoon is how long a photo may wait for the desk.
	lookSoon = 2 * time.Hour
)

// Name implements bot.Flow.
func (Photo) Name() string { return "photos" }

// Step implements bot.Flow.
func (Photo) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return photoAnswer(ctx, t)
	}
	switch {
	case t.In.Kind != bot.KindImage && t.In.Kind != bot.KindFile:
		t.Hub()
		t.Say("photos.how", nil, t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
		return nil
	case t.Staff != nil:
		t.Then("/publish")
		return nil
	case !consented(t):
		return photoUnasked(ctx, t)
	case t.Sent == nil:
		t.Say(problemOf(t), mediaData(t), t.Option("menu.agent", nil, "/agent"), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	list, err := recoveries(ctx, t, false)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return photoToDesk(ctx, t)
	}
	return askPhoto(t, photoState{IDs: []string{t.Sent.ID}, Plan: list[0].ID}, list[0])
}

// photoUnasked answers somebody who has agreed to nothing yet: nothing is kept.
func photoUnasked(ctx context.Context, t *bot.Turn) error {
	fresh, err := firstContact(ctx, t)
	if err != nil {
		return err
	}
	t.Hub()
	if fresh {
		t.Say("photos.unasked", nil)
		t.Then("/start")
		return nil
	}
	t.Say("photos.unasked", nil, t.Option("consent.agree", nil, "/consent"), t.Option("menu.agent", nil, "/agent"))
	return nil
}

func askPhoto(t *bot.Turn, s photoState, r recovery) error {
	data := map[string]any{"N": len(s.IDs), "Patient": r.Name, "Service": r.What, "Day": r.day(t, t.Now)}
	t.Ask("photos.which", data, t.Option("photos.add", nil, "add"), t.Option("photos.doctor", nil, "doctor"), t.Option("photos.none", nil, "none"))
	t.Keep(s)
	return nil
}

func photoAnswer(ctx context.Context, t *bot.Turn) error {
	var s photoState
	if err := t.State(&s); err != nil {
		return err
	}
	r, err := findRecovery(ctx, t, s.Plan)
	if err != nil {
		t.End()
		return sayMissing(t, err)
	}
	isPhoto := t.In.Kind == bot.KindImage || t.In.Kind == bot.KindFile
	switch {
	case isPhoto && t.Sent == nil:
		t.Say(problemOf(t), mediaData(t))
		return askPhoto(t, s, r)
	case isPhoto:
		if len(s.IDs) < maxSent {
			s.IDs = append(s.IDs, t.Sent.ID)
		}
		return askPhoto(t, s, r)
	case t.Choice == "add":
		return photoAdd(ctx, t, s, r)
	case t.Choice == "doctor":
		return photoToDoctor(ctx, t, s, r, "")
	case t.Choice == "none":
		t.End()
		from := t.Contact.ID
		t.Write(func(_ context.Context, tx *models.Tx) error { _, err := tx.DropAttachments(from, s.IDs...); return err })
		t.Say("photos.dropped", nil)
		return nil
	case t.Choice != "" || t.Stale || t.Range > 0 || digression(t.Heard()):
		t.Pass()
		return nil
	}
	words := sentence(t)
	if words == "" {
		t.Pass()
		return nil
	}
	return photoToDoctor(ctx, t, s, r, words) // what they say about it goes along
}

// photoAdd files photos with the check-in whose day has come, and leads on to
// it while it is not filled in.
func photoAdd(ctx context.Context, t *bot.Turn, s photoState, r recovery) error {
	t.End()
	from := t.Contact.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.FileAttachments(from, s.IDs, r.PatientID, r.subject(), r.Due)
	})
	data := map[string]any{"N": len(s.IDs), "Day": r.day(t, t.Now), "Due": false}
	timeline := t.Option("photos.timeline", nil, "/photos "+r.ID)
	if r.Due == "" {
		t.Say("photos.added", data, timeline)
		return nil
	}
	open, err := checkinOpen(ctx, t, r.Due)
	if err != nil {
		return err
	}
	if data["Due"] = open; open {
		t.Say("photos.added", data, t.Option("checkin.fill", nil, r.Fill), timeline)
		return nil
	}
	if err := photoCase(ctx, t, s, r, "", models.Nurse); err != nil {
		return err
	}
	t.Say("photos.added", data, timeline)
	return nil
}

// photoToDoctor opens a case with the photos for those who treat the patient.
func photoToDoctor(ctx context.Context, t *bot.Turn, s photoState, r recovery, words string) error {
	t.End()
	from := t.Contact.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.FileAttachments(from, s.IDs, r.PatientID, r.subject(), "")
	})
	if err := photoCase(ctx, t, s, r, words, models.Doctor, models.Nurse); err != nil {
		return err
	}
	data := reception(t)
	data["N"] = len(s.IDs)
	t.Say("photos.to_doctor", data, t.Option("menu.agent", nil, "/agent"))
	return nil
}

func photoCase(ctx context.Context, t *bot.Turn, s photoState, r recovery, words string, roles ...models.Role) error {
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	visit, err := planVisit(ctx, t, r.CarePlan)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	c := models.Case{
		Key: "photo:" + s.IDs[0], Kind: "photos", Branch: r.Branch, Roles: roles, For: r.Practitioner, Subject: r.subject(), ContactID: t.Contact.ID,
		DueAt: t.Now.Add(lookToday), Details: map[string]string{
			"Who": strings.TrimSpace(r.Name + "　" + from.Name + " " + from.Phone), "Service": outreach.PlanName(t.Clinic.Clinic, r.CarePlan).In(t.Clinic.Language), "Number": visit.Number,
			"Words": words, "N": count(len(s.IDs)), "Photos": strings.Join(s.IDs, " "), "Day": count(r.day(t, t.Now)), "File": "",
		},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	return nil
}

// photoToDesk passes a photo on; those that follow at once go along with it.
func photoToDesk(ctx context.Context, t *bot.Turn) error {
	before, err := t.Store.AttachmentsFrom(ctx, t.Contact.ID, t.Now.Add(-burst), 2*maxSent)
	if err != nil {
		return err
	}
	if len(before) > 0 && before[0].Subject == "" {
		waits, err := photoWaits(ctx, t, before)
		if err != nil {
			return err
		}
		if waits {
			t.Say("photos.passed_more", nil)
			return nil
		}
	}
	reached, err := anybody(ctx, t, "", models.Desk)
	if err != nil {
		return err
	}
	if !reached {
		t.Sent.DroppedAt = t.Now // nobody would ever look at it
		t.Say("photos.phone_only", reception(t), t.Option("menu.book", nil, "/book"), t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	c := models.Case{
		Key: "photo:" + t.Sent.ID, Kind: "photos", Roles: []models.Role{models.Desk}, ContactID: t.Contact.ID, DueAt: t.Now.Add(lookSoon),
		Details: map[string]string{
			"Who": strings.TrimSpace(from.Name + " " + from.Phone), "Words": sentence(t), "Photos": t.Sent.ID, "File": yes(t.Sent.ContentType == media.PDF), "N": "", "Service": "", "Day": "",
		},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	passedOn(t, "photos", true, t.Option("menu.agent", nil, "/agent"))
	return nil
}

// photoWaits reports that what came just before still waits at the desk.
func photoWaits(ctx context.Context, t *bot.Turn, before []models.Attachment) (bool, error) {
	for _, a := range before {
		c, err := t.Store.CaseByKey(ctx, "photo:"+a.ID)
		if errors.Is(err, models.ErrNotFound) {
			continue
		}
		return err == nil && c.State != models.CaseClosed && c.Subject == "", err
	}
	return false, nil
}

// problemOf is the text for a file that was not taken.
func problemOf(t *bot.Turn) string {
	if m := t.In.Media; m != nil && m.Problem != "" {
		return "media." + m.Problem
	}
	return "media." + string(media.Lost)
}

func mediaData(t *bot.Turn) map[string]any {
	return map[string]any{"MB": media.MaxSize >> 20, "Phone": t.Clinic.Phone, "PDF": t.In.Kind == bot.KindFile}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
