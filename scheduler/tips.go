package scheduler

import (
	"context"
	"encoding/json"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// tipSince is how long after a procedure there is still something to know.
const tipSince = 182 * 24 * time.Hour

// tipReaders is how many people one task chooses for. It is one transaction,
// and on SQLite a reply waits for it.
const tipReaders = 50

// tipDay begins the month's care tips on its day.
func tipDay(_ context.Context, w *Work) error {
	day := config.DateOf(w.Task.DueAt.In(w.Clinic.Location("")))
	if len(w.Clinic.Tips.Entries) == 0 || day != w.Clinic.Tips.SendDay(day) {
		return nil
	}
	return tipChunk(w, outreach.Tips{Day: day})
}

// tipChunk lets the next readers have theirs. Each chunk begets the next, so
// that none is longer than a short transaction.
func tipChunk(w *Work, t outreach.Tips) error {
	payload, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return w.Tx.Schedule(models.Task{
		Key: outreach.TaskTips + ":" + month(t.Day) + ":" + t.After, Kind: outreach.TaskTips, Priority: models.PriorityBulk,
		DueAt: w.Now, UselessAfter: t.Day.AddDays(7).Time(w.Clinic.Location(""), 0), Payload: payload,
	})
}

func month(d config.Date) string { return d.String()[:len("2006-01")] }

// tips sends each of a chunk of readers the one entry that fits them, if any.
func tips(ctx context.Context, w *Work) error {
	var t outreach.Tips
	if err := w.Payload(&t); err != nil {
		return err
	}
	approved, err := w.Tx.Read().Approvals(ctx, "tip")
	if err != nil {
		return err
	}
	list, err := w.Tx.Read().TipReaders(ctx, t.After, tipReaders)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.Reach != models.ReachOpen {
			continue
		}
		if err := tip(ctx, w, c, approved, t.Day); err != nil {
			return err
		}
	}
	if len(list) < tipReaders {
		return nil
	}
	t.After = list[len(list)-1].ID
	return tipChunk(w, t)
}

func tip(ctx context.Context, w *Work, c models.Contact, approved models.Approvals, day config.Date) error {
	read := w.Tx.Read()
	var r outreach.TipReader
	var err error
	if r.Topics, err = read.TipTopics(ctx, c.ID); err != nil {
		return err
	}
	if r.Sent, err = read.TipsSent(ctx, c.ID); err != nil {
		return err
	}
	if r.Patients, r.Known, err = read.LivingPatientsOf(ctx, c.ID, c.ClientID); err != nil {
		return err
	}
	ids := make([]string, len(r.Patients))
	for i, p := range r.Patients {
		ids[i] = p.ID
	}
	if r.Done, err = read.DoneServices(ctx, c.ID, ids, w.Now.Add(-tipSince)); err != nil {
		return err
	}
	e := outreach.ChooseTip(&w.Clinic.Tips, approved, r, day)
	if e == nil {
		return nil
	}
	if err := w.Tx.TipSent(c.ID, e.ID); err != nil {
		return err
	}
	data := map[string]any{"Title": e.Title, "Text": e.Text, "Topic": w.Clinic.Tips.Topic(e.Topic).Name}
	return w.Push(ctx, Push{
		Key: "tip:" + month(day) + ":" + c.ID, ContactID: c.ID, Kind: models.KindTip, Priority: models.PriorityBulk,
		UselessAfter: w.Task.UselessAfter, Text: "tips.push", Data: outreach.Same(data),
		Options: []outreach.Option{{Text: "tips.more", Command: "/tips " + e.Topic}, {Text: "tips.ask_source", Command: "/tips source " + e.ID}},
	})
}
