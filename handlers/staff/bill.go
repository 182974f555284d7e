package staff

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Bill writes a bill for a visit, line by line from the price list, and tells
// the client. Arg of /bill: a booking number and, if one likes, the lines; or
// show, paid, void or link and a bill's number, behind link its address.
type Bill struct{}

// billState is a bill being written, or one whose link is asked for.
type billState struct {
	Visit    string          `json:"v"`
	Lines    []billLine      `json:"l,omitempty"`
	Discount models.Fen      `json:"d,omitempty"`
	Percent  models.Quantity `json:"p,omitempty"` // what is paid of the whole
	Asked    string          `json:"q"`           // lines, price, more, discount, confirm; link
	Bill     string          `json:"b,omitempty"`
}

// Name implements bot.Flow.
func (Bill) Name() string { return "bill" }

// Step implements bot.Flow.
func (Bill) Step(ctx context.Context, t *bot.Turn) error {
	if t.Command == "" {
		return billAnswer(ctx, t)
	}
	first, rest, _ := strings.Cut(t.Arg, " ")
	if slices.Contains([]string{"show", "paid", "void", "link"}, first) {
		return billChange(ctx, t, first, rest)
	}
	t.Arg = first
	if first == "" {
		t.Say("bill.ask_who", nil, t.Option("menu.today", nil, "/today"))
		return nil
	}
	v, ok, err := visit(ctx, t)
	if err != nil || !ok {
		return err
	}
	old, err := t.Store.InvoicesOfVisit(ctx, v.ID)
	if err != nil {
		return err
	}
	s := billState{Visit: v.Number}
	for _, b := range old {
		if b.Status != models.InvoiceCancelled && rest == "" {
			return showBill(t, b, "bill.there")
		}
	}
	if rest == "" {
		rest = v.Slot.Service // what was booked is the first line
		if x := t.Clinic.Service(rest); x != nil {
			rest = x.Name.In(config.Hans)
		}
	}
	return s.hear(ctx, t, rest)
}

// hear adds what a text says to the bill.
func (s *billState) hear(ctx context.Context, t *bot.Turn, text string) error {
	lines, discount, percent, err := parseBill(t, text)
	if err != nil || len(lines)+len(s.Lines) > maxBillLines {
		t.Say("bill.unclear", map[string]any{"Text": text, "Most": maxBillLines})
		return s.next(ctx, t)
	}
	s.Lines = append(s.Lines, lines...)
	if discount > 0 {
		s.Discount, s.Percent = discount, 0
	}
	if percent > 0 {
		s.Percent = percent
	}
	return s.next(ctx, t)
}

func today(t *bot.Turn, branch string) string {
	return t.Now.In(t.Clinic.Location(branch)).Format(time.DateOnly)
}

// invoice is the bill as it stands.
func (s *billState) invoice(v models.Appointment, on string) models.Invoice {
	b := models.Invoice{
		PatientID: v.PatientID, PatientName: v.PatientName, ContactID: v.ContactID, AppointmentID: v.ID, Branch: v.Slot.Branch,
		Status: models.InvoiceIssued, Discount: s.Discount, On: on,
	}
	for _, l := range s.Lines {
		b.Lines = append(b.Lines, l.InvoiceLine)
	}
	if s.Percent > 0 {
		gross := b.Gross()
		b.Discount = gross - gross.Times(s.Percent)
	}
	return b
}

// next asks for the price that is open, or shows the bill.
func (s *billState) next(ctx context.Context, t *bot.Turn) error {
	t.Arg = s.Visit
	v, ok, err := visit(ctx, t)
	if err != nil || !ok {
		t.End()
		return err
	}
	for i, l := range s.Lines {
		if l.Open {
			s.Asked = "price"
			t.Keep(s)
			data := map[string]any{"Name": l.Text, "N": i + 1, "Price": config.Price{}}
			if x := t.Clinic.Service(l.Code); x != nil {
				data["Price"] = x.Price
			}
			t.Ask("bill.ask_price", data)
			return nil
		}
	}
	if len(s.Lines) == 0 {
		s.Asked = "lines"
		t.Keep(s)
		t.Ask("bill.ask_lines", nil)
		return nil
	}
	b := s.invoice(v, today(t, v.Slot.Branch))
	data := outreach.BillData(t.Clinic.Clinic, b)
	data["Visit"], data["Wrong"] = v.Number, b.Total() < 0
	s.Asked = "confirm"
	t.Keep(s)
	var options []bot.Option
	if b.Total() >= 0 {
		options = append(options, t.Option("bill.do_send", nil, "send"))
	}
	t.Ask("bill.draft", data, append(options, t.Option("bill.do_more", nil, "more"), t.Option("bill.do_discount", nil, "discount"), t.Option("bill.do_over", nil, "over"),
		t.Option("bill.do_stop", nil, "/cancel"))...)
	return nil
}

