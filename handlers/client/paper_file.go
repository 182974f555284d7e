package client

import (
	"context"

	"zhenban/bot"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// file sends the paper as PDF, or says how else to have it where the channel
// carries no files.
func (p *paper) file(ctx context.Context) error {
	t := p.t
	t.Hub()
	back := t.Option("sign.back", nil, paperCommand(p.c))
	if !t.Files {
		t.Say("sign.no_files", reception(t), t.Option("sign.do_text", nil, "/sign "+p.c.Number+" text"), t.Option("menu.agent", nil, "/agent"), back)
		return nil
	}
	events, err := t.Store.ConsentEvents(ctx, p.c.ID)
	if err != nil {
		return err
	}
	pdf, err := t.Speaker().ConsentPDF(t.Clinic.Clinic, p.c, events, t.Lang)
	if err != nil {
		return err
	}
	name := outreach.FileName(p.s.Title.In(t.Lang), p.c.Number)
	m := bot.Message{Media: &bot.Media{Name: name, ContentType: media.PDF, Data: pdf}}
	o := models.Outgoing{Key: "file:" + t.In.Key, ContactID: t.Contact.ID, Priority: models.PriorityReply, UselessAfter: t.Now.Add(fileUseful)}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Push(o, m) })
	t.Say("sign.file_sent", map[string]any{"Name": name}, back)
	return nil
}
