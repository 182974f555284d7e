package scheduler

import (
	"context"
	"encoding/json"
	"errors"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// members is how many of them one task invites or reminds.
const members = 100

// checkupDay begins the invitations to the check-up day, and the reminders, on
// their days before it.
func checkupDay(_ context.Context, w *Work) error {
	today := config.DateOf(w.Task.DueAt.In(w.Clinic.Location("")))
	d := w.Clinic.CheckupDay
	day := d.Next(today)
	if day.IsZero() {
		return nil
	}
	switch today {
	case day.AddDays(-d.Invite.Days):
		return checkupChunk(w, outreach.TaskCheckupInvite, outreach.Checkup{Day: day})
	case day.AddDays(-d.Remind.Days):
		return checkupChunk(w, outreach.TaskCheckupRemind, outreach.Checkup{Day: day})
	}
	return nil
}

func checkupChunk(w *Work, kind string, c outreach.Checkup) error {
	payload, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return w.Tx.Schedule(models.Task{
		Key: kind + ":" + c.Day.String() + ":" + c.After, Kind: kind, Priority: models.PriorityBulk,
		DueAt: w.Now, UselessAfter: c.Day.Time(w.Clinic.Location(""), 0), Payload: payload,
	})
}

// checkupInvite invites a chunk of the members: each once, unless they have
// booked already.
func checkupInvite(ctx context.Context, w *Work) error {
	var c outreach.Checkup
	if err := w.Payload(&c); err != nil {
		return err
	}
	list, err := w.Tx.Read().Members(ctx, c.After, members)
	if err != nil {
		return err
	}
	occasion := outreach.CheckupOccasion(c.Day)
	for _, m := range list {
		ok, err := invited(ctx, w, m.ClientID, m.ContactID, c.Day)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		switch err := w.Tx.Invite(occasion, m.ClientID, m.ContactID); {
		case errors.Is(err, models.ErrDuplicate):
			continue
		case err != nil:
			return err
		}
		if err := checkupPush(ctx, w, "checkup.invite", m.ClientID, m.ContactID, c.Day); err != nil {
			return err
		}
	}
	if len(list) < members {
		return nil
	}
	c.After = list[len(list)-1].ClientID
	return checkupChunk(w, outreach.TaskCheckupInvite, c)
}

// checkupRemind reminds a chunk of those invited who neither booked nor
// declined.
func checkupRemind(ctx context.Context, w *Work) error {
	var c outreach.Checkup
	if err := w.Payload(&c); err != nil {
		return err
	}
	list, err := w.Tx.Read().Invitations(ctx, outreach.CheckupOccasion(c.Day), c.After, members)
	if err != nil {
		return err
	}
	for _, i := range list {
		ok, err := invited(ctx, w, i.ClientID, i.ContactID, c.Day)
		if err == nil && ok {
			err = checkupPush(ctx, w, "checkup.remind", i.ClientID, i.ContactID, c.Day)
		}
		if err != nil {
			return err
		}
	}
	if len(list) < members {
		return nil
	}
	c.After = list[len(list)-1].ClientID
	return checkupChunk(w, outreach.TaskCheckupRemind, c)
}

// invited reports whether a member is to be asked: there is a chat, they want
// it, somebody is there to be looked at, and they have not booked.
func invited(ctx context.Context, w *Work, client, contact string, day config.Date) (bool, error) {
	if contact == "" {
		return false, nil
	}
	read, zone := w.Tx.Read(), w.Clinic.Location("")
	wants, err := read.Wants(ctx, contact, models.KindCare)
	if err != nil || !wants {
		return false, err
	}
	if mourns, err := read.Mourns(ctx, client); err != nil || mourns {
		return false, err
	}
	comes, err := read.Comes(ctx, client, contact, w.Clinic.CheckupDay.Service, day.Time(zone, 0), day.AddDays(1).Time(zone, 0))
	return !comes, err
}

func checkupPush(ctx context.Context, w *Work, text, client, contact string, day config.Date) error {
	return w.Push(ctx, Push{
		Key: text + ":" + day.String() + ":" + client, ContactID: contact, Kind: models.KindCare, Priority: models.PriorityBulk,
		UselessAfter: w.Task.UselessAfter, Text: text, Data: outreach.Same(outreach.CheckupData(w.Clinic.Clinic, day)),
		Options: outreach.CheckupOptions(w.Clinic.Clinic, day), Notice: outreach.CheckupNotice(w.Clinic.Clinic, day),
	})
}
