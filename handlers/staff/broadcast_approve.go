package staff

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"zhenban/bot"
	"zhenban/bot/wording"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// approvers may write and approve broadcasts.
func approvers() []models.Role { return []models.Role{models.Consultant, models.Manager} }

// submitBroadcast hands a draft to a second person. What must be looked at is
// acknowledged first.
func submitBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, arg string) error {
	if errors.Is(t.Failed, models.ErrGone) {
		return showBroadcast(ctx, t, b, "")
	}
	found := hits(t, b)
	switch {
	case outreach.BroadcastText(b, config.Hans) == "":
		return askText(ctx, t, b, "")
	case wording.Blocked(found):
		return card(ctx, t, b)
	case b.Kind == models.KindActivity && b.Certificate == "" && t.Clinic.Broadcast.Certificate != "none":
		return askCertificate(ctx, t, b, "")
	case b.Segment == "":
		return askWho(ctx, t, b, "")
	}
	t.Hub()
	if look := hitData(t, found, config.Look); len(look) > 0 && arg != "looked" {
		t.Say("broadcast.look", map[string]any{"Look": look}, t.Option("broadcast.looked_submit", nil, "/broadcast submit "+b.ID+" looked"),
			t.Option("broadcast.do_text", nil, "/broadcast text "+b.ID))
		return nil
	}
	list, err := t.Store.Colleagues(ctx, "", approvers()...)
	if err != nil {
		return err
	}
	others := len(slices.DeleteFunc(list, func(m models.Staff) bool { return m.ID == t.Staff.ID }))
	if others == 0 {
		t.Say("broadcast.no_second", nil, t.Option("broadcast.do_open", nil, "/broadcast show "+b.ID))
		return nil
	}
	b.State, b.Reason = models.BroadcastWaiting, ""
	edit(t, &b)
	tellColleagues(t, b)
	t.Say("broadcast.submitted", map[string]any{"N": others}, t.Option("broadcast.do_recall", nil, "/broadcast recall "+b.ID), t.Option("broadcast.do_home", nil, "/broadcast"))
	return nil
}

