package client

import (
	"context"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/models"
)

// proceedAdd takes the new patient's name, then what or who it is.
func (s *recordState) proceedAdd(t *bot.Turn, v *recordView, value string, picked bool) {
	if s.Name == "" {
		if !isName(value) {
			if otherWish(t) {
				t.Pass()
				return
			}
			s.ask(t, "record.bad_name", nil)
			return
		}
		s.Name = value
		s.askKind(t)
		return
	}
	p := models.Patient{ID: t.Store.NewID(t.Now), Name: s.Name, Kind: whose(t)}
	field := "relation"
	if pets(t) {
		field = "species"
	}
	if assign(t, &p, field, value, picked) != "" {
		if !picked && otherWish(t) {
			t.Pass()
			return
		}
		s.askKind(t)
		return
	}
	p.ClientID = ownerFor(t, v)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SavePatient(p) })
	t.End()
	t.Hub()
	v.patients = append(v.patients, p)
	v.clients = append(v.clients, recordClient{Client: models.Client{ID: p.ClientID}})
	showPatient(t, v, &p, "record.added")
}

func (s *recordState) askKind(t *bot.Turn) {
	if pets(t) {
		s.ask(t, "record.ask_species", map[string]any{"Name": s.Name}, speciesOptions(t)...)
		return
	}
	var options []bot.Option
	for _, c := range choices("relation") {
		options = append(options, t.Option("record.relation_"+c, nil, "v:"+c))
	}
	s.ask(t, "record.ask_relation", map[string]any{"Name": s.Name}, options...)
}

// ownerFor is the client a new patient belongs to: the record this person is
// bound to, else their own, which is made now if there is none.
func ownerFor(t *bot.Turn, v *recordView) string {
	if len(v.clients) > 0 {
		return v.clients[0].ID
	}
	c := models.Client{ID: t.Store.NewID(t.Now), Name: t.Contact.Display, Language: string(t.Lang), CreatedAt: t.Now}
	t.Contact.ClientID = c.ID
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveClient(c) })
	return c.ID
}

// setEmergency keeps whom to call if the person cannot be reached.
func (s *recordState) setEmergency(t *bot.Turn, v *recordView, value string) {
	if !strings.ContainsAny(ascii(value), "0123456789") || utf8.RuneCountInString(value) > 60 {
		if otherWish(t) {
			t.Pass()
			return
		}
		s.ask(t, "record.bad_emergency", nil)
		return
	}
	t.End()
	if len(v.clients) == 0 {
		recordHome(t, v)
		return
	}
	v.clients[0].Emergency = value
	c := v.clients[0].Client
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveClient(c) })
	t.Say("record.emergency_saved", map[string]any{"Value": value}, t.Option("record.back", nil, "/record"), t.Option("menu.menu", nil, "/menu"))
}
