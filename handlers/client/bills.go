package client

import (
	"context"
	"errors"
	"strings"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Bills shows the bills that a person may see, and passes on what they ask
// about one. Arg of /bills: a bill; before it "invoice" to have an e-invoice
// made out, "ask" to ask about it.
type Bills struct{}

type billsState struct {
	Bill    string `json:"b"`
	Invoice bool   `json:"i,omitempty"` // what is written is whom the e-invoice is for
}

// maxBills bounds how far back the list goes.
const maxBills = 100

// Name implements bot.Flow.
func (Bills) Name() string { return "bills" }

// Step implements bot.Flow. Somebody else's bill and one that does not exist
// are answered alike.
func (Bills) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		var s billsState
		if err := t.State(&s); err != nil {
			return err
		}
		return s.pass(ctx, t)
	}
	verb, id, two := strings.Cut(t.Arg, " ")
	if !two {
		verb, id = "show", t.Arg
	}
	if id == "" {
		return listBills(ctx, t)
	}
	b, ok, err := findBill(ctx, t, id)
	if err != nil || !ok {
		return err
	}
	switch verb {
	case "invoice", "ask":
		if verb == "invoice" && b.Link != "" {
			break
		}
		t.Ask("bill.ask_"+verb, map[string]any{"Number": b.Number})
		t.Keep(billsState{b.ID, verb == "invoice"})
		return nil
	}
	me := t.Contact.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.Audit(me, me, "bill", models.AboutInvoice(b.ID))
	})
	t.Hub()
	t.Say("bill.one", withNobody(outreach.BillData(t.Clinic.Clinic, b)), outreach.BillOptions(t.Clinic.Clinic, b, t.Text)...)
	return nil
}

// withNobody fills what only colleagues are told.
func withNobody(data map[string]any) map[string]any {
	data["Nobody"] = false
	return data
}

func findBill(ctx context.Context, t *bot.Turn, id string) (models.Invoice, bool, error) {
	b, err := t.Store.InvoiceFor(ctx, t.Contact.ID, id)
	if errors.Is(err, models.ErrNotFound) {
		t.End()
		t.Hub()
		t.Say("bills.missing", nil, t.Option("bills.all", nil, "/bills"), t.Option("menu.agent", nil, "/agent"))
		return b, false, nil
	}
	return b, err == nil, err
}

func listBills(ctx context.Context, t *bot.Turn) error {
	list, err := t.Store.InvoicesFor(ctx, t.Contact.ID, maxBills)
	if err != nil {
		return err
	}
	t.Hub()
	if len(list) == 0 {
		bound, err := t.Store.Bindings(ctx, t.Contact.ID)
		if err != nil {
			return err
		}
		data, options := reception(t), []bot.Option{t.Option("menu.price", nil, "/price")}
		if data["Bound"] = len(bound) > 0; len(bound) == 0 {
			options = append(options, t.Option("reports.bind", nil, "/bind"))
		}
		t.Say("bills.none", data, append(options, t.Option("menu.agent", nil, "/agent"))...)
		return nil
	}
	var options []bot.Option
	for i, b := range list {
		if i < perList {
			options = append(options, t.Option("bills.line", outreach.BillData(t.Clinic.Clinic, b), "/bills "+b.ID))
		}
	}
	t.Say("bills.list", map[string]any{"N": len(list)}, append(options, t.Option("menu.price", nil, "/price"))...)
	return nil
}

// pass takes what was written about a bill to the desk.
func (s *billsState) pass(ctx context.Context, t *bot.Turn) error {
	words := sentence(t)
	if t.Choice != "" || t.Stale || t.Range > 0 || words == "" {
		t.Pass()
		return nil
	}
	b, ok, err := findBill(ctx, t, s.Bill)
	if err != nil || !ok {
		return err
	}
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	kind := "billask"
	if s.Invoice {
		kind = "einvoice"
	}
	c := models.Case{
		Key: kind + ":" + t.In.Key, Kind: kind, Branch: b.Branch, Roles: []models.Role{models.Desk}, Subject: models.AboutInvoice(b.ID), ContactID: t.Contact.ID,
		DueAt:   outreach.AwakeAfter(t.Clinic.Clinic, b.Branch, t.Now, lookToday),
		Details: map[string]string{"Bill": b.Number, "Total": b.Total().String(), "Patient": b.PatientName, "Client": from.Name, "Words": words},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	t.End()
	data := reception(t)
	data["Invoice"] = s.Invoice
	t.Say("bills.passed", data, t.Option("bills.all", nil, "/bills"), t.Option("menu.menu", nil, "/menu"))
	return nil
}