// tellColleagues asks everybody but the author who may approve.
func tellColleagues(t *bot.Turn, b models.Broadcast) {
	speaker, author, name, version := t.Speaker(), t.Staff.ID, t.Staff.Name, b.Version
	t.Write(func(ctx context.Context, tx *models.Tx) error {
		to, err := tx.StaffContacts("", approvers()...)
		if err != nil {
			return err
		}
		for _, c := range to {
			who, err := tx.Read().StaffOf(ctx, c.ID)
			if err != nil || who.ID == author {
				continue
			}
			lang := config.Language(c.Language)
			m, err := speaker.Message(lang, "broadcast.please", outreach.Same(map[string]any{"Author": name, "Kind": string(b.Kind), "Text": outreach.BroadcastText(b, lang)}),
				outreach.Option{Text: "broadcast.do_look", Command: "/broadcast show " + b.ID})
			if err != nil {
				return err
			}
			key := "broadcast:" + b.ID + ":please:" + strconv.Itoa(version) + ":" + c.ID
			if err := tx.Push(models.Outgoing{Key: key, ContactID: c.ID, Priority: models.PriorityPush, Kind: models.KindStaff}, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// approveBroadcast needs another person than the author, who has looked at
// whatever must be looked at.
func approveBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, arg string) error {
	t.Hub()
	found := hits(t, b)
	switch {
	case errors.Is(t.Failed, models.ErrGone), wording.Blocked(found):
		return showBroadcast(ctx, t, b, "")
	case t.Staff.ID == b.Author:
		t.Say("broadcast.own", nil, t.Option("broadcast.do_home", nil, "/broadcast"))
		return nil
	}
	if look := hitData(t, found, config.Look); len(look) > 0 && arg != "looked" {
		t.Say("broadcast.look", map[string]any{"Look": look}, t.Option("broadcast.looked_approve", nil, "/broadcast approve "+b.ID+" looked"),
			t.Option("broadcast.do_refuse", nil, "/broadcast refuse "+b.ID))
		return nil
	}
	at := t.Now
	if b.ScheduledAt.After(at) {
		at = b.ScheduledAt
	}
	if until := t.Clinic.Outreach.Quiet.Until(at.In(t.Clinic.Location(""))); !until.IsZero() {
		at = until
	}
	messages, err := t.Speaker().BroadcastMessages(b)
	if err != nil {
		return err
	}
	approver, speaker := t.Staff, t.Speaker()
	b.State, b.Approver, b.Messages, b.ScheduledAt = models.BroadcastApproved, approver.ID, messages, at
	t.Write(func(_ context.Context, tx *models.Tx) error {
		b := b
		if err := tx.SaveBroadcast(&b); err != nil {
			return err
		}
		return tx.Schedule(outreach.BroadcastStart(b, at))
	})
	data := map[string]any{"Title": outreach.BroadcastTitle(b), "By": approver.Name, "Now": !at.After(t.Now), "At": at.In(t.Clinic.Location(""))}
	tellAuthor(t, speaker, b, "approved", data, outreach.Option{Text: "broadcast.do_show", Command: "/broadcast show " + b.ID})
	t.Say("broadcast.approved", data, t.Option("broadcast.do_show", nil, "/broadcast show "+b.ID), t.Option("broadcast.do_recall", nil, "/broadcast recall "+b.ID))
	return nil
}

func tellAuthor(t *bot.Turn, speaker outreach.Speaker, b models.Broadcast, what string, data map[string]any, options ...outreach.Option) {
	key := "broadcast:" + b.ID + ":" + what + ":" + t.In.Key
	t.Write(func(ctx context.Context, tx *models.Tx) error {
		c, err := tx.Read().Contact(ctx, b.AuthorContact)
		if err != nil {
			return err
		}
		m, err := speaker.Message(config.Language(c.Language), "broadcast."+what, outreach.Same(data), options...)
		if err != nil {
			return err
		}
		return tx.Push(models.Outgoing{Key: key, ContactID: c.ID, Priority: models.PriorityPush, Kind: models.KindStaff}, m)
	})
}

func askReason(_ context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	askAbout(t, b, "reason", map[string]any{"Title": outreach.BroadcastTitle(b)})
	return nil
}

func refuseBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, reason string) error {
	closeQuestion(t)
	if b.State != models.BroadcastWaiting || errors.Is(t.Failed, models.ErrGone) {
		return showBroadcast(ctx, t, b, "")
	}
	b.State, b.Reason = models.BroadcastDraft, reason
	edit(t, &b)
	data := map[string]any{"Title": outreach.BroadcastTitle(b), "By": t.Staff.Name, "Reason": reason}
	if t.Staff.ID != b.Author {
		tellAuthor(t, t.Speaker(), b, "refused", data, outreach.Option{Text: "broadcast.do_text", Command: "/broadcast text " + b.ID},
			outreach.Option{Text: "broadcast.do_open", Command: "/broadcast show " + b.ID})
	}
	t.Say("broadcast.sent_back", data, t.Option("broadcast.do_home", nil, "/broadcast"))
	return nil
}

// recallBroadcast makes a draft again of what has not begun.
func recallBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
	if errors.Is(t.Failed, models.ErrGone) {
		return showBroadcast(ctx, t, b, "")
	}
	b.State, b.Approver, b.Messages = models.BroadcastDraft, "", nil
	if b.ScheduledAt.Before(t.Now) {
		b.ScheduledAt = time.Time{}
	}
	edit(t, &b)
	return card(ctx, t, b)
}

// turnTo pauses and resumes. The state is what the sender asks at each message,
// so that it acts at once; the rows follow.
func turnTo(state string) func(context.Context, *bot.Turn, models.Broadcast, string) error {
	return func(ctx context.Context, t *bot.Turn, b models.Broadcast, _ string) error {
		if errors.Is(t.Failed, models.ErrGone) {
			return showBroadcast(ctx, t, b, "")
		}
		return changeBroadcast(ctx, t, b, []string{models.BroadcastRunning, models.BroadcastPaused}, state)
	}
}

func stopBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, arg string) error {
	switch {
	case errors.Is(t.Failed, models.ErrGone):
		return showBroadcast(ctx, t, b, "")
	case arg != "yes":
		t.Hub()
		t.Say("broadcast.stop_sure", map[string]any{"Title": outreach.BroadcastTitle(b)},
			t.Option("broadcast.stop_yes", nil, "/broadcast stop "+b.ID+" yes"), t.Option("broadcast.do_show", nil, "/broadcast show "+b.ID))
		return nil
	}
	return changeBroadcast(ctx, t, b, []string{models.BroadcastRunning, models.BroadcastPaused}, models.BroadcastStopped)
}

func changeBroadcast(ctx context.Context, t *bot.Turn, b models.Broadcast, from []string, to string) error {
	id := b.ID
	t.Write(func(ctx context.Context, tx *models.Tx) error {
		b, err := tx.TurnBroadcast(ctx, id, from, to, nil)
		if err != nil {
			return err
		}
		return tx.Schedule(outreach.BroadcastTick(outreach.BroadcastTask{ID: b.ID, Version: b.Version}, tx.Now))
	})
	t.Hub()
	a, err := t.Store.BroadcastAccount(ctx, b)
	if err != nil {
		return err
	}
	b.State = to
	var options []bot.Option
	for _, o := range outreach.BroadcastOptions(b) {
		options = append(options, t.Option(o.Text, nil, o.Command))
	}
	t.Say("broadcast.turned", outreach.BroadcastData(b, a), options...)
	return nil
}
