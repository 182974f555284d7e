package client

import (
	"context"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates/document"
	"zhenban/templates/outreach"
)

// file sends the summary as PDF, to keep or to take along; where the channel
// carries no files it is said how else to have it.
func (s *summary) file() error {
	t := s.t
	t.Hub()
	back := t.Option("health.back", nil, "/health "+s.p.ID)
	if !t.Files {
		t.Say("health.no_files", reception(t), t.Option("menu.agent", nil, "/agent"), back)
		return nil
	}
	parts, err := s.texts()
	if err != nil {
		return err
	}
	at := t.Local().Format(time.DateOnly)
	pdf, err := document.Document{
		Head: t.Clinic.Name.In(t.Lang), Title: t.Text("health.open", nil), Body: strings.Join(parts, "\n\n"), Missing: t.Text("paper.missing", nil), Made: t.Now,
		Note: t.Text("health.note", map[string]any{"At": at, "Clinic": t.Clinic.Name, "Phone": t.Clinic.Phone}),
		Footer: func(page, of int) string {
			return t.Text("health.footer", map[string]any{"Page": page, "Of": of, "Clinic": t.Clinic.Name})
		},
	}.PDF()
	if err != nil {
		return err
	}
	name := outreach.FileName(t.Text("health.open", nil), s.p.Name+" "+at)
	m := bot.Message{Media: &bot.Media{Name: name, ContentType: media.PDF, Data: pdf}}
	o := models.Outgoing{Key: "file:" + t.In.Key, ContactID: t.Contact.ID, Priority: models.PriorityReply, UselessAfter: t.Now.Add(fileUseful)}
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Push(o, m) })
	t.Say("health.file_sent", map[string]any{"Name": name}, back)
	return nil
}
