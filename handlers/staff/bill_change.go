package staff

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"zhenban/bot"
	"zhenban/models"
)

// billChange shows a bill, marks it paid, makes it void, or takes the link of
// its e-invoice.
func billChange(ctx context.Context, t *bot.Turn, verb, rest string) error {
	number, link, _ := strings.Cut(rest, " ")
	b, ok, err := findBill(ctx, t, number)
	if err != nil || !ok {
		return err
	}
	if errors.Is(t.Failed, models.ErrGone) {
		return showBill(t, b, "bill.changed")
	}
	was := b.Version
	switch verb {
	case "paid":
		if b.Status != models.InvoiceIssued {
			return showBill(t, b, "bill.one")
		}
		b.Paid, b.Status = b.Total(), models.InvoiceBalanced
	case "void":
		if b.Status != models.InvoiceIssued {
			return showBill(t, b, "bill.one")
		}
		b.Status = models.InvoiceCancelled
	case "link":
		if link == "" {
			t.Ask("bill.ask_link", map[string]any{"Number": b.Number})
			t.Keep(billState{Asked: "link", Bill: b.Number})
			return nil
		}
		return billLink(ctx, t, number, link)
	default:
		return showBill(t, b, "bill.one")
	}
	b.Version++
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveInvoice(b, was) })
	if err := tellBill(ctx, t, b, "bill.news"); err != nil {
		return err
	}
	return showBill(t, b, "bill.one")
}

// findBill finds a bill of the colleague's branch; otherwise it is answered.
func findBill(ctx context.Context, t *bot.Turn, number string) (models.Invoice, bool, error) {
	b, err := t.Store.InvoiceByNumber(ctx, strings.ToUpper(number))
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return b, false, err
	}
	if err != nil || t.Staff.Branch != "" && b.Branch != "" && t.Staff.Branch != b.Branch {
		t.End()
		t.Say("bill.missing", map[string]any{"Number": number}, t.Option("menu.today", nil, "/today"))
		return b, false, nil
	}
	return b, true, nil
}

// maxLink bounds an address.
const maxLink = 500

// billLink keeps the address of the e-invoice and tells the client.
func billLink(ctx context.Context, t *bot.Turn, number, link string) error {
	b, ok, err := findBill(ctx, t, number)
	if err != nil || !ok {
		return err
	}
	link = strings.TrimSpace(link)
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(link) > maxLink || strings.ContainsAny(link, " \n\t") {
		t.Ask("bill.bad_link", nil)
		t.Keep(billState{Asked: "link", Bill: b.Number})
		return nil
	}
	was := b.Version
	b.Link, b.Version = link, was+1
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveInvoice(b, was) })
	t.End()
	if err := tellBill(ctx, t, b, "bill.linked"); err != nil {
		return err
	}
	return showBill(t, b, "bill.one")
}