// billAnswer takes the answer to what was asked.
func billAnswer(ctx context.Context, t *bot.Turn) error {
	var s billState
	if err := t.State(&s); err != nil {
		return err
	}
	text := strings.TrimSpace(t.In.Text)
	if t.Unheard() {
		t.Pass()
		return nil
	}
	switch {
	case s.Asked == "link":
		return billLink(ctx, t, s.Bill, text)
	case t.Choice == "send":
		return s.send(ctx, t)
	case t.Choice == "more":
		s.Asked = "lines"
		t.Keep(s)
		t.Ask("bill.ask_lines", nil)
		return nil
	case t.Choice == "discount":
		s.Asked = "discount"
		t.Keep(s)
		t.Ask("bill.ask_discount", nil)
		return nil
	case t.Choice == "over":
		s.Lines, s.Discount, s.Percent = nil, 0, 0
		return s.next(ctx, t)
	case s.Asked == "price":
		for i := range s.Lines {
			if l := &s.Lines[i]; l.Open {
				price, err := models.ParseFen(text)
				if err != nil {
					t.Say("bill.no_amount", map[string]any{"Text": text})
					return s.next(ctx, t)
				}
				l.Price, l.Open = price, false
				return s.next(ctx, t)
			}
		}
	case s.Asked == "discount":
		s.Discount, s.Percent = 0, 0
		if price, err := models.ParseFen(text); err == nil {
			s.Discount = price
			return s.next(ctx, t)
		}
	}
	return s.hear(ctx, t, text)
}

// send keeps the bill and tells the client.
func (s *billState) send(ctx context.Context, t *bot.Turn) error {
	t.Arg = s.Visit
	v, ok, err := visit(ctx, t)
	if err != nil || !ok {
		t.End()
		return err
	}
	b := s.invoice(v, today(t, v.Slot.Branch))
	b.ID, b.Number, b.IssuedBy, b.Version = t.Store.NewID(t.Now), models.NewInvoiceNumber(), t.Staff.ID, 1
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveInvoice(b, 0) })
	t.End()
	if err := tellBill(ctx, t, b, "bill.new"); err != nil {
		return err
	}
	return showBill(t, b, "bill.sent")
}

// tellBill tells whom a bill is for, if they have a chat.
func tellBill(ctx context.Context, t *bot.Turn, b models.Invoice, key string) error {
	if b.ContactID == "" {
		return nil
	}
	to, err := t.Store.Contact(ctx, b.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	lang := langOf(t, to)
	data := outreach.BillData(t.Clinic.Clinic, b)
	t.Tell(to.ID, lang, "bill:"+b.ID+":"+t.In.Key, key, data, outreach.BillOptions(t.Clinic.Clinic, b, func(k string, d any) string { return t.TextIn(lang, k, d) })...)
	return nil
}

// showBill answers with a bill and what can be done about it.
func showBill(t *bot.Turn, b models.Invoice, key string) error {
	me := t.Contact.ID
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.Audit(me, me, "bill", models.AboutInvoice(b.ID))
	})
	data := outreach.BillData(t.Clinic.Clinic, b)
	data["Nobody"], data["Pay"], data["Link"] = b.ContactID == "", nil, b.Link
	var options []bot.Option
	switch b.Status {
	case models.InvoiceIssued:
		options = append(options, t.Option("bill.do_paid", nil, "/bill paid "+b.Number), t.Option("bill.do_link", nil, "/bill link "+b.Number), t.Option("bill.do_void", nil, "/bill void "+b.Number))
	case models.InvoiceBalanced:
		options = append(options, t.Option("bill.do_link", nil, "/bill link "+b.Number))
	}
	t.Hub()
	t.Say(key, data, append(options, t.Option("menu.today", nil, "/today"))...)
	return nil
}
