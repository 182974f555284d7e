package outreach

import (
	"zhenban/config"
	"zhenban/models"
)

// BillData is what texts say of a bill. Amounts are written by themselves.
func BillData(c *config.Clinic, b models.Invoice) map[string]any {
	var lines []map[string]any
	for _, l := range b.Lines {
		line := map[string]any{"Text": config.Text{config.Hans: l.Text}, "Quantity": l.Quantity, "Many": l.Quantity != models.One, "Price": l.Price, "Sum": l.Sum()}
		if s := c.Service(l.Code); s != nil {
			line["Text"] = s.Name
		}
		lines = append(lines, line)
	}
	link := b.Link
	if c.Billing.Opens(link) { // a button opens it
		link = ""
	}
	return map[string]any{
		"Number": b.Number, "Patient": b.PatientName, "On": b.On, "Lines": lines, "Gross": b.Gross(), "Discount": b.Discount, "HasDiscount": b.Discount > 0,
		"Total": b.Total(), "Paid": b.Paid, "Left": b.Left(), "Part": b.Paid > 0 && b.Left() > 0, "Status": b.Status, "Link": link, "HasLink": b.Link != "", "Pay": c.Billing.Pay,
	}
}

// BillOptions are what a client can do about a bill; text renders a text in
// their language.
func BillOptions(c *config.Clinic, b models.Invoice, text func(key string, data any) string) []models.Option {
	var out []models.Option
	switch {
	case b.Status == models.InvoiceCancelled:
	case c.Billing.Opens(b.Link):
		out = append(out, models.Option{Label: text("bill.open_link", nil), Value: "/bills " + b.ID, URL: b.Link})
	case b.Link == "":
		out = append(out, models.Option{Label: text("bill.do_invoice", nil), Value: "/bills invoice " + b.ID})
	}
	return append(out, models.Option{Label: text("bill.do_ask", nil), Value: "/bills ask " + b.ID})
}
