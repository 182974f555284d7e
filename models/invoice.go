package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// States of a bill, FHIR's Invoice.status.
const (
	InvoiceIssued    = "issued"    // told to the client, not paid in full
	InvoiceBalanced  = "balanced"  // paid
	InvoiceCancelled = "cancelled" // it was wrong, or fell through
)

// Invoice is a bill for a visit, line by line.
type Invoice struct {
	ID            string
	Number        string // V and seven digits, or the number of the clinic's till
	PatientID     string
	PatientName   string
	ContactID     string // who is told, "" for nobody
	AppointmentID string
	Branch        string
	Status        string
	Lines         []InvoiceLine
	Discount      Fen
	Paid          Fen
	Link          string // of the e-invoice, https only
	IssuedBy      string // the member of staff, or "import"
	On            string // YYYY-MM-DD
	Version       int
	CreatedAt     time.Time
}

// InvoiceLine is one thing on a bill.
type InvoiceLine struct {
	Code     string   `json:"c,omitempty"` // the service, where it is one
	Text     string   `json:"t"`
	Quantity Quantity `json:"q"`
	Price    Fen      `json:"p"` // of one
}

// Sum is what a line comes to.
func (l InvoiceLine) Sum() Fen { return l.Price.Times(l.Quantity) }

// Gross is the sum of the lines.
func (i *Invoice) Gross() Fen {
	var sum Fen
	for _, l := range i.Lines {
		sum += l.Sum()
	}
	return sum
}

// Total is what is to be paid: the lines less the discount.
func (i *Invoice) Total() Fen { return i.Gross() - i.Discount }

// Left is what is still to be paid.
func (i *Invoice) Left() Fen { return i.Total() - i.Paid }

// AboutInvoice names a bill.
func AboutInvoice(id string) string { return "Invoice/" + id }

// NewInvoiceNumber makes a bill's number: V and seven digits. V stands in no one-time
// code, so the two are never mixed up.
func NewInvoiceNumber() string { return newNumber("V") }

type invoiceBody struct {
	PatientName string        `json:"n,omitempty"`
	Lines       []InvoiceLine `json:"l"`
	Link        string        `json:"u,omitempty"`
}

type invoiceRow struct {
	ID            string `gorm:"primaryKey"`
	Number        string
	PatientID     string
	ContactID     string
	AppointmentID string
	Branch        string
	Status        string
	Body          []byte
	Discount      int64
	Total         int64
	Paid          int64
	IssuedBy      string
	IssuedOn      string
	Version       int
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	UpdatedAt     int64 `gorm:"autoUpdateTime:false"`
}

func (invoiceRow) TableName() string { return "invoices" }

// ErrAmount says that what a bill comes to cannot be: more discount than
// lines, or more paid than due.
var ErrAmount = errors.New("the discount or the payment is more than the bill")

// SaveInvoice keeps a bill: a new one of version was 0, or in place of the
// version that was read. ErrGone when it was changed meanwhile, or its number
// is taken; ErrAmount when its sums cannot be.
func (tx *Tx) SaveInvoice(i Invoice, was int) error {
	if i.Discount < 0 || i.Paid < 0 || i.Total() < 0 || i.Paid > i.Total() {
		return ErrAmount
	}
	body, err := json.Marshal(invoiceBody{i.PatientName, i.Lines, i.Link})
	if err != nil {
		return err
	}
	sealed := tx.s.seal.Seal(body)
	if was == 0 {
		err := tx.db.Create(&invoiceRow{
			ID: i.ID, Number: i.Number, PatientID: i.PatientID, ContactID: i.ContactID, AppointmentID: i.AppointmentID, Branch: i.Branch, Status: i.Status,
			Body: sealed, Discount: int64(i.Discount), Total: int64(i.Total()), Paid: int64(i.Paid), IssuedBy: i.IssuedBy, IssuedOn: i.On, Version: 1,
			CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
		}).Error
		if err != nil && tx.s.dialect.duplicate(err) {
			return ErrGone
		}
		return err
	}
	res := tx.db.Exec("UPDATE invoices SET status = ?, body = ?, discount = ?, total = ?, paid = ?, issued_on = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?",
		i.Status, sealed, int64(i.Discount), int64(i.Total()), int64(i.Paid), i.On, was+1, millis(tx.Now), i.ID, was)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrGone
	}
	return res.Error
}

// InvoiceByID finds a bill; ErrNotFound.
func (s *Store) InvoiceByID(ctx context.Context, id string) (Invoice, error) {
	return firstInvoice(s.invoices(ctx, "id = ?", id))
}

// InvoiceByNumber finds a bill by its number; ErrNotFound.
func (s *Store) InvoiceByNumber(ctx context.Context, number string) (Invoice, error) {
	return firstInvoice(s.invoices(ctx, "number = ?", number))
}

// InvoicesFor lists the bills that a contact may see, newest first: those of
// patients they are bound to, and those that were sent to them.
func (s *Store) InvoicesFor(ctx context.Context, contactID string, limit int) ([]Invoice, error) {
	return s.invoices(ctx, "(contact_id = ? OR (patient_id <> '' AND patient_id IN "+boundPatients+")) ORDER BY issued_on DESC, id DESC LIMIT ?", contactID, contactID, limit)
}

// InvoiceFor finds a bill that a contact may see. Somebody else's and one that
// does not exist are both ErrNotFound.
func (s *Store) InvoiceFor(ctx context.Context, contactID, id string) (Invoice, error) {
	return firstInvoice(s.invoices(ctx, "id = ? AND (contact_id = ? OR (patient_id <> '' AND patient_id IN "+boundPatients+"))", id, contactID, contactID))
}

// InvoicesOfVisit lists the bills for a visit, oldest first.
func (s *Store) InvoicesOfVisit(ctx context.Context, appointmentID string) ([]Invoice, error) {
	return s.invoices(ctx, "appointment_id = ? ORDER BY created_at, id", appointmentID)
}

func firstInvoice(list []Invoice, err error) (Invoice, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Invoice{}, err
	}
	return list[0], nil
}

func (s *Store) invoices(ctx context.Context, where string, args ...any) ([]Invoice, error) {
	var rows []invoiceRow
	if err := s.r.WithContext(ctx).Raw("SELECT * FROM invoices WHERE "+where, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Invoice, len(rows))
	for n, r := range rows {
		out[n] = Invoice{
			ID: r.ID, Number: r.Number, PatientID: r.PatientID, ContactID: r.ContactID, AppointmentID: r.AppointmentID, Branch: r.Branch, Status: r.Status,
			Discount: Fen(r.Discount), Paid: Fen(r.Paid), IssuedBy: r.IssuedBy, On: r.IssuedOn, Version: r.Version, CreatedAt: fromMillis(r.CreatedAt),
		}
		body, err := s.seal.Open(r.Body)
		var b invoiceBody
		if err == nil {
			err = json.Unmarshal(body, &b)
		}
		if err != nil {
			return nil, fmt.Errorf("open bill %s: %w", r.ID, err)
		}
		out[n].PatientName, out[n].Lines, out[n].Link = b.PatientName, b.Lines, b.Link
	}
	return out, nil
}
