package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"zhenban/models"
	"zhenban/models/storetest"
)

// A bill is kept sealed, changed by one at a time, and seen by whom it was
// sent to and by those bound to the patient, nobody else.
func TestInvoices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		do(t, db.Store, write(func(tx *models.Tx) error {
			if err := tx.SaveClient(models.Client{ID: "c", Name: "周敏", Verified: true}); err != nil {
				return err
			}
			if err := tx.SavePatient(models.Patient{ID: "p", ClientID: "c", Name: "团子", Kind: "pet"}); err != nil {
				return err
			}
			return tx.Bind("web:wife", "c", "", "code")
		}))
		bill := models.Invoice{
			ID: db.NewID(db.Clock.Now()), Number: models.NewInvoiceNumber(), PatientID: "p", PatientName: "团子", ContactID: "web:a", AppointmentID: "v",
			Status: models.InvoiceIssued, On: "2026-11-20", Discount: 5000,
			Lines: []models.InvoiceLine{{Code: "dental-cleaning", Text: "洗牙", Quantity: models.One, Price: 68000}, {Text: "止疼片", Quantity: 500, Price: 1250}},
		}
		save := func(b models.Invoice, was int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.SaveInvoice(b, was) }))
		}
		require.NoError(t, save(bill, 0))
		twin := bill
		twin.ID = db.NewID(db.Clock.Now())
		require.ErrorIs(t, save(twin, 0), models.ErrGone, "a number is one bill's")
		for _, contact := range []string{"web:a", "web:wife"} {
			got, err := db.InvoiceFor(bg(), contact, bill.ID)
			require.NoError(t, err, contact)
			assert.Equal(t, bill.Lines, got.Lines)
			assert.Equal(t, models.Fen(68000+625-5000), got.Total())
		}
		_, err := db.InvoiceFor(bg(), "web:stranger", bill.ID)
		require.ErrorIs(t, err, models.ErrNotFound)
		list, err := db.InvoicesFor(bg(), "web:stranger", 10)
		require.NoError(t, err)
		assert.Empty(t, list)

		bill.Paid = bill.Total() + 1
		require.ErrorIs(t, save(bill, 1), models.ErrAmount)
		bill.Paid, bill.Status = bill.Total(), models.InvoiceBalanced
		won := 0
		for _, err := range crowd(4, func(int) error { return save(bill, 1) }) {
			if err == nil {
				won++
			} else {
				require.ErrorIs(t, err, models.ErrGone)
			}
		}
		require.Equal(t, 1, won)
		got, err := db.InvoiceByNumber(bg(), bill.Number)
		require.NoError(t, err)
		assert.Equal(t, models.InvoiceBalanced, got.Status)
		assert.Zero(t, got.Left())
		of, err := db.InvoicesOfVisit(bg(), "v")
		require.NoError(t, err)
		assert.Len(t, of, 1)
	})
}

// A referral moves on by one change at a time, and what waited about it goes.
func TestReferrals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		r := models.Referral{
			ID: db.NewID(db.Clock.Now()), Number: models.NewReferralNumber(), PatientName: "李雷", ContactID: "web:a", To: "city", Place: "市一医院", Reason: "心脏杂音",
			Share: true, Status: models.ReferralDraft,
		}
		save := func(r models.Referral, was int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.SaveReferral(r, was) }))
		}
		require.NoError(t, save(r, 0))
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.Schedule(models.Task{Key: "x", Kind: "case-late", Subject: models.AboutReferral(r.ID), DueAt: tx.Now.Add(time.Hour)})
		}))
		r.Status, r.At, r.Note = models.ReferralActive, storetest.Start().Add(48*time.Hour), "找心内科陈主任"
		require.NoError(t, save(r, 1))
		require.ErrorIs(t, save(r, 1), models.ErrGone)
		got, err := db.ReferralFor(bg(), "web:a", r.ID)
		require.NoError(t, err)
		assert.Equal(t, "找心内科陈主任", got.Note)
		assert.True(t, got.Share)
		assert.True(t, got.At.Equal(r.At))
		_, err = db.ReferralFor(bg(), "web:b", r.ID)
		require.ErrorIs(t, err, models.ErrNotFound)
		open, err := db.OpenReferrals(bg(), 10)
		require.NoError(t, err)
		assert.Len(t, open, 1)
		tasks, err := db.TasksAbout(bg(), models.AboutReferral(r.ID))
		require.NoError(t, err)
		require.Len(t, tasks, 1)
		assert.Equal(t, models.TaskSuppressed, tasks[0].State)
		reason, err := db.Stands(bg(), models.AboutReferral(r.ID), 1)
		require.NoError(t, err)
		assert.NotEmpty(t, reason)
	})
}

// Amounts are read as people write them and counted in whole fen.
func TestMoney(t *testing.T) {
	for said, want := range map[string]models.Fen{"680": 68000, "680.5": 68050, "¥1,280.00": 128000, "0.01": 1, "30元": 3000, "￥ 88": 8800} {
		got, err := models.ParseFen(said)
		require.NoError(t, err, said)
		assert.Equal(t, want, got, said)
	}
	for _, said := range []string{"", "abc", "1.234", "-5", "1.", "1e5", "99999999999", "12.3.4", ".5"} {
		_, err := models.ParseFen(said)
		assert.Error(t, err, said)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := models.Fen(rapid.Int64Range(0, 1_000_000_000).Draw(t, "fen"))
		if back, err := models.ParseFen(f.String()); err != nil || back != f {
			t.Fatalf("%s is read as %d: %v", f, back, err)
		}
		q := models.Quantity(rapid.Int64Range(1, 1_000_000).Draw(t, "quantity"))
		if back, err := models.ParseQuantity(q.String()); err != nil || back != q {
			t.Fatalf("%s is read as %d: %v", q, back, err)
		}
		if f.Times(models.One) != f || f.Times(3*models.One) != 3*f {
			t.Fatal("a sum is not the price times the quantity")
		}
	})
}
